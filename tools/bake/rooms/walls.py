"""Walls with their openings: shell, skirting, windows with blinds, slats, curtain.

A wall part is modeled in the plane y = 0 of its place, seen from -Y (the room's side).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.bake.rooms.materials import INK, LACQUER, OAK, PLASTER
from tools.bake.rooms.patches import Color, Finish, Model, Triple, unit
from tools.bake.rooms.shapes import Hole, box, grid, plane

SOLID_WALL_M = 0.04
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
