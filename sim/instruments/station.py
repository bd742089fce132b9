"""Where a trainee works: two trocars and a scope over a field, as in a box trainer.

The station's frame: the origin is the middle of the field, on its floor; +X is to the trainee's
right, +Y away from the trainee, +Z up. Every scene, record and score is in this frame; where the
station stands in a room is the room's business.
"""

from dataclasses import dataclass
from math import atan2, cos, hypot, sin
from typing import Final

from sim.instruments.scope import Scope
from sim.instruments.trocar import Trocar
from world.geometry import Quaternion, Vector


@dataclass(frozen=True, slots=True)
class Station:
    """The fixed part of a workplace.

    Attributes:
      left: trocar of the left hand.
      right: trocar of the right hand.
      camera: trocar of the scope.
      scope: what looks through it.
    """

    left: Trocar
    right: Trocar
    camera: Trocar
    scope: Scope


def looking_at(pivot_m: Vector, target_m: Vector) -> Trocar:
    """Returns a trocar whose +Y axis points at the target, with +X level.

    Raises:
      ValueError: if the target is the pivot.
    """
    way_m = tuple(t - p for t, p in zip(target_m, pivot_m, strict=True))
    level_m = hypot(way_m[0], way_m[1])
    if hypot(level_m, way_m[2]) < 1e-9:
        raise ValueError("A trocar cannot look at its own pivot: name another target.")
    return Trocar(pivot_m, _turned(atan2(-way_m[0], way_m[1]), atan2(way_m[2], level_m)))


def _turned(yaw_rad: float, pitch_rad: float) -> Quaternion:
    a, b = yaw_rad / 2, pitch_rad / 2
    return cos(a) * cos(b), cos(a) * sin(b), sin(a) * sin(b), sin(a) * cos(b)


BOX = Station(
    left=looking_at((-0.09, -0.07, 0.15), (0.0, 0.0, 0.02)),
    right=looking_at((0.09, -0.07, 0.15), (0.0, 0.0, 0.02)),
    camera=looking_at((0.0, -0.15, 0.17), (0.0, 0.0, 0.115)),
    scope=Scope(),
)
"""A box trainer of this project's own measures: trocars a hand's breadth to each side.

The scope's shaft passes above the field, so that its view, 30 degrees lower, meets the middle.
"""

WIDE_BOX = Station(
    left=looking_at((-0.15, 0.0, 0.09), (0.0, 0.0, 0.012)),
    right=looking_at((0.15, 0.0, 0.09), (0.0, 0.0, 0.012)),
    camera=BOX.camera,
    scope=Scope(),
)
"""The same box with its trocars farther apart and lower, so that instruments meet at an obtuse
angle, which tying wants. Own measures too."""

STATIONS: Final = {"box": BOX, "wide_box": WIDE_BOX}
"""By the names under which tasks tell where they are practised."""


def name_of(station: Station) -> str:
    """Returns the name of a station of the table.

    Raises:
      ValueError: if it is none of them.
    """
    for name, one in STATIONS.items():
        if one is station:
            return name
    raise ValueError("The station is not in the table: add it there under a name.")
