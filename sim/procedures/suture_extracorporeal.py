"""Suture with an extracorporeal knot: throws are laid outside and slid down by a knot pusher.

Rules (source of each number: sim/scoring/rules.py; of the stitch: stitch.py):
- The needle is driven through both lips and drawn out through its trocar; then the knot pusher
  comes in there. Three throws are slid down by it (S5 of sim/scoring/rules.py); that each is laid
  against the one before is this project's choice, as in the other suturing task.
- Outside the body all goes by rule (sim/suture/outside.py): with the pusher drawn back, its pedal
  lays a throw, to the side to which it has been turned since it came back; that takes LAYING_S.
- Scissors cut both ends. A knot slips that has not its throws, that has equal ones in a row, whose
  loop is cut, or whose ends are shorter than TAIL_M.
- One hand holds the scissors all the time, which cut nothing before the needle is out: a second
  grasper is left out.
"""

from dataclasses import dataclass, field
from math import cos, pi, remainder, sin
from types import MappingProxyType

import numpy as np

from sim.arrays import STEP_S, FloatArray
from sim.instruments.catalog import Use
from sim.instruments.shape import crossing_m, cuts
from sim.instruments.station import WIDE_BOX
from sim.procedures import stitch
from sim.procedures.procedure import Hand, Occurrence, Procedure, Touch
from sim.procedures.stitch import Stitch, first_held, place
from sim.procedures.suture import is_alternating
from sim.scoring.composite import Expectation
from sim.scoring.rules import TASKS
from sim.suture.ends import Ends, led_out
from sim.suture.field import Held
from sim.suture.outside import Outside
from sim.thread.knots import Throws
from sim.thread.security import TAIL_M
from sim.thread.thread import SILK
from sim.tissue.channel import THREADED
from world.geometry import Vector, rotate
from world.protocol.scene_lane import Scene, Strand

THROWS = 3
OUT_M = 0.045
"""A tip so near its trocar is drawn back: what it holds is outside. Own choice."""
TURN_RAD = 0.2
"""A pusher that is turned less is turned to no side. Own choice."""
LAYING_S = 8.0
"""Of a throw, outside. Own choice."""
DOWN = np.array([0.0, 1.0, 0.0])
RING_M, RING_NODES = 0.0006, 9
"""How a throw is drawn."""
SENTENCES = MappingProxyType(
    {
        **stitch.SENTENCES,
        "needle out": (
            "The needle is out, and the knot pusher is in its place. Turn it to one side, and "
            "press its pedal to have a throw laid."
        ),
        "not turned": "Turn the pusher to one side first, and then press its pedal.",
        "laid to the left": "A throw is laid to the left, outside, by rule. Next: to the right.",
        "laid to the right": "A throw is laid to the right, outside, by rule. Next: to the left.",
        "pulled through": (
            "The thread has come out of the pad. Begin again if the needle is here; if it is out, "
            "nothing is left to be tied."
        ),
        "throw coming": "Slide the throw down to the wound with the pusher.",
        "throw down": "The throw lies on the wound. Draw the pusher back.",
        "end cut": "An end is cut.",
        "loop cut": "The scissors cut the stitch itself.",
        "knot slip": "This knot would slip: look at its throws, their directions, and its ends.",
        "finished": "The knot is tied, and its ends are cut.",
    }
)


@dataclass(slots=True)
class Extracorporeal:
    """One attempt.

    Attributes:
      seed: variant: where along the slit the marks are.
      is_left_handed: the needle begins in the left hand.
      is_finished: both ends are cut, or the stitch is, or nothing is left that could be tied.
      stitch: what is tied.
      outside: the ends of its thread.
    """

    seed: int
    is_left_handed: bool
    is_finished: bool = False
    stitch: Stitch = field(init=False)
    outside: Outside = field(init=False)
    _lead: int = field(init=False)
    _before: tuple[Hand, Hand] | None = None
    _laying: int = 0
    _next: int = 0
    _unturned_rad: float = 0.0
    _is_loop_cut: bool = False

    def __post_init__(self) -> None:
        _, self._lead = first_held(is_left_handed=self.is_left_handed)
        trocar = (WIDE_BOX.left, WIDE_BOX.right)[self._lead]
        pivot_m = np.array(trocar.pivot_m)
        self.stitch = Stitch(
            self.seed, self.is_left_handed, lambda tail_m: led_out(tail_m, pivot_m)
        )
        pad = self.stitch.pad
        out_m = pivot_m - np.array([0.0, 0.0, pad.top_m])
        outward = out_m / np.sqrt((out_m**2).sum())
        self.outside = Outside(pad, Ends(pad.thread, pivot_m, outward))

    def advance(self, hands: tuple[Hand, Hand], effort: int) -> tuple[Occurrence, ...]:
        """See `Attempt`."""
        before, self._before = self._before or hands, hands
        hand = hands[self._lead]
        happened = self._work_outside(hand, before[self._lead])
        if self.outside.ends.is_drawn:
            tip_m, ahead = self.stitch.pad.tip_m(self._lead), rotate(hand.pose.rotation, DOWN)
            if self.outside.lead(tip_m, ahead):
                happened.append(Occurrence("throw down", self.stitch.place_m))
        left, right = (
            Held(*one.pose, one.posture.jaw, Use.GRASP in one.instrument.uses) for one in hands
        )
        self.stitch.pad.step((left, right), effort)
        other, was = hands[1 - self._lead], before[1 - self._lead]
        if cuts(other.instrument, was.posture, other.posture):
            happened += self._cut(crossing_m(other.instrument, other.pose, other.posture.jaw))
        watched = self.stitch.watch()
        if self.outside.ends.is_drawn and not self.outside.is_through:
            self.is_finished = True
        return (*watched, *happened)

    def finish(self) -> tuple[Occurrence, ...]:
        """See `Attempt`."""
        return self.stitch.finish(slips=self.slips())

    def slips(self) -> bool:
        """Whether the knot as it lies would slip."""
        is_whole = self.outside.is_around and not (self.stitch.is_off or self._is_loop_cut)
        if not is_whole or not is_secure(self.outside.throws):
            return True
        return min(self.outside.tails_m()) < TAIL_M

    def touch(self) -> Touch:
        """See `Attempt`."""
        touch = self.stitch.touch()
        touch.force_n[self._lead] += self.outside.pushed_n
        return touch

    def scene(self) -> Scene:
        """See `Attempt`."""
        outside, radius_m = self.outside, SILK.diameter_m / 2
        strands = [Strand("thread", outside.ends.seen_m(), radius_m)]
        if not outside.ends.is_drawn:
            strands.append(self.stitch.needle())
        for name, at_m in (("throw", outside.coming_m), ("knot", outside.place_m)):
            if at_m is not None:
                strands.append(Strand(name, _ring_m(at_m), 2 * radius_m))
        return Scene(self.stitch.marks(), (self.stitch.surface(),), tuple(strands))

    def state(self) -> bytes:
        """See `Attempt`."""
        postures = self._before and [hand.posture for hand in self._before]
        told = (
            self.is_finished, self.stitch.was, self.stitch.lifted, self.stitch.is_off,
            self._laying, self._next, self._unturned_rad, self._is_loop_cut, postures,
        )  # fmt: skip
        return self.stitch.pad.state() + self.outside.state() + repr(told).encode()

    def _work_outside(self, hand: Hand, before: Hand) -> list[Occurrence]:
        """Does what hands do outside once the instrument is drawn back to its trocar."""
        ends = self.outside.ends
        if hand.posture.insertion_m > OUT_M:
            return []
        if before.posture.insertion_m > OUT_M:
            self._unturned_rad = hand.posture.roll_rad
        if not ends.is_drawn:
            return self._take_out(place(hand.pose.tip_m))
        if not ends.is_in_hand or self.outside.coming or ends.whole < 2:
            return []
        return self._lay(hand, is_asked=hand.posture.is_active and not before.posture.is_active)

    def _take_out(self, at_m: Vector) -> list[Occurrence]:
        pad = self.stitch.pad
        is_through = pad.needle.channel.tally[THREADED] > 0 and not pad.is_lodged
        if not is_through or pad.needle_in != self._lead:
            return []
        self.outside.take_out()
        return [Occurrence("needle out", at_m)]

    def _lay(self, hand: Hand, *, is_asked: bool) -> list[Occurrence]:
        at_m = place(hand.pose.tip_m)
        if self._laying:
            self._laying -= 1
            if self._laying:
                return []
            self.outside.lay(self._next, hand.pose.tip_m)
            return [Occurrence("throw coming", at_m)]
        if not is_asked:
            return []
        turned_rad = remainder(hand.posture.roll_rad - self._unturned_rad, 2 * pi)
        if abs(turned_rad) < TURN_RAD:
            return [Occurrence("not turned", at_m)]
        self._laying = round(LAYING_S / STEP_S)
        self._next = 1 if turned_rad < 0.0 else -1
        return [Occurrence("laid to the left" if self._next > 0 else "laid to the right", at_m)]

    def _cut(self, at_m: FloatArray) -> list[Occurrence]:
        if not self.outside.ends.is_in_hand or self.is_finished:
            return []
        is_loop = self.outside.cut(at_m)
        if is_loop is None:
            return []
        self._is_loop_cut = is_loop
        kind = "loop cut" if is_loop else "end cut"
        happened = [Occurrence(kind, place(at_m))]
        self.is_finished = is_loop or not self.outside.ends.whole
        if self.is_finished and not self.slips():
            happened.append(Occurrence("finished", self.stitch.place_m))
        return happened


def is_secure(throws: Throws) -> bool:
    """Whether a knot has three throws, each laid against the last."""
    return len(throws) >= THROWS and is_alternating(throws)


def _ring_m(at_m: FloatArray) -> FloatArray:
    angles = [2 * pi * k / (RING_NODES - 1) for k in range(RING_NODES)]
    return at_m + RING_M * np.array([[cos(angle), sin(angle), 0.0] for angle in angles])


EXTRACORPOREAL_KNOT = Procedure(
    name="extracorporeal_knot",
    brief=(
        "Drive the needle in at one mark and out at the other, through both lips of the slit, and "
        "draw it out through its trocar. With the knot pusher drawn back there, turn it to one "
        "side and press its pedal: a throw is laid to that side, outside the body, by rule. Slide "
        "it down until the slit closes. Lay three, each against the one before, and cut both ends "
        "above the knot. The pad stands for the drain of the FLS task."
    ),
    station=WIDE_BOX,
    left="scissors",
    right="needle_driver",
    rules=TASKS["extracorporeal_knot"],
    expected=Expectation(path_m=(1.0, 3.0), peak_force_n=2.0),
    sentences=SENTENCES,
    begin=Extracorporeal,
    exchanges=MappingProxyType({"needle out": MappingProxyType({"needle_driver": "knot_pusher"})}),
)
