"""A stitch whose knot both hands tie inside: the attempt, from the first motion to the judge.

Rules (source of each number: sim/scoring/rules.py; of the stitch: stitch.py):
- A knot slips that has not the throws that the task asks for, or that has tipped over, or that lies
  beside the loop. It is judged by its shape: the pull on it is not simulated (see
  sim/thread/security.py). Two throws and more that were drawn tight hold their loop by that rule.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType

from sim.arrays import STEP_S
from sim.procedures import stitch
from sim.procedures.procedure import Hand, Occurrence, Touch
from sim.procedures.stitch import Stitch
from sim.suture.field import LEFT, RIGHT, Field, Held
from sim.thread.knots import Knot, KnotName, Place, Throws, find_knot
from sim.thread.lie import Lie, find_lie
from sim.thread.thread import SILK
from world.protocol.scene_lane import Scene, Strand

SETTLED_S = 1.0
"""So long both hands are off the finished knot before the attempt ends. Own choice."""
HOLDS_N, SLIPS_N = 10.0, 0.1
"""What a drawn-tight knot of alternating throws holds, and one with equal throws in a row. Own
choices: that a granny slips where a square knot holds is the rule, its figures are not measured."""
NO_KNOT = Knot(KnotName.NONE, (), Place.UNKNOWN, 1.0)
SENTENCES = MappingProxyType(
    {
        **stitch.SENTENCES,
        "throw laid": "A throw lies on the wound.",
        "knot lost": "A throw has come undone.",
        "knot slip": "This knot would slip: look at its number of throws and at their directions.",
        "finished": "The knot is tied, and both hands are off it.",
    }
)


@dataclass(slots=True)
class Stitching:
    """One attempt at a stitch.

    Attributes:
      seed: variant: where along the slit the marks are.
      is_left_handed: the needle begins in the left hand.
      is_secure: whether a knot of these throws is what the task asks for.
      is_finished: the knot is tied and both hands are off it.
      stitch: what is tied.
      knot: as last seen.
    """

    seed: int
    is_left_handed: bool
    is_secure: Callable[[Throws], bool]
    is_finished: bool = False
    stitch: Stitch = field(init=False)
    knot: Knot = NO_KNOT
    _idle: int = 0
    _held: tuple[int, int] = (-1, -1)
    _was_taut: bool = False

    def __post_init__(self) -> None:
        self.stitch = Stitch(self.seed, self.is_left_handed)
        self.knot = find_knot(self._pad.thread.points_m)  # compiled before anybody waits for it

    @property
    def _pad(self) -> Field:
        return self.stitch.pad

    def advance(self, hands: tuple[Hand, Hand], effort: int) -> tuple[Occurrence, ...]:
        """See `Attempt`."""
        left, right = (Held(*hand.pose, hand.posture.jaw) for hand in hands)
        self._pad.step((left, right), effort)
        return (*self.stitch.watch(), *self._watch_knot())

    def finish(self) -> tuple[Occurrence, ...]:
        """See `Attempt`."""
        return self.stitch.finish(slips=self.slips())

    def touch(self) -> Touch:
        """See `Attempt`."""
        return self.stitch.touch()

    def scene(self) -> Scene:
        """See `Attempt`."""
        thread = Strand("thread", self._pad.thread.points_m, SILK.diameter_m / 2)
        return Scene(
            bodies=self.stitch.marks(),
            surfaces=(self.stitch.surface(),),
            strands=(thread, self.stitch.needle()),
        )

    def state(self) -> bytes:
        """See `Attempt`."""
        told = (
            self.is_finished, self.knot, self.stitch.was, self.stitch.lifted, self.stitch.is_off,
            self._idle, self._held, self._was_taut,
        )  # fmt: skip
        return self._pad.state() + repr(told).encode()

    def slips(self) -> bool:
        """Whether the knot as it lies would slip."""
        first, last = self._pad.passage.in_tissue
        if self.stitch.is_off or first < 0 or not self.is_secure(self.knot.throws):
            return True
        points_m = self._pad.thread.points_m
        if find_lie(points_m, (first + last) // 2, SILK.diameter_m).lie is Lie.OPEN:
            return True
        return self.knot.place is Place.IN_TAIL

    # --- what happened

    def _watch_knot(self) -> list[Occurrence]:
        now = (self._pad.jaws[LEFT].node, self._pad.jaws[RIGHT].node)
        before, self._held = self._held, now
        happened = []
        is_taut = self._pad.is_taut()
        if now != before or is_taut is not self._was_taut:
            happened += self._look_at_knot()
        if is_taut:
            self._lock()
        self._was_taut = is_taut
        is_off = now == (-1, -1) and self._pad.needle_in < 0
        is_tied = bool(self.knot.throws) and self.is_secure(self.knot.throws)
        self._idle = self._idle + 1 if is_off and is_tied else 0
        if self._idle * STEP_S >= SETTLED_S and not self.is_finished:
            happened += self._look_at_knot()
            if self.is_secure(self.knot.throws):
                self.is_finished = True
                happened.append(Occurrence("finished", self.stitch.place_m))
        return happened

    def _lock(self) -> None:
        """Lets a knot that is drawn tight hold what a knot of its throws holds."""
        throws = self.knot.throws
        if len(throws) > 1 and self.knot.place is not Place.IN_TAIL:
            self._pad.lock(HOLDS_N if is_alternating(throws) else SLIPS_N)

    def _look_at_knot(self) -> list[Occurrence]:
        first, last = self._pad.passage.in_tissue
        if first < 0:
            self.knot = NO_KNOT
            return []
        before = len(self.knot.throws)
        found = find_knot(self._pad.thread.points_m, apex=(first + last) // 2)
        self.knot = replace(found, throws=in_order(self.knot.throws, found.throws))
        after = len(self.knot.throws)
        if after > before:
            return [Occurrence("throw laid", self.stitch.place_m)]
        return [Occurrence("knot lost", self.stitch.place_m)] if after < before else []


def in_order(made: Throws, found: Throws) -> Throws:
    """Returns the throws that are found, in the order in which they were made.

    A tight knot hardly shows the order of its throws; what was there before is known, and what is
    there besides came last.
    """
    for sign in (1, -1):
        more = Counter(sign * wraps for wraps in found)
        more.subtract(made)
        if min(more.values(), default=0) >= 0:
            return (*made, *more.elements())
    return found


def is_alternating(throws: Throws) -> bool:
    """Whether each throw is laid against the one before it, as in a square knot."""
    return all(a * b < 0 for a, b in pairwise(throws))
