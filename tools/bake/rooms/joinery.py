"""Walls and what is built into them: windows, doors with their corridor, slats, cupboards.

A wall part is modeled in the plane y = 0 of its place, seen from -Y (the room's side).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.bake.rooms import fixtures
from tools.bake.rooms.lighting import DAY, Lighting, scaled
from tools.bake.rooms.materials import DARK, INK, LACQUER, METAL, OAK, PLASTER
from tools.bake.rooms.patches import Color, Finish, Model, Triple, unit
from tools.bake.rooms.shapes import Hole, box, grid, plane, tube

WALL_M = 0.14
SOLID_WALL_M = 0.04
DOOR_WIDTH_M = 1.00
DOOR_HEIGHT_M = 2.10
WARM_WHITE: Color = (1.0, 0.99, 0.965)
FRAME_GRAY: Color = (0.30, 0.31, 0.32)
Span = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shell:
    """A room's floor, walls and ceiling.

    Attributes:
      size_m: width (X), depth (Y), height (Z).
      floor: material of the floor.
      openings: wall (`n`, `e`, `s`, `w`) and span (from, to, low, high) along X or Y.
      accents: tints of single walls.
    """

    size_m: Triple
    floor: Finish
    openings: Sequence[tuple[str, Span]]
    accents: dict[str, Color]


def shell(model: Model, form: Shell) -> None:
    """Adds floor, ceiling and walls, an outer leaf that keeps light out, and the walls' solids."""
    w, d, h = form.size_m
    plane(model, (0, 0, 0), ((w, 0, 0), (0, d, 0)), form.floor.on_texels(1.5))
    plane(
        model,
        (0, d, h),
        ((w, 0, 0), (0, -d, 0)),
        Finish("plaster", (1, 0.995, 0.98), "texels", 0.5),
    )
    walls: dict[str, tuple[Triple, Triple]] = {
        "s": ((w, 0, 0), (-w, 0, 0)),
        "n": ((0, d, 0), (w, 0, 0)),
        "w": ((0, 0, 0), (0, d, 0)),
        "e": ((w, d, 0), (0, -d, 0)),
    }
    for name, (corner, along) in walls.items():
        spans = [span for wall, span in form.openings if wall == name]
        length = w if name in "sn" else d
        is_mirrored = name in "se"
        holes = [_mirrored(span, length) if is_mirrored else _as_hole(span) for span in spans]
        tint = form.accents.get(name, WARM_WHITE)
        plane(model, corner, (along, (0, 0, h)), Finish("plaster", tint, "texels"), holes=holes)
        with model.within("occluder"):
            out = 0.02 * unit(np.cross(np.array((0, 0, h)), np.array(along)))
            shifted = (corner[0] + float(out[0]), corner[1] + float(out[1]), 0.0)
            plane(model, shifted, (along, (0, 0, h + 0.3)), Finish("soft"), holes=holes)
        _wall_solids(model, name, form.size_m, [span for span in spans if span[2] < 0.1])
    with model.within("occluder"):
        plane(model, (-0.5, -0.5, h + 0.02), ((w + 1, 0, 0), (0, d + 1, 0)), Finish("soft"))


def skirting(model: Model, runs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    """Adds skirting boards; the room lies to the right of each run's direction."""
    for (x0, y0), (x1, y1) in runs:
        length = float(np.hypot(x1 - x0, y1 - y0))
        turn = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        with model.at(((x0 + x1) / 2, (y0 + y1) / 2, 0), turn=turn):
            box(
                model,
                (0, -0.008, 0.04),
                (length, 0.016, 0.08),
                LACQUER,
                radius_m=0.006,
                segments=1,
                step_m=0.35,
                skip="kd",
            )


def window(model: Model, span: Span, split: Sequence[float] = (0.33,)) -> None:
    """Adds a window in the wall y = 0 of the room: reveals, frame, mullions, sill, glass."""
    x0, x1, z0, z1 = span
    w, h, depth = x1 - x0, z1 - z0, 0.24
    y, f = -depth + 0.06, 0.055
    reveal = PLASTER.on_texels(1.1)
    plane(model, (x0, 0, z0), ((0, 0, h), (0, -depth, 0)), reveal)
    plane(model, (x1, -depth, z0), ((0, 0, h), (0, depth, 0)), reveal)
    plane(model, (x0, 0, z1), ((w, 0, 0), (0, -depth, 0)), reveal)
    plane(model, (x0, -depth, z0), ((w, 0, 0), (0, depth, 0)), reveal)
    frame, middle, form = Finish("solid", FRAME_GRAY), ((x0 + x1) / 2, (z0 + z1) / 2), 0.008
    for x in (x0 + f / 2, x1 - f / 2):
        box(model, (x, y, middle[1]), (f, 0.07, h), frame, radius_m=form)
    for z in (z1 - f / 2, z0 + f / 2):
        box(model, (middle[0], y, z), (w - 2 * f, 0.068, f), frame, radius_m=form)
    for share in split:
        box(model, (x0 + w * share, y, middle[1]), (f, 0.066, h - 2 * f), frame, radius_m=form)
    box(
        model,
        (middle[0], -0.02, z0 + 0.016),
        (w + 0.10, 0.36, 0.032),
        OAK,
        radius_m=0.010,
        step_m=0.2,
    )
    with model.within("glass"):
        plane(model, (x0 + f, y, z0 + f), ((0, 0, h - 2 * f), (w - 2 * f, 0, 0)), Finish("glass"))


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
    half, h, thick = DOOR_WIDTH_M / 2 - 0.004, DOOR_HEIGHT_M - 0.006, 0.045
    y0, y1, low = WALL_M - thick - 0.002, WALL_M - 0.002, 0.008
    glass = (half - 0.30, half - 0.16, 0.75, 1.90)
    wood = OAK.on_texels(0.9)
    hole = (half + glass[0], glass[2], half + glass[1], glass[3])
    plane(
        model,
        (-half, y0, low),
        ((2 * half, 0, 0), (0, 0, h - low)),
        wood,
        holes=[hole],
        is_turned=True,
    )
    mirrored = (half - glass[1], glass[2], half - glass[0], glass[3])
    plane(
        model,
        (half, y1, low),
        ((-2 * half, 0, 0), (0, 0, h - low)),
        wood,
        holes=[mirrored],
        is_turned=True,
    )
    box(
        model,
        (0, (y0 + y1) / 2, (h + low) / 2),
        (2 * half, thick - 0.001, h - low),
        OAK,
        radius_m=0.001,
        segments=1,
        skip="fk",
        grain=2,
        step_m=0.4,
    )
    cx, cz = (glass[0] + glass[1]) / 2, (glass[2] + glass[3]) / 2 + low
    for y, s in ((y0, -1), (y1, 1)):
        for x in glass[:2]:
            box(
                model,
                (x, y, cz),
                (0.018, 0.016, glass[3] - glass[2] + 0.018),
                METAL,
                radius_m=0.004,
                segments=1,
            )
        for z in glass[2:]:
            box(
                model,
                (cx, y, z + low),
                (glass[1] - glass[0], 0.015, 0.018),
                METAL,
                radius_m=0.004,
                segments=1,
            )
        box(
            model,
            (0, y + s * 0.002, 0.13),
            (2 * half - 0.10, 0.006, 0.18),
            METAL,
            radius_m=0.002,
            segments=1,
        )
        _lever(model, y, s, half)
    box(
        model,
        (cx, (y0 + y1) / 2, cz),
        (glass[1] - glass[0], 0.012, glass[3] - glass[2]),
        Finish("frost", (0.86, 0.93, 0.95)),
        radius_m=0.001,
        segments=1,
        step_m=0.3,
    )


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


def slats(model: Model, span: tuple[float, float], z0: float, z1: float) -> None:
    """Adds upright half-round slats on a dark felt, from x to x."""
    x0, x1 = span
    plane(
        model,
        (x0, -0.004, z0),
        ((x1 - x0, 0, 0), (0, 0, z1 - z0)),
        Finish("felt", INK, "texels", 0.6),
    )
    w, depth, count = 0.034, 0.028, round((x1 - x0) / 0.058)
    z = np.linspace(z0, z1, 6)
    section = np.array(
        [
            (-w / 2, 0),
            (-w / 2, -depth + 0.006),
            (-w / 2 + 0.006, -depth),
            (w / 2 - 0.006, -depth),
            (w / 2, -depth + 0.006),
            (w / 2, 0),
        ]
    )
    out = unit(np.array([(-1, 0), (-1, -0.35), (-0.35, -1), (0.35, -1), (1, -0.35), (1, 0.0)]))
    for i in range(count):
        x, offset = x0 + (i + 0.5) * (x1 - x0) / count, model.rng.uniform(0, 5, 2)
        position, normal = np.zeros((6, len(z), 3)), np.zeros((6, len(z), 3))
        position[..., 0], position[..., 1] = x + section[:, :1], section[:, 1:] - 0.004
        position[..., 2] = z
        normal[..., 0], normal[..., 1] = out[:, :1], out[:, 1:]
        u = np.broadcast_to(z, (6, len(z))) + offset[0]
        v = np.broadcast_to(section[:, :1] * 1.5, (6, len(z))) + offset[1]
        gray = model.rng.uniform(0.94, 1.04)
        finish = Finish("oak", (gray, gray, gray), is_thin=True)
        grid(model, position, finish, normal=normal, texture=np.stack([u, v], -1))


def worktop(model: Model, width: float, uppers: tuple[float, float]) -> None:
    """Adds a wash-up run along a wall, its left end at x = 0; upper cupboards from x to x."""
    count = round(width / 0.5)
    each = width / count
    middle = width / 2
    box(model, (middle, -0.30, 0.06), (width - 0.02, 0.54, 0.12), DARK, radius_m=0.004, skip="d")
    _top_with_sink(model, width)
    box(
        model,
        (middle, -0.008, 1.10),
        (width, 0.016, 0.40),
        Finish("solid", (0.72, 0.82, 0.80)),
        radius_m=0.003,
        step_m=0.2,
        skip="k",
    )
    for i in range(count):
        x = each * (i + 0.5)
        box(
            model,
            (x, -0.30, 0.49),
            (each - 0.004, 0.58, 0.73),
            LACQUER,
            radius_m=0.006,
            step_m=0.25,
            skip="dkt",
        )
        box(model, (x, -0.598, 0.78), (each * 0.5, 0.012, 0.016), OAK, radius_m=0.005)
    x0, x1 = uppers
    doors = round((x1 - x0) / 0.5)
    for i in range(doors):
        step = (x1 - x0) / doors
        box(
            model,
            (x0 + step * (i + 0.5), -0.175, 1.82),
            (step - 0.004, 0.34, 0.72),
            OAK,
            radius_m=0.007,
            step_m=0.2,
            skip="k",
            grain=2,
        )
    model.solid("worktop", (0, -0.63, 0), (width, 0, 0.92))
    model.solid("cupboards", (x0, -0.35, 1.46), (x1, 0, 2.18))


SINK: Hole = (0.32, 0.14, 0.78, 0.48)


def _top_with_sink(model: Model, width: float) -> None:
    """The worktop with a real basin let into it."""
    front, top = -0.625, 0.905
    x0, y0, x1, y1 = SINK
    finish = Finish("solid", (0.99, 0.97, 0.94), "texels", 0.8)
    plane(
        model,
        (-0.015, front, top),
        ((width + 0.03, 0, 0), (0, 0.625, 0)),
        finish,
        holes=[(x0 + 0.015, y0, x1 + 0.015, y1)],
    )
    box(
        model,
        (width / 2, front / 2, 0.885),
        (width + 0.03, 0.63, 0.039),
        Finish("solid", (0.99, 0.97, 0.94)),
        radius_m=0.004,
        segments=1,
        skip="td",
        step_m=0.2,
    )
    steel, depth = Finish("soft", (0.66, 0.67, 0.68)), 0.15
    left, right, near, far = x0, x1, front + y0, front + y1
    bottom = top - depth
    plane(
        model, (left, near, bottom), ((right - left, 0, 0), (0, far - near, 0)), steel, step_m=0.1
    )
    plane(model, (left, near, bottom), ((0, far - near, 0), (0, 0, depth)), steel, step_m=0.1)
    plane(model, (right, far, bottom), ((0, near - far, 0), (0, 0, depth)), steel, step_m=0.1)
    plane(model, (left, far, bottom), ((right - left, 0, 0), (0, 0, depth)), steel, step_m=0.1)
    plane(model, (right, near, bottom), ((left - right, 0, 0), (0, 0, depth)), steel, step_m=0.1)
    for x in (left, right):
        box(
            model,
            (x, (near + far) / 2, top),
            (0.014, far - near + 0.014, 0.008),
            METAL,
            radius_m=0.003,
            segments=1,
        )
    for y in (near, far):
        box(
            model,
            ((left + right) / 2, y, top),
            (right - left, 0.014, 0.008),
            METAL,
            radius_m=0.003,
            segments=1,
        )
    x, y = (left + right) / 2, -0.09
    tube(
        model,
        [
            (x, y, 0.905),
            (x, y, 1.13),
            (x, y - 0.03, 1.18),
            (x, y - 0.10, 1.19),
            (x, y - 0.155, 1.17),
            (x, y - 0.17, 1.13),
        ],
        0.011,
        METAL,
        10,
    )
    box(model, (x + 0.09, y, 0.95), (0.018, 0.09, 0.016), METAL, radius_m=0.006)


def sideboard(model: Model, width: float) -> None:
    """Adds a low cupboard along a wall, its middle at x = 0."""
    box(model, (0, -0.17, 0.42), (width, 0.34, 0.84), OAK, radius_m=0.010, step_m=0.25, skip="kd")
    box(
        model,
        (0, -0.175, 0.86),
        (width + 0.04, 0.36, 0.028),
        Finish("solid", (0.99, 0.97, 0.94)),
        radius_m=0.010,
    )
    for i in range(2):
        x = -width / 2 + 0.05 + i * (width / 2 - 0.03)
        plane(
            model, (x, -0.3412, 0.06), ((width / 2 - 0.07, 0, 0), (0, 0, 0.74)), OAK.on_texels(0.6)
        )
        handle = -0.12 + i * 0.18
        tube(
            model,
            [
                (handle, -0.345, 0.42),
                (handle, -0.365, 0.43),
                (handle, -0.365, 0.55),
                (handle, -0.345, 0.56),
            ],
            0.006,
            METAL,
        )
    model.solid("sideboard", (-width / 2, -0.36, 0), (width / 2, 0, 0.88))


def curtain(model: Model, x0: float, x1: float, y: float) -> None:
    """Adds a folded curtain across a bed's head, seen from -Y."""
    share = np.linspace(0, 1, 90)
    position = np.zeros((90, 5, 3))
    position[..., 0] = (x0 + (x1 - x0) * share)[:, None]
    folds = 0.045 * np.sin(share * 2 * np.pi * 13)[:, None]
    spread = np.linspace(0, 0.035, 5)[None] * np.sin(share * 41)[:, None]
    position[..., 1] = y + folds + spread
    position[..., 2] = np.linspace(2.42, 0.22, 5)
    with model.within("cloth"):
        grid(model, position[::-1], Finish("fabric", (0.86, 0.93, 0.90), is_thin=True))


def blind(model: Model, x0: float, x1: float, top: float) -> None:
    """Adds a pleated blind, a little drawn, in the window y = 0."""
    position = np.zeros((2, 13, 3))
    position[..., 0] = np.array([x0, x1])[:, None]
    position[..., 1] = -0.07 + 0.012 * (np.arange(13) % 2)
    position[..., 2] = np.linspace(top, top - 0.28, 13)
    with model.within("cloth"):
        grid(model, position[::-1], Finish("fabric", (0.86, 0.83, 0.76), is_thin=True))
    box(
        model,
        ((x0 + x1) / 2, -0.065, top - 0.29),
        (x1 - x0, 0.03, 0.022),
        LACQUER,
        radius_m=0.008,
        step_m=0.4,
    )


def _wall_solids(model: Model, name: str, size_m: Triple, gaps: Sequence[Span]) -> None:
    w, d, h = size_m
    length, thick = (w if name in "sn" else d), SOLID_WALL_M
    start = 0.0
    for gap in [*sorted(gaps), (length, length, 0.0, 0.0)]:
        if name in "sn":
            y = 0.0 if name == "s" else d - thick
            model.solid(f"wall-{name}", (start, y, 0), (gap[0], y + thick, h))
        else:
            x = 0.0 if name == "w" else w - thick
            model.solid(f"wall-{name}", (x, start, 0), (x + thick, gap[0], h))
        start = gap[1]


def _as_hole(span: Span) -> Hole:
    return (span[0], span[2], span[1], span[3])


def _mirrored(span: Span, length: float) -> Hole:
    return (length - span[1], span[2], length - span[0], span[3])
