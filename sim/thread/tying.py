"""How two instruments tie a knot, as a list of stages: the way a script or an expert goes.

Strategy: the instrument tie. One instrument lies over the wound and points at the short tail; the
other winds the long end round its shaft, once for a single throw and twice for a double one. The
first reaches on through the loops, takes the tail and draws it back through them; then the hands
part, tail and long end crossing the wound, and lay the throw flat. The long end then changes
hands, and the next throw is the mirror image. Which way the long end is wound makes a square knot
or a granny of two throws.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray
from sim.thread.jaws import Jaws
from sim.thread.knots import Throws
from sim.thread.stitch import LEFT, RIGHT, Stitch

TAIL_NODE = 4
"""Node at which the short tail is taken."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where one instrument goes in a stage.

    Attributes:
      point_m: (3,) the place, or None.
      node: goes to this node of the thread instead and takes it, -1 for none.
      opens: lets go first.
      back_m: how far it draws back along its shaft from where it is.
    """

    point_m: tuple[float, float, float] | None = None
    node: int = -1
    opens: bool = False
    back_m: float = 0.0


STAY = Aim()


@dataclass(frozen=True, slots=True)
class Stage:
    """Both instruments go; the stage ends when they are there, or after so many frames.

    Attributes:
      left, right: where they go.
      speed_m_s: of each tip.
      frames: the longest that the stage takes.
    """

    left: Aim
    right: Aim
    speed_m_s: float
    frames: int


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is done; all that differs from one person, or one attempt, to another.

    Attributes:
      height_m: of the winding instrument's axis over the wound.
      beyond_m: how far its tip points beyond the loops.
      orbit_m: radius of the winding.
      speed_m_s: of moving; winding is twice as fast.
      reach_m: how far apart the hands go to lay a throw.
      lean: how much a shaft leans towards the operator, -y.
    """

    height_m: float = 0.014
    beyond_m: float = 0.012
    orbit_m: float = 0.012
    speed_m_s: float = 0.12
    reach_m: float = 0.09
    lean: float = 0.1


def hands(stitch: Stitch, limit_n: float = 0.6) -> tuple[Jaws, Jaws]:
    """Returns the left and the right instrument, above the wound and empty."""
    start = {LEFT: (-0.05, -0.01, 0.05), RIGHT: (0.05, -0.01, 0.05)}
    left, right = (
        Jaws(stitch.thread, k, np.array(start[k]), _shaft(k, Manner()), limit_n=limit_n)
        for k in (LEFT, RIGHT)
    )
    return left, right


def stages(stitch: Stitch, throws: Throws, manner: Manner) -> Iterator[Stage]:
    """Yields the stages of a whole knot, from the thread as `stitched` leaves it."""
    long_end = stitch.thread.nodes - 2
    for number, wraps in enumerate(throws):
        winder = RIGHT if number % 2 == 0 else LEFT
        yield from _take_over(winder, long_end - 4 * number, manner)
        yield from throw(winder, wraps, manner)


def tie(
    stitch: Stitch, throws: Throws, manner: Manner, each_frame: Callable[[], None] | None = None
) -> tuple[Jaws, Jaws]:
    """Ties the knot, frame by frame, and returns the instruments, still holding it taut."""
    pair = hands(stitch)
    for stage in stages(stitch, throws, manner):
        play(stitch, pair, stage, each_frame)
    return pair


def play(
    stitch: Stitch,
    pair: tuple[Jaws, Jaws],
    stage: Stage,
    each_frame: Callable[[], None] | None = None,
) -> None:
    """Leads both instruments through one stage, and steps the thread with them."""
    thread = stitch.thread
    aims = (stage.left, stage.right)
    for jaws, aim in zip(pair, aims, strict=True):
        if aim.opens and jaws.node >= 0:
            jaws.open()
        if aim.node >= 0:
            jaws.spread(aim.node)
    starts = [jaws.tip_m for jaws in pair]
    for _ in range(stage.frames):
        is_there = True
        for jaws, aim, start in zip(pair, aims, starts, strict=True):
            goal = _goal(thread.chain.x, jaws, aim, start)
            is_there = jaws.lead(goal, stage.speed_m_s) and is_there
        thread.step()
        if each_frame is not None:
            each_frame()
        if is_there:
            break
    for jaws, aim in zip(pair, aims, strict=True):
        if aim.node >= 0:
            jaws.close(aim.node)


def throw(winder: int, wraps: int, manner: Manner) -> Iterator[Stage]:
    """Yields the stages of one throw; `winder` is the hand that holds the long end."""
    # Everything is said for a tail on the side of +x, and mirrored for the other.
    side = 1.0 if winder == RIGHT else -1.0
    shaft = _shaft(1 - winder, manner)
    up = np.array([0.0, 0.0, 1.0]) - shaft[2] * shaft
    up /= math.sqrt((up**2).sum())
    across = np.cross(shaft, -up)
    turn = 1.0 if wraps > 0 else -1.0
    center: FloatArray = np.array([-0.004 * side, 0.0, 0.0]) + manner.height_m * up
    tip = center - manner.beyond_m * shaft

    def at(angle: float) -> FloatArray:
        """On the orbit, from under the shaft towards +y or -y, and slowly up the shaft."""
        round_m = manner.orbit_m * (-math.cos(angle) * up + turn * math.sin(angle) * across)
        point: FloatArray = center + round_m + (6e-4 * angle / (2 * math.pi) + 2e-3) * shaft
        return point

    def both(wound: FloatArray | None, other: Aim, speed: float, frames: int) -> Stage:
        aim = STAY if wound is None else _to(wound)
        left, right = (other, aim) if winder == RIGHT else (aim, other)
        return Stage(left, right, speed, frames)

    start, end = 1.2, 2 * math.pi * abs(wraps) + math.pi / 2
    yield both(at(start) + np.array([0, 0, 0.01]), _to(center + 0.02 * shaft), 0.3, 60)
    yield both(at(start), STAY, manner.speed_m_s, 30)
    yield both(None, _to(tip), manner.speed_m_s, 60)
    for angle in np.linspace(start, end, 2 + 20 * abs(wraps)):
        yield both(at(float(angle)), STAY, 2 * manner.speed_m_s, 6)
    yield both(None, Aim(node=TAIL_NODE), manner.speed_m_s, 90)
    back = tip + 0.045 * shaft
    yield both(None, _to(back), manner.speed_m_s, 60)
    yield both(np.array([0.0, 0.03, 0.03]), _to(np.array([-0.005 * side, -0.02, 0.02])), 0.2, 45)
    yield both(
        np.array([manner.reach_m * side, 0.0, 0.012]),
        _to(np.array([-0.035 * side, 0.0, 0.008])),
        1.5 * manner.speed_m_s,
        90,
    )


def _take_over(winder: int, node: int, manner: Manner) -> Iterator[Stage]:
    """The winder's hand takes the long end, and the other lets go."""
    away = Aim(opens=True, back_m=0.015)
    for mine, other in ((away, STAY), (Aim(node=node), STAY), (STAY, away)):
        left, right = (other, mine) if winder == RIGHT else (mine, other)
        yield Stage(left, right, 2 * manner.speed_m_s, 120)


def _shaft(hand: int, manner: Manner) -> FloatArray:
    """Unit vector from the tip up the shaft: to the hand's own side, and up."""
    shaft = np.array([-0.88 if hand == LEFT else 0.88, -manner.lean, 0.45])
    unit: FloatArray = shaft / math.sqrt((shaft**2).sum())
    return unit


def _to(point_m: FloatArray) -> Aim:
    return Aim(point_m=(float(point_m[0]), float(point_m[1]), float(point_m[2])))


def _goal(x: FloatArray, jaws: Jaws, aim: Aim, start_m: FloatArray) -> FloatArray:
    if aim.node >= 0:
        return x[:, aim.node]
    if aim.point_m is not None:
        return np.array(aim.point_m)
    return start_m + aim.back_m * jaws.shaft
