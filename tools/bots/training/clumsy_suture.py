"""Bots that do the suturing task wrong: between them they commit every error that it penalizes."""

import numpy as np

from tools.bots.training.operator import LEFT, RIGHT, Operator, Script
from tools.bots.training.suture import Plan, draw, drive, halfway


def sew_beside_the_marks(operator: Operator) -> Script:
    """Drives the needle through three millimeters beside the marks, and stops."""
    yield from drive(operator, Plan(aside_m=0.003))
    yield from operator.done()


def leave_it_untied(operator: Operator) -> Script:
    """Draws the thread through both lips and ties nothing."""
    yield from drive(operator, Plan())
    yield from draw(operator, Plan())
    yield from operator.done()


def tear_off(operator: Operator) -> Script:
    """Lifts the pad off its base by a needle that lies in it."""
    yield from halfway(operator, Plan())
    yield from operator.go(RIGHT, operator.tip_m(RIGHT) + np.array([0.0, 0.0, 0.04]))
    yield from operator.done()


def give_up(operator: Operator) -> Script:
    """Moves a little and says that it is done."""
    yield from operator.go(LEFT, np.array([-0.05, 0.0, 0.05]))
    yield from operator.done()
