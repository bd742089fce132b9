"""What the simulation tells the clinic."""

from dataclasses import dataclass, field
from typing import TypeAlias

from world.protocol import messages as m


@dataclass(frozen=True, slots=True)
class Offered:
    """This can be practised now."""

    procedures: tuple[m.Procedure, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """The scene of an attempt stands, and its trainee can move."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Over:
    """No step changes anything any more; the record is being played again."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The simulation of an attempt is gone; the sentence says what is left."""

    attempt_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Scored:
    """The record of an attempt was played again and judged.

    Attributes:
      progress: where its trainee now stands; None for a task without a schedule.
      seal: the record's last seal, 32 bytes.
    """

    attempt_id: str
    verdict: m.Verdict = field(repr=False)
    progress: m.Progress | None = field(repr=False)
    seal: bytes = b""


@dataclass(frozen=True, slots=True)
class NotShown:
    """A replay cannot be shown; the sentence says why."""

    replay_id: str
    sentence: str


News: TypeAlias = Offered | Begun | Over | Lost | Scored | NotShown
