"""The stations of the training rooms as plain data: who practises what, who looks on, what is over.

A training room has one station, so its room names it. Nothing of the simulation is here: what it
does in between, the simulation's own processes know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from world.people import RoomId, UserId
from world.protocol import messages as m

STATION_PANEL = "station"
"""The panel of a training room's layout at which one practises: the scope's monitor."""
NOTICE = "FLS-style; not affiliated with the FLS program; not a certification."


class Phase(StrEnum):
    """Where an attempt stands."""

    PREPARING = "preparing"
    RUNNING = "running"
    SCORING = "scoring"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that has no result yet.

    Attributes:
      seed: variant of the scene.
      phase: SCORING from the moment at which nothing more is done.
    """

    attempt_id: str
    room_id: RoomId
    trainee_id: UserId
    procedure: str
    seed: int
    is_left_handed: bool
    began_at_s: float
    phase: Phase = Phase.PREPARING


@dataclass(frozen=True, slots=True)
class Concluded:
    """An attempt that has come to its end, to be kept.

    Attributes:
      verdict: what it came to; None if it was lost.
      seal: the last seal of its record, 32 bytes; none if it was lost.
    """

    attempt: Attempt
    verdict: m.Verdict | None = None
    seal: bytes = b""


@dataclass(frozen=True, slots=True)
class Showing:
    """An attempt that is shown again at a station.

    Attributes:
      replay_id: of this showing; the attempt may be shown elsewhere too.
      shown_by: who wanted to see it.
      at_s: from which moment of the attempt it goes on, as `turn` begins.
      turn: counts how often it was stopped, let go on, or put elsewhere.
    """

    replay_id: str
    room_id: RoomId
    attempt_id: str
    trainee_id: UserId
    shown_by: UserId
    is_playing: bool = True
    speed: float = 1.0
    at_s: float | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody reads a trainee's list of attempts."""

    reader_id: UserId
    trainee_id: UserId


@dataclass(frozen=True, slots=True)
class Training:
    """All stations; none has both an attempt and a replay.

    Attributes:
      attempts: the one attempt of each room that has one.
      replays: what is shown again, by room.
      watching: who wants the pictures of the station of the room they are in, and how many.
      offered: what can be practised now; nothing while no simulation can be reached.
    """

    attempts: Mapping[RoomId, Attempt] = field(default_factory=dict)
    replays: Mapping[RoomId, Showing] = field(default_factory=dict)
    watching: Mapping[UserId, m.Tier] = field(default_factory=dict)
    offered: tuple[m.Procedure, ...] = ()

    def of_trainee(self, user_id: UserId) -> Attempt | None:
        """Returns the attempt of this person, None if there is none."""
        return next((one for one in self.attempts.values() if one.trainee_id == user_id), None)

    def by_id(self, attempt_id: str) -> Attempt | None:
        """Returns the attempt of that id, None if it is no more."""
        return next((one for one in self.attempts.values() if one.attempt_id == attempt_id), None)

    def replay(self, replay_id: str) -> Showing | None:
        """Returns the showing of that id, None if it is no more."""
        return next((one for one in self.replays.values() if one.replay_id == replay_id), None)

    def with_replay(self, showing: Showing) -> "Training":
        """Returns the same with this showing as given."""
        return replace(self, replays={**self.replays, showing.room_id: showing})

    def without_replay(self, room_id: RoomId) -> "Training":
        """Returns the same with nothing shown again in that room."""
        rest = {key: one for key, one in self.replays.items() if key != room_id}
        return replace(self, replays=rest)

    def with_attempt(self, attempt: Attempt) -> "Training":
        """Returns the same with this attempt as given."""
        return replace(self, attempts={**self.attempts, attempt.room_id: attempt})

    def without_attempt(self, room_id: RoomId) -> "Training":
        """Returns the same with the station of that room free."""
        rest = {key: one for key, one in self.attempts.items() if key != room_id}
        return replace(self, attempts=rest)
