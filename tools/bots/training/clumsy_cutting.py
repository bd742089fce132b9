"""Bots that cut wrong: between them they commit every error that precision cutting penalizes."""

import numpy as np

from tools.bots.training.operator import LEFT, RIGHT, Operator, Script
from tools.bots.training.precision_cutting import around, hold, take

WIDE = 1.15
"""Three millimeters outside the line of a circle of two centimeters."""
_IN_M, _PULL_M = 0.007, 0.05


def tear_from_clip(operator: Operator) -> Script:
    """Takes the gauze beside a clip and pulls until it tears away."""
    clip_m = operator.body("clip_0").position_m
    inward = -np.sign(clip_m) * (1.0, 1.0, 0.0)
    yield from take(operator, LEFT, clip_m + _IN_M * inward)
    yield from operator.go(LEFT, operator.tip_m(LEFT) + _PULL_M * inward)
    yield from operator.done()


def cut_wide(operator: Operator) -> Script:
    """Cuts a circle that is too large."""
    yield from hold(operator, LEFT)
    yield from around(operator, RIGHT, WIDE)
    yield from operator.done()


def give_up(operator: Operator) -> Script:
    """Moves a little and says that it is done."""
    yield from operator.go(RIGHT, np.array([0.06, 0.0, 0.06]))
    yield from operator.done()
