"""A bot doctor: calls who is next, fetches them at the door, talks, shows the ECG, says good-bye.

Voice goes the way of everybody's voice: spoken files (assets/sounds) through Opus and WebRTC to
the clinic's voice server.
"""

import asyncio
from collections.abc import Mapping, Sequence

from client.voice.client import VoiceClient, VoiceDevices
from client.voice.devices import NullOutput, SpeechSource
from client.voice.opus import Samples
from tools.bots.body import BotBody
from tools.bots.rota import Rota
from world.protocol import messages as m
from world.visit_states import State

ROOM = "consult-1"
FETCH_S = 20.0
CONSULT_S = 24.0
LOOK_S = 6.0
PAUSE_S = 1.5
ASIDE_M = (-1.6, 1.0)
INTO_THE_ROOM_RAD = 1.2
RETRY_S = 2.0
LOOK_AGAIN_S = 5.0


class BotVoice:
    """A bot's voice connection; made anew whenever it is lost.

    Args:
      speech: name to samples.
    """

    def __init__(self, body: BotBody, speech: Mapping[str, Samples]) -> None:
        self._body = body
        self._speech = speech
        self._mouth = SpeechSource()
        self._client = VoiceClient(VoiceDevices(self._mouth, NullOutput()))
        self._answer: asyncio.Queue[str] = asyncio.Queue(maxsize=4)
        self._is_lost = asyncio.Event()

    def message(self, message: m.ServerMessage) -> None:
        """Takes what concerns voice."""
        match message:
            case m.VoiceAnswer(sdp):
                if not self._answer.full():
                    self._answer.put_nowait(sdp)
            case m.VoiceLost():
                self._is_lost.set()
            case m.Welcome():
                self._is_lost.set()
            case _:
                pass

    async def keep(self) -> None:
        """Keeps the voice connected until cancelled."""
        self._client.start_devices()
        self._client.set_muted(False)
        while True:
            await self._is_lost.wait()
            self._is_lost.clear()
            if not await self._connect(await self._client.connect()):
                await asyncio.sleep(RETRY_S)
                self._is_lost.set()

    async def _connect(self, offer: str) -> bool:
        """Offers a voice connection; returns whether the clinic took it."""
        link = self._body.link
        answer = await link.request(lambda number: m.OfferVoice(number, offer))
        if isinstance(answer, m.Refused):
            return False
        await self._client.set_answer(await self._answer.get())
        await link.request(lambda number: m.MuteVoice(number, is_muted=False))
        return True

    async def say(self, name: str) -> None:
        """Says one of the sentences, and waits until it is said."""
        samples = self._speech[name]
        self._mouth.say(samples)
        await asyncio.sleep(len(samples) / 48_000)


class BotDoctor:
    """What a bot doctor does all day: people first, then the other bots.

    While a person works as a doctor it calls nobody, and leaves them its room.

    Args:
      others: the bot patients, who give way to people.
      somebody_waits: set when the first patient has come, so that the others get in line too.
      rota: tells whether a person works as a doctor.
    """

    def __init__(
        self,
        body: BotBody,
        voice: BotVoice,
        others: Sequence[BotBody],
        somebody_waits: asyncio.Event,
        rota: Rota,
    ) -> None:
        self._body = body
        self._voice = voice
        self._others = others
        self._somebody_waits = somebody_waits
        self._rota = rota

    async def live(self) -> None:
        """Works until cancelled."""
        body = self._body
        await body.arrival()
        while True:
            held = self._held()
            if held is not None:
                await self._see(held.visit_id)
            elif self._rota.is_person_at_work():
                await self._make_room()
            elif not body.is_in(ROOM):
                await self._go_to_own_room()
            elif await body.until(lambda: self._next() is not None, LOOK_AGAIN_S):
                await self._call_next()
            await asyncio.sleep(PAUSE_S)

    async def _make_room(self) -> None:
        """Waits outside the consult room."""
        body = self._body
        if body.is_in(ROOM):
            await body.go_through(next(iter(body.doors)))
        await body.until(lambda: self._held() is not None, LOOK_AGAIN_S)

    async def _call_next(self) -> None:
        self._somebody_waits.set()
        chosen = self._next()
        if chosen is not None:
            await self._body.link.request(
                lambda number: m.CallPatient(number, ROOM, chosen.visit_id)
            )

    async def _see(self, visit_id: str) -> None:
        """Fetches the patient at the door, and stays until the visit is over."""
        body = self._body
        if self._state(visit_id) == State.CALLED.value:
            await self._fetch(visit_id)
        if not body.is_in(ROOM):
            await self._go_to_own_room()
        await body.sit("doctor")
        await body.until(lambda: self._state(visit_id) != State.CALLED.value, FETCH_S)
        if self._state(visit_id) == State.IN_CONSULT.value:
            await body.until(lambda: self._is_over(visit_id), LOOK_S)
            await self._voice.say("doctor-vitals")
            await body.until(lambda: self._is_over(visit_id), CONSULT_S)
            if self._state(visit_id) is not None:
                await self._voice.say("doctor-goodbye")
        state = self._state(visit_id)
        if state == State.IN_CONSULT.value:
            await body.link.request(lambda number: m.ChangeVisit(number, visit_id, "end"))
        elif state == State.CALLED.value:
            await body.link.request(lambda number: m.ChangeVisit(number, visit_id, "uncall"))

    async def _fetch(self, visit_id: str) -> None:
        """Goes out to the door, asks the patient in, and waits there until they have gone in."""
        body = self._body
        if body.is_in(ROOM):
            await body.go_through(next(iter(body.doors)))
        await self._voice.say("doctor-welcome")
        door = next((d for d in body.doors.values() if d.leads_to == ROOM), None)
        if door is None:
            return
        at_m = next(d.position_m for d in body.layout.doors if d.name == door.door)
        await body.go((at_m[0] + ASIDE_M[0], at_m[1] + ASIDE_M[1]))
        body.looks_at_yaw_rad = INTO_THE_ROOM_RAD
        names = {entry.patient_name for entry in self._list() if entry.visit_id == visit_id}
        await body.until(
            lambda: not names & {person.name for person in body.people.values()}, FETCH_S
        )

    async def _go_to_own_room(self) -> None:
        body = self._body
        door = next((d.door for d in body.doors.values() if d.leads_to == ROOM), None)
        if door is not None:
            await body.go_through(door)
        elif body.doors:
            await body.go_through(next(iter(body.doors)))

    def _is_over(self, visit_id: str) -> bool:
        """Whether the visit has ended, or is a bot's while a person waits."""
        entry = next((entry for entry in self._list() if entry.visit_id == visit_id), None)
        return entry is None or (self._is_bot(entry) and self._person_waiting() is not None)

    def _next(self) -> m.QueueEntry | None:
        waiting = [e for e in self._list() if e.state == State.CHECKED_IN.value and e.is_connected]
        return self._person_waiting() or next(iter(waiting), None)

    def _person_waiting(self) -> m.QueueEntry | None:
        return next(
            (
                entry
                for entry in self._list()
                if entry.state == State.CHECKED_IN.value
                and entry.is_connected
                and not self._is_bot(entry)
            ),
            None,
        )

    def _is_bot(self, entry: m.QueueEntry) -> bool:
        return entry.patient_name in {body.name for body in self._others}

    def _held(self) -> m.QueueEntry | None:
        """Returns the visit that is this doctor's own now, one from before a restart too."""
        held = {State.IN_CONSULT.value, State.CALLED.value}
        return next((entry for entry in self._list() if entry.state in held), None)

    def _state(self, visit_id: str) -> str | None:
        return next((entry.state for entry in self._list() if entry.visit_id == visit_id), None)

    def _list(self) -> tuple[m.QueueEntry, ...]:
        queue = self._body.queue
        return queue.entries if isinstance(queue, m.QueueView) else ()
