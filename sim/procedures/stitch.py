"""A stitch through the pad, and what both suturing tasks watch and measure of it.

Rules (source of each number: sim/scoring/rules.py):
- The needle goes in at one mark and out at the other, through both walls of the slit; the larger
  of the two distances from the marks counts, in millimeters, as far as tissue is at rest.
- At the end the slit gapes by so many millimeters where the stitch is, with both hands off.
- The pad stands for the Penrose drain of the FLS program. It is torn off its base by a lift of
  more than AVULSION_N: the attempt is then worth nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from sim.arrays import FloatArray
from sim.environment import FIRST_POSTURE
from sim.instruments.station import WIDE_BOX
from sim.instruments.trocar import pose
from sim.procedures.procedure import Occurrence, Touch
from sim.suture.field import LEFT, RIGHT, Field, Held, Laid
from sim.thread.thread import SILK
from sim.tissue.channel import EXITS, PUNCTURES, THREADED, TORN
from world.geometry import Vector
from world.protocol.scene_lane import Body, Strand, Surface

MARK_M = 0.008
"""From the middle of the slit to each mark, along y. Own choice: what a half-circle bites."""
MARKS_SPREAD_M = 0.004
"""How far along the slit, to either side, the marks may be in a variant. Own choice."""
AVULSION_N = 4.0
"""Lift that tears the pad off its base. Own choice: four times what the jaws pull a thread with."""
AVULSION_STEPS = 6
NEEDLE_RADIUS_M = 4e-4
UNTURNED = np.array([1.0, 0.0, 0.0, 0.0])
SENTENCES = MappingProxyType(
    {
        "pierced": "The needle has gone through a surface.",
        "needle through": "The needle is out on the far side. Take it there and draw it on.",
        "tissue torn": "Tissue tore. Turn the needle along its own curve, and pull less.",
        "pulled through": "The thread has come out of the pad. Begin again with the needle.",
        "mark deviation": "The needle did not go in and out exactly at the marks.",
        "slit gap": "The slit still gapes under the knot.",
        "avulsion": "The pad was torn off its base. Pull less.",
    }
)
"""What happens in both tasks, as told to the trainee."""


def first_held(*, is_left_handed: bool) -> tuple[tuple[Held, Held], int]:
    """Returns both hands as they begin, and the one that holds the needle."""
    left, right = (
        Held(*pose(trocar, FIRST_POSTURE), FIRST_POSTURE.jaw)
        for trocar in (WIDE_BOX.left, WIDE_BOX.right)
    )
    return (left, right), LEFT if is_left_handed else RIGHT


@dataclass(slots=True)
class Stitch:
    """One stitch.

    Attributes:
      seed: variant: where along the slit the marks are.
      is_left_handed: the needle begins in the left hand.
      laid: see `Field`.
      marks_m: (2, 3) the near and the far one, on the pad at rest.
      pad: with needle, thread and hands.
      was: punctures, exits, torn points and threaded points, as last watched.
      lifted: steps in a row in which the lift tears at the pad.
      is_off: the pad is torn off its base.
    """

    seed: int
    is_left_handed: bool
    laid: Callable[[FloatArray], Laid] | None = None
    marks_m: FloatArray = field(init=False)
    pad: Field = field(init=False)
    was: tuple[int, ...] = (0, 0, 0, 0)
    lifted: int = 0
    is_off: bool = False

    def __post_init__(self) -> None:
        along_m = np.random.default_rng(self.seed).uniform(-MARKS_SPREAD_M, MARKS_SPREAD_M)
        tips, needle_in = first_held(is_left_handed=self.is_left_handed)
        self.pad = Field(tips, needle_in, self.laid)
        top_m = self.pad.top_m
        self.marks_m = np.array([[along_m, -MARK_M, top_m], [along_m, MARK_M, top_m]])

    # --- what the judge measures

    @property
    def place_m(self) -> Vector:
        """Middle between the marks."""
        return place(self.marks_m.mean(axis=0))

    def deviation_m(self) -> float | None:
        """Returns how far entry and exit are from their marks, the larger; None without both."""
        count = int(self.pad.needle.channel.tally[THREADED])
        if not count:
            return None
        ends_m = self.pad.rest_points_m([0, count - 1])
        if not (ends_m[0, 1] * ends_m[1, 1] < 0.0):  # both on one side of the slit
            return None
        marks_m = self.marks_m if ends_m[0, 1] < 0.0 else self.marks_m[::-1]
        off_m = np.sqrt(((ends_m - marks_m)[:, :2] ** 2).sum(axis=1))
        return float(off_m.max())

    def gap_m(self) -> float:
        """Returns how far the slit gapes where the stitch is, or should be."""
        return self.pad.gap_m(self.along_m())

    def along_m(self) -> float:
        """Returns where along the slit the stitch is, or should be."""
        count = int(self.pad.needle.channel.tally[THREADED])
        if not count:
            return float(self.marks_m[0, 0])
        return float(self.pad.rest_points_m([0, count - 1])[:, 0].mean())

    def finish(self, *, slips: bool) -> tuple[Occurrence, ...]:
        """Returns the errors of a stitch whose knot slips, or does not."""
        happened = []
        deviation_m = self.deviation_m()
        if deviation_m is not None:
            happened.append(Occurrence("mark deviation", self.place_m, 1e3 * deviation_m))
        happened.append(Occurrence("slit gap", self.place_m, 1e3 * self.gap_m()))
        if slips:
            happened.append(Occurrence("knot slip", self.place_m))
        return tuple(happened)

    # --- what happens

    def watch(self) -> list[Occurrence]:
        """Returns what happened to needle and pad since it was last asked."""
        return [*self._watch_needle(), *self._watch_pad()]

    def _watch_needle(self) -> list[Occurrence]:
        tally = self.pad.needle.channel.tally
        now = tuple(int(tally[what]) for what in (PUNCTURES, EXITS, TORN))
        place_m = place(self.pad.needle.tip_m)
        happened = []
        if now[0] > self.was[0]:
            happened.append(Occurrence("pierced", place_m))
        if now[1] > self.was[1] and now[1] >= 2:
            happened.append(Occurrence("needle through", place_m))
        if now[2] > self.was[2]:
            happened.append(Occurrence("tissue torn", place_m))
        threaded = int(tally[THREADED])
        if self.was[3] and not threaded:
            happened.append(Occurrence("pulled through", place_m))
        self.was = (*now, threaded)
        return happened

    def _watch_pad(self) -> list[Occurrence]:
        self.lifted = self.lifted + 1 if self.pad.lift_n() > AVULSION_N else 0
        if self.is_off or self.lifted < AVULSION_STEPS:
            return []
        self.is_off = True
        return [Occurrence("avulsion", self.place_m)]

    # --- what is seen and felt

    def touch(self) -> Touch:
        """See `Attempt`."""
        tips_m = np.stack([self.pad.tip_m(hand) for hand in (LEFT, RIGHT)])
        forces_n = np.array([self.pad.force_n(hand) for hand in (LEFT, RIGHT)])
        damage_m3 = float(self.pad.needle.channel.torn_m[0]) * SILK.diameter_m**2
        return Touch(tips_m, forces_n, np.zeros(2, np.bool_), damage_m3)

    def marks(self) -> tuple[Body, ...]:
        """Returns the marks where they are now."""
        at_m = self.marks_m + self.pad.moved_m(self.marks_m)
        return tuple(Body(f"mark_{k}", mark_m, UNTURNED) for k, mark_m in enumerate(at_m))

    def surface(self) -> Surface:
        """Returns the pad as it lies now."""
        return Surface("pad", self.pad.surface_m(), self.pad.surface_triangles)

    def needle(self) -> Strand:
        """Returns the needle."""
        return Strand("needle", self.pad.needle_points_m(), NEEDLE_RADIUS_M)


def place(point_m: FloatArray) -> Vector:
    """Returns a point (3,) as occurrences name it."""
    return float(point_m[0]), float(point_m[1]), float(point_m[2])
