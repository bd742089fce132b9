"""Throws that are laid outside the body and slid down by a pusher: an extracorporeal knot.

Rules:
- Hands outside are not simulated: they hold both ends (ends.py) and lay a throw round them at the
  pusher's tip. All else is: the strands between trocar and wound, the throw that slides down on
  them, the tension that draws the wound together, the friction that keeps it so.
- While the pusher pushes, the hand outside pulls; else it lets the ends hang.
- A throw slides ahead of the pusher's tip. At the wound it becomes the knot, and so does each
  further one where it meets the knot.
- A knot that is pushed while its ends are pulled tightens. Left alone it clings to its strands by
  its throws: one throw a little, equal throws in a row not much more, two and more that alternate
  hold. Figures are own choices.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sim.arrays import FloatArray
from sim.suture.ends import RUNS_N, Ends
from sim.suture.field import Field
from sim.thread.hitches import Hitch, Strands
from sim.thread.knots import Throws
from sim.tissue.channel import POINTS, THREADED

PULL_N = 0.3
"""With what a hand outside pulls at both ends while a throw is slid down. Own choice."""
AHEAD_M = 0.0016
"""From the pusher's tip to the throw that it pushes."""
CATCH_M = 0.004
"""A pusher that comes on a throw within this of its shaft's line takes it along."""
TOUCH_M = 2e-4
"""And one so little before its ring is touched."""
DOWN_M = 0.004
"""A throw is down that is so near to the middle between where the thread goes in and out."""
MEET_M = 0.0015
"""Throws nearer than that lie on each other."""
LOOSE_N, ONE_N, EQUAL_N, HOLDS_N = 0.02, 0.25, 0.4, 10.0
"""What clings: throws that are slid down, one at the wound, equal ones, and alternating ones."""


@dataclass(slots=True)
class Outside:
    """The throws around the ends of a field's thread.

    Attributes:
      pad: whose thread was laid by `ends.led_out`.
      ends: of that thread.
      throws: of the knot as far as it lies, in order.
      coming: the throw that slides down, 0 for none.
    """

    pad: Field
    ends: Ends
    throws: Throws = ()
    coming: int = 0
    _knot: Hitch = field(init=False)
    _sliding: Hitch = field(init=False)
    _is_pushed: bool = False

    def __post_init__(self) -> None:
        self._sliding = Hitch(self.pad.thread, (0, POINTS + 3))
        self._knot = Hitch(self.pad.thread, (1, POINTS + 2))

    @property
    def place_m(self) -> FloatArray | None:
        """(3,) where the knot lies; None before there is a throw."""
        return self._knot.place_m if self._knot.is_laid else None

    @property
    def coming_m(self) -> FloatArray | None:
        """(3,) where the throw that slides down is."""
        return self._sliding.place_m if self.coming else None

    @property
    def pushed_n(self) -> float:
        """How hard the throws press on the pusher; 0 where it does not push them."""
        if not self._is_pushed:
            return 0.0
        force_n = (self._sliding if self.coming else self._knot).force_n
        return float(np.sqrt((force_n**2).sum()))

    @property
    def is_through(self) -> bool:
        """Whether the thread lies in the wound."""
        return self.pad.passage.in_tissue[0] >= 0

    @property
    def is_around(self) -> bool:
        """Whether there is a knot, and the thread in the wound is its loop."""
        return self.is_through and self._knot.is_laid

    def take_out(self) -> None:
        """Takes the needle, whose end is drawn out from now on."""
        self.pad.take_out_needle()
        self.ends.draw()

    def lay(self, throw: int, at_m: FloatArray) -> None:
        """Lays a throw around both strands at a place (3,), its sign its handedness."""
        self.coming = throw
        self._sliding.lay(at_m, Strands(*self.pad.passage.in_tissue), LOOSE_N)

    def lead(self, tip_m: FloatArray, ahead: FloatArray) -> bool:
        """Moves ends and throws for the next step of the field; returns if a throw came down.

        Args:
          tip_m: (3,) of the pusher.
          ahead: (3,) unit vector down its shaft.
        """
        if not self.ends.is_in_hand:
            if self.ends.draw_on():
                self.ends.take(*self.pad.passage.in_tissue)
            return False
        ring_m = tip_m + AHEAD_M * ahead
        self._is_pushed = False
        for hitch in (self._sliding, self._knot):
            if hitch.is_laid:
                behind_m = _behind_m(hitch.place_m, ring_m, ahead)
                is_pushed = behind_m is not None
                hitch.move(ring_m if behind_m is not None and behind_m > 0.0 else None)
                if hitch is self._knot:
                    hitch.cling(LOOSE_N if is_pushed else clinging_n(self.throws))
                self._is_pushed |= is_pushed
        self.ends.pull(PULL_N if self._is_pushed else RUNS_N, PULL_N)
        self._lose()
        return bool(self.coming) and self._meet()

    def cut(self, at_m: FloatArray) -> bool | None:
        """Cuts what blades that cross at a place (3,) have between them.

        Returns:
          Whether it was the loop, and not one of its ends or both; None for nothing.
        """
        first, last = self.pad.passage.in_tissue
        wound_m = self.ends.along_m(first), self.ends.along_m(last)
        loop_m = self._knot.along_m() if self._knot.is_laid else wound_m
        if self.ends.cut(at_m, loop_m):
            return False
        spans_m = (loop_m[0], wound_m[0]), (wound_m[1], loop_m[1])
        return True if self.ends.is_between(at_m, spans_m) else None

    def tails_m(self) -> tuple[float, float]:
        """Returns the lengths of both ends beyond the knot."""
        first_m, second_m = self._knot.along_m()
        return first_m - self.ends.cut_m[0], self.ends.cut_m[1] - second_m

    def state(self) -> bytes:
        """Returns what the next step depends on besides the field's own state."""
        told = (self.throws, self.coming, self._is_pushed)
        places_m = self._sliding.place_m.tobytes() + self._knot.place_m.tobytes()
        return self.ends.state() + places_m + repr(told).encode()

    def _lose(self) -> None:
        """Forgets throws that an end has slipped out of."""
        if not self._sliding.is_laid:
            self.coming = 0
        if not self._knot.is_laid:
            self.throws = ()

    def _meet(self) -> bool:
        sliding, knot = self._sliding, self._knot
        if knot.is_laid:
            apart_m = sliding.place_m - knot.place_m
            if float((apart_m**2).sum()) > MEET_M**2:
                return False
            sliding.undo()
        else:
            if not self._is_down():
                return False
            knot.take(sliding)
        self.throws, self.coming = (*self.throws, self.coming), 0
        return True

    def _is_down(self) -> bool:
        """Whether the throw that slides has come down to the wound."""
        count = self.pad.needle.channel.tally[THREADED]
        ends_m = self.pad.passage.eyes.target[[0, count - 1]]
        off_m = self._sliding.place_m - ends_m.mean(axis=0)
        return float((off_m**2).sum()) < DOWN_M**2


def clinging_n(throws: Throws) -> float:
    """Returns how hard a knot of these throws clings to its strands."""
    if len(throws) < 2:
        return ONE_N
    return HOLDS_N if any(a * b < 0 for a, b in pairwise(throws)) else EQUAL_N


def _behind_m(place_m: FloatArray, ring_m: FloatArray, ahead: FloatArray) -> float | None:
    """Returns how far a throw at a place is behind a pusher's ring; None where they do not touch.

    One that lies just before the ring touches it.
    """
    from_ring_m = place_m - ring_m
    along_m = float((from_ring_m * ahead).sum())
    aside_m = from_ring_m - along_m * ahead
    is_near = float((aside_m**2).sum()) < CATCH_M**2
    return -along_m if is_near and -2 * CATCH_M < along_m < TOUCH_M else None
