"""The two ends of a thread, led out of the body through one trocar, and the hand that has them.

Rules:
- Hands outside are not simulated. The free end runs out against a little force. When the needle
  has come to the trocar, a hand draws it on until enough of its end is out, and from then on has
  both ends: it gives thread and takes it, the same of both, and so keeps the force that it wants.
- Then the nodes of the thread are drawn together near the wound.
- What is cut off falls away unseen.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from sim.arrays import STEP_S, FloatArray
from sim.suture.field import NODES, Laid
from sim.thread.shapes import resampled
from sim.thread.thread import Thread

LENGTH_M = 0.46
"""As much of the thread as ever comes into the body, there and back, and a finger's breadth more of
each end. The rest stays in the hands."""
WHOLE_M = (0.0, LENGTH_M)
EYES = 2
"""Before and behind those of the channel: for the throw that slides and for the knot."""
ANCHORS = (3, 4)
"""Of the free end and of the needle's; those before are the field's own."""
BESIDE_M = np.array([0.0, -0.004, 0.003])
"""From the trocar's middle to where the free end goes through it; the other end goes opposite."""
FIRST_M = 0.012
"""The thread leaves the needle sideways, and not into the jaws."""
RUNS_N = 0.05
"""Against which the free end runs out. Own choice."""
FAR_M = 1.0
OUT_M = 0.05
"""So much of the needle's end is drawn out."""
DRAWN_M_N = 5e-4
"""Yield of the needle's end in the hand that draws it out: that of a grip (sim/thread/jaws.py)."""
HAND_M_N, MOST_N = 0.02, 3.0
"""Yield of hand and thread outside, and the most that they bear. Own choices."""
HAND_M_S = 0.15
"""How fast the hand outside gives and takes thread. Own choice: a calm movement."""
FINE_M, FINE_NODES = 0.03, 54
"""To either side of the wound, and the nodes in there."""
REACH_M, LOOP_REACH_M = 0.003, 0.002
"""Within which blades that close take an end, and the loop."""


def led_out(tail_m: FloatArray, pivot_m: FloatArray) -> Laid:
    """Returns a thread from a needle's tail (3,) through a trocar and on, straight."""
    out_m = pivot_m + BESIDE_M - tail_m
    aside_m = FIRST_M * BESIDE_M / np.sqrt((BESIDE_M**2).sum())
    far = 2 * LENGTH_M / np.sqrt((out_m**2).sum())
    line_m = np.stack([np.zeros(3), 0.25 * out_m + aside_m, out_m, far * out_m])
    along_m = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(line_m, axis=0) ** 2).sum(1)))])
    end_m = np.array([np.interp(LENGTH_M, along_m, line_m[:, d]) for d in range(3)])
    whole_m = np.vstack([line_m[along_m < LENGTH_M], end_m])
    return Laid(resampled(whole_m, NODES)[::-1], ends=len(ANCHORS), eyes=EYES)


@dataclass(slots=True)
class Ends:
    """Both ends of a thread that was laid by `led_out`.

    Attributes:
      thread: whose ends they are.
      pivot_m: (3,) the trocar's middle.
      outward: (3,) unit vector from the wound to there.
      is_drawn: a hand outside draws the needle's end out.
      is_in_hand: it has both ends.
      cut_m: where the thread begins and ends now, from its first node.
    """

    thread: Thread
    pivot_m: FloatArray
    outward: FloatArray
    is_drawn: bool = False
    is_in_hand: bool = False
    cut_m: list[float] = field(default_factory=lambda: list(WHOLE_M))
    _middle_m: float = LENGTH_M / 2
    _held_m: FloatArray = field(default_factory=lambda: np.zeros((2, 3)))

    def __post_init__(self) -> None:
        self.thread.hold(ANCHORS[0], 0, limit_n=RUNS_N)
        self.thread.drive(ANCHORS[0], self.pivot_m + BESIDE_M + FAR_M * self.outward)

    @property
    def tension_n(self) -> float:
        """Mean force of the ends that are whole on the hand that has them; 0 without any."""
        forces_n = [
            self.thread.force_n(anchor)
            for end, anchor in enumerate(ANCHORS)
            if not self._is_cut(end)
        ]
        pulls_n = [math.sqrt(float((force_n**2).sum())) for force_n in forces_n]
        return sum(pulls_n) / len(pulls_n) if pulls_n else 0.0

    @property
    def whole(self) -> int:
        """How many ends are not cut."""
        return sum(not self._is_cut(end) for end in range(2))

    def draw(self) -> None:
        """Begins to draw the needle's end out."""
        self.is_drawn = True
        self.thread.hold(ANCHORS[1], NODES - 1, DRAWN_M_N, MOST_N)
        self._held_m[1] = self.thread.points_m[NODES - 1]

    def draw_on(self) -> bool:
        """Draws the needle's end on for one step; returns whether enough of it is out."""
        goal_m = self.pivot_m - BESIDE_M + OUT_M * self.outward
        way_m = goal_m - self._held_m[1]
        far_m = float(np.sqrt((way_m**2).sum()))
        step_m = min(far_m, HAND_M_S * STEP_S)
        self._held_m[1] += way_m * (step_m / (far_m + 1e-12))
        self.thread.drive(ANCHORS[1], self._held_m[1])
        return far_m < 1e-6

    def take(self, first: int, last: int) -> None:
        """Takes both ends into one hand; nodes first .. last lie in the wound."""
        self.is_in_hand = True
        self._middle_m = (self.along_m(first) + self.along_m(last)) / 2
        self.thread.remesh(_drawn_together_m(self._places_m(), first, last))
        for anchor, node in zip(ANCHORS, (0, NODES - 1), strict=True):
            self.thread.hold(anchor, node, HAND_M_N, MOST_N)
        self._held_m = self.thread.points_m[[0, NODES - 1]]

    def pull(self, wanted_n: float, full_n: float) -> None:
        """Gives or takes thread for one step, so that the ends come to bear a force.

        Args:
          wanted_n: the force.
          full_n: so far from it the hand moves at its full speed.
        """
        share = min(1.0, max(-1.0, (wanted_n - self.tension_n) / full_n))
        self._held_m = self._held_m + HAND_M_S * STEP_S * share * self.outward
        for end, anchor in enumerate(ANCHORS):
            if not self._is_cut(end):
                self.thread.drive(anchor, self._held_m[end])

    def cut(self, at_m: FloatArray, loop_m: tuple[float, float]) -> bool:
        """Cuts what blades that cross at a place (3,) have between them; returns if an end.

        Args:
          at_m: the place.
          loop_m: how far along the thread its loop begins and ends.
        """
        before = list(self.cut_m)
        for end, span_m in enumerate(((self.cut_m[0], loop_m[0]), (loop_m[1], self.cut_m[1]))):
            if not self._is_cut(end):
                where_m = self._near_m(span_m, at_m, REACH_M)
                if where_m is not None:
                    self.cut_m[end] = where_m
                    self.thread.release(ANCHORS[end])
        return before != self.cut_m

    def is_between(self, at_m: FloatArray, spans_m: tuple[tuple[float, float], ...]) -> bool:
        """Whether blades that cross at a place (3,) have one of these parts between them."""
        return any(self._near_m(span_m, at_m, LOOP_REACH_M) is not None for span_m in spans_m)

    def seen_m(self) -> FloatArray:
        """Returns (n, 3) points of the thread inside, from trocar to trocar or to a cut."""
        places_m, middle_m = self._places_m(), self._middle_m
        first_m, last_m = self.cut_m
        kept_m = np.interp(places_m, [0.0, middle_m, places_m[-1]], [first_m, middle_m, last_m])
        points_m = self._points_m(kept_m)
        beyond_m = ((points_m - self.pivot_m) * self.outward).sum(axis=1)
        points_m -= np.maximum(beyond_m, 0.0)[:, None] * self.outward
        before_m = [] if self._is_cut(0) else [self.pivot_m + BESIDE_M]
        is_led_out = self.is_drawn and not self._is_cut(1)
        after_m = [self.pivot_m - BESIDE_M] if is_led_out else []
        return np.vstack([*before_m, points_m, *after_m])

    def along_m(self, node: int) -> float:
        """Returns how far a node is from the first."""
        return float(self.thread.chain.rest[:node].sum())

    def state(self) -> bytes:
        """Returns what the next step depends on besides the thread's own state."""
        told = (self.is_drawn, self.is_in_hand, self.cut_m, self._middle_m)
        return self._held_m.tobytes() + repr(told).encode()

    def _is_cut(self, end: int) -> bool:
        return self.cut_m[end] != WHOLE_M[end]

    def _places_m(self) -> FloatArray:
        return np.concatenate([[0.0], np.cumsum(self.thread.chain.rest)])

    def _points_m(self, at_m: FloatArray) -> FloatArray:
        along_m, points_m = self._places_m(), self.thread.points_m
        return np.stack([np.interp(at_m, along_m, points_m[:, d]) for d in range(3)], axis=1)

    def _near_m(
        self, span_m: tuple[float, float], at_m: FloatArray, within_m: float
    ) -> float | None:
        """Returns where a part of the thread is nearest to a place; None if it is not near."""
        fine_m = np.linspace(*span_m, 400)
        square = ((self._points_m(fine_m) - at_m) ** 2).sum(axis=1)
        nearest = int(square.argmin())
        return float(fine_m[nearest]) if square[nearest] < within_m**2 else None


def _drawn_together_m(along_m: FloatArray, first: int, last: int) -> FloatArray:
    """Returns (n,) places along a thread, fine near what lies between two of its nodes."""
    end_m = along_m[-1]
    middle_m = np.clip((along_m[first] + along_m[last]) / 2, 2 * FINE_M, end_m - 2 * FINE_M)
    low_m, high_m = middle_m - FINE_M, middle_m + FINE_M
    coarse = len(along_m) - FINE_NODES
    before = round(coarse * low_m / (low_m + end_m - high_m))
    return np.concatenate(
        [
            np.linspace(0.0, low_m, before, endpoint=False),
            np.linspace(low_m, high_m, FINE_NODES, endpoint=False),
            np.linspace(high_m, end_m, coarse - before),
        ]
    )
