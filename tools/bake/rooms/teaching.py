"""What a room for practising has: a whiteboard, box trainers, instruments laid out, a mat.

A wall part is modeled in the plane y = 0 of its place, seen from -Y (the room's side); the rest
stands or lies at the current place. The station at which one practises is not here: the client
draws it, for it moves (client/training/trolley.py); `station` keeps its place.
"""

import math

from client.training.place import BEFORE_SCREEN_M, FOOTPRINT_M
from tools.bake.rooms import fixtures, signs
from tools.bake.rooms.materials import DARK, JET, LACQUER, METAL, SIGN
from tools.bake.rooms.patches import Color, Finish, Model, Triple
from tools.bake.rooms.shapes import BoxForm, box, plane, revolve, tube
from world.training.station import STATION_PANEL

SHELL = Finish("solid", (0.72, 0.74, 0.75))
DRAPE = Finish("felt", (0.36, 0.56, 0.66))
SCREEN: tuple[Triple, tuple[float, float]] = ((0.0, 0.0, 2.20), (1.50, 0.844))
"""Middle and size."""
PORTS = ((-0.09, -0.07), (0.09, -0.07), (0.0, -0.15))


def station(model: Model) -> None:
    """Adds the big screen of a station on the wall, and keeps the floor below it for its trolley.

    Origin: the floor at the wall; the trainee stands at -Y and looks along +Y.
    """
    fixtures.live_panel(model, STATION_PANEL, *SCREEN)
    (x0, y0), (x1, y1) = FOOTPRINT_M
    y = -fixtures.PANEL_DEPTH_M - BEFORE_SCREEN_M
    model.solid("station", (x0, y + y0, 0), (x1, y + y1, 1.76))
    with model.at((0, y - 0.70, 0)):
        _mat(model, (1.30, 0.72))


def whiteboard(model: Model, center: Triple, size: tuple[float, float]) -> None:
    """Adds a board to write on, with what was last explained, and its tray of pens."""
    (x, y, z), (w, h) = center, size
    edge: BoxForm = {"radius_m": 0.005, "segments": 1, "step_m": 0.4, "skip": "k"}
    for s in (-1, 1):
        box(
            model, (x + s * (w / 2 + 0.009), y - 0.014, z), (0.018, 0.028, h + 0.036), METAL, **edge
        )
        box(model, (x, y - 0.014, z + s * (h / 2 + 0.009)), (w, 0.028, 0.018), METAL, **edge)
    plane(
        model,
        (x - w / 2, y - 0.012, z - h / 2),
        ((w, 0, 0), (0, 0, h)),
        SIGN.on_texels(0.5),
        cell=signs.cell("whiteboard"),
    )
    low = z - h / 2 - 0.03
    box(model, (x, y - 0.05, low), (w * 0.45, 0.09, 0.012), METAL, radius_m=0.004, segments=1)
    tints: tuple[Color, ...] = ((0.75, 0.24, 0.20), (0.18, 0.32, 0.58), (0.16, 0.18, 0.20))
    for i, tint in enumerate(tints):
        left = x - 0.30 + 0.19 * i
        pen: list[Triple] = [(left, y - 0.055, low + 0.015), (left + 0.13, y - 0.05, low + 0.015)]
        tube(model, pen, 0.009, Finish("solid", tint), 8)
    box(model, (x + 0.34, y - 0.05, low + 0.02), (0.12, 0.05, 0.03), DARK, radius_m=0.008)


def box_trainer(model: Model) -> None:
    """Adds a closed box trainer, 0.46 x 0.40 m and 0.14 m high, with its three ports."""
    box(model, (0, 0, 0.009), (0.47, 0.41, 0.018), JET, radius_m=0.006, skip="d")
    box(model, (0, 0, 0.078), (0.456, 0.396, 0.124), SHELL, radius_m=0.024, segments=3, skip="d")
    box(
        model,
        (0, -0.015, 0.141),
        (0.36, 0.27, 0.008),
        Finish("solid", (0.22, 0.42, 0.46)),
        radius_m=0.003,
        segments=1,
        skip="d",
    )
    for x, y in PORTS:
        rim = [(0.019, 0.144), (0.019, 0.150), (0.012, 0.152), (0.011, 0.176), (0.002, 0.176)]
        revolve(model, rim, 18, JET, (x, y, 0))


def instrument(model: Model, tint: Color) -> None:
    """Adds an instrument lying along X: jaws at the left, a handle with two rings at the right."""
    z = 0.012
    tube(model, [(-0.20, 0, z), (0.0, 0, z), (0.15, 0, z)], 0.0035, METAL, 8)
    for s in (-1, 1):
        jaw: list[Triple] = [(-0.20, 0, z), (-0.215, s * 0.004, z), (-0.232, s * 0.007, z)]
        tube(model, jaw, [0.003, 0.0026, 0.0016], METAL, 6)
    handle = Finish("solid", tint)
    box(model, (0.172, 0, z), (0.05, 0.02, 0.02), handle, radius_m=0.007)
    for along, aside in ((0.19, -0.055), (0.225, -0.045)):
        bar: list[Triple] = [(0.175, -0.004, z), (along, aside + 0.015, z)]
        tube(model, bar, 0.006, handle, 6)
        turns = [2 * math.pi * k / 14 for k in range(15)]
        ring: list[Triple] = [
            (along + 0.016 * math.cos(a), aside + 0.016 * math.sin(a), z) for a in turns
        ]
        tube(model, ring, 0.0042, handle, 6)


def laid_out(model: Model) -> None:
    """Adds a folded drape with three instruments on it, 0.56 x 0.34 m."""
    box(model, (0, 0, 0.004), (0.56, 0.34, 0.008), DRAPE, radius_m=0.003, segments=1, skip="d")
    tints: tuple[Color, ...] = ((0.10, 0.24, 0.30), (0.62, 0.30, 0.22), (0.10, 0.24, 0.30))
    for i, tint in enumerate(tints):
        with model.at((0.0, 0.10 - 0.09 * i, 0.006), turn=-3 + 3 * i):
            instrument(model, tint)


def drawers(model: Model) -> None:
    """Adds a low cabinet of drawers under a bench or desk, its front towards -Y; origin: floor."""
    box(model, (0, 0, 0.33), (0.42, 0.50, 0.54), LACQUER, radius_m=0.008, step_m=0.25, skip="d")
    for i in range(3):
        box(
            model,
            (0, -0.254, 0.155 + 0.175 * i),
            (0.40, 0.012, 0.165),
            LACQUER.tinted((0.93, 0.93, 0.91)),
            radius_m=0.004,
            segments=1,
        )
        box(model, (0, -0.266, 0.20 + 0.175 * i), (0.14, 0.014, 0.012), METAL, radius_m=0.004)


def bench(model: Model, width: float) -> None:
    """Adds a workbench along a wall, 0.60 m deep and 0.90 m high, its middle at x = 0."""
    top = Finish("solid", (0.99, 0.97, 0.94))
    box(model, (0, -0.31, 0.885), (width, 0.60, 0.034), top, radius_m=0.010, step_m=0.2)
    for s in (-1, 1):
        for y in (-0.56, -0.06):
            box(
                model, (s * (width / 2 - 0.05), y, 0.435), (0.05, 0.05, 0.87), METAL, radius_m=0.008
            )
    box(model, (0, -0.31, 0.13), (width - 0.12, 0.52, 0.022), LACQUER, radius_m=0.006, step_m=0.25)
    box(model, (0, -0.035, 0.62), (width - 0.12, 0.02, 0.46), LACQUER, radius_m=0.005, step_m=0.25)
    model.solid("bench", (-width / 2, -0.61, 0), (width / 2, 0, 0.91))


def _mat(model: Model, size: tuple[float, float]) -> None:
    """Adds a mat to stand on for long, its middle at the current place."""
    width, depth = size
    box(
        model,
        (0, 0, 0.006),
        (width, depth, 0.012),
        Finish("felt", (0.30, 0.33, 0.35), "texels", 0.7),
        radius_m=0.005,
        segments=1,
        step_m=0.0,
        skip="d",
    )
