"""A bot doctor: calls who is next, fetches them at the door, talks, shows the ECG, says good-bye.

Voice goes the way of everybody's voice: spoken files (assets/sounds) through Opus and WebRTC to
the clinic's voice server.
"""

import asyncio
from collections.abc import Mapping

from client.voice.client import VoiceClient, VoiceDevices
from client.voice.devices import NullOutput, SpeechSource
from client.voice.opus import Samples
from tools.bots.body import BotBody
from world.protocol import messages as m
from world.visit_states import State

ROOM = "consult-1"
FETCH_S = 20.0
CONSULT_S = 24.0
LOOK_S = 6.0
PAUSE_S = 3.0
RETRY_S = 2.0


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
    """What a bot doctor does all day.

    Args:
      somebody_waits: set when the first patient has come, so that the others get in line too.
    """

    def __init__(self, body: BotBody, voice: BotVoice, somebody_waits: asyncio.Event) -> None:
        self._body = body
        self._voice = voice
        self._somebody_waits = somebody_waits

    async def live(self) -> None:
        """Works until cancelled."""
        body = self._body
        await body.arrival()
        await self._to_own_room()
        while True:
            await body.until(lambda: self._waiting() is not None, 3600.0)
            self._somebody_waits.set()
            await asyncio.sleep(PAUSE_S)
            answer = await body.link.request(lambda number: m.CallPatient(number, ROOM))
            if isinstance(answer, m.Accepted):
                await self._see_patient()
            await asyncio.sleep(PAUSE_S)

    def _waiting(self) -> m.QueueEntry | None:
        return self._entry({State.CHECKED_IN.value})

    def _entry(self, states: set[str]) -> m.QueueEntry | None:
        queue = self._body.queue
        entries = queue.entries if isinstance(queue, m.QueueView) else ()
        return next((entry for entry in entries if entry.state in states), None)

    async def _to_own_room(self) -> None:
        body = self._body
        if body.room is None or body.room.room_id == ROOM:
            return
        door = next(d.door for d in body.doors.values() if d.leads_to == ROOM)
        await body.go_through(door)

    async def _see_patient(self) -> None:
        """Fetches the patient at the door, and stays until the visit is over."""
        body = self._body
        await body.go_through(next(iter(body.doors)))
        await self._voice.say("doctor-welcome")
        await self._until_patient_is_in()
        await self._to_own_room()
        await body.sit("doctor")
        if await body.until(lambda: self._entry({State.IN_CONSULT.value}) is not None, 60.0):
            await asyncio.sleep(LOOK_S)
            await self._voice.say("doctor-vitals")
            await body.until(lambda: self._held() is None, CONSULT_S)
            if self._held() is not None:
                await self._voice.say("doctor-goodbye")
        held = self._held()
        if held is not None:
            change = "end" if held.state == State.IN_CONSULT.value else "uncall"
            await body.link.request(
                lambda number: m.ChangeVisit(
                    number, held.visit_id, "end" if change == "end" else "uncall"
                )
            )

    async def _until_patient_is_in(self) -> None:
        """Waits beside the door until the patient has gone in, or a while."""
        body = self._body
        door = next(d for d in body.doors.values() if d.leads_to == ROOM)
        layout_door = next(d for d in body.layout.doors if d.name == door.door)
        x, y, _ = layout_door.position_m
        await body.go((x - 1.6, y + 1.0))
        body.looks_at_yaw_rad = 1.2
        names = {entry.patient_name for entry in self._list() if entry.room_id == ROOM}
        await body.until(
            lambda: not any(person.name in names for person in body.people.values()), FETCH_S
        )

    def _held(self) -> m.QueueEntry | None:
        return self._entry({State.IN_CONSULT.value, State.CALLED.value})

    def _list(self) -> tuple[m.QueueEntry, ...]:
        queue = self._body.queue
        return queue.entries if isinstance(queue, m.QueueView) else ()
