"""The rigid things of a field as shapes, by the names that scenes give them.

The measures are those of the simulated ones (sim/rigid/model.py), which the client does not import;
a test holds them together.
"""

from functools import cache
from math import pi

import numpy as np

from client.training import materials
from client.training.materials import Material
from client.training.shapes import (
    Shape,
    box,
    merged,
    moved,
    plane,
    rounded_loop,
    shape,
    strip,
    swept,
    tube,
    turned,
)
from world.geometry import FloatArray

BOARD_M = (0.19, 0.11)
BOARD_THICKNESS_M = 0.01
PEG_RADIUS_M, PEG_HEIGHT_M = 0.002, 0.024
PEG_SPACING_M, PEG_ROW_M, PEG_INNER_M = 0.028, 0.016, 0.02
RING_RADIUS_M, RING_TUBE_M, RING_SIDES = 0.0105, 0.0025, 6
PEGS_M = tuple(
    (side * (PEG_INNER_M + column * PEG_SPACING_M), row * PEG_ROW_M)
    for side in (-1, 1)
    for column in range(3)
    for row in (-1, 1)
)
GAUZE_M = 0.04
"""Clips hold a gauze so high over the floor."""
DOT_M = 0.0005
"""Radius of a mark of ink: the task's marks are of 1 mm."""
BOX_M = (0.50, 0.44, 0.32)
"""Width, depth and height of the box that is the trainer's inside."""
_EDGE_M, _FILLET_M = 0.0035, 0.0020
_GROOVE_M = 0.0055


def prop(name: str) -> Shape:
    """Returns the shape of a body of this name; what is not known is shown as a small ball."""
    kind, _, number = name.rpartition("_")
    if kind == "ring" and number.isdecimal():
        return ring(int(number))
    if kind == "mark":
        return ink_dot()
    if kind == "clip" and number.isdecimal():
        return clip(int(number))
    if name == "peg_board":
        return peg_board()
    return tube(np.array([[-1e-4, 0.0, 0.0], [1e-4, 0.0, 0.0]]), 0.003, materials.PEG)


@cache
def peg_board() -> Shape:
    """Returns board and pegs; the origin is the middle of the board's upper side."""
    x, y = BOARD_M[0] / 2, BOARD_M[1] / 2
    low_m, high_m = np.array([-x, -y, -BOARD_THICKNESS_M]), np.array([x, y, 0.0])
    parts = [box(low_m, high_m, materials.BOARD, _EDGE_M)]
    for at_m in PEGS_M:
        offset_m = np.array([*at_m, 0.0])
        parts += [moved(_peg(), offset_m), moved(_groove(_GROOVE_M, 0.0007), offset_m)]
    parts.append(_line(np.array([0.0, -y + 0.008]), np.array([0.0, y - 0.008])))
    return merged(*parts)


@cache
def ring(number: int) -> Shape:
    """Returns a hexagonal ring that lies level about the origin."""
    angle = np.arange(RING_SIDES) * (2 * pi / RING_SIDES)
    corners_m = RING_RADIUS_M * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    line_m = rounded_loop(corners_m, _FILLET_M)
    material = materials.RINGS[number % len(materials.RINGS)]
    return tube(line_m, RING_TUBE_M, material, sides=18, is_closed=True)


@cache
def ink_dot() -> Shape:
    """Returns a dot of ink about the origin, seen from +Z; it stands out by a tenth of itself."""
    angle = np.linspace(0.0, pi / 2, 5)
    profile = np.stack([DOT_M * np.cos(angle), DOT_M / 5 * np.sin(angle)], axis=1)
    return turned(np.maximum(profile, [1e-6, 0.0]), materials.INK)


@cache
def clip(number: int) -> Shape:
    """Returns an alligator clip on its post, whose teeth hold a corner of cloth at the origin.

    The corners are numbered as the gauze's: 0 is nearest on the left, 3 farthest on the right.
    """
    outward_rad = np.arctan2(number // 2 - 0.5, number % 2 - 0.5)
    turn = np.array([np.cos(outward_rad / 2), 0.0, 0.0, np.sin(outward_rad / 2)])
    return moved(_clip_and_post(), np.zeros(3), turn)


@cache
def _clip_and_post() -> Shape:
    """Returns a clip that opens towards -X: two jaws, the spring between them, and the post."""
    jaws = [_clip_jaw(side) for side in (-1, 1)]
    spring_m = np.array([[0.011, -0.0028, 0.0], [0.011, 0.0028, 0.0]])
    spring = tube(spring_m, 0.0016, materials.DARK_STEEL)
    post_m = np.array([[0.011, 0.0, -GAUZE_M + 0.001], [0.011, 0.0, -0.0012]])
    foot = [(0.0075, 0.0), (0.0075, 0.0016), (0.0066, 0.0022), (0.0016, 0.0026)]
    return merged(
        *jaws,
        spring,
        tube(post_m, 0.0014, materials.STEEL, is_round_ended=False),
        moved(turned(np.array(foot), materials.DARK_STEEL), np.array([0.011, 0.0, -GAUZE_M])),
    )


def _clip_jaw(side: int) -> Shape:
    """Returns the upper jaw (1) or the lower one (-1), a bent sheet with a handle behind."""
    x_m = np.array([-0.0060, -0.0052, 0.0, 0.006, 0.011, 0.015, 0.021, 0.0225])
    high_m = np.array([0.0003, 0.0004, 0.0016, 0.0024, 0.0024, 0.0026, 0.0052, 0.0056])
    half_m = np.array([0.0014, 0.0019, 0.0026, 0.0029, 0.0029, 0.0028, 0.0030, 0.0024])
    thick_m = 0.0007
    outline = np.array([(1, 0), (1, 0.7), (0.7, 1), (-0.7, 1), (-1, 0.7), (-1, 0)])
    sections_m = np.zeros((len(x_m), len(outline), 3))
    sections_m[:, :, 0] = x_m[:, None]
    sections_m[:, :, 1] = half_m[:, None] * outline[:, 0]
    sections_m[:, :, 2] = side * (high_m[:, None] + thick_m * outline[:, 1])
    return swept(sections_m if side > 0 else sections_m[:, ::-1], materials.STEEL, 0.4)


@cache
def trainer_box() -> Shape:
    """Returns the drape that everything lies on, and the walls behind and beside it.

    The drape lies under a board whose upper side is at 0.
    """
    width_m, depth_m, height_m = BOX_M
    floor_m = -BOARD_THICKNESS_M
    x, y, top_m = width_m / 2, depth_m / 2, floor_m + height_m
    walls = (
        [(-x, y, floor_m), (x, y, floor_m), (x, y, top_m), (-x, y, top_m)],
        [(-x, -y, floor_m), (-x, y, floor_m), (-x, y, top_m), (-x, -y, top_m)],
        [(x, y, floor_m), (x, -y, floor_m), (x, -y, top_m), (x, y, top_m)],
    )
    square = np.array([(0, 1, 2), (0, 2, 3)])
    return merged(
        plane(width_m, depth_m, floor_m, materials.DRAPE),
        *(shape(np.array(wall), square, materials.WALL) for wall in walls),
    )


def tube_lines_m() -> FloatArray:
    """Returns (6, 2, 3) the middle lines of a ring's tubes, for what must not go through them."""
    angle = np.arange(RING_SIDES + 1) * (2 * pi / RING_SIDES)
    corners_m = RING_RADIUS_M * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    return np.stack([corners_m[:-1], corners_m[1:]], axis=1)


def _peg() -> Shape:
    """Returns a round post with a domed end on a low foot."""
    dome = np.linspace(0.0, pi / 2, 7)
    r, top_m = PEG_RADIUS_M, PEG_HEIGHT_M - PEG_RADIUS_M
    foot = [(r + 0.0016, 0.0), (r + 0.0015, 0.0004), (r + 0.0004, 0.0007), (r, 0.0012)]
    profile = [*foot, *((r * np.cos(a), top_m + r * np.sin(a)) for a in dome)]
    return turned(np.array(profile), materials.PEG)


def _groove(radius_m: float, width_m: float, sides: int = 36) -> Shape:
    """Returns a printed circle, a little above the board."""
    angle = np.arange(sides) * (2 * pi / sides)
    circle = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    lift_m = np.array([0.0, 0.0, 0.00012])
    rings_m = np.stack([circle * (radius_m + width_m), circle * radius_m]) + lift_m
    return shape(rings_m.reshape(-1, 3), strip(2, sides, is_capped=False), materials.GROOVE)


def _line(start_m: FloatArray, end_m: FloatArray, material: Material = materials.GROOVE) -> Shape:
    """Returns a printed line on the board."""
    along = (end_m - start_m) / np.sqrt(((end_m - start_m) ** 2).sum())
    aside_m = 0.00035 * np.array([along[1], -along[0]])
    flat = np.stack([start_m - aside_m, start_m + aside_m, end_m + aside_m, end_m - aside_m])
    points_m = np.concatenate([flat, np.full((4, 1), 0.00012)], axis=1)
    return shape(points_m, np.array([(0, 1, 2), (0, 2, 3)]), material)
