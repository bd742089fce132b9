"""How a knot lies: flat, or tipped over into hitches that slide along a straight strand.

Topology cannot see it: a square knot that is pulled by one tail against its own standing part tips
into two half hitches and has the same invariants. Its shape shows it. In a flat knot both strands
turn back; in a tipped one the pulled strand runs straight through and the other winds round it.
"""

import enum
import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray

STRAIGHT_RAD = math.pi
"""A strand that turns less than this within the knot carries hitches. Own rule: in simulated flat
knots the straighter strand turned 1.3 to 3 half turns, in tipped ones 0.2 to 0.7."""
MUCH_MORE = 2.5
"""How often more the other strand turns then. Own rule: 6 to 25 times in simulated tipped knots."""


class Lie(enum.Enum):
    """How a knot lies; the value is what a person reads."""

    FLAT = "lies flat"
    TIPPED = "has tipped over and slides"
    OPEN = "is still open"


@dataclass(frozen=True, slots=True)
class Shape:
    """What was measured.

    Attributes:
      lie: how the knot lies.
      turning_rad: how far each strand turns within the knot, from the start of the thread and from
        its end.
    """

    lie: Lie
    turning_rad: tuple[float, float]

    @property
    def straight(self) -> int | None:
        """The strand that a tipped knot slides on: 0 starts at the first node, 1 at the last."""
        if self.lie is not Lie.TIPPED:
            return None
        return 0 if self.turning_rad[0] < self.turning_rad[1] else 1


def find_lie(points_m: FloatArray, apex: int, diameter_m: float) -> Shape:
    """Returns how the knot of two or more throws through the nodes (n, 3) lies.

    Args:
      points_m: nodes of the thread.
      apex: a node in what is tied together; the strands lead from it to either end.
      diameter_m: of the thread.
    """
    beside = 3
    strands = points_m[: max(0, apex - beside)], points_m[apex + beside + 1 :]
    if min(map(len, strands)) < 4:
        return Shape(Lie.OPEN, (0.0, 0.0))
    apart = np.sqrt(((strands[0][:, None] - strands[1][None]) ** 2).sum(axis=2))
    near = 5 * diameter_m
    if apart.min() > near:
        return Shape(Lie.OPEN, (0.0, 0.0))
    turning = (
        _turning(strands[0], np.flatnonzero(apart.min(axis=1) < near)),
        _turning(strands[1], np.flatnonzero(apart.min(axis=0) < near)),
    )
    less, more = sorted(turning)
    is_tipped = less < STRAIGHT_RAD and more > MUCH_MORE * less
    return Shape(Lie.TIPPED if is_tipped else Lie.FLAT, turning)


def _turning(strand_m: FloatArray, near: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> float:
    """Total angle between neighbouring segments, from the first to the last node near the other."""
    part = strand_m[max(0, near[0] - 1) : near[-1] + 2]
    way = part[1:] - part[:-1]
    way = way / np.sqrt((way**2).sum(axis=1))[:, None]
    cosine = np.clip((way[1:] * way[:-1]).sum(axis=1), -1.0, 1.0)
    return float(np.arccos(cosine).sum())
