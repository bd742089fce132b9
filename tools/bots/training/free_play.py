"""A bot that tries out the organs: lifts the gallbladder, snips the liver's edge, pokes the pad."""

import numpy as np

from sim.arrays import FloatArray
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script

SNIPS = 5
_FIRST_M, _NEXT_M = 0.008, 0.003
_WIDE, _OPEN, _CLOSED = 1.0, 0.6, 0.0
_ABOVE_M, _LIFT_M = np.array([0.0, 0.0, 0.02]), np.array([-0.004, -0.004, 0.008])


def play(operator: Operator, *, is_left_handed: bool = False) -> Script:
    """Grasps, lifts, cuts, lets go, and says that it is done."""
    grasper, scissors = (RIGHT, LEFT) if is_left_handed else (LEFT, RIGHT)
    fundus_m = _end_of(operator, "gallbladder", np.array([-0.3, -0.5, 0.8]))
    yield from operator.work(grasper, fundus_m + _ABOVE_M, _OPEN)
    yield from operator.work(grasper, fundus_m, _OPEN)
    yield from operator.jaw(grasper, _CLOSED, 0.3)
    yield from operator.go(grasper, fundus_m + _LIFT_M, is_careful=True)
    edge_m = _end_of(operator, "liver", np.array([0.2, -1.0, 0.3]))
    for number in range(SNIPS):
        at_m = edge_m + (_FIRST_M + number * _NEXT_M) * operator.along(scissors, edge_m)
        yield from operator.work(scissors, at_m, _WIDE)
        yield from operator.jaw(scissors, _CLOSED, 0.3)
    yield from operator.work(scissors, edge_m + 3 * _ABOVE_M, _OPEN)
    yield from operator.jaw(grasper, _OPEN, 0.3)
    yield from operator.go(grasper, fundus_m + 2 * _ABOVE_M)
    pad_m = _end_of(operator, "pad", np.array([0.0, 0.0, 1.0]))
    yield from operator.work(scissors, pad_m + _ABOVE_M, _CLOSED)
    yield from operator.go(scissors, pad_m + 0.1 * _ABOVE_M, is_careful=True)
    yield from operator.done()


def _end_of(operator: Operator, name: str, toward: FloatArray) -> FloatArray:
    """Returns the corner of a surface that lies farthest in a direction."""
    surface = next(surface for surface in operator.scene.surfaces if surface.name == name)
    farthest: FloatArray = surface.corners_m[(surface.corners_m * toward).sum(axis=1).argmax()]
    return farthest
