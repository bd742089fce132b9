"""The states of one connection, and what a client may send in each, as a table.

Rules:
* opening: the socket is open, nobody knows who it is. One message, Authenticate, in good time.
* present: the person has a body in a room.
* device: a device of the person's sends what it measures, and has no body.
* closed: nothing is accepted; the person's place is kept for RESUME_S.

BUDGETS gives each class of message its own token bucket, so that moving one's hands never eats
up the right to speak up; an account's connections share them. What others read or hear unasked
has one for the pace of a person. A client that overdraws `request` or `words` is refused
(TooManyRequests); of `signal` and `device` the surplus is dropped, and an arrival too
many is told to come back later. Who overdraws more than FLOOD_MESSAGES within half a second, or
sends more frames than anybody has a use for, of whatever kind, breaks the protocol. Motion and
steering have no bucket: only the newest counts, and the limit of frames bounds the rest.
"""

from dataclasses import dataclass
from enum import Enum
from typing import get_args

from world.errors import RemoteProtocolError
from world.protocol import messages as m
from world.protocol.codec import POLICY_VIOLATION

AUTHENTICATE_WITHIN_S = 5.0
PRE_AUTH_BYTES = 4_096
RESUME_S = 120.0
TAKEN_OVER, SIGNED_OUT, NOT_SIGNED_IN, TOO_SLOW, ROOM_FULL = 4001, 4002, 4003, 4004, 4005
"""Close codes of our own (RFC 6455 7.4.2); TAKEN_OVER: the account came in on another device."""
FLOOD_MESSAGES = 50


class SessionState(Enum):
    """Where one connection stands."""

    OPENING = "opening"
    PRESENT = "present"
    DEVICE = "device"
    CLOSED = "closed"


class BudgetClass(Enum):
    """Kinds of traffic that have a budget of their own."""

    ARRIVAL = "arrival"
    REQUEST = "request"
    WORDS = "words"
    SIGNAL = "signal"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Budget:
    """A token bucket: so many at once, so many a second over time."""

    burst: float
    rate_hz: float


BUDGETS: dict[BudgetClass, Budget] = {
    BudgetClass.ARRIVAL: Budget(burst=20, rate_hz=1),
    BudgetClass.REQUEST: Budget(burst=40, rate_hz=20),
    BudgetClass.WORDS: Budget(burst=8, rate_hz=1),
    BudgetClass.SIGNAL: Budget(burst=10, rate_hz=4),
    BudgetClass.DEVICE: Budget(burst=60, rate_hz=60),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """When a client may send a message, and from which budget it is paid."""

    state: SessionState
    budget: BudgetClass


_PRESENT, _DEVICE = SessionState.PRESENT, SessionState.DEVICE
_WORDS = frozenset({m.Say, m.Report, m.Knock})
RULES: dict[type[m.Message], Rule] = {
    m.Authenticate: Rule(SessionState.OPENING, BudgetClass.SIGNAL),
    m.Ping: Rule(_PRESENT, BudgetClass.SIGNAL),
    m.OfferVoice: Rule(_PRESENT, BudgetClass.SIGNAL),
    m.SendObservation: Rule(_DEVICE, BudgetClass.DEVICE),
    m.SendWaveform: Rule(_DEVICE, BudgetClass.DEVICE),
    **{
        kind: Rule(_PRESENT, BudgetClass.WORDS if kind in _WORDS else BudgetClass.REQUEST)
        for kind in get_args(m.Request)
        if kind is not m.OfferVoice
    },
}


def require_legal(state: SessionState, kind: type[m.Message]) -> Rule:
    """Returns the rule of a message that may be sent in this state.

    Raises:
      RemoteProtocolError: if it may not.
    """
    rule = RULES[kind]
    if rule.state is not state:
        raise RemoteProtocolError(
            f"{kind.__name__} is not legal while {state.value}", close_code=POLICY_VIOLATION
        )
    return rule


def require_body(state: SessionState) -> None:
    """Returns if a frame of the steering lane may be sent in this state.

    Raises:
      RemoteProtocolError: if it may not.
    """
    if state is not SessionState.PRESENT:
        raise RemoteProtocolError(
            f"steering is not legal while {state.value}", close_code=POLICY_VIOLATION
        )


@dataclass(slots=True)
class TokenBucket:
    """What is left of a budget; the caller brings the time."""

    budget: Budget
    tokens: float
    at_s: float

    @classmethod
    def full(cls, budget: Budget, now_s: float) -> "TokenBucket":
        """Returns a bucket that may burst at once."""
        return cls(budget, budget.burst, now_s)

    def take(self, now_s: float) -> bool:
        """Returns whether one more is allowed now, and pays for it."""
        elapsed_s = max(0.0, now_s - self.at_s)
        self.tokens = min(self.budget.burst, self.tokens + elapsed_s * self.budget.rate_hz)
        self.at_s = now_s
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True
