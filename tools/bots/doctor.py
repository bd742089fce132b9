"""A bot doctor: calls who is next, fetches them at the door, talks, shows the ECG, says good-bye.

Voice goes the way of everybody's voice: spoken files (assets/sounds) through Opus and WebRTC to
the clinic's voice server.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence

from client.voice.client import VoiceClient, VoiceDevices
from client.voice.devices import NullOutput, SpeechSource
from client.voice.opus import Samples
from tools.bots.body import BotBody, Heard
from tools.bots.rota import Rota
from world.errors import RemoteProtocolError
from world.protocol import messages as m
from world.visit_states import State

ROOM = "consult-1"
FETCH_S = 120.0
"""How long the door is held for who comes slowly; the clinic itself calls again after a minute."""
SETTLE_S = 30.0
CONSULT_S = 600.0
"""The longest visit of a person, who may end it sooner; nobody is hurried out of a demo."""
LAST_MINUTE_S = 60.0
BOT_CONSULT_S = 24.0
AWAY_S = 120.0
"""Who went out is waited for so long; then the visit is over."""
LOOK_S = 6.0
PAUSE_S = 1.5
GREETING = (
    "Good day, I am the demo doctor. I speak a little and read what you write, but I cannot "
    "understand speech. Look at the ECG as long as you like: F2 shows it large. When you are "
    "done, press T and write good-bye."
)
LAST_MINUTE = "We have about one minute left. Is there anything else that you want to look at?"
GOOD_BYE = "Thank you for coming. Good-bye! The door is open for you."
SAYS_GOOD_BYE = re.compile(r"\b(good[ -]?)?bye\b", re.IGNORECASE)
ASIDE_M = (-1.6, 1.0)
INTO_THE_ROOM_RAD = 1.2
RETRY_S = 2.0
ANSWER_WITHIN_S = 10.0
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
        """Offers a voice connection; returns whether the clinic took it.

        A voice server that dies after it said yes never answers, and one from before it died may
        have answered an older offer.
        """
        link = self._body.link
        while not self._answer.empty():
            self._answer.get_nowait()
        answer = await link.request(lambda number: m.OfferVoice(number, offer))
        if isinstance(answer, m.Refused):
            return False
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._client.set_answer(await self._answer.get())
        except (TimeoutError, RemoteProtocolError):
            return False
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
        if self._state(visit_id) == State.CALLED.value and self._is_over(visit_id):
            await self._uncall(visit_id)
            return
        if not body.is_in(ROOM):
            await self._go_to_own_room()
        await body.sit("doctor")
        await body.until(lambda: self._state(visit_id) != State.CALLED.value, SETTLE_S)
        if self._state(visit_id) == State.IN_CONSULT.value:
            await self._consult(visit_id)
        elif self._state(visit_id) == State.CALLED.value:
            await self._uncall(visit_id)

    async def _uncall(self, visit_id: str) -> None:
        await self._body.link.request(lambda number: m.ChangeVisit(number, visit_id, "uncall"))

    async def _consult(self, visit_id: str) -> None:
        """Talks with the patient as long as they like, says good-bye, and ends the visit."""
        entry, last = self._entry(visit_id), self._last_number()
        is_person = entry is not None and not self._is_bot(entry)
        if is_person:
            await self._write(GREETING)
        await self._until_done(visit_id, last, LOOK_S)
        await self._voice.say("doctor-vitals")
        if is_person:
            await self._until_done(visit_id, last, CONSULT_S - LAST_MINUTE_S)
            if self._is_inside(visit_id) and not self._is_done(visit_id, last):
                await self._write(LAST_MINUTE)
        await self._until_done(visit_id, last, LAST_MINUTE_S if is_person else BOT_CONSULT_S)
        if self._is_inside(visit_id):
            if is_person:
                await self._write(GOOD_BYE)
            await self._voice.say("doctor-goodbye")
        if self._state(visit_id) == State.IN_CONSULT.value:
            await self._body.link.request(lambda number: m.ChangeVisit(number, visit_id, "end"))

    async def _until_done(self, visit_id: str, last: int, within_s: float) -> None:
        """Waits until the patient has said good-bye or has gone for good, at most so long."""
        body, loop = self._body, asyncio.get_running_loop()
        end_s = loop.time() + within_s

        def is_out() -> bool:
            return self._is_done(visit_id, last) or not self._is_inside(visit_id)

        while not self._is_done(visit_id, last) and loop.time() < end_s:
            if not await body.until(is_out, max(0.0, end_s - loop.time())):
                return
            if not await body.until(lambda: self._is_inside(visit_id), AWAY_S):
                return

    def _is_done(self, visit_id: str, last: int) -> bool:
        return self._is_over(visit_id) or self._has_said_good_bye(last)

    def _has_said_good_bye(self, last: int) -> bool:
        """Whether somebody else has written good-bye here since the event of that number."""
        return any(
            not words.is_own and words.number > last and bool(SAYS_GOOD_BYE.search(words.text))
            for words in self._heard_here()
        )

    def _last_number(self) -> int:
        return max((words.number for words in self._heard_here()), default=0)

    def _heard_here(self) -> list[Heard]:
        room = self._body.room
        return [words for words in self._body.heard if room and words.stream == room.stream]

    async def _write(self, text: str) -> None:
        await self._body.link.request(lambda number: m.Say(number, text))

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
        await self._until_inside(visit_id)

    async def _until_inside(self, visit_id: str) -> None:
        """Waits until the called patient has gone in; not for a bot while a person waits."""
        await self._body.until(
            lambda: (
                self._is_inside(visit_id)
                or self._state(visit_id) != State.CALLED.value
                or self._is_over(visit_id)
            ),
            FETCH_S,
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
        entry = self._entry(visit_id)
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

    def _entry(self, visit_id: str) -> m.QueueEntry | None:
        return next((entry for entry in self._list() if entry.visit_id == visit_id), None)

    def _state(self, visit_id: str) -> str | None:
        entry = self._entry(visit_id)
        return entry.state if entry else None

    def _is_inside(self, visit_id: str) -> bool:
        entry = self._entry(visit_id)
        return entry is not None and entry.is_inside

    def _list(self) -> tuple[m.QueueEntry, ...]:
        queue = self._body.queue
        return queue.entries if isinstance(queue, m.QueueView) else ()
