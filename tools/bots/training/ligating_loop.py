"""A bot that ligates an appendage with a loop."""

from math import pi

import numpy as np

from sim.arrays import FloatArray
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script

OVER_M = 0.012
SLOW = 30.0
LOOKS = 26
"""Working with a loop is slow; both calibrated to the published times of the task."""
DRAWS = 24
_BACK_M, _TAIL_M = 0.03, 0.015
_DRAWN_M, _CORRECTS = 0.0003, 0.6
_OPEN, _CLOSED = 0.7, 0.0


def play(
    operator: Operator,
    *,
    is_left_handed: bool = False,
    beside_m: float = 0.0,
    draws: int = DRAWS,
) -> Script:
    """Puts the loop over, draws it tight at the mark, and cuts the tail.

    Args:
      operator: whose hands they are.
      is_left_handed: the hands' instruments are exchanged.
      beside_m: how far above the mark the loop is drawn tight.
      draws: how often the trigger is drawn.
    """
    pusher, scissors = (LEFT, RIGHT) if is_left_handed else (RIGHT, LEFT)
    mark_m = _strand_m(operator, "mark").mean(axis=0) + np.array([0.0, 0.0, beside_m])
    top_m = operator.scene.surfaces[0].corners_m[:, 2].max()
    yield from operator.think(LOOKS)
    over_m = np.array([*mark_m[:2], top_m + OVER_M])
    yield from operator.work(pusher, _tip_m(operator, pusher, over_m), _CLOSED, SLOW / 3)
    yield from operator.think(LOOKS)
    yield from operator.work(pusher, _tip_m(operator, pusher, mark_m), _CLOSED, SLOW)
    yield from operator.think(LOOKS)
    yield from _draw_tight(operator, pusher, mark_m, draws)
    yield from cut_tail(operator, pusher, scissors)
    yield from operator.done()


def _draw_tight(operator: Operator, pusher: int, mark_m: FloatArray, draws: int) -> Script:
    """Draws, looks where the loop lies, and aims anew, until no more thread comes."""
    aim_m, before_m = mark_m.copy(), np.inf
    for _ in range(draws):
        operator.press(pusher, is_active=True)
        yield from operator.work(pusher, _tip_m(operator, pusher, aim_m), _CLOSED, SLOW)
        operator.press(pusher, is_active=False)
        loop_m = _strand_m(operator, "thread-loop")
        length_m = float(np.sqrt((np.diff(loop_m, axis=0) ** 2).sum(axis=1)).sum())
        if before_m - length_m < _DRAWN_M:
            break
        aim_m[2] += _CORRECTS * (mark_m[2] - loop_m[:, 2].mean())
        before_m = length_m
        yield from operator.think(LOOKS)
    yield from operator.wait(0.1)


def cut_tail(operator: Operator, pusher: int, scissors: int) -> Script:
    """Draws the pusher back and closes the scissors on the tail."""
    knot_m = _strand_m(operator, "thread-loop")[0]
    along = operator.along(pusher, knot_m)
    yield from operator.work(pusher, knot_m - _BACK_M * along, _CLOSED, SLOW / 2)
    yield from operator.think(LOOKS)
    tail_m = _strand_m(operator, "thread-tail")
    at_m = tail_m[0] + (tail_m[-1] - tail_m[0]) * (_TAIL_M / _BACK_M)
    yield from operator.work(scissors, at_m - 0.02 * operator.along(scissors, at_m), _OPEN, 3.0)
    yield from operator.work(scissors, at_m, _OPEN, SLOW)
    yield from operator.jaw(scissors, _CLOSED, 0.3)


def _tip_m(operator: Operator, pusher: int, middle_m: FloatArray) -> FloatArray:
    """Returns where the tip must be for the loop's middle to be at a point."""
    loop_m = _strand_m(operator, "thread-loop")
    length_m = float(np.sqrt((np.diff(loop_m, axis=0) ** 2).sum(axis=1)).sum())
    tip_m: FloatArray = middle_m - length_m / (2 * pi) * operator.along(pusher, middle_m)
    return tip_m


def _strand_m(operator: Operator, name: str) -> FloatArray:
    return next(strand.nodes_m for strand in operator.scene.strands if strand.name == name)
