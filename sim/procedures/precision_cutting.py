"""Precision cutting: a marked circle is cut out of gauze that the other hand keeps taut.

Rules (source of each number: sim/scoring/rules.py):
- The gauze hangs from four clips. The grasper draws it, the scissors cut; the attempt ends when
  the piece with the circle's middle hangs on nothing any more.
- Errors are how much the piece's area differs from the circle's (S2), how far its rim strays from
  the line (S4), and gauze torn from a clip. Who has not cut the circle out deviates by all of it.
- Jaws take hold as they close and let go as they open; who pulls too hard loses the cloth.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from sim.arrays import FloatArray
from sim.instruments.catalog import Use
from sim.instruments.shape import capsules, crossing_m, cuts
from sim.instruments.station import BOX
from sim.membrane.gauze import Event, Gauze
from sim.membrane.mark import Mark
from sim.membrane.scissors import Scissors
from sim.membrane.springs import SUBSTEPS, Obstacles
from sim.procedures.procedure import Hand, Occurrence, Procedure, Touch
from sim.scoring.composite import Expectation
from sim.scoring.rules import TASKS
from world.geometry import Vector
from world.protocol.scene_lane import Body, Scene, Strand, Surface

EFFORT_SUBSTEPS = (SUBSTEPS, 20, 16, 12)
HOLDS_BELOW, OPENS_ABOVE = 0.12, 0.25
"""Own choice of the openings at which jaws take hold and let go; apart, so that none flutters."""
FLOOR_M = 0.0015
"""A tip so low touches the floor of the box: the radius of its jaws."""
INK_M = 0.0003
SIDES = ("left", "right")
SENTENCES = MappingProxyType(
    {
        "held": "The grasper holds the gauze.",
        "slipped from jaws": "The gauze slipped out of the jaws. Pull more gently.",
        "torn from clip": "The gauze was torn from a clip. Pull more gently.",
        "scrap cut off": "A piece came free that is not the circle.",
        "cut out": "The circle is cut out.",
        "area deviation": "The piece is not the circle: so much of the circle's area differs.",
        "line deviation": "So far is the cut from the line, at the worst place.",
    }
)
_KINDS = MappingProxyType(
    {
        Event.TORN_FROM_CLIP: "torn from clip",
        Event.SLIPPED_FROM_JAWS: "slipped from jaws",
        Event.PIECE_FREE: "scrap cut off",
    }
)


@dataclass(slots=True)
class PrecisionCutting:
    """One attempt.

    Attributes:
      is_finished: the circle is cut out.
    """

    is_finished: bool = False
    _gauze: Gauze = field(default_factory=Gauze)
    _mark: Mark = field(init=False)
    _scissors: Scissors = field(default_factory=Scissors)
    _followed: int = 0
    _before: tuple[Hand, Hand] | None = None
    _tips_m: FloatArray = field(default_factory=lambda: np.zeros((2, 3)))

    def __post_init__(self) -> None:
        self._mark = Mark(self._gauze)

    def advance(self, hands: tuple[Hand, Hand], effort: int) -> tuple[Occurrence, ...]:
        """See `Attempt`; less effort takes fewer and longer substeps."""
        before, self._before = self._before or hands, hands
        self._tips_m = np.array([hand.pose.tip_m for hand in hands])
        happened: list[Occurrence] = []
        for side, then, now in zip(SIDES, before, hands, strict=True):
            if Use.CUT in now.instrument.uses:
                happened += self._cut(then, now)
            else:
                happened += self._hold(side, then, now)
        for event in self._gauze.step(self._obstacles(hands), EFFORT_SUBSTEPS[effort]):
            happened.append(Occurrence(_KINDS[event], self._middle_m()))
        return tuple(happened)

    def finish(self) -> tuple[Occurrence, ...]:
        """See `Attempt`; measures the piece."""
        place_m, found = self._middle_m(), self._gauze.cut_out()
        if found is None:
            return (Occurrence("area deviation", place_m, 100.0),)
        return (
            Occurrence("area deviation", place_m, 100 * found.deviation),
            Occurrence("line deviation", place_m, 1000 * found.line_deviation_m),
        )

    def touch(self) -> Touch:
        """See `Attempt`."""
        pulls_n = np.array([self._gauze.force_n(side) for side in SIDES])
        return Touch(self._tips_m, np.sqrt((pulls_n**2).sum(axis=1)), self._tips_m[:, 2] < FLOOR_M)

    def scene(self) -> Scene:
        """See `Attempt`; the line is drawn part by part, as far as each hangs together."""
        lines_m = self._mark.lines_m(self._gauze)
        level = np.array([1.0, 0.0, 0.0, 0.0])
        return Scene(
            bodies=tuple(
                Body(f"clip_{number}", at_m, level)
                for number, at_m in enumerate(self._gauze.clips_m)
            ),
            surfaces=(
                Surface("gauze", self._gauze.position_m.copy(), self._gauze.sheet.corners()),
            ),
            strands=tuple(
                Strand(f"mark-{number}", line_m, INK_M) for number, line_m in enumerate(lines_m)
            ),
        )

    def state(self) -> bytes:
        """See `Attempt`."""
        postures = self._before and [hand.posture for hand in self._before]
        told = repr((self.is_finished, postures)).encode()
        return self._gauze.state() + self._scissors.state() + told

    def _cut(self, then: Hand, now: Hand) -> list[Occurrence]:
        events: list[Event] = []
        if cuts(now.instrument, then.posture, now.posture):
            start_m, end_m = (
                crossing_m(hand.instrument, hand.pose, hand.posture.jaw) for hand in (then, now)
            )
            events += self._scissors.close(self._gauze, start_m, end_m)
        if now.posture.jaw > then.posture.jaw or now.posture.jaw == 0:
            events += self._scissors.rest(self._gauze)
        if self._gauze.cuts > self._followed:
            self._followed = self._gauze.cuts
            self._mark.follow_cut(self._gauze)
        if not events:
            return []
        place_m = _place(now.pose.tip_m)
        self.is_finished = self._gauze.cut_out() is not None
        return [Occurrence("cut out" if self.is_finished else "scrap cut off", place_m)]

    def _hold(self, side: str, then: Hand, now: Hand) -> list[Occurrence]:
        gauze, tip_m = self._gauze, now.pose.tip_m
        if gauze.is_held(side):
            if now.posture.jaw > OPENS_ABOVE:
                gauze.release(side)
            else:
                gauze.drag(side, tip_m - then.pose.tip_m)
        elif now.posture.jaw < HOLDS_BELOW <= then.posture.jaw and gauze.grasp(side, tip_m):
            return [Occurrence("held", _place(tip_m))]
        return []

    def _obstacles(self, hands: tuple[Hand, Hand]) -> Obstacles:
        """Returns the shafts, and closed jaws that hold nothing; cloth is between all others."""
        parts = []
        for side, hand in zip(SIDES, hands, strict=True):
            all_parts = capsules(hand.instrument, hand.trocar, hand.posture)
            is_shut = hand.posture.jaw < HOLDS_BELOW and Use.GRASP in hand.instrument.uses
            count = len(all_parts.radius_m) if is_shut and not self._gauze.is_held(side) else 1
            parts.append([array[:count] for array in all_parts])
        starts, ends, radii = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return Obstacles(starts, ends, radii)

    def _middle_m(self) -> Vector:
        line_m = np.concatenate(self._mark.lines_m(self._gauze))
        return _place(line_m.mean(axis=0))


def _place(point_m: FloatArray) -> Vector:
    return float(point_m[0]), float(point_m[1]), float(point_m[2])


PRECISION_CUTTING = Procedure(
    name="precision_cutting",
    brief=(
        "Hold the gauze taut with the grasper and cut out the marked circle with the scissors, "
        "in from the edge and then along the line. Scissors cut where their blades cross, as they "
        "close. Stay on the line, and do not tear the gauze from its clips."
    ),
    station=BOX,
    left="grasper",
    right="scissors",
    rules=TASKS["precision_cutting"],
    expected=Expectation(path_m=(0.8, 3.0)),
    sentences=SENTENCES,
    begin=lambda _seed, _is_left_handed: PrecisionCutting(),
)
