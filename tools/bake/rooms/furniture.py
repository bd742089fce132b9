"""Seats, tables, desks and the couch; each stands on the floor at the current place, facing -Y.

Sizes follow what people who rise with difficulty need: seats at 0.43-0.46 m with armrests, and a
desk part at 0.76 m to wheel under.
"""

import math
from collections.abc import Sequence

import numpy as np

from tools.bake.rooms import signs
from tools.bake.rooms.materials import (
    DARK,
    JET,
    LACQUER,
    METAL,
    OAK,
    OFF_WHITE,
    SIGN,
    STONE_TOP,
    TEAL,
)
from tools.bake.rooms.patches import Color, Finish, Model
from tools.bake.rooms.shapes import box, grid, plane, revolve, sweep, tube
from world.geometry import FloatArray

FABRIC = Finish("fabric")
PAPER = Finish("soft", (0.99, 0.99, 0.97))
PETROL = Finish("solid", (0.20, 0.34, 0.35))
DESK_LENGTH_M = 1.70


def armchair(model: Model, seat: str, tint: Color) -> None:
    """Adds a lounge chair, 0.72 x 0.74 m, seat at 0.43 m and armrests at 0.62 m."""
    cloth = FABRIC.tinted(tint)
    box(
        model,
        (0, 0, 0.375),
        (0.60, 0.58, 0.14),
        cloth,
        radius_m=0.05,
        segments=3,
        step_m=0.11,
        crown_m=0.022,
    )
    with model.at((0, 0.285, 0.60), pitch=-11):
        box(
            model,
            (0, 0, 0.03),
            (0.60, 0.13, 0.50),
            cloth,
            radius_m=0.055,
            segments=3,
            step_m=0.12,
            crown_m=0.025,
            crown_faces="f",
        )
    for s in (-1, 1):
        _leg(model, (s * 0.33, -0.26), (0.0, 0.60), (s * 0.015, -0.02))
        _leg(model, (s * 0.33, 0.30), (0.0, 0.60), (s * 0.015, 0.05))
        box(
            model,
            (s * 0.335, 0.01, 0.615),
            (0.055, 0.64, 0.03),
            OAK,
            radius_m=0.013,
            segments=2,
            step_m=0.32,
        )
        box(model, (s * 0.32, 0.01, 0.30), (0.022, 0.56, 0.05), OAK, radius_m=0.008, segments=1)
    for y in (-0.25, 0.27):
        box(model, (0, y, 0.29), (0.62, 0.022, 0.05), OAK, radius_m=0.008, segments=1)
    model.solid("chair", (-0.31, -0.26, 0), (0.31, 0.34, 0.88))
    model.plan.add_seat(seat, model.point((0, -0.02, 0)), model.heading_rad())


def banquette(model: Model, seats: Sequence[str], tint: Color) -> None:
    """Adds an upholstered wall bench, 0.62 m a seat, on an oak plinth."""
    width = 0.62 * len(seats)
    cloth = FABRIC.tinted(tint)
    box(model, (0, 0.05, 0.15), (width + 0.04, 0.52, 0.26), OAK, radius_m=0.012, skip="dk")
    box(model, (0, 0.07, 0.03), (width - 0.06, 0.42, 0.06), DARK, radius_m=0.004, skip="dtk")
    for i, seat in enumerate(seats):
        x = -width / 2 + 0.62 * (i + 0.5)
        box(
            model,
            (x, -0.01, 0.365),
            (0.61, 0.62, 0.17),
            cloth,
            radius_m=0.05,
            segments=3,
            step_m=0.12,
            crown_m=0.02,
            skip="d",
        )
        with model.at((x, 0.27, 0.70), pitch=-7):
            box(
                model,
                (0, 0, 0),
                (0.61, 0.13, 0.54),
                cloth,
                radius_m=0.05,
                segments=3,
                step_m=0.13,
                crown_m=0.022,
                crown_faces="f",
                skip="k",
            )
        model.plan.add_seat(seat, model.point((x, -0.06, 0)), model.heading_rad())
    for s in (-1, 1):
        box(
            model,
            (s * (width / 2 + 0.035), 0.02, 0.36),
            (0.05, 0.66, 0.68),
            OAK,
            radius_m=0.016,
            segments=3,
            step_m=0.3,
        )
    model.solid("bench", (-width / 2 - 0.06, -0.31, 0), (width / 2 + 0.06, 0.34, 0.95))


def low_bench(model: Model, seat: str, width: float, tint: Color) -> None:
    """Adds a low upholstered bench without a back."""
    box(
        model,
        (0, 0, 0.40),
        (width, 0.44, 0.10),
        FABRIC.tinted(tint),
        radius_m=0.04,
        segments=3,
        step_m=0.12,
        crown_m=0.012,
    )
    box(model, (0, 0, 0.335), (width - 0.04, 0.40, 0.03), OAK, radius_m=0.008)
    for s in (-1, 1):
        box(model, (s * (width / 2 - 0.10), 0, 0.16), (0.05, 0.38, 0.32), OAK, radius_m=0.012)
    model.solid("bench", (-width / 2, -0.22, 0), (width / 2, 0.22, 0.45))
    model.plan.add_seat(seat, model.point((0, -0.02, 0)), model.heading_rad())


def swivel_chair(model: Model, seat: str, tint: Color) -> None:
    """Adds a working chair on five castors; it rolls, so it is nothing solid."""
    for k in range(5):
        a = k * 2 * math.pi / 5
        c, s = math.cos(a), math.sin(a)
        tube(
            model,
            [(0, 0, 0.10), (0.16 * c, 0.16 * s, 0.085), (0.31 * c, 0.31 * s, 0.06)],
            [0.022, 0.018, 0.014],
            METAL,
        )
        revolve(
            model,
            [(0.005, 0), (0.025, 0.006), (0.03, 0.028), (0.02, 0.05), (0.003, 0.055)],
            10,
            JET,
            (0.31 * c, 0.31 * s, 0),
        )
    cloth = FABRIC.tinted(tint)
    tube(model, [(0, 0, 0.08), (0, 0, 0.42)], 0.026, METAL, 12)
    box(
        model,
        (0, 0, 0.46),
        (0.50, 0.50, 0.09),
        cloth,
        radius_m=0.04,
        segments=3,
        step_m=0.11,
        crown_m=0.015,
    )
    with model.at((0, 0.25, 0.80), pitch=-8):
        box(
            model,
            (0, 0, 0),
            (0.46, 0.07, 0.56),
            cloth,
            radius_m=0.034,
            segments=3,
            step_m=0.12,
            crown_m=0.02,
            crown_faces="f",
        )
    for s in (-1, 1):
        box(model, (s * 0.28, 0.02, 0.665), (0.06, 0.27, 0.03), JET, radius_m=0.013)
        tube(
            model,
            [(s * 0.28, 0.03, 0.65), (s * 0.28, 0.03, 0.5), (s * 0.20, 0.03, 0.44)],
            0.012,
            JET,
        )
    model.plan.add_seat(seat, model.point((0, -0.02, 0)), model.heading_rad())


def round_table(model: Model, radius: float, height: float) -> None:
    """Adds a round side table on three legs."""
    r, t = radius, 0.032
    revolve(
        model,
        [
            (r - 0.012, height - t),
            (r, height - t + 0.012),
            (r, height - 0.010),
            (r - 0.003, height - 0.003),
            (r - 0.010, height),
        ],
        36,
        OAK,
    )
    _disc(model, r - 0.010, height, OAK)
    for k in range(3):
        a = 2 * math.pi * k / 3 + 0.4
        c, s = math.cos(a), math.sin(a)
        _leg(model, (r * 0.62 * c, r * 0.62 * s), (0, height - t), (0.09 * c, 0.09 * s))
    model.solid("table", (-r * 0.86, -r * 0.86, 0), (r * 0.86, r * 0.86, height))


def magazines(model: Model, height: float) -> None:
    """Adds a few magazines, fanned out."""
    u0, v0, u1, v1 = signs.cell("magazines")
    share = (u1 - u0) / 4
    for i in range(3):
        with model.at((-0.13 + 0.02 * i, -0.10 + 0.01 * i, height + i * 0.006), turn=20 - 23 * i):
            box(
                model,
                (0, 0, 0.003),
                (0.21, 0.28, 0.005),
                LACQUER,
                radius_m=0.001,
                segments=1,
                skip="td",
            )
            plane(
                model,
                (-0.105, -0.14, 0.0056),
                ((0.21, 0, 0), (0, 0.28, 0)),
                SIGN,
                cell=(u0 + share * i, v0, u0 + share * (i + 1), v1),
            )


def staff_screen(model: Model, drawing: str, height: float) -> None:
    """Adds a desk monitor on its foot, its picture towards -Y, with a keyboard before it."""
    z = height
    box(
        model,
        (0, 0, z + 0.30),
        (0.58, 0.035, 0.35),
        Finish("solid", (0.9, 0.9, 0.9)),
        radius_m=0.012,
        skip="f",
    )
    plane(
        model,
        (-0.275, -0.0205, z + 0.14),
        ((0.55, 0, 0), (0, 0, 0.32)),
        Finish("screen"),
        cell=signs.cell(drawing),
    )
    plane(model, (-0.29, -0.0174, z + 0.125), ((0.58, 0, 0), (0, 0, 0.35)), JET)
    tube(model, [(0, 0.05, z + 0.01), (0, 0.05, z + 0.12), (0, 0.02, z + 0.2)], 0.018, METAL, 10)
    box(model, (0, 0.04, z + 0.007), (0.24, 0.17, 0.012), METAL, radius_m=0.005)
    with model.at((-0.02, -0.27, z + 0.004), pitch=3):
        box(model, (0, 0, 0.008), (0.43, 0.14, 0.014), DARK, radius_m=0.005, skip="t")
        plane(
            model,
            (-0.21, -0.066, 0.0152),
            ((0.42, 0, 0), (0, 0.132, 0)),
            SIGN,
            cell=signs.cell("keyboard"),
        )


def sheet_of_paper(model: Model, height: float, drawing: str = "paper") -> None:
    """Adds one sheet lying on a top."""
    plane(
        model,
        (-0.105, -0.148, height),
        ((0.21, 0, 0), (0, 0.297, 0)),
        SIGN,
        cell=signs.cell(drawing),
    )


def reception_desk(model: Model) -> None:
    """Adds the reception desk, in room coordinates: a high counter round a corner, a low part."""
    path = _counter_path()
    sweep(model, [(0, 0.06), (0, 0.3), (0, 0.6), (0, 1.03)], [(-1, 0)] * 4, path, PETROL)
    sweep(model, [(0.03, 1.03), (0.03, 0.5), (0.03, 0.02)], [(1, 0)] * 3, path, LACQUER)
    sweep(model, [(0.04, 0.06), (0.04, 0.0)], [(-1, 0)] * 2, path, DARK)
    ahead = np.gradient(path, axis=0)
    for (x, y), (dx, dy) in zip(path, ahead, strict=True):
        with model.at((float(x), float(y), 0), turn=math.degrees(math.atan2(dy, dx))):
            _slat(model, (0, -0.014, 0.55), 0.96)
    _counter_top(model, path)
    box(model, (5.73, 6.50, 0.52), (0.05, 0.50, 1.03), OAK, radius_m=0.012, grain=2)
    box(model, (5.72, 6.50, 1.05), (0.08, 0.57, 0.042), STONE_TOP, radius_m=0.012)
    box(
        model, (6.62, 6.54, 0.745), (1.76, 0.66, 0.036), OAK, radius_m=0.012, segments=3, step_m=0.2
    )
    box(model, (7.47, 6.56, 0.37), (0.05, 0.58, 0.72), OAK, radius_m=0.012, grain=2)
    box(model, (6.6, 6.80, 0.38), (1.66, 0.03, 0.62), PETROL, radius_m=0.006, step_m=0.2)
    for i in range(27):
        _slat(model, (5.80 + i * 0.0605, 6.775, 0.40), 0.64)
    box(model, (4.6, 6.86, 0.735), (2.2, 0.55, 0.03), LACQUER, radius_m=0.008, step_m=0.25)
    model.solid("desk-side", (3.25, 6.24, 0), (3.85, 7.30, 1.07))
    model.solid("desk", (3.85, 6.24, 0), (5.78, 7.14, 1.07))
    model.solid("desk-low", (5.78, 6.21, 0), (7.50, 6.87, 0.77))


def examination_couch(model: Model) -> None:
    """Adds a couch 0.66 x 2.0 m, head end towards +Y and raised, with its paper cover."""
    for s in (-1, 1):
        box(model, (0, s * 0.55, 0.30), (0.46, 0.06, 0.46), LACQUER, radius_m=0.012)
        box(model, (0, s * 0.55, 0.045), (0.56, 0.10, 0.05), DARK, radius_m=0.018)
    box(model, (0, 0, 0.30), (0.30, 1.1, 0.10), LACQUER, radius_m=0.014)
    box(model, (0, 0, 0.56), (0.58, 1.84, 0.06), LACQUER, radius_m=0.014)
    vinyl = Finish("vinyl", (0.28, 0.50, 0.52))
    box(
        model,
        (0, -0.32, 0.645),
        (0.66, 1.26, 0.12),
        vinyl,
        radius_m=0.045,
        segments=3,
        step_m=0.12,
        crown_m=0.010,
    )
    with model.at((0, 0.31, 0.645), pitch=24):
        box(
            model,
            (0, 0.33, 0),
            (0.66, 0.68, 0.12),
            vinyl,
            radius_m=0.045,
            segments=3,
            step_m=0.12,
            crown_m=0.010,
        )
        box(
            model,
            (0, 0.48, 0.085),
            (0.46, 0.30, 0.10),
            FABRIC.tinted(OFF_WHITE),
            radius_m=0.048,
            segments=3,
            step_m=0.08,
            crown_m=0.02,
        )
        box(
            model,
            (0, 0.17, 0.070),
            (0.50, 0.36, 0.010),
            PAPER,
            radius_m=0.002,
            segments=1,
            step_m=0.08,
            crown_m=0.004,
        )
    box(
        model,
        (0, -0.32, 0.710),
        (0.50, 1.235, 0.006),
        PAPER,
        radius_m=0.002,
        segments=1,
        step_m=0.08,
        crown_m=0.013,
    )
    tube(model, [(-0.29, -0.99, 0.66), (0.29, -0.99, 0.66)], 0.05, PAPER, 16)
    model.solid("couch", (-0.33, -1.04, 0), (0.33, 1.0, 1.0))


def consult_desk(model: Model) -> None:
    """Adds a desk 0.80 m deep (X) and 1.70 m long (Y)."""
    half = DESK_LENGTH_M / 2
    box(
        model,
        (0, 0, 0.735),
        (0.80, DESK_LENGTH_M, 0.032),
        OAK,
        radius_m=0.013,
        segments=3,
        step_m=0.2,
        grain=1,
    )
    for s in (-1, 1):
        box(model, (0, s * (half - 0.05), 0.36), (0.66, 0.04, 0.72), LACQUER, radius_m=0.012)
    box(model, (-0.10, 0, 0.52), (0.03, DESK_LENGTH_M - 0.16, 0.36), LACQUER, radius_m=0.008)
    model.solid("desk", (-0.40, -half, 0), (0.40, half, 0.76))


def mug(model: Model, tint: Color) -> None:
    """Adds a mug."""
    revolve(
        model,
        [(0.04, 0), (0.042, 0.006), (0.042, 0.09), (0.039, 0.09), (0.037, 0.01), (0.002, 0.01)],
        20,
        Finish("solid", tint),
    )


def bottle(model: Model, tint: Color) -> None:
    """Adds a pump bottle, as for hand gel."""
    revolve(
        model,
        [
            (0.034, 0),
            (0.036, 0.01),
            (0.036, 0.12),
            (0.02, 0.135),
            (0.012, 0.15),
            (0.012, 0.17),
            (0.002, 0.17),
        ],
        16,
        Finish("solid", tint),
    )
    tube(model, [(0, 0, 0.17), (0, 0, 0.192), (0, -0.04, 0.192)], 0.007, DARK)


def folders(model: Model, count: int) -> None:
    """Adds ring binders in a row along X."""
    colors: tuple[Color, ...] = (TEAL, (0.82, 0.80, 0.74), (0.78, 0.48, 0.36), (0.44, 0.52, 0.62))
    for i in range(count):
        height = 0.30 + 0.02 * (i % 3)
        box(
            model,
            (i * 0.062, 0, height / 2),
            (0.056, 0.24, height),
            Finish("soft", colors[(i * 7 + i // 3) % 4]),
            radius_m=0.004,
            segments=1,
        )


def _leg(
    model: Model,
    foot: tuple[float, float],
    span: tuple[float, float],
    lean: tuple[float, float],
) -> None:
    shares = np.linspace(0, 1, 3)
    path = [
        (
            foot[0] + lean[0] * (1 - q),
            foot[1] + lean[1] * (1 - q),
            span[0] + q * (span[1] - span[0]),
        )
        for q in shares
    ]
    tube(model, path, [float(r) for r in np.linspace(0.016, 0.022, 3)], OAK, 9)


def _disc(model: Model, radius: float, height: float, finish: Finish) -> None:
    """A round top whose grain runs straight: rings on metric texture coordinates."""
    angle = np.linspace(0, 2 * math.pi, 37)[:, None]
    reach = np.array([[radius, radius * 0.66, radius * 0.33, 0.002]])
    x, y = reach * np.cos(angle), reach * np.sin(angle)
    position = np.stack([x, y, np.full_like(x, height)], -1)
    normal = np.zeros_like(position) + np.array((0.0, 0.0, 1.0))
    grid(model, position, finish, normal=normal, texture=position[..., :2] + 1.0)


def _slat(model: Model, center: tuple[float, float, float], height: float) -> None:
    gray = model.rng.uniform(0.92, 1.06)
    box(
        model,
        center,
        (0.032, 0.028, height),
        OAK.tinted((gray, gray, gray)),
        radius_m=0.007,
        segments=1,
        skip="ktd",
        grain=2,
    )


def _counter_path() -> FloatArray:
    radius = 0.55
    bend = np.linspace(math.pi / 2, 0, 9)
    curve = np.stack([3.85 - radius * np.sin(bend), 6.85 - radius * np.cos(bend)], -1)
    straight = np.stack([np.linspace(4.1, 5.7, 9), np.full(9, 6.30)], -1)
    corners = np.concatenate([[(3.3, 7.25), (3.3, 7.0)], curve, straight])
    lengths = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.linspace(0, arc[-1], int(arc[-1] / 0.06))
    return np.stack([np.interp(at, arc, corners[:, i]) for i in (0, 1)], -1)


def _counter_top(model: Model, path: FloatArray) -> None:
    profile = [
        (0.52, 1.03),
        (-0.055, 1.03),
        (-0.055, 1.03),
        (-0.063, 1.034),
        (-0.067, 1.042),
        (-0.067, 1.058),
        (-0.063, 1.066),
        (-0.055, 1.07),
        (-0.055, 1.07),
        (0.1, 1.07),
        (0.3, 1.07),
        (0.46, 1.07),
        (0.46, 1.07),
        (0.468, 1.066),
        (0.47, 1.058),
        (0.47, 1.03),
    ]
    normals = [
        (0, -1),
        (0, -1),
        (0, -1),
        (-0.5, -0.7),
        (-1, -0.2),
        (-1, 0.2),
        (-0.5, 0.7),
        (0, 1),
        (0, 1),
        (0, 1),
        (0, 1),
        (0, 1),
        (0, 1),
        (0.7, 0.7),
        (1, 0),
        (1, 0),
    ]
    sweep(model, profile, normals, path, STONE_TOP)
