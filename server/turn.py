"""One turn of the desk: jobs worked out by the rules, one after the other, into the next Clinic.

Rules:
* Every request is answered once: what was answered before, in an earlier turn or in this one, is
  answered again and not done again (world/protocol/messages.py). A refusal counts as an answer,
  also one that the rules had no part in.
* Nobody is told anything before the turn is durable, so nothing is sent from here.
* A job on which the rules fail by an error of our own is refused alone and said in the log: were
  the process to end over it, the client would send it to the next process again.
"""

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

import structlog

from server import ledger
from server.gateway import Session
from world import requests
from world.clinic import Answered, Clinic, Profile
from world.errors import Conflict, NotSignedIn, Refusal
from world.geometry import Vector
from world.moment import Moment
from world.outcome import Outcome, Reported
from world.people import UserId
from world.protocol import messages as m
from world.training.news import News
from world.training.station import Concluded, Reading

REMEMBERED_REFUSALS = 64
"""As many as a client may have unanswered (server/gateway.py, client/network/connection.py)."""
REQUEST_JUMP_MAX = 10**6
"""So far a request's number may lie above the last one of its account."""

Answer: TypeAlias = m.Accepted | m.Refused
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
    """A request waits for its answer.

    Attributes:
      declined: the answer, where it is refused whatever the rules say.
      is_answered: whether the client has its answer, so that it is only to be remembered.
    """

    session: Session
    request: m.Request
    declined: m.Refused | None = None
    is_answered: bool = False


@dataclass(slots=True, eq=False)
class PassTime:
    """A second has passed."""


@dataclass(slots=True, eq=False)
class Hear:
    """The simulation of a training room tells something."""

    news: News


Job: TypeAlias = Arrive | Lose | Ask | PassTime | Hear


class Place(Protocol):
    """Where everybody is."""

    def is_current(self, session: Session) -> bool:
        """Whether this session is the one that counts for its person."""

    def head_m(self, user_id: UserId) -> Vector:
        """Returns where somebody's head is in its room."""


@dataclass(slots=True)
class Turn:
    """The jobs of one turn, and what came of them.

    Attributes:
      clinic: the truth after the jobs so far.
      arrived: who comes in, with what follows, or why not.
      lost: connections that are gone.
      answers: to be sent once all is durable.
      outcomes: what else follows.
    """

    clinic: Clinic
    place: Place
    new_id: Callable[[], str]
    now_s: float
    arrived: list[tuple[Arrive, Outcome | Refusal]] = field(default_factory=list)
    lost: list[Lose] = field(default_factory=list)
    answers: list[tuple[Ask, Answer]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[ledger.Entry] = field(default_factory=list)
    reports: list[tuple[str, Reported]] = field(default_factory=list)
    users: set[UserId] = field(default_factory=set)
    moved: set[UserId] = field(default_factory=set)
    concluded: list[Concluded] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def work_out(self, job: Job) -> None:
        """Does what one job asks for, as far as the rules allow it."""
        match job:
            case Arrive():
                self._arrive(job)
            case Ask():
                self._answer(job)
            case Lose(session):
                self.lost.append(job)
                user_id, connection_id = session.user_id, session.connection_id
                self._try(
                    job, lambda: requests.depart(self.clinic, user_id, connection_id, self.now_s)
                )
            case PassTime():
                self._try(job, lambda: requests.pass_time(self.clinic, self.now_s))
            case Hear(news):
                self._try(job, lambda: requests.hear(self.clinic, news))

    def _arrive(self, job: Arrive) -> None:
        known = self.clinic.profiles.get(job.profile.user_id)
        # The name of this moment may be newer than the one that was read when the person came.
        profile = job.profile if known is None else replace(job.profile, alias=known.alias)
        connection_id = job.session.connection_id
        result = self._try(
            job, lambda: requests.arrive(self.clinic, profile, connection_id, self.now_s)
        )
        self.arrived.append((job, result))

    def _answer(self, job: Ask) -> None:
        user_id, request_id = job.session.user_id, job.request.request_id
        known = self.clinic.answered.get(user_id, Answered())
        answer = _given(known, request_id)
        if request_id > known.last + REQUEST_JUMP_MAX:
            # Remembered, it would be the account's last for ever: nothing larger is left.
            sentence = "This request's number is too far ahead. Start the program again."
            answer = m.Refused(request_id, Conflict.code, sentence)
        if answer is None:
            answer = job.declined
            if answer is None:
                result = self._try(job, lambda: self._handled(job))
                answer = m.Accepted(request_id)
                if isinstance(result, Refusal):
                    answer = m.Refused(request_id, result.code, str(result)[:300])
            self._remember(user_id, answer)
        if not job.is_answered:
            self.answers.append((job, answer))

    def _handled(self, job: Ask) -> Outcome:
        if not self.place.is_current(job.session):
            raise NotSignedIn("You went on from another device.")
        user_id = job.session.user_id
        moment = Moment(self.now_s, self.new_id(), self.place.head_m(user_id))
        return requests.handle(self.clinic, user_id, job.request, moment)

    def _try(self, job: Job, work: Callable[[], Outcome]) -> Outcome | Refusal:
        try:
            outcome = work()
        except Refusal as refusal:
            return refusal
        except Exception as error:  # noqa: BLE001 -- see the module's docstring
            _say_failure(job, error)
            return Conflict("The clinic cannot do this. Tell the desk, and try something else.")
        self.clinic = outcome.clinic
        self.outcomes.append(outcome)
        self.users |= outcome.touched
        self.moved |= outcome.moved
        self.entries += [ledger.Entry(happening, self.new_id()) for happening in outcome.happenings]
        self.reports += [(self.new_id(), report) for report in outcome.reports]
        self.concluded += outcome.concluded
        self.readings += outcome.readings
        return outcome

    def _remember(self, user_id: UserId, answer: Answer) -> None:
        known = self.clinic.answered.get(user_id, Answered())
        refused = known.refused
        if isinstance(answer, m.Refused):
            refused = (*refused, (answer.request_id, answer.code, answer.reason))
        remembered = Answered(answer.request_id, refused[-REMEMBERED_REFUSALS:])
        answered = {**self.clinic.answered, user_id: remembered}
        self.clinic = replace(self.clinic, answered=answered)


def _given(answered: Answered, request_id: int) -> Answer | None:
    """Returns the answer that a request was given before, None if it was given none."""
    if request_id > answered.last:
        return None
    for refused_id, code, reason in answered.refused:
        if refused_id == request_id:
            return m.Refused(request_id, code, reason)
    return m.Accepted(request_id)


def _say_failure(job: Job, error: Exception) -> None:
    # The error's own text may hold what somebody wrote: only its kind and place are said.
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = type(job.request if isinstance(job, Ask) else job).__name__
    where = f"{place.filename}:{place.lineno}"
    _log.critical("desk.rule_failed", job=what, error=type(error).__name__, at=where)
