"""Bots that do the extracorporeal knot wrong: between them they commit every error of the task."""

import numpy as np

from tools.bots.training.extracorporeal import (
    ABOVE_M,
    CLOSED,
    OPEN,
    OVER_M,
    Plan,
    draw_back,
    draw_out,
    lay,
    play,
    push_down,
)
from tools.bots.training.operator import LEFT, Operator, Script
from tools.bots.training.suture import Plan as Stitch
from tools.bots.training.suture import drive, middle

HALFWAY = 0.5
SHORT_M = 0.001
_LOOP_M = np.array([0.0, -0.0045, -0.001])


def lay_equal_throws(operator: Operator) -> Script:
    """Lays every throw to the same side."""
    yield from play(operator, Plan(throws=(1, 1, 1)))


def leave_a_throw_halfway(operator: Operator) -> Script:
    """Slides a throw half of the way down, and stops."""
    yield from drive(operator, Stitch())
    yield from draw_out(operator, Plan())
    yield from lay(operator, Plan(), 1)
    yield from push_down(operator, Plan(down=HALFWAY))
    yield from draw_back(operator, Plan(), 1.0)
    yield from operator.done()


def cut_at_the_knot(operator: Operator) -> Script:
    """Cuts the ends too short."""
    yield from play(operator, Plan(tail_m=SHORT_M))


def cut_the_stitch(operator: Operator) -> Script:
    """Cuts between the knot and the mark."""
    yield from drive(operator, Stitch())
    yield from draw_out(operator, Plan())
    yield from lay(operator, Plan(), 1)
    yield from push_down(operator, Plan())
    yield from draw_back(operator, Plan(), 1.0)
    at_m = middle(operator) + ABOVE_M + _LOOP_M
    yield from operator.work(LEFT, at_m - OVER_M * operator.along(LEFT, at_m), OPEN)
    yield from operator.work(LEFT, at_m, OPEN, 2.0)
    yield from operator.jaw(LEFT, CLOSED, 0.3)
    yield from operator.done()
