"""A bot that cuts the marked circle out of the gauze."""

from itertools import pairwise

import numpy as np

from sim.arrays import FloatArray
from sim.instruments.catalog import INSTRUMENTS
from sim.membrane.outline import rim
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script
from world.protocol.scene_lane import Surface

BITE = 0.25
"""Opening of the scissors before a snip: the crossing is that share of the blades from the tip."""
POINTS_A_SNIP = 3
BRIDGES = 20
CUT_TIMES_LONGER, LOOKS = 18.0, 7
"""Following a line is slow; both calibrated to the published times of the task."""
_BLADE_M = INSTRUMENTS["scissors"].hinge_m
_OPEN, _CLOSED = 0.5, 0.0
_IN_FROM_M = 0.031
_HELD = 0.35
_SLIT_M = 0.004
_ABOVE_M = np.array([0.0, 0.0, 0.02])


def play(operator: Operator, *, is_left_handed: bool = False) -> Script:
    """Holds the middle of the circle, cuts in from the edge, and around along the line."""
    grasper, scissors = (RIGHT, LEFT) if is_left_handed else (LEFT, RIGHT)
    yield from hold(operator, grasper)
    yield from around(operator, scissors)
    yield from operator.done()


def hold(operator: Operator, hand: int) -> Script:
    """Takes the gauze within the circle, on the hand's own side."""
    line_m = seen_line_m(operator)
    middle_m = line_m.mean(axis=0)
    at_m = middle_m + _HELD * (line_m[_first(line_m, hand)] - middle_m)
    yield from take(operator, hand, at_m)


def take(operator: Operator, hand: int, at_m: FloatArray) -> Script:
    """Grasps the gauze at a point."""
    yield from operator.work(hand, at_m + _ABOVE_M, _OPEN)
    yield from operator.go(hand, at_m, is_careful=True)
    yield from operator.jaw(hand, _CLOSED, 0.2)


def around(operator: Operator, hand: int, scale: float = 1.0) -> Script:
    """Cuts in from the edge on the hand's own side, around, and then whatever still hangs.

    Args:
      operator: whose hand it is.
      hand: that holds the scissors.
      scale: of the circle that it cuts, 1 on the line.
    """
    line_m = seen_line_m(operator)
    first = _first(line_m, hand)
    start_m = _scaled(line_m, first, scale)
    outward = line_m[first] - line_m.mean(axis=0)
    outward /= np.sqrt((outward**2).sum())
    steps = np.linspace(_IN_FROM_M, 0.0, 9)
    yield from along(operator, hand, start_m + steps[:, None] * outward)
    for at in range(0, len(line_m), POINTS_A_SNIP):
        yield from _snip_line(operator, hand, first + at, scale)
    for _ in range(BRIDGES):
        yield from _snip_line(
            operator, hand, _hangs_at(operator, scale) - POINTS_A_SNIP // 2, scale
        )


def _snip_line(operator: Operator, hand: int, at: int, scale: float) -> Script:
    """Cuts on from the slit that is nearest to a point of the line."""
    line_m = seen_line_m(operator)
    ends = [(at + k) % len(line_m) for k in (0, POINTS_A_SNIP)]
    start_m, end_m = (_scaled(line_m, end, scale) for end in ends)
    yield from snip(operator, hand, _slit_near(operator, start_m), end_m)


def along(operator: Operator, hand: int, path_m: FloatArray) -> Script:
    """Cuts along (n, 3) points."""
    for start_m, end_m in pairwise(path_m):
        yield from snip(operator, hand, start_m, end_m)


def snip(operator: Operator, hand: int, start_m: FloatArray, end_m: FloatArray) -> Script:
    """Brings the crossing of the open blades to a point, and closes them on the way to another."""
    tip_m = start_m + BITE * _BLADE_M * operator.along(hand, start_m)
    yield from operator.think(LOOKS)
    yield from operator.work(hand, tip_m, BITE, CUT_TIMES_LONGER)
    yield from operator.work(hand, end_m, _CLOSED, CUT_TIMES_LONGER)


def seen_line_m(operator: Operator) -> FloatArray:
    """Returns the (n, 3) points of the marked circle, in order around it."""
    strands = operator.scene.strands
    return np.concatenate([strand.nodes_m for strand in strands if strand.name.startswith("mark")])


def _slit_near(operator: Operator, at_m: FloatArray) -> FloatArray:
    """Returns the nearest place where the cloth has an edge; the point itself if none is near."""
    cloth = _cloth(operator)
    edges_m = cloth.corners_m[np.unique(rim(cloth.triangles))]
    squared = ((edges_m - at_m) ** 2).sum(axis=1)
    nearest_m: FloatArray = edges_m[squared.argmin()]
    return nearest_m if squared.min() < _SLIT_M**2 else at_m


def _hangs_at(operator: Operator, scale: float) -> int:
    """Returns the point of the line where the circle still hangs on the rest of the cloth."""
    cloth, line_m = _cloth(operator), seen_line_m(operator)
    middle_m = line_m.mean(axis=0)
    neighbors: dict[int, set[int]] = {}
    for a, b, c in cloth.triangles.tolist():
        for one, two, three in ((a, b, c), (b, c, a), (c, a, b)):
            neighbors.setdefault(one, set()).update((two, three))
    start = int(((cloth.corners_m - middle_m) ** 2).sum(axis=1).argmin())
    came_from, waiting = {start: start}, [start]
    for vertex in waiting:
        for other in sorted(neighbors[vertex] - came_from.keys()):
            came_from[other] = vertex
            waiting.append(other)
    corner = 0
    way = [corner]
    while way[-1] != start and way[-1] in came_from:
        way.append(came_from[way[-1]])
    way_m = cloth.corners_m[way] - middle_m
    radius_m = scale * float(np.linalg.norm(line_m - middle_m, axis=1).mean())
    is_inside = np.linalg.norm(way_m, axis=1) < radius_m
    bridge_m = middle_m + way_m[max(0, int(is_inside.argmax()) - 1) :][:2].mean(axis=0)
    return int(np.linalg.norm(line_m - bridge_m, axis=1).argmin())


def _cloth(operator: Operator) -> Surface:
    return next(surface for surface in operator.scene.surfaces if surface.name == "gauze")


def _first(line_m: FloatArray, hand: int) -> int:
    """Returns the point of the line that is farthest on a hand's side."""
    return int(line_m[:, 0].argmax() if hand == RIGHT else line_m[:, 0].argmin())


def _scaled(line_m: FloatArray, at: int, scale: float) -> FloatArray:
    middle_m = line_m.mean(axis=0)
    scaled: FloatArray = middle_m + scale * (line_m[at] - middle_m)
    return scaled
