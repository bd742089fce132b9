"""Seats and the examination couch, sized for people who rise with difficulty.

Each stands on the floor at the current place, facing -Y.
"""

import math
from collections.abc import Sequence

import numpy as np

from tools.bake.rooms.materials import (
    DARK,
    JET,
    LACQUER,
    METAL,
    OAK,
    OFF_WHITE,
)
from tools.bake.rooms.patches import Color, Finish, Model
from tools.bake.rooms.shapes import box, revolve, tube

FABRIC = Finish("fabric")
PAPER = Finish("soft", (0.99, 0.99, 0.97))


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
        leg(model, (s * 0.33, -0.26), (0.0, 0.60), (s * 0.015, -0.02))
        leg(model, (s * 0.33, 0.30), (0.0, 0.60), (s * 0.015, 0.05))
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


def leg(
    model: Model,
    foot: tuple[float, float],
    span: tuple[float, float],
    lean: tuple[float, float],
) -> None:
    """Adds a tapered oak leg from a foot up, leaning at the floor by an offset."""
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
