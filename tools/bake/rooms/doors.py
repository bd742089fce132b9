"""Doors: the doorway with its leaf, the corridor behind it, the clinic's entrance.

A wall part is modeled in the plane y = 0 of its place, seen from -Y (the room's side).
"""

from collections.abc import Sequence

import numpy as np

from tools.bake.rooms import fixtures
from tools.bake.rooms.lighting import DAY, Lighting, scaled
from tools.bake.rooms.materials import LACQUER, METAL, OAK
from tools.bake.rooms.patches import Finish, Model, Triple
from tools.bake.rooms.shapes import box, plane, tube
from tools.bake.rooms.walls import FRAME_GRAY, Span

WALL_M = 0.14
DOOR_WIDTH_M = 1.00
DOOR_HEIGHT_M = 2.10
LEAF_HALF_M = DOOR_WIDTH_M / 2 - 0.004
LEAF_LOW_M, LEAF_HIGH_M, LEAF_M = 0.008, DOOR_HEIGHT_M - 0.006, 0.045
LEAF_Y_M = (WALL_M - LEAF_M - 0.002, WALL_M - 0.002)
# The vision panel, high enough to be seen through from a wheelchair: from, to, low, high.
PANE = (LEAF_HALF_M - 0.30, LEAF_HALF_M - 0.16, 0.75, 1.90)


def doorway_span(middle: float) -> Span:
    """Returns the opening that a door in the middle needs in its wall."""
    half = DOOR_WIDTH_M / 2
    return (middle - half, middle + half, 0.0, DOOR_HEIGHT_M)


def door(model: Model, name: str, sign: str | None = None) -> None:
    """Adds a doorway with its leaf, which opens away from the room; origin: floor, middle."""
    half, h = DOOR_WIDTH_M / 2, DOOR_HEIGHT_M
    reveal = LACQUER.on_texels(0.8)
    plane(model, (-half, 0, 0), ((0, WALL_M, 0), (0, 0, h)), reveal)
    plane(model, (half, WALL_M, 0), ((0, -WALL_M, 0), (0, 0, h)), reveal)
    plane(model, (-half, WALL_M, h), ((2 * half, 0, 0), (0, -WALL_M, 0)), reveal)
    plane(model, (-half, 0, 0), ((2 * half, 0, 0), (0, WALL_M, 0)), METAL.on_texels(0.6))
    for s in (-1, 1):
        box(
            model,
            (s * (half + 0.035), -0.011, h / 2 + 0.035),
            (0.07, 0.022, h + 0.07),
            OAK,
            radius_m=0.005,
            segments=1,
            step_m=0.3,
            skip="k",
        )
    box(
        model,
        (0, -0.011, h + 0.035),
        (2 * half, 0.022, 0.07),
        OAK,
        radius_m=0.005,
        segments=1,
        skip="k",
    )
    with model.within(name):
        _leaf(model)
    ahead = model.heading_rad() + np.pi
    model.plan.add_door(name, model.point((0, 0, 0)), ahead, (DOOR_WIDTH_M, 0, DOOR_HEIGHT_M))
    if sign:
        fixtures.plaque(model, sign, (-half - 0.27, 0, 1.62), (0.30, 0.45))


def entrance(model: Model) -> None:
    """Adds the clinic's own front door: frosted glass that does not open; origin: floor."""
    half, h, frame = 0.86, 2.25, Finish("solid", FRAME_GRAY)
    for x in (-half, 0.0, half):
        box(model, (x, -0.03, h / 2), (0.07, 0.06, h), frame, radius_m=0.006, step_m=0.35)
    for z in (0.05, 0.95, h - 0.035):
        box(model, (0, -0.028, z), (2 * half, 0.055, 0.07), frame, radius_m=0.006, step_m=0.3)
    plane(
        model,
        (-half, -0.012, 0),
        ((2 * half, 0, 0), (0, 0, h)),
        Finish("frost", (0.88, 0.95, 0.98), emission=0.55),
        step_m=0.3,
    )
    for s in (-1, 1):
        tube(
            model,
            [
                (s * 0.10, -0.06, 0.75),
                (s * 0.10, -0.09, 0.76),
                (s * 0.10, -0.09, 1.29),
                (s * 0.10, -0.06, 1.30),
            ],
            0.012,
            METAL,
        )


def leaf_hinge(model: Model) -> Triple:
    """Returns where the leaf of a door at the current place turns, in the room."""
    return model.point((-DOOR_WIDTH_M / 2, WALL_M, 0))


def _leaf(model: Model) -> None:
    width, height = 2 * LEAF_HALF_M, LEAF_HIGH_M - LEAF_LOW_M
    wood, half, middle_y = OAK.on_texels(0.9), LEAF_HALF_M, sum(LEAF_Y_M) / 2
    front = (half + PANE[0], PANE[2], half + PANE[1], PANE[3])
    back = (half - PANE[1], PANE[2], half - PANE[0], PANE[3])
    for x, y, hole in ((-half, LEAF_Y_M[0], front), (half, LEAF_Y_M[1], back)):
        sides = ((-2 * x, 0, 0), (0, 0, height))
        plane(model, (x, y, LEAF_LOW_M), sides, wood, holes=[hole], is_turned=True)
    box(
        model,
        (0, middle_y, (LEAF_HIGH_M + LEAF_LOW_M) / 2),
        (width, LEAF_M - 0.001, height),
        OAK,
        radius_m=0.001,
        segments=1,
        skip="fk",
        grain=2,
        step_m=0.4,
    )
    for y, side in zip(LEAF_Y_M, (-1, 1), strict=True):
        _fittings(model, y, side)
    box(
        model,
        ((PANE[0] + PANE[1]) / 2, middle_y, (PANE[2] + PANE[3]) / 2 + LEAF_LOW_M),
        (PANE[1] - PANE[0], 0.012, PANE[3] - PANE[2]),
        Finish("frost", (0.86, 0.93, 0.95)),
        radius_m=0.001,
        segments=1,
        step_m=0.3,
    )


def _fittings(model: Model, y: float, side: int) -> None:
    """Adds the pane's frame, kick plate and lever on one side of the leaf."""
    middle_x, middle_z = (PANE[0] + PANE[1]) / 2, (PANE[2] + PANE[3]) / 2 + LEAF_LOW_M
    upright, level = (0.018, 0.016, PANE[3] - PANE[2] + 0.018), (PANE[1] - PANE[0], 0.015, 0.018)
    for x in PANE[:2]:
        box(model, (x, y, middle_z), upright, METAL, radius_m=0.004, segments=1)
    for z in PANE[2:]:
        box(model, (middle_x, y, z + LEAF_LOW_M), level, METAL, radius_m=0.004, segments=1)
    kick = (2 * LEAF_HALF_M - 0.10, 0.006, 0.18)
    box(model, (0, y + side * 0.002, 0.13), kick, METAL, radius_m=0.002, segments=1)
    _lever(model, y, side, LEAF_HALF_M)


def _lever(model: Model, y: float, side: int, half: float) -> None:
    x, out = half - 0.075, side * 0.055
    box(model, (x, y + side * 0.006, 1.02), (0.045, 0.012, 0.16), METAL, radius_m=0.005)
    tube(
        model,
        [
            (x, y, 1.05),
            (x, y + out, 1.05),
            (x - 0.01, y + out * 1.15, 1.05),
            (x - 0.13, y + out * 1.15, 1.05),
        ],
        0.010,
        METAL,
        8,
    )


def corridor(
    model: Model, lighting: Lighting, span: tuple[float, float], doors: Sequence[float]
) -> None:
    """Adds the lit corridor behind a wall, from x to x; doors are the middles of its openings."""
    (x0, x1), y0, y1, h = span, WALL_M, WALL_M + 1.9, 2.5
    length, depth = x1 - x0, 1.9
    half = DOOR_WIDTH_M / 2
    holes = [(x1 - x - half, 0.0, x1 - x + half, DOOR_HEIGHT_M) for x in doors]
    wall = Finish("plaster", (1, 0.97, 0.92), "texels", 0.5)
    plane(
        model,
        (x0, y0, 0),
        ((length, 0, 0), (0, depth, 0)),
        Finish("planks", lit="texels", density=0.6),
    )
    plane(model, (x0, y1, h), ((length, 0, 0), (0, -depth, 0)), wall)
    plane(model, (x1, y0, 0), ((-length, 0, 0), (0, 0, h)), wall, holes=holes)
    plane(
        model,
        (x0, y1, 0),
        ((length, 0, 0), (0, 0, h)),
        Finish("plaster", (0.80, 0.88, 0.84), "texels", 0.6),
    )
    plane(model, (x0, y0, 0), ((0, depth, 0), (0, 0, h)), wall)
    plane(model, (x1, y1, 0), ((0, -depth, 0), (0, 0, h)), wall)
    middle = (x0 + x1) / 2
    box(model, (middle, y1 - 0.05, 0.90), (length - 0.1, 0.03, 0.05), OAK, radius_m=0.012)
    box(model, (middle, y1 - 0.02, 0.90), (length - 0.1, 0.03, 0.02), METAL, radius_m=0.004)
    for x in doors:
        with model.at((x, y1, 0)):
            fixtures.picture(
                model,
                "art-hills" if x == doors[0] else "art-lake",
                (0, 0, 1.55),
                (1.0, 0.5) if x == doors[0] else (0.48, 0.64),
            )
        lamp = ((x - 0.5, (y0 + y1) / 2 - 0.15, h - 0.012), ((1.0, 0, 0), (0, 0.3, 0)))
        box(
            model,
            (x, (y0 + y1) / 2, h - 0.004),
            (1.0, 0.3, 0.008),
            Finish("led", emission=2.4),
            radius_m=0.002,
            segments=1,
        )
        lighting.add_lamp(model, lamp[0], lamp[1], scaled(DAY, 4.2))
