"""A stitch and its knot: what the two suturing tasks share, which is all but how it is tied.

Rules (source of each number: sim/scoring/rules.py):
- The needle goes in at one mark and out at the other, through both walls of the slit; the larger
  of the two distances from the marks counts, in millimeters, as far as tissue is at rest.
- At the end the slit gapes by so many millimeters where the stitch is, with both hands off.
- A knot slips that has not the throws that the task asks for, or that has tipped over, or that lies
  beside the loop. It is judged by its shape: the pull on it is not simulated (see
  sim/thread/security.py). Two throws and more that were drawn tight hold their loop by that rule.
- The pad stands for the Penrose drain of the FLS program. It is torn off its base by a lift of
  more than AVULSION_N: the attempt is then worth nothing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from sim.arrays import STEP_S, FloatArray
from sim.environment import FIRST_POSTURE
from sim.instruments.station import WIDE_BOX
from sim.instruments.trocar import pose
from sim.procedures.procedure import Hand, Occurrence, Touch
from sim.suture.field import LEFT, RIGHT, Field, Held
from sim.thread.knots import Knot, KnotName, Place, Throws, find_knot
from sim.thread.lie import Lie, find_lie
from sim.thread.thread import SILK
from sim.tissue.channel import EXITS, PUNCTURES, THREADED, TORN
from world.geometry import Vector
from world.protocol.scene_lane import Body, Scene, Strand, Surface

MARK_M = 0.008
"""From the middle of the slit to each mark, along y. Own choice: what a half-circle bites."""
MARKS_SPREAD_M = 0.004
"""How far along the slit, to either side, the marks may be in a variant. Own choice."""
AVULSION_N = 4.0
"""Lift that tears the pad off its base. Own choice: four times what the jaws pull a thread with."""
AVULSION_STEPS = 6
SETTLED_S = 1.0
"""So long both hands are off the finished knot before the attempt ends. Own choice."""
HOLDS_N, SLIPS_N = 10.0, 0.1
"""What a drawn-tight knot of alternating throws holds, and one with equal throws in a row. Own
choices: that a granny slips where a square knot holds is the rule, its figures are not measured."""
NEEDLE_RADIUS_M = 4e-4
NO_KNOT = Knot(KnotName.NONE, (), Place.UNKNOWN, 1.0)
SENTENCES = MappingProxyType(
    {
        "pierced": "The needle has gone through a surface.",
        "needle through": "The needle is out on the far side. Take it there and draw it on.",
        "tissue torn": "Tissue tore. Turn the needle along its own curve, and pull less.",
        "throw laid": "A throw lies on the wound.",
        "knot lost": "A throw has come undone.",
        "pulled through": "The thread has come out of the pad. Begin again with the needle.",
        "mark deviation": "The needle did not go in and out exactly at the marks.",
        "slit gap": "The slit still gapes under the knot.",
        "knot slip": "This knot would slip: look at its number of throws and at their directions.",
        "avulsion": "The pad was torn off its base. Pull less.",
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
    """

    seed: int
    is_left_handed: bool
    is_secure: Callable[[Throws], bool]
    is_finished: bool = False
    marks_m: FloatArray = field(init=False)
    _field: Field = field(init=False)
    _knot: Knot = NO_KNOT
    _was: tuple[int, ...] = (0, 0, 0, 0)
    _lifted: int = 0
    _is_off: bool = False
    _idle: int = 0
    _held: tuple[int, int] = (-1, -1)
    _was_taut: bool = False

    def __post_init__(self) -> None:
        along_m = np.random.default_rng(self.seed).uniform(-MARKS_SPREAD_M, MARKS_SPREAD_M)
        left, right = (
            Held(*pose(trocar, FIRST_POSTURE), FIRST_POSTURE.jaw)
            for trocar in (WIDE_BOX.left, WIDE_BOX.right)
        )
        self._field = Field((left, right), LEFT if self.is_left_handed else RIGHT)
        self._knot = find_knot(self._field.thread.points_m)  # compiled before anybody waits for it
        top_m = self._field.top_m
        self.marks_m = np.array([[along_m, -MARK_M, top_m], [along_m, MARK_M, top_m]])

    def advance(self, hands: tuple[Hand, Hand], effort: int) -> tuple[Occurrence, ...]:
        """See `Attempt`."""
        left, right = (Held(*hand.pose, hand.posture.jaw) for hand in hands)
        self._field.step((left, right), effort)
        return (*self._watch_needle(), *self._watch_pad(), *self._watch_knot())

    def finish(self) -> tuple[Occurrence, ...]:
        """See `Attempt`."""
        place_m = _place(self.marks_m.mean(axis=0))
        happened = []
        deviation_m = self.deviation_m()
        if deviation_m is not None:
            happened.append(Occurrence("mark deviation", place_m, 1e3 * deviation_m))
        gap_m = self._field.gap_m(self._stitch_x())
        happened.append(Occurrence("slit gap", place_m, 1e3 * gap_m))
        if self.slips():
            happened.append(Occurrence("knot slip", place_m))
        return tuple(happened)

    def touch(self) -> Touch:
        """See `Attempt`."""
        here = self._field
        tips_m = np.stack([here.tip_m(hand) for hand in (LEFT, RIGHT)])
        forces_n = np.array([here.force_n(hand) for hand in (LEFT, RIGHT)])
        damage_m3 = float(here.needle.channel.torn_m[0]) * SILK.diameter_m**2
        return Touch(tips_m, forces_n, np.zeros(2, np.bool_), damage_m3)

    def scene(self) -> Scene:
        """See `Attempt`."""
        here = self._field
        unturned = np.array([1.0, 0.0, 0.0, 0.0])
        return Scene(
            bodies=tuple(
                Body(f"mark_{number}", mark_m, unturned)
                for number, mark_m in enumerate(self.marks_m + self._field.moved_m(self.marks_m))
            ),
            surfaces=(Surface("pad", here.surface_m(), here.surface_triangles),),
            strands=(
                Strand("thread", here.thread.points_m, SILK.diameter_m / 2),
                Strand("needle", here.needle_points_m(), NEEDLE_RADIUS_M),
            ),
        )

    def state(self) -> bytes:
        """See `Attempt`."""
        told = (
            self.is_finished, self._knot, self._was, self._lifted, self._is_off, self._idle,
            self._held, self._was_taut,
        )  # fmt: skip
        return self._field.state() + repr(told).encode()

    # --- what the judge measures

    def deviation_m(self) -> float | None:
        """Returns how far entry and exit are from their marks, the larger; None without both."""
        channel = self._field.needle.channel
        count = int(channel.tally[THREADED])
        if not count:
            return None
        ends_m = self._field.rest_points_m([0, count - 1])
        if not (ends_m[0, 1] * ends_m[1, 1] < 0.0):  # both on one side of the slit
            return None
        marks_m = self.marks_m if ends_m[0, 1] < 0.0 else self.marks_m[::-1]
        off_m = np.sqrt(((ends_m - marks_m)[:, :2] ** 2).sum(axis=1))
        return float(off_m.max())

    def slips(self) -> bool:
        """Whether the knot as it lies would slip."""
        here = self._field
        first, last = here.passage.in_tissue
        if self._is_off or first < 0 or not self.is_secure(self._knot.throws):
            return True
        points_m = here.thread.points_m
        if find_lie(points_m, (first + last) // 2, SILK.diameter_m).lie is Lie.OPEN:
            return True
        return self._knot.place is Place.IN_TAIL

    def _stitch_x(self) -> float:
        count = int(self._field.needle.channel.tally[THREADED])
        if not count:
            return float(self.marks_m[0, 0])
        return float(self._field.rest_points_m([0, count - 1])[:, 0].mean())

    # --- what happened

    def _watch_needle(self) -> list[Occurrence]:
        here = self._field
        tally = here.needle.channel.tally
        now = tuple(int(tally[what]) for what in (PUNCTURES, EXITS, TORN))
        place_m = _place(here.needle.tip_m)
        happened = []
        if now[0] > self._was[0]:
            happened.append(Occurrence("pierced", place_m))
        if now[1] > self._was[1] and now[1] >= 2:
            happened.append(Occurrence("needle through", place_m))
        if now[2] > self._was[2]:
            happened.append(Occurrence("tissue torn", place_m))
        threaded = int(tally[THREADED])
        if self._was[3] and not threaded:
            happened.append(Occurrence("pulled through", place_m))
        self._was = (*now, threaded)
        return happened

    def _watch_pad(self) -> list[Occurrence]:
        self._lifted = self._lifted + 1 if self._field.lift_n() > AVULSION_N else 0
        if self._is_off or self._lifted < AVULSION_STEPS:
            return []
        self._is_off = True
        return [Occurrence("avulsion", _place(self.marks_m.mean(axis=0)))]

    def _watch_knot(self) -> list[Occurrence]:
        here = self._field
        now = (here.jaws[LEFT].node, here.jaws[RIGHT].node)
        before, self._held = self._held, now
        happened = []
        is_taut = here.is_taut()
        if now != before or is_taut is not self._was_taut:
            happened += self._look_at_knot()
        if is_taut:
            self._lock()
        self._was_taut = is_taut
        is_off = now == (-1, -1) and here.needle_in < 0
        is_tied = bool(self._knot.throws) and self.is_secure(self._knot.throws)
        self._idle = self._idle + 1 if is_off and is_tied else 0
        if self._idle * STEP_S >= SETTLED_S and not self.is_finished:
            happened += self._look_at_knot()
            if self.is_secure(self._knot.throws):
                self.is_finished = True
                happened.append(Occurrence("finished", _place(self.marks_m.mean(axis=0))))
        return happened

    def _lock(self) -> None:
        """Lets a knot that is drawn tight hold what a knot of its throws holds."""
        throws = self._knot.throws
        if len(throws) > 1 and self._knot.place is not Place.IN_TAIL:
            self._field.lock(HOLDS_N if is_alternating(throws) else SLIPS_N)

    def _look_at_knot(self) -> list[Occurrence]:
        here = self._field
        first, last = here.passage.in_tissue
        if first < 0:
            self._knot = NO_KNOT
            return []
        before = len(self._knot.throws)
        found = find_knot(here.thread.points_m, apex=(first + last) // 2)
        self._knot = replace(found, throws=in_order(self._knot.throws, found.throws))
        after = len(self._knot.throws)
        place_m = _place(self.marks_m.mean(axis=0))
        if after > before:
            return [Occurrence("throw laid", place_m)]
        return [Occurrence("knot lost", place_m)] if after < before else []


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


def _place(point_m: FloatArray) -> Vector:
    return float(point_m[0]), float(point_m[1]), float(point_m[2])
