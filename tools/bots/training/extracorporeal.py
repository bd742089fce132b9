"""A bot at the suture with an extracorporeal knot: it drives the needle, draws it out, has throws
laid, slides them down with the pusher, and cuts the ends.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray
from sim.instruments.station import WIDE_BOX
from sim.thread.knots import Throws
from tools.bots.training import suture
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script
from tools.bots.training.suture import middle, strand

BACK_M = 0.04
"""From the trocar to the tip of an instrument that is drawn back."""
TURNED_RAD, TURN_S = 0.5, 0.5
LOOKS = 50
"""Of each thing before it is done; calibrated to the published times of the task."""
OPEN, CLOSED = 0.7, 0.0
OVER_M = 0.02
TAIL_M = 0.008
DRAW_SLOW, PUSH_SLOW = 2.0, 2.0
ABOVE_M = np.array([0.0, 0.0, 0.001])
"""Over the wound, where the pusher stops: it presses enough there."""
SNIPS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bot means to do; the clumsy ones mean something else.

    Attributes:
      throws: to be laid.
      aside_m: how far beside the marks it drives the needle.
      lead: the hand that holds the needle.
      down: share of the way to the wound that the throws are pushed.
      tail_m: left of the ends.
    """

    throws: Throws = (1, -1, 1)
    aside_m: float = 0.0
    lead: int = RIGHT
    down: float = 1.0
    tail_m: float = TAIL_M


def play(operator: Operator, plan: Plan = Plan()) -> Script:
    """Does the whole task."""
    yield from suture.drive(operator, suture.Plan(aside_m=plan.aside_m, lead=plan.lead))
    yield from draw_out(operator, plan)
    for throw in plan.throws:
        yield from lay(operator, plan, throw)
        yield from push_down(operator, plan)
        yield from draw_back(operator, plan, 1.0)
    yield from cut_ends(operator, plan)
    yield from operator.done()


def draw_out(operator: Operator, plan: Plan) -> Script:
    """Draws the needle out through its trocar."""
    yield from operator.think(LOOKS)
    lead = plan.lead
    up_m = operator.tip_m(lead) + np.array([0.0, 0.0, 0.015])
    yield from operator.go(lead, up_m)
    yield from draw_back(operator, plan, DRAW_SLOW)


def draw_back(operator: Operator, plan: Plan, times_longer: float) -> Script:
    """Draws an instrument back to its trocar."""
    trocar = (WIDE_BOX.left, WIDE_BOX.right)[plan.lead]
    pivot_m = np.array(trocar.pivot_m)
    back_m = pivot_m + BACK_M * operator.along(plan.lead, middle(operator))
    yield from operator.work(plan.lead, back_m, CLOSED, times_longer)


def lay(operator: Operator, plan: Plan, throw: int) -> Script:
    """Turns the pusher to a side, has a throw laid to it, and waits for it."""
    yield from operator.think(LOOKS)
    lead = plan.lead
    yield from operator.go(lead, operator.tip_m(lead), -throw * TURNED_RAD)
    yield from operator.wait(TURN_S)
    operator.press(lead, is_active=True)
    yield from operator.wait(0.2)
    operator.press(lead, is_active=False)
    for _ in range(60):
        if any(one.name == "throw" for one in operator.scene.strands):
            return
        yield from operator.wait(0.2)


def push_down(operator: Operator, plan: Plan) -> Script:
    """Slides the throw down to the wound."""
    yield from operator.think(LOOKS)
    start_m = operator.tip_m(plan.lead)
    way_m = middle(operator) + ABOVE_M - start_m
    yield from operator.work(plan.lead, start_m + plan.down * way_m, CLOSED, PUSH_SLOW)
    yield from operator.wait(0.3)


def cut_ends(operator: Operator, plan: Plan) -> Script:
    """Cuts both ends above the knot."""
    scissors = LEFT if plan.lead == RIGHT else RIGHT
    for _ in range(SNIPS):
        yield from operator.think(LOOKS)
        at_m = _knot_m(operator) + plan.tail_m * _up_the_ends(operator, plan)
        before_m = at_m - OVER_M * operator.along(scissors, at_m)
        yield from operator.work(scissors, before_m, OPEN)
        yield from operator.work(scissors, at_m, OPEN, 2.0)
        yield from operator.jaw(scissors, CLOSED, 0.3)


def _up_the_ends(operator: Operator, plan: Plan) -> FloatArray:
    """Returns the direction (3,) in which the ends lead away from the knot."""
    return -operator.along(plan.lead, _knot_m(operator))


def _knot_m(operator: Operator) -> FloatArray:
    """Returns where the knot is, or is to come."""
    if any(one.name == "knot" for one in operator.scene.strands):
        ring_m: FloatArray = strand(operator, "knot")[:-1].mean(axis=0)
        return ring_m
    return middle(operator)
