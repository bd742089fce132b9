"""The clinic's one desk: takes requests in order, makes them durable, and tells everybody.

Strategy: requests, arrivals and losses wait in one bounded queue. The desk takes all that wait,
lets the pure rules work out the next Clinic from each (server/turn.py), and commits the whole
batch in one transaction (server/ledger.py). Only then does the new Clinic become the truth, are
requests acknowledged, and is each viewer sent what it may now see that it did not see before
(server/audience.py). If the store fails, the old truth stays, and everybody who asked is told so.

What is full and then: above QUEUE_LENGTH jobs the connection of who asks is closed, and its client
asks again a moment later; losses of connections are always taken, since there are no more of them
than connections, and so is what the simulation tells, a few messages an attempt. What could not be
saved is refused, and that it was refused is put off until it can be written; above QUEUE_LENGTH of
those the oldest are forgotten.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

import structlog

from server import ledger, telemetry
from server.audience import Audience
from server.auth.sessions import Sessions
from server.clinic_loader import profile_of
from server.gateway import TRY_AGAIN_LATER, Clocks, Session
from server.store.errors import Fenced
from server.store.event_log import LoggedEvent
from server.store.store import Store
from server.turn import Answer, Arrive, Ask, Hear, Job, Lose, PassTime, Turn
from world.clinic import Answered, Clinic, user_stream
from world.errors import NotSignedIn, Refusal, StoreUnavailable
from world.outcome import Outcome
from world.people import UserId
from world.protocol import messages as m
from world.protocol.session import RESUME_S, TAKEN_OVER, SessionState
from world.training.news import News
from world.training.station import Reading

QUEUE_LENGTH = 4_096
BATCH = 64
PAUSE_AFTER_JOBS = 8
MISSED_PAGE, MISSED_EVENTS = 100, 20_000
MISSED_FOR_S = RESUME_S + 30.0
"""What was said in a room longer ago was told to everybody who may come back to it: who claims to
have seen nothing makes nobody read a day's talk."""
PASS_TIME_S = 1.0
NOT_SAVED = "The clinic cannot save this now. Wait a moment and try again."

_log = structlog.get_logger(__name__)


class Voice(Protocol):
    """Where voice is arranged."""

    def offer(self, session: Session, request: m.OfferVoice) -> None:
        """Answers a client's offer, in its own time."""

    async def settle(self, clinic: Clinic) -> None:
        """Returns once nobody hears who may no longer be heard."""

    def lost(self, user_id: UserId) -> None:
        """Takes notice that somebody's connection is gone."""


class Devices(Protocol):
    """Where measured values go."""

    def measure(self, session: Session, message: m.SendObservation | m.SendWaveform) -> None:
        """Takes one message of a patient's device."""

    def gone(self, session: Session) -> None:
        """Takes notice that a device's connection is gone."""


class Book(Protocol):
    """Where trainees' attempts are read."""

    def read(self, reading: Reading, clinic: Callable[[], Clinic]) -> None:
        """Sends a list of attempts to who reads it, in its own time."""


class Desk:
    """Owner of the Clinic.

    Args:
      clinic: the truth at the start.
      audience: tells the viewers.
      sessions: knows the tickets.
      devices: takes measured values.
      voice: arranges who hears whom.
      book: reads trainees' attempts.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- the composition root's one call, named there
        self,
        clinic: Clinic,
        store: Store,
        audience: Audience,
        sessions: Sessions,
        devices: Devices,
        voice: Voice,
        book: Book,
        clocks: Clocks,
        new_id: Callable[[], str],
    ) -> None:
        self.clinic = clinic
        self._store = store
        self._audience = audience
        self._sessions = sessions
        self._devices = devices
        self._voice = voice
        self._book = book
        self._clocks = clocks
        self._new_id = new_id
        self._jobs: deque[Job] = deque()
        self._put_off: deque[Job] = deque(maxlen=QUEUE_LENGTH)
        self._is_needed = asyncio.Event()

    # --- what the gateway hands on

    async def recognize(self, session: Session, ticket: str) -> None:
        """Finds out whose ticket it is.

        Raises:
          Refusal: if the ticket is worth nothing.
          StoreUnavailable: if nobody can be recognized now.
        """
        user, signed_in = await self._sessions.consume_ticket(ticket)
        session.profile = profile_of(user)
        session.user_id, session.sign_in_id = session.profile.user_id, signed_in.id

    async def admit(self, session: Session) -> None:
        """Lets the person, or the device, in.

        Raises:
          Refusal: if there is no place.
          StoreUnavailable: if nobody can be let in now.
        """
        if session.profile is None:
            raise NotSignedIn("Sign in first.")
        if session.device is not None:
            session.state = SessionState.DEVICE
            return
        admitted = asyncio.get_running_loop().create_future()
        self._put(Arrive(session, session.profile, admitted))
        await admitted

    def ask(self, session: Session, request: m.Request, declined: m.Refused | None = None) -> None:
        """Takes a request, or notice that one was declined; it is answered later."""
        if isinstance(request, m.OfferVoice):
            self._offer(session, request, declined)
        elif len(self._jobs) >= QUEUE_LENGTH:
            session.close(TRY_AGAIN_LATER, "The clinic is busy. You are brought back in a moment.")
        else:
            self._put(Ask(session, request, declined))

    def _offer(self, session: Session, request: m.OfferVoice, declined: m.Refused | None) -> None:
        if declined is None:
            self._voice.offer(session, request)
            return
        session.pending -= 1
        session.send(declined)

    def measure(self, session: Session, message: m.SendObservation | m.SendWaveform) -> None:
        """Takes what a device measured."""
        self._devices.measure(session, message)

    def lost(self, session: Session) -> None:
        """Takes notice of a connection that is gone."""
        if session.device is not None:
            self._devices.gone(session)
        elif session.user_id:
            self._put(Lose(session))

    def hear(self, news: News) -> None:
        """Takes what the simulation of a training room tells."""
        self._put(Hear(news))

    # --- the two tasks

    async def run(self) -> None:
        """Serves batches until cancelled."""
        while True:
            await self._is_needed.wait()
            self._is_needed.clear()
            while self._jobs:
                size = min(BATCH, len(self._jobs))
                await self._serve([self._jobs.popleft() for _ in range(size)])

    async def watch_time(self) -> None:
        """Lets time pass for the rules, until cancelled."""
        while True:
            await asyncio.sleep(PASS_TIME_S)
            self._put(PassTime())

    # --- inside

    def _put(self, job: Job) -> None:
        self._jobs.append(job)
        self._is_needed.set()

    async def _serve(self, jobs: list[Job]) -> None:
        now_s = self._clocks.now_s()
        jobs = [*self._put_off, *jobs]
        self._put_off.clear()
        turn = Turn(self.clinic, self._audience, self._new_id, now_s)
        for number, job in enumerate(jobs, 1):
            turn.work_out(job)
            if number % PAUSE_AFTER_JOBS == 0:
                await asyncio.sleep(0)
        batch = ledger.Batch(
            self.clinic,
            turn.clinic,
            turn.entries,
            turn.reports,
            frozenset(turn.users),
            now_s,
            turn.concluded,
            turn.readings,
        )
        try:
            # Before the batch is written: afterwards nothing may fail that could be refused.
            missed = await self._missed(turn, now_s)
            if turn.clinic is not self.clinic:
                async with self._store.write() as work:
                    await ledger.record(work, batch)
        except Fenced:
            _log.critical("desk.fenced")
            raise
        except StoreUnavailable as error:
            telemetry.STORE_FAILURES.inc()
            _log.error("desk.not_saved", jobs=len(jobs))
            self._give_up(jobs, error)
            return
        telemetry.EVENTS.inc(len(turn.entries))
        await self._install(turn, missed, now_s)

    async def _missed(self, turn: Turn, now_s: float) -> dict[UserId, list[LoggedEvent]]:
        """Returns, for who comes back, the events up to this batch that they have not seen."""
        return {
            job.profile.user_id: await self._missed_by(job.session, now_s)
            for job, result in turn.arrived
            if isinstance(result, Outcome) and job.session.seen
        }

    async def _missed_by(self, session: Session, now_s: float) -> list[LoggedEvent]:
        body, own = self.clinic.bodies.get(session.user_id), user_stream(session.user_id)
        floors = {own: 0}
        if body is not None:
            floors[body.stream] = body.since_number
        events: list[LoggedEvent] = []
        async with self._store.read() as work:
            for stream in floors.keys() & session.seen.keys():
                number = max(floors[stream], session.seen[stream])
                last = self.clinic.numbers.get(stream, 0)
                since_s = 0.0 if stream == own else now_s - MISSED_FOR_S
                while number < last and len(events) < MISSED_EVENTS:
                    page = await work.events.read_after(stream, number, MISSED_PAGE, since_s)
                    events += [event for event in page if event.number <= last]
                    number = page[-1].number if page else last
        return events

    async def _install(
        self, turn: Turn, missed: dict[UserId, list[LoggedEvent]], now_s: float
    ) -> None:
        """Makes the durable batch the truth, and tells everybody."""
        before, self.clinic = self.clinic, turn.clinic
        self._change_connections(turn)
        self._audience.move(self.clinic, turn.users, turn.moved, now_s)
        await self._voice.settle(self.clinic)
        await self._audience.inform(self.clinic, turn.users, now_s)
        for job, result in turn.arrived:
            await self._welcome(job, result, before, now_s)
            missing = missed.get(job.profile.user_id, [])
            await self._audience.tell_missed(self.clinic, job.session, missing)
        happened = [entry.happening for entry in turn.entries]
        await self._audience.tell(self.clinic, happened, now_s)
        for ask, answer in turn.answers:
            _send(ask, answer)
        for reading in turn.readings:
            self._book.read(reading, lambda: self.clinic)

    def _change_connections(self, turn: Turn) -> None:
        for outcome in turn.outcomes:
            for connection_id, reason in outcome.closing:
                self._audience.close(connection_id, TAKEN_OVER, reason.value)
        for job, result in turn.arrived:
            if isinstance(result, Outcome):
                self._audience.join(job.session)
        for lose in turn.lost:
            if self._audience.is_current(lose.session):
                self._audience.drop(lose.session)
                self._voice.lost(lose.session.user_id)

    async def _welcome(
        self, job: Arrive, result: Outcome | Refusal, before: Clinic, now_s: float
    ) -> None:
        if job.admitted.cancelled():
            return
        if isinstance(result, Refusal):
            job.admitted.set_exception(result)
            return
        job.admitted.set_result(None)
        if not self._audience.is_current(job.session):
            return  # taken over or lost in the same batch
        job.session.state = SessionState.PRESENT
        answered = self.clinic.answered.get(job.profile.user_id, Answered())
        number = before.numbers.get(user_stream(job.profile.user_id), 0)
        await self._audience.welcome(self.clinic, job.session, (answered.last, number), now_s)

    def _give_up(self, jobs: list[Job], error: StoreUnavailable) -> None:
        for job in jobs:
            match job:
                case Arrive(_, _, admitted):
                    if not admitted.cancelled():
                        admitted.set_exception(error)
                case Ask(_, request, declined, is_answered):
                    refused = declined or m.Refused(
                        request.request_id, 0, str(error)[:300] or NOT_SAVED
                    )
                    if not is_answered:
                        _send(job, refused)
                    self._put_off.append(Ask(job.session, request, refused, is_answered=True))
                case Lose() | Hear():
                    self._put_off.append(job)
                case PassTime():
                    pass


def _send(job: Ask, answer: Answer) -> None:
    job.session.pending -= 1
    telemetry.REFUSALS.inc(isinstance(answer, m.Refused))
    job.session.send(answer)
