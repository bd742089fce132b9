"""What every task is to the loop around it (sim/environment.py), and what it tells.

A procedure is declared data and a way to begin an attempt. An attempt owns what moves and watches
it; it knows nothing of time limits, metrics, records or people.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sim.arrays import BoolArray, FloatArray
from sim.instruments.catalog import Instrument
from sim.instruments.station import Station
from sim.instruments.trocar import Pose, Posture, Trocar
from sim.scoring.composite import Expectation
from sim.scoring.rules import TaskRules
from world.geometry import Vector
from world.protocol.scene_lane import Scene

NOTICE = "FLS-style; not affiliated with the FLS program; not a certification"


class Hand(NamedTuple):
    """One instrument as it stands in a step.

    Attributes:
      instrument: what the hand holds.
      trocar: through which it passes.
      posture: within limits and speeds, as `trocar.step` gave it.
      pose: where its tip frame is in the station.
    """

    instrument: Instrument
    trocar: Trocar
    posture: Posture
    pose: Pose


class Occurrence(NamedTuple):
    """Something that happened, good or bad.

    Attributes:
      kind: a key of the procedure's `sentences`.
      place_m: where in the station.
      amount: in the unit of the rules' penalty of that kind; 1 for an event.
    """

    kind: str
    place_m: Vector
    amount: float = 1.0


class Touch(NamedTuple):
    """What the instruments did to the field in a step.

    Attributes:
      tip_m: (2, 3) where the tips really are.
      force_n: (2,) between each instrument and tissue or prop.
      is_colliding: (2,) whether each touches what it should not.
      damage_m3: rest volume of tissue damaged so far.
    """

    tip_m: FloatArray
    force_n: FloatArray
    is_colliding: BoolArray
    damage_m3: float = 0.0


class Attempt(Protocol):
    """One attempt at a procedure, in progress."""

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do."""

    def advance(self, hands: tuple[Hand, Hand], effort: int) -> tuple[Occurrence, ...]:
        """Moves all on by one step (1/60 s) and returns what happened.

        Args:
          hands: left and right.
          effort: 0 solves fully; higher solves with less, down to EFFORTS - 1.
        """

    def finish(self) -> tuple[Occurrence, ...]:
        """Judges what can only be judged at the end, when the trainee says that it is done."""

    def touch(self) -> Touch:
        """Returns what the instruments do now."""

    def scene(self) -> Scene:
        """Returns what a viewer sees now."""

    def state(self) -> bytes:
        """Returns everything that the next step depends on, as bytes, the same on every machine."""


EFFORTS = 4


@dataclass(frozen=True, slots=True)
class Procedure:
    """A task that can be practised.

    Attributes:
      name: its key in the table, the rules and in records.
      brief: what is to be done, in a few sentences for the trainee.
      station: where it is done.
      left: instrument of the left hand of a right-handed trainee.
      right: instrument of the right hand.
      rules: time limit, penalties, proficiency; None for free play, which has no score.
      expected: what experts do.
      sentences: each kind of occurrence, as told to the trainee.
      begin: makes an attempt from a seed; the flag says that the trainee is left-handed.
      exchanges: what instruments are exchanged for after a kind of occurrence: by that kind, each
        by its name.
    """

    name: str
    brief: str
    station: Station
    left: str
    right: str
    rules: TaskRules | None
    expected: Expectation
    sentences: Mapping[str, str]
    begin: Callable[[int, bool], Attempt]
    exchanges: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
