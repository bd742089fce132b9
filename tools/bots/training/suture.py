"""A bot at the suturing tasks: it drives the needle, draws the thread through, and ties.

The stages of tying are those of sim/thread/tying.py, moved to where the stitch is.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.suture.driver import on_arc
from sim.suture.field import FIRST_GRIP_RAD, NODES
from sim.thread.knots import Throws, find_knot
from sim.thread.tying import TAIL_NODE, Manner, Stage, throw
from sim.tissue.arc import Needle
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script

NEEDLE = Needle()
OPEN, CLOSED = 0.6, 0.0
TAIL_M = 0.022
ASIDE_M = 0.035
DEEPEST_GRIP_RAD = 3.3
TIP_GRIP_RAD = 2.88
OUT_RAD = 2.7
HALFWAY_RAD = 2.0
"""Angles on the needle: where the driver holds it last, where it is taken beyond the pad, how far
it is turned from there until it is out, and how far until it lies in both lips."""
WINDING_FRAMES = 6
"""Stages of tying that are no longer are pieces of a winding, which goes on without a stop."""
THOUGHTS = 15
"""How often a bot thinks before each stage: by this its times meet the published ones."""
THROW_TRIES = 4
TIGHT_S = 0.5
TRIES, NEAR_M, SHORT_M = 5, 0.002, 0.001


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bot means to do; the clumsy ones mean something else.

    Attributes:
      throws: to be tied.
      aside_m: how far beside the marks it drives the needle.
      tail_m: left of the thread's free end.
      lead: the hand that holds the needle.
    """

    throws: Throws = (2, -1, 1)
    aside_m: float = 0.0
    tail_m: float = TAIL_M
    lead: int = RIGHT

    @property
    def side(self) -> float:
        """1 where the lead is the right hand, -1 where it is the left."""
        return side_of(self.lead)


def side_of(hand: int) -> float:
    """Returns on which side of x = 0 a hand is."""
    return 1.0 if hand == RIGHT else -1.0


def play(operator: Operator, plan: Plan = Plan()) -> Script:
    """Does the whole task."""
    yield from drive(operator, plan)
    yield from draw(operator, plan)
    yield from lay_down(operator, plan)
    yield from tie(operator, plan)
    yield from let_go(operator)


# --- the stitch


def needle_of(operator: Operator) -> tuple[FloatArray, FloatArray]:
    """Returns the needle's center (3,) and axes (3, 3), as they can be seen."""
    line_m = strand(operator, "needle")
    center_m = (line_m[0] + line_m[-1]) / 2
    first = line_m[0] - center_m
    first /= np.sqrt((first**2).sum())
    middle = line_m[len(line_m) // 2] - center_m
    second = middle - (middle * first).sum() * first
    second /= np.sqrt((second**2).sum())
    return center_m, np.stack([first, second, np.cross(first, second)])


def drive(operator: Operator, plan: Plan) -> Script:
    """Turns the needle through both lips, and out with the same hand."""
    yield from aim(operator, plan)
    yield from turn_on(operator, plan.lead, FIRST_GRIP_RAD, DEEPEST_GRIP_RAD - FIRST_GRIP_RAD)
    yield from operator.jaw(plan.lead, OPEN, 0.3)
    tip_m = operator.tip_m(plan.lead)
    yield from operator.go(plan.lead, tip_m - 0.03 * operator.along(plan.lead, tip_m))
    yield from take_needle(operator, plan.lead, TIP_GRIP_RAD)
    yield from turn_on(operator, plan.lead, TIP_GRIP_RAD, OUT_RAD)


def halfway(operator: Operator, plan: Plan) -> Script:
    """Turns the needle until it lies in both lips."""
    yield from aim(operator, plan)
    yield from turn_on(operator, plan.lead, FIRST_GRIP_RAD, HALFWAY_RAD)


def aim(operator: Operator, plan: Plan) -> Script:
    """Brings the needle's tip to where it goes in."""
    marks_m = np.stack([operator.body(f"mark_{number}").position_m for number in (0, 1)])
    marks_m[:, 0] += plan.aside_m
    for height_m in (0.03, 0.0, 0.0):
        _, axes = needle_of(operator)
        goal_m = center_over(marks_m, axes) + np.array([0.0, 0.0, height_m])
        yield from turn(operator, plan.lead, goal_m, tip_turn(axes))


def center_over(marks_m: FloatArray, axes: FloatArray) -> FloatArray:
    """Returns where the center of a needle with these axes must be to meet both marks."""
    half_m = np.sqrt(((marks_m[1] - marks_m[0]) ** 2).sum()) / 2
    up = np.array([0.0, 0.0, 1.0]) - axes[2, 2] * axes[2]
    up /= np.sqrt((up**2).sum())
    center: FloatArray = marks_m.mean(axis=0) + np.sqrt(NEEDLE.radius_m**2 - half_m**2) * up
    return center


def tip_turn(axes: FloatArray) -> float:
    """Returns the turn after which the needle's tip is just above where it goes in."""
    up = np.array([0.0, 0.0, 1.0]) - axes[2, 2] * axes[2]
    up /= np.sqrt((up**2).sum())
    ahead = np.cross(up, axes[2])
    angle = np.arctan2((axes[0] * up).sum(), (axes[0] * ahead).sum())
    return float(np.remainder(0.2 - angle + np.pi, 2 * np.pi) - np.pi)


def turn(operator: Operator, hand: int, center_m: FloatArray, turn_rad: float) -> Script:
    """Brings the center of a needle that is held at its tail to a point, and turns it."""
    yield from operator.think(THOUGHTS)
    _, axes = needle_of(operator)
    tip_m = center_m + on_arc(FIRST_GRIP_RAD + turn_rad, NEEDLE.radius_m, axes)
    yield from operator.go(hand, tip_m, rolled(operator, hand, axes) * turn_rad)


def rolled(operator: Operator, hand: int, axes: FloatArray) -> float:
    """Returns whether a turn of the needle along its curve is one of the shaft, or against it."""
    return 1.0 if (operator.along(hand, operator.tip_m(hand)) * axes[2]).sum() > 0 else -1.0


def turn_on(operator: Operator, hand: int, grip_rad: float, by_rad: float) -> Script:
    """Turns the needle on along its own curve."""
    yield from operator.think(THOUGHTS)
    center_m, axes = needle_of(operator)
    sense = rolled(operator, hand, axes)
    speed = operator.speed_m_s * 2.5
    count = max(2, int(by_rad / 0.05))
    for number in range(1, count + 1):
        angle = grip_rad + by_rad * number / count
        to_m = center_m + on_arc(angle, NEEDLE.radius_m, axes)
        yield from operator.steer(hand, to_m, by_rad / count / speed, sense * by_rad / count)


def take_needle(operator: Operator, hand: int, grip_rad: float) -> Script:
    """Takes the needle at an angle of its arc, from above."""
    yield from operator.think(THOUGHTS)
    center_m, axes = needle_of(operator)
    at_m = center_m + on_arc(grip_rad, NEEDLE.radius_m, axes)
    yield from operator.go(hand, at_m - 0.02 * operator.along(hand, at_m))
    yield from operator.go(hand, at_m, is_careful=True)
    yield from operator.jaw(hand, CLOSED, 0.3)


def draw(operator: Operator, plan: Plan) -> Script:
    """Draws the thread through until so much of its free end is left."""
    goal_m = np.array([0.05 * plan.side, 0.09, 0.1])
    for _ in range(200):
        if tail_left_m(operator) <= plan.tail_m:
            return
        tip_m = operator.tip_m(plan.lead)
        way_m = goal_m - tip_m
        far_m = float(np.sqrt((way_m**2).sum()))
        if far_m < 1e-3:
            return
        step_m = min(far_m, operator.speed_m_s * 0.5 / 12)
        yield from operator.steer(plan.lead, tip_m + way_m * step_m / far_m, 5 / 60)


def tail_left_m(operator: Operator) -> float:
    """Returns the length of the free end, as far as it lies outside."""
    line_m = strand(operator, "thread")
    inside = inside_of(operator, line_m)
    if not len(inside):
        return 1.0
    before = line_m[: inside[0] + 1]
    return float(np.sqrt(((before[1:] - before[:-1]) ** 2).sum(axis=1)).sum())


def inside_of(operator: Operator, line_m: FloatArray) -> IntArray:
    """Returns the nodes of the thread that lie between the marks and below them."""
    away_m = line_m - middle(operator)
    is_between = (np.abs(away_m) < (0.012, 0.008, 0.02)).all(axis=1)
    return np.flatnonzero(is_between & (away_m[:, 2] < -1e-3)).astype(np.int64)


def strand(operator: Operator, name: str) -> FloatArray:
    """Returns the nodes (n, 3) of a strand of the scene."""
    nodes: FloatArray = next(one for one in operator.scene.strands if one.name == name).nodes_m
    return nodes


# --- the knot


def lay_down(operator: Operator, plan: Plan) -> Script:
    """Takes the thread near the needle with the other hand, and lets go of the needle."""
    other = 1 - plan.lead
    yield from approach(operator, other, NODES - 4)
    yield from take_node(operator, other, NODES - 4)
    yield from operator.jaw(plan.lead, OPEN, 0.3)
    yield from operator.together(
        operator.go(other, np.array([-0.04 * plan.side, 0.02, 0.06])),
        operator.go(plan.lead, np.array([0.06 * plan.side, 0.0, 0.06])),
    )
    yield from approach(operator, plan.lead, TAIL_NODE)
    yield from take_node(operator, plan.lead, TAIL_NODE)
    beside_m = middle(operator) + np.array([ASIDE_M * plan.side, -0.004, 0.003])
    yield from operator.go(plan.lead, beside_m, is_careful=True)
    yield from operator.jaw(plan.lead, OPEN, 0.2)
    yield from operator.go(plan.lead, beside_m - 0.03 * operator.along(plan.lead, beside_m))


def middle(operator: Operator) -> FloatArray:
    """Returns the place between the marks, (3,)."""
    marks_m = [operator.body(f"mark_{number}").position_m for number in (0, 1)]
    place: FloatArray = (marks_m[0] + marks_m[1]) / 2
    return place


def approach(operator: Operator, hand: int, node: int) -> Script:
    """Brings open jaws before a node of the thread."""
    yield from operator.think(THOUGHTS)
    yield from operator.jaw(hand, OPEN, 0.2)
    at_m = strand(operator, "thread")[node]
    yield from operator.go(hand, at_m - 0.015 * operator.along(hand, at_m))


def take_node(operator: Operator, hand: int, node: int) -> Script:
    """Takes the thread at a node, straight from where the jaws are."""
    yield from operator.think(THOUGHTS)
    yield from operator.jaw(hand, OPEN, 0.2)
    for _ in range(TRIES):
        at_m = strand(operator, "thread")[node]
        short_m = SHORT_M * operator.along(hand, at_m)
        yield from operator.go(hand, at_m - short_m, is_careful=True)
        way_m = strand(operator, "thread")[node] - operator.tip_m(hand)
        if float((way_m**2).sum()) < NEAR_M**2:
            break
    yield from operator.jaw(hand, CLOSED, 0.25)


def tie(operator: Operator, plan: Plan) -> Script:
    """Ties the throws over the stitch, and one that failed again, with the other hand."""
    middle_m = middle(operator)
    manner = Manner(speed_m_s=operator.speed_m_s, lean=0.0)
    winder, number = plan.lead, 0
    for wanted, wraps in enumerate(plan.throws):
        for _ in range(THROW_TRIES):
            yield from hand_over(
                operator, winder, NODES - 8 - 4 * (number % 3), holds_tail=number > 0
            )
            for stage in throw(winder, wraps, manner):
                yield from follow(operator, stage, middle_m)
            yield from operator.wait(TIGHT_S)
            number, winder = number + 1, 1 - winder
            if len(throws_of(operator)) > wanted:
                break


def throws_of(operator: Operator) -> Throws:
    """Returns the throws that lie over the stitch, as far as can be seen."""
    line_m = strand(operator, "thread")
    inside = inside_of(operator, line_m)
    return find_knot(line_m, apex=int(np.median(inside))).throws if len(inside) else ()


def hand_over(operator: Operator, winder: int, node: int, *, holds_tail: bool) -> Script:
    """The winder lays down the tail and takes the long end, and the other lets go."""
    yield from relax(operator, 1 - winder)
    if holds_tail:
        down_m = middle(operator) + np.array([side_of(winder) * ASIDE_M, 0.0, 0.002])
        yield from operator.go(winder, down_m, is_careful=True)
    yield from operator.jaw(winder, OPEN, 0.2)
    tip_m = operator.tip_m(winder)
    yield from operator.go(winder, tip_m - 0.015 * operator.along(winder, tip_m))
    yield from approach(operator, winder, node)
    yield from take_node(operator, winder, node)
    other = 1 - winder
    yield from operator.jaw(other, OPEN, 0.2)
    tip_m = operator.tip_m(other)
    yield from operator.go(other, tip_m - 0.02 * operator.along(other, tip_m))
    yield from operator.jaw(other, CLOSED, 0.2)


def relax(operator: Operator, hand: int) -> Script:
    """Brings the long end over the wound: nothing pulls at the throw when its tail is let go."""
    over_m = middle(operator) + np.array([0.012 * side_of(hand), 0.012, 0.03])
    yield from operator.go(hand, over_m)


def follow(operator: Operator, stage: Stage, middle_m: FloatArray) -> Script:
    """Leads both hands through one stage of tying."""
    if stage.frames > WINDING_FRAMES:
        yield from operator.think(THOUGHTS)
    ways = []
    for hand, aim in ((LEFT, stage.left), (RIGHT, stage.right)):
        if aim.point_m is not None:
            to_m = middle_m + np.array(aim.point_m)
            if stage.frames <= WINDING_FRAMES:
                far_m = float(np.sqrt(((to_m - operator.tip_m(hand)) ** 2).sum()))
                ways.append(operator.steer(hand, to_m, far_m / stage.speed_m_s))
            else:
                ways.append(operator.go(hand, to_m))
        elif aim.node >= 0:
            ways.append(take_node(operator, hand, aim.node))
    if ways:
        yield from operator.together(*ways)


def let_go(operator: Operator) -> Script:
    """Lets go with both hands, draws back and waits."""
    yield from operator.together(*(operator.jaw(hand, OPEN, 0.3) for hand in (LEFT, RIGHT)))
    yield from operator.together(
        *(
            operator.go(
                hand, operator.tip_m(hand) - 0.03 * operator.along(hand, operator.tip_m(hand))
            )
            for hand in (LEFT, RIGHT)
        )
    )
    yield from operator.wait(2.0)
    yield from operator.done()
