"""The clinic's one desk: takes requests in order, makes them durable, and tells everybody.

Strategy: requests, arrivals and losses wait in one bounded queue. The desk takes all that wait,
lets the pure rules work out the next Clinic from each in turn, and commits the whole batch in one
transaction (server/ledger.py). Only then does the new Clinic become the truth, are requests
acknowledged, and is each viewer sent what it may now see that it did not see before
(server/audience.py). If the store fails, the old truth stays, and everybody who asked is told so.

What is full and then: above QUEUE_LENGTH jobs a request is refused with TooManyRequests; losses of
connections are always taken, since there are no more of them than connections.

A job on which the rules fail by an error of our own is refused alone and said in the log: were
the process to end over it, the client would send it to the next process again.
"""

import asyncio
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

import structlog

from server import ledger, telemetry
from server.audience import Audience
from server.auth.sessions import Sessions
from server.clinic_loader import profile_of
from server.gateway import Clocks, Session
from server.store.errors import Fenced
from server.store.event_log import LoggedEvent
from server.store.store import Store
from world import requests
from world.clinic import Answered, Clinic, Profile, user_stream
from world.errors import Conflict, NotSignedIn, Refusal, StoreUnavailable, TooManyRequests
from world.outcome import Outcome, Reported
from world.people import UserId
from world.protocol import messages as m
from world.protocol.session import TAKEN_OVER, SessionState
from world.requests import Moment

QUEUE_LENGTH = 4_096
BATCH = 64
PAUSE_AFTER_JOBS = 8
REMEMBERED_REFUSALS = 32
MISSED_PAGE, MISSED_EVENTS = 500, 20_000
PASS_TIME_S = 1.0
NOT_SAVED = "The clinic cannot save this now. Wait a moment and try again."

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Arrive:
    """Somebody connects; the future tells the gateway how it went."""

    session: Session
    profile: Profile
    admitted: asyncio.Future[None]


@dataclass(slots=True, eq=False)
class Lose:
    """A connection is gone."""

    session: Session


@dataclass(slots=True, eq=False)
class Ask:
    """A request waits for its answer."""

    session: Session
    request: m.Request


@dataclass(slots=True, eq=False)
class PassTime:
    """A second has passed."""


Job: TypeAlias = Arrive | Lose | Ask | PassTime


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


@dataclass(slots=True)
class _Turn:
    """A batch that is being worked out."""

    clinic: Clinic
    done: list[tuple[Job, Outcome | Refusal | None]] = field(default_factory=list)
    entries: list[ledger.Entry] = field(default_factory=list)
    reports: list[tuple[str, Reported]] = field(default_factory=list)
    users: set[UserId] = field(default_factory=set)
    moved: set[UserId] = field(default_factory=set)


class Desk:
    """Owner of the Clinic.

    Args:
      clinic: the truth at the start.
      audience: tells the viewers.
      sessions: knows the tickets.
      devices: takes measured values.
      voice: arranges who hears whom.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- the composition root's one call, named there
        self,
        clinic: Clinic,
        store: Store,
        audience: Audience,
        sessions: Sessions,
        devices: Devices,
        voice: Voice,
        clocks: Clocks,
        new_id: Callable[[], str],
    ) -> None:
        self.clinic = clinic
        self._store = store
        self._audience = audience
        self._sessions = sessions
        self._devices = devices
        self._voice = voice
        self._clocks = clocks
        self._new_id = new_id
        self._jobs: deque[Job] = deque()
        self._put_off: list[Job] = []
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

    def ask(self, session: Session, request: m.Request) -> None:
        """Takes a request."""
        if isinstance(request, m.OfferVoice):
            self._voice.offer(session, request)
            return
        if len(self._jobs) >= QUEUE_LENGTH:
            session.pending -= 1
            sentence = "The clinic is busy. Wait a moment and try again."
            session.send(m.Refused(request.request_id, TooManyRequests.code, sentence))
            return
        self._put(Ask(session, request))

    def measure(self, session: Session, message: m.SendObservation | m.SendWaveform) -> None:
        """Takes what a device measured."""
        self._devices.measure(session, message)

    def lost(self, session: Session) -> None:
        """Takes notice of a connection that is gone."""
        if session.device is not None:
            self._devices.gone(session)
        elif session.user_id:
            self._put(Lose(session))

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
            self._jobs.extend(self._put_off)
            self._put_off.clear()
            self._put(PassTime())

    # --- inside

    def _put(self, job: Job) -> None:
        self._jobs.append(job)
        self._is_needed.set()

    async def _serve(self, jobs: list[Job]) -> None:
        now_s = self._clocks.now_s()
        turn = _Turn(self.clinic)
        for number, job in enumerate(jobs, 1):
            self._work_out(turn, job, now_s)
            if number % PAUSE_AFTER_JOBS == 0:
                await asyncio.sleep(0)
        batch = ledger.Batch(
            self.clinic, turn.clinic, turn.entries, turn.reports, frozenset(turn.users), now_s
        )
        try:
            # Before the batch is written: afterwards nothing may fail that could be refused.
            missed = await self._missed(turn)
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

    async def _missed(self, turn: _Turn) -> dict[UserId, list[LoggedEvent]]:
        """Returns, for who comes back, the events up to this batch that they have not seen."""
        missed: dict[UserId, list[LoggedEvent]] = {}
        for job, outcome in turn.done:
            if isinstance(job, Arrive) and isinstance(outcome, Outcome) and job.session.seen:
                missed[job.profile.user_id] = await self._missed_by(job.session)
        return missed

    async def _missed_by(self, session: Session) -> list[LoggedEvent]:
        body = self.clinic.bodies.get(session.user_id)
        floors = {user_stream(session.user_id): 0}
        if body is not None:
            floors[body.stream] = body.since_number
        events: list[LoggedEvent] = []
        async with self._store.read() as work:
            for stream in floors.keys() & session.seen.keys():
                number = max(floors[stream], session.seen[stream])
                last = self.clinic.numbers.get(stream, 0)
                while number < last and len(events) < MISSED_EVENTS:
                    page = await work.events.read_after(stream, number, MISSED_PAGE)
                    events += [event for event in page if event.number <= last]
                    number = page[-1].number if page else last
        return events

    def _work_out(self, turn: _Turn, job: Job, now_s: float) -> None:
        known = self._answer_again(turn, job)
        if known:
            return
        try:
            outcome = self._outcome(turn.clinic, job, now_s)
        except Refusal as refusal:
            turn.done.append((job, refusal))
            if isinstance(job, Ask):
                turn.clinic = _answered(turn.clinic, job, refusal)
            return
        except Exception as error:  # noqa: BLE001 -- see the module's docstring
            _say_failure(job, error)
            failure = Conflict("The clinic cannot do this. Tell the desk, and try something else.")
            turn.done.append((job, failure))
            return
        turn.clinic = outcome.clinic
        if isinstance(job, Ask):
            turn.clinic = _answered(turn.clinic, job, None)
        turn.done.append((job, outcome))
        turn.users |= outcome.touched
        turn.moved |= outcome.moved
        for happening in outcome.happenings:
            turn.entries.append(ledger.Entry(happening, self._new_id()))
        turn.reports += [(self._new_id(), report) for report in outcome.reports]

    def _answer_again(self, turn: _Turn, job: Job) -> bool:
        """Answers a request that was sent again after a drop as it was answered before."""
        if not isinstance(job, Ask):
            return False
        answered = turn.clinic.answered.get(job.session.user_id, Answered())
        if job.request.request_id > answered.last:
            return False
        for request_id, code, reason in answered.refused:
            if request_id == job.request.request_id:
                job.session.send(m.Refused(request_id, code, reason))
                break
        else:
            job.session.send(m.Accepted(job.request.request_id))
        job.session.pending -= 1
        return True

    def _outcome(self, clinic: Clinic, job: Job, now_s: float) -> Outcome:
        match job:
            case Arrive(session, profile, _):
                known = clinic.profiles.get(profile.user_id)
                if known is not None:
                    profile = replace(profile, alias=known.alias)
                return requests.arrive(clinic, profile, session.connection_id, now_s)
            case Lose(session):
                return requests.depart(clinic, session.user_id, session.connection_id, now_s)
            case Ask(session, request):
                if not self._audience.is_current(session):
                    raise NotSignedIn("You went on from another device.")
                head_m = self._audience.head_m(session.user_id)
                moment = Moment(now_s, self._new_id(), head_m)
                return requests.handle(clinic, session.user_id, request, moment)
            case PassTime():
                return requests.pass_time(clinic, now_s)

    async def _install(
        self, turn: _Turn, missed: dict[UserId, list[LoggedEvent]], now_s: float
    ) -> None:
        """Makes the durable batch the truth, and tells everybody."""
        before, self.clinic = self.clinic, turn.clinic
        self._change_connections(turn)
        self._audience.move(self.clinic, turn.users, turn.moved, now_s)
        await self._voice.settle(self.clinic)
        await self._audience.inform(self.clinic, turn.users, now_s)
        for job, outcome in turn.done:
            if isinstance(job, Arrive):
                await self._welcome(job, outcome, before, now_s)
                missing = missed.get(job.profile.user_id, [])
                self._audience.tell_missed(self.clinic, job.session, missing)
        happened = [entry.happening for entry in turn.entries]
        await self._audience.tell(self.clinic, happened, now_s)
        for job, outcome in turn.done:
            if isinstance(job, Ask):
                _answer(job, outcome)

    def _change_connections(self, turn: _Turn) -> None:
        for job, outcome in turn.done:
            if not isinstance(outcome, Outcome):
                continue
            for connection_id, reason in outcome.closing:
                self._audience.close(connection_id, TAKEN_OVER, reason.value)
            if isinstance(job, Arrive):
                self._audience.join(job.session)
            elif isinstance(job, Lose) and self._audience.is_current(job.session):
                self._audience.drop(job.session)
                self._voice.lost(job.session.user_id)

    async def _welcome(
        self, job: Arrive, outcome: Outcome | Refusal | None, before: Clinic, now_s: float
    ) -> None:
        if job.admitted.cancelled():
            return
        if isinstance(outcome, Refusal):
            job.admitted.set_exception(outcome)
            return
        if not self._audience.is_current(job.session):
            job.admitted.set_result(None)  # taken over in the same batch, and closed already
            return
        job.session.state = SessionState.PRESENT
        answered = self.clinic.answered.get(job.profile.user_id, Answered())
        number = before.numbers.get(user_stream(job.profile.user_id), 0)
        await self._audience.welcome(self.clinic, job.session, (answered.last, number), now_s)
        job.admitted.set_result(None)

    def _give_up(self, jobs: list[Job], error: StoreUnavailable) -> None:
        for job in jobs:
            match job:
                case Arrive(_, _, admitted):
                    if not admitted.cancelled():
                        admitted.set_exception(error)
                case Ask(session, request):
                    session.pending -= 1
                    session.send(m.Refused(request.request_id, 0, str(error)[:300] or NOT_SAVED))
                case Lose():
                    self._put_off.append(job)
                case PassTime():
                    pass


def _say_failure(job: Job, error: Exception) -> None:
    # The error's own text may hold what somebody wrote: only its kind and place are said.
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = type(job.request if isinstance(job, Ask) else job).__name__
    where = f"{place.filename}:{place.lineno}"
    _log.critical("desk.rule_failed", job=what, error=type(error).__name__, at=where)


def _answered(clinic: Clinic, job: Ask, refusal: Refusal | None) -> Clinic:
    user_id, request_id = job.session.user_id, job.request.request_id
    known = clinic.answered.get(user_id, Answered())
    refused = known.refused
    if refusal is not None:
        refused = (*refused, (request_id, refusal.code, str(refusal)[:300]))[-REMEMBERED_REFUSALS:]
    answered = {**clinic.answered, user_id: Answered(request_id, refused)}
    return replace(clinic, answered=answered)


def _answer(job: Ask, outcome: Outcome | Refusal | None) -> None:
    job.session.pending -= 1
    request_id = job.request.request_id
    if isinstance(outcome, Refusal):
        telemetry.REFUSALS.inc()
        job.session.send(m.Refused(request_id, outcome.code, str(outcome)[:300]))
    else:
        job.session.send(m.Accepted(request_id))
