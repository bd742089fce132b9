"""Hitches: throws that two strands of a thread make around each other, and that slide on both.

Strategy: a throw laid far from the wound is small beside the strands that it slides on, and which
knot it is part of is known from how it was laid. So it is no contact of the thread with itself, but
one place with two eyes (see eyes.py): each strand passes through one of them, is held there
sideways, and slides with the friction of a throw. Left alone, the place goes to where the forces of
both strands on it balance, by half of what parts them in every frame; a pusher carries it along.

What it deliberately is not: it cannot tell which throws make a good knot. Whoever judges knots sets
how hard a hitch clings.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray
from sim.thread.thread import Thread

COMPLIANCE_M_N = 5.0e-4
"""Yield of a throw: that of a grip (jaws.py)."""
FRICTION = 0.3
"""On the force that turns a strand in a throw. Own choice."""
LIMIT_N = 20.0
FASTEST_M = 2.0e-3
"""The most that a hitch moves in a frame by itself. Own choice: 0.12 m/s."""


class Strands(NamedTuple):
    """Nodes between which the two strands of a hitch run: 0 .. into, and out .. the last."""

    into: int
    out: int


@dataclass(slots=True)
class Hitch:
    """A throw on its two strands.

    Attributes:
      thread: on which it slides.
      eyes: numbers of its two eyes; the first is before all eyes of the loop, the second behind.
      place_m: (3,) where it is.
    """

    thread: Thread
    eyes: tuple[int, int]
    place_m: FloatArray = field(default_factory=lambda: np.zeros(3))

    def lay(self, place_m: FloatArray, strands: Strands, cling_n: float) -> None:
        """Throws it around the strands where they are nearest to a place (3,)."""
        self.place_m = np.array(place_m)
        x = self.thread.chain.x[:, : self.thread.nodes]
        spans = ((0, strands.into), (strands.out, self.thread.nodes - 1))
        for eye, (first, last) in zip(self.eyes, spans, strict=True):
            self._thread_through(eye, *_nearest(x, first, last, self.place_m))
        self.cling(cling_n)

    def cling(self, cling_n: float) -> None:
        """Sets the friction that it has without any force that turns its strands."""
        self.thread.eyes.cling[list(self.eyes)] = cling_n

    def move(self, pushed_m: FloatArray | None) -> None:
        """Moves it for the next step: to a place (3,) that it is pushed to, or to balance."""
        eyes = self.thread.eyes
        if pushed_m is None:
            way_m = self.force_n * (COMPLIANCE_M_N / 2)
            far_m = float(np.sqrt((way_m**2).sum()))
            pushed_m = self.place_m + way_m * min(1.0, FASTEST_M / (far_m + 1e-12))
        self.place_m = np.array(pushed_m)
        eyes.target[list(self.eyes)] = self.place_m

    def take(self, other: "Hitch") -> None:
        """Comes to lie where another one of the same thread lies, which is no more after it."""
        eyes = self.thread.eyes
        for own, its in zip(self.eyes, other.eyes, strict=True):
            for array in eyes:
                array[own] = array[its]
        self.place_m = other.place_m
        other.undo()

    def undo(self) -> None:
        """Takes it off the strands."""
        eyes = self.thread.eyes
        for eye in self.eyes:
            eyes.segment[eye], eyes.limit[eye], eyes.drag[eye] = -1, 0.0, 0.0
            eyes.push[eye] = eyes.force[eye] = 0.0

    @property
    def is_laid(self) -> bool:
        """Whether both strands pass through it."""
        return bool((self.thread.eyes.segment[list(self.eyes)] >= 0).all())

    @property
    def force_n(self) -> FloatArray:
        """(3,) of both strands on it, mean of the last step."""
        force: FloatArray = self.thread.eyes.force[list(self.eyes)].sum(axis=0)
        return force

    def along_m(self) -> tuple[float, float]:
        """Returns how far from the thread's first node each of its strands is in it."""
        eyes, rest = self.thread.eyes, self.thread.chain.rest
        first, second = (
            float(rest[: eyes.segment[eye]].sum() + eyes.share[eye] * rest[eyes.segment[eye]])
            for eye in self.eyes
        )
        return first, second

    def _thread_through(self, eye: int, segment: int, share: float) -> None:
        eyes = self.thread.eyes
        eyes.segment[eye], eyes.share[eye] = segment, share
        eyes.origin[eye] = eyes.target[eye] = self.place_m
        eyes.axis[eye] = eyes.push[eye] = eyes.force[eye] = 0.0
        eyes.drag[eye] = 0.0
        eyes.compliance[eye], eyes.friction[eye] = COMPLIANCE_M_N, FRICTION
        eyes.limit[eye] = LIMIT_N


def _nearest(x: FloatArray, first: int, last: int, place_m: FloatArray) -> tuple[int, float]:
    """Returns segment and share of the point nearest to a place between two nodes."""
    start, way = x[:, first:last], x[:, first + 1 : last + 1] - x[:, first:last]
    away = place_m[:, None] - start
    share = np.clip((away * way).sum(axis=0) / ((way**2).sum(axis=0) + 1e-30), 0.0, 1.0)
    nearest = int(((away - share * way) ** 2).sum(axis=0).argmin())
    return first + nearest, float(share[nearest])
