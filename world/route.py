"""A way on foot through a room: for click-to-go, for those who cannot steer, and for bots.

Strategy: the floor as a grid of GRID_M, blocked where a body would touch a solid; the shortest
way by A* over it, then every corner is left out that a straight walk does not need.
"""

import heapq
from collections.abc import Iterator
from math import hypot, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from world.avatar import BODY_RADIUS_M, STEP_OVER_M, Ground

GRID_M = 0.1
MARGIN_M = 0.03
HEAD_M = 1.6

Cell: TypeAlias = tuple[int, int]
Spot: TypeAlias = tuple[float, float]
Free: TypeAlias = NDArray[np.bool_]

_STEPS = [
    (dx, dy, sqrt(dx * dx + dy * dy))
    for dx in (-1, 0, 1)
    for dy in (-1, 0, 1)
    if (dx, dy) != (0, 0)
]


def free_floor(ground: Ground) -> Free:
    """Returns where a body can stand: (nx, ny), cell (i, j) is around (i, j) * GRID_M."""
    reach_m = BODY_RADIUS_M + MARGIN_M
    count = np.floor(ground.size_m[:2] / GRID_M).astype(int) + 1
    x_m = (np.arange(count[0]) * GRID_M)[:, None]
    y_m = (np.arange(count[1]) * GRID_M)[None]
    free: Free = (
        (x_m >= reach_m)
        & (x_m <= ground.size_m[0] - reach_m)
        & (y_m >= reach_m)
        & (y_m <= ground.size_m[1] - reach_m)
    )
    for low_m, high_m in zip(ground.low_m, ground.high_m, strict=True):
        if low_m[2] < HEAD_M and high_m[2] > STEP_OVER_M:
            away_x_m = x_m - np.clip(x_m, low_m[0], high_m[0])
            away_y_m = y_m - np.clip(y_m, low_m[1], high_m[1])
            free &= np.hypot(away_x_m, away_y_m) >= reach_m
    return free


def is_free(free: Free, spot_m: Spot) -> bool:
    """Whether a body can stand there; nobody can outside the room."""
    i, j = (round(value / GRID_M) for value in spot_m)
    return 0 <= i < free.shape[0] and 0 <= j < free.shape[1] and bool(free[i, j])


def open_floor(free: Free) -> Free:
    """Returns the largest part of the free floor that is one: the rest are gaps nobody gets out of.

    Empty where the room has no free floor.
    """
    rest, largest = free.copy(), np.zeros_like(free)
    while rest.any():
        part = _connected(rest, tuple(np.argwhere(rest)[0]))
        rest &= ~part
        if part.sum() > largest.sum():
            largest = part
    return largest


def nearest_place(free: Free, spot_m: Spot) -> Spot | None:
    """Returns the place nearest to a spot where a body can stand: the spot itself, if it can be."""
    cell = _nearest_free(free, spot_m)
    if cell is None or cell == _cell(free, spot_m):
        return None if cell is None else spot_m
    return cell[0] * GRID_M, cell[1] * GRID_M


def route(free: Free, start_m: Spot, goal_m: Spot) -> list[Spot]:
    """Returns the corners of a way to the goal, or as near to it as one can get.

    Empty only where the room has no free floor.

    Args:
      free: of `free_floor`.
      start_m: where one stands; may be a little inside what is blocked.
      goal_m: where one wants to go; where that is blocked, the nearest free place is taken.
    """
    start, goal = _nearest_free(free, start_m), _nearest_free(free, goal_m)
    if start is None or goal is None:
        return []
    cells = _shortest(free, start, goal)
    corners = list(_straightened(free, cells))
    spots = [(i * GRID_M, j * GRID_M) for i, j in corners]
    is_there = corners[-1] == _cell(free, goal_m)
    return [*spots[:-1], goal_m if is_there else spots[-1]]


def _cell(free: Free, spot_m: Spot) -> Cell:
    i, j = (round(value / GRID_M) for value in spot_m)
    return min(max(i, 0), free.shape[0] - 1), min(max(j, 0), free.shape[1] - 1)


def _nearest_free(free: Free, spot_m: Spot) -> Cell | None:
    cell = _cell(free, spot_m)
    if free[cell]:
        return cell
    cells = np.argwhere(free)
    if not len(cells):
        return None
    i, j = cells[np.argmin(((cells - cell) ** 2).sum(axis=1))]
    return int(i), int(j)


def _connected(free: Free, start: tuple[int, ...]) -> Free:
    """Returns the free cells to which steps over free cells lead from one of them."""
    found = np.zeros_like(free)
    found[start] = True
    count = 0
    while (now := int(found.sum())) > count:
        count = now
        for axis, by in ((0, 1), (0, -1), (1, 1), (1, -1)):
            step = np.roll(found, by, axis)
            step[(slice(None),) * axis + (0 if by > 0 else -1,)] = False
            found |= step & free
    return found


def _shortest(free: Free, start: Cell, goal: Cell) -> list[Cell]:
    """Returns the cells from start to goal by A*, or to the reachable cell nearest to it.

    Source: P. E. Hart, N. J. Nilsson, B. Raphael, IEEE Trans. SSC-4 (1968).
    """
    cost: dict[Cell, float] = {start: 0.0}
    came: dict[Cell, Cell] = {}
    front: list[tuple[float, Cell]] = [(0.0, start)]
    while front:
        _, cell = heapq.heappop(front)
        if cell == goal:
            break
        for neighbor, length in _neighbors(free, cell):
            there = cost[cell] + length
            if there < cost.get(neighbor, float("inf")):
                cost[neighbor], came[neighbor] = there, cell
                rest = hypot(neighbor[0] - goal[0], neighbor[1] - goal[1])
                heapq.heappush(front, (there + rest, neighbor))
    way = [min(cost, key=lambda cell: (cell[0] - goal[0]) ** 2 + (cell[1] - goal[1]) ** 2)]
    while way[-1] in came:
        way.append(came[way[-1]])
    return way[::-1]


def _neighbors(free: Free, cell: Cell) -> Iterator[tuple[Cell, float]]:
    for dx, dy, length in _STEPS:
        i, j = cell[0] + dx, cell[1] + dy
        if 0 <= i < free.shape[0] and 0 <= j < free.shape[1] and free[i, j]:
            yield (i, j), length


def _straightened(free: Free, cells: list[Cell]) -> Iterator[Cell]:
    """Yields the corners of the way, without those that can be cut in a straight line."""
    if not cells:
        return
    at = 0
    yield cells[0]
    while at < len(cells) - 1:
        ahead = len(cells) - 1
        while ahead > at + 1 and not _is_clear(free, cells[at], cells[ahead]):
            ahead -= 1
        at = ahead
        yield cells[at]


def _is_clear(free: Free, one: Cell, other: Cell) -> bool:
    count = 2 * max(abs(one[0] - other[0]), abs(one[1] - other[1])) + 1
    i = np.rint(np.linspace(one[0], other[0], count)).astype(int)
    j = np.rint(np.linspace(one[1], other[1], count)).astype(int)
    return bool(free[i, j].all())
