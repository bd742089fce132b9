"""Tables and desks; the reception desk has a part at 0.76 m to wheel under.

Each stands on the floor at the current place, facing -Y.
"""

import math

import numpy as np

from tools.bake.rooms.materials import (
    DARK,
    LACQUER,
    OAK,
    STONE_TOP,
)
from tools.bake.rooms.patches import Finish, Model
from tools.bake.rooms.seats import leg
from tools.bake.rooms.shapes import box, grid, revolve, sweep
from world.geometry import FloatArray

PETROL = Finish("solid", (0.20, 0.34, 0.35))
DESK_LENGTH_M = 1.70


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
        leg(model, (r * 0.62 * c, r * 0.62 * s), (0, height - t), (0.09 * c, 0.09 * s))
    model.solid("table", (-r * 0.86, -r * 0.86, 0), (r * 0.86, r * 0.86, height))


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
