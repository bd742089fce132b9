"""What hangs on walls and ceilings: signs, pictures, clocks, live panels, lamps, felt rafts.

A wall part is modeled in the plane y = 0 of its place, seen from -Y (the room's side).
"""

import math

import numpy as np

from tools.bake.rooms import signs
from tools.bake.rooms.lighting import DAY, WARM, Lighting, scaled
from tools.bake.rooms.materials import CLAY, DARK, INK, JET, LACQUER, METAL, OAK, SIGN
from tools.bake.rooms.patches import Color, Finish, Model, Triple
from tools.bake.rooms.shapes import box, grid, plane, revolve, tube

Size = tuple[float, float]
PANEL_DEPTH_M = 0.0475
"""How far a live panel's picture stands out from its wall."""


def plaque(model: Model, drawing: str, center: Triple, size: Size, finish: Finish = SIGN) -> None:
    """Adds a thin board with a drawing of the sheet on its face."""
    (x, y, z), (w, h), thick = center, size, 0.018
    box(
        model,
        (x, y - thick / 2, z),
        (w, thick, h),
        LACQUER,
        radius_m=0.004,
        segments=1,
        step_m=0.4,
        skip="kf",
    )
    edge = 0.0024
    is_small = min(w, h) < 0.5
    face = finish if is_small else finish.on_texels(0.5)
    plane(
        model,
        (x - w / 2 + edge, y - thick - 0.0004, z - h / 2 + edge),
        ((w - 2 * edge, 0, 0), (0, 0, h - 2 * edge)),
        face,
        cell=signs.cell(drawing),
        step_m=0.14 if is_small else 0.0,
    )


def picture(
    model: Model, drawing: str, center: Triple, size: Size, finish: Finish | None = None
) -> None:
    """Adds a framed picture; art keeps a margin of white board round it."""
    (x, y, z), (w, h), f = center, size, 0.028
    for s in (-1, 1):
        box(
            model,
            (x + s * (w / 2 + f / 2), y - 0.016, z),
            (f, 0.032, h + 2 * f),
            OAK,
            radius_m=0.005,
            segments=1,
            step_m=0.4,
            skip="k",
        )
        box(
            model,
            (x, y - 0.016, z + s * (h / 2 + f / 2)),
            (w, 0.031, f),
            OAK,
            radius_m=0.005,
            segments=1,
            step_m=0.4,
            skip="k",
        )
    margin = 0.07 if drawing.startswith("art") and min(w, h) > 0.55 else 0.0
    plane(
        model,
        (x - w / 2, y - 0.007, z - h / 2),
        ((w, 0, 0), (0, 0, h)),
        Finish("soft", (0.98, 0.97, 0.94), "texels", 0.5),
    )
    inner = (w - 2 * margin, h - 2 * margin)
    plane(
        model,
        (x - inner[0] / 2, y - 0.0095, z - inner[1] / 2),
        ((inner[0], 0, 0), (0, 0, inner[1])),
        (finish or Finish("art")).on_texels(0.5),
        cell=signs.cell(drawing),
    )


def clock(model: Model, center: Triple, radius: float) -> None:
    """Adds a round wall clock."""
    r = radius
    with model.at(center, pitch=90):
        revolve(
            model,
            [
                (r, 0),
                (r, 0.03),
                (r - 0.006, 0.038),
                (r - 0.014, 0.038),
                (r - 0.02, 0.030),
                (r - 0.02, 0.02),
            ],
            40,
            DARK,
        )
    u0, v0, u1, v1 = signs.cell("clock")
    angle, reach = np.linspace(0, 2 * math.pi, 33)[:, None], np.array([[0.001, r - 0.016]])
    x, z = reach * np.cos(angle), reach * np.sin(angle)
    position = np.stack([center[0] + x, np.full_like(x, center[1] - 0.022), center[2] + z], -1)
    share = 0.47 / reach[0, 1]
    texture = np.stack(
        [(u0 + u1) / 2 + (u1 - u0) * share * x, (v0 + v1) / 2 + (v1 - v0) * share * z], -1
    )
    normal = np.zeros_like(position) - np.array((0.0, 1.0, 0.0))
    grid(model, position, SIGN, normal=normal, texture=texture)


def live_panel(model: Model, name: str, center: Triple, size: Size) -> None:
    """Adds a wall screen whose picture the client draws while it runs."""
    (x, y, z), (w, h) = center, size
    box(
        model,
        (x, y - 0.022, z),
        (w + 0.036, 0.044, h + 0.036),
        JET,
        radius_m=0.010,
        segments=2,
        step_m=0.4,
        skip="kf",
    )
    face = y - PANEL_DEPTH_M
    front = face + 0.003
    plane(
        model,
        (x - w / 2 - 0.009, front, z - h / 2 - 0.009),
        ((w + 0.018, 0, 0), (0, 0, h + 0.018)),
        JET,
    )
    with model.within(f"panel-{name}"):
        plane(
            model,
            (x - w / 2, face, z - h / 2),
            ((w, 0, 0), (0, 0, h)),
            Finish("screen"),
            cell=(0, 0, 1, 1),
        )
    model.plan.add_panel(name, model.point((x, face, z)), model.heading_rad(), (w, 0, h))


def light_channel(
    model: Model,
    lighting: Lighting,
    ends: tuple[Size, Size],
    z: float,
    glow: tuple[float, Color, float] = (0.07, DAY, 3.0),
) -> None:
    """Adds an aluminum channel with an opal strip between two points under the ceiling.

    Args:
      model: the room.
      lighting: gets the lamp.
      ends: the two ends, along X or along Y.
      z: height of the strip.
      glow: width of the strip in metres, its color, its radiance.
    """
    (x0, y0), (x1, y1) = ends
    width, color, radiance = glow
    is_along_x = abs(x1 - x0) > abs(y1 - y0)
    cx, cy, length = (x0 + x1) / 2, (y0 + y1) / 2, max(abs(x1 - x0), abs(y1 - y0))
    outer = (length, width + 0.03) if is_along_x else (width + 0.03, length)
    strip = (length - 0.02, width) if is_along_x else (width, length - 0.02)
    cover = Finish("solid", (0.93, 0.92, 0.90))
    box(model, (cx, cy, z + 0.032), (*outer, 0.06), cover, radius_m=0.006, step_m=0.4, skip="d")
    shown = tuple(float((c / max(color)) ** (1 / 2.2)) for c in color)
    plane(
        model,
        (cx - strip[0] / 2, cy + strip[1] / 2, z),
        ((strip[0], 0, 0), (0, -strip[1], 0)),
        Finish("led", (shown[0], shown[1], shown[2])),
    )
    plane(
        model,
        (cx - outer[0] / 2, cy + outer[1] / 2, z + 0.002),
        ((outer[0], 0, 0), (0, -outer[1], 0)),
        cover,
        step_m=0.4,
    )
    lighting.add_lamp(
        model,
        (cx - strip[0] / 2, cy - strip[1] / 2, z - 0.003),
        ((strip[0], 0, 0), (0, strip[1], 0)),
        scaled(color, 1.25 * radiance),
    )


def pendant(model: Model, lighting: Lighting, foot: Triple, ceiling: float) -> None:
    """Adds a hanging lamp with a clay shade."""
    x, y, z = foot
    tube(model, [(x, y, z + 0.2), (x, y, (z + ceiling) / 2), (x, y, ceiling)], 0.005, JET, 6)
    r = 0.19
    profile = [
        (r, 0),
        (r * 0.97, 0.05),
        (r * 0.80, 0.12),
        (r * 0.45, 0.18),
        (0.05, 0.205),
        (0.03, 0.24),
        (0.002, 0.245),
    ]
    revolve(model, profile, 28, Finish("solid", CLAY), foot)
    revolve(
        model,
        [(q - 0.004, h) for q, h in profile[:5]][::-1],
        28,
        Finish("soft", (0.98, 0.95, 0.9), emission=0.5),
        foot,
    )
    revolve(
        model,
        [(0.002, 0.05), (0.03, 0.055), (0.055, 0.085), (0.05, 0.12), (0.03, 0.15)],
        14,
        Finish("led", (1, 0.92, 0.78), emission=4.5),
        foot,
    )
    lighting.add_lamp(
        model, (x - 0.11, y - 0.11, z + 0.02), ((0.22, 0, 0), (0, 0.22, 0)), scaled(WARM, 20)
    )


def felt_raft(model: Model, center: Triple, size: Size, tint: Color, ceiling: float) -> None:
    """Adds a sound-absorbing raft on wires under the ceiling."""
    x, y, z = center
    box(
        model,
        center,
        (*size, 0.05),
        Finish("felt", tint, "texels", 0.7),
        radius_m=0.022,
        segments=3,
        step_m=0.0,
    )
    for s in (-1, 1):
        offset = s * size[0] * 0.39 if size[0] > size[1] else 0.0
        other = 0.0 if size[0] > size[1] else s * size[1] * 0.39
        tube(
            model,
            [(x + offset, y + other, z + 0.02), (x + offset, y + other, ceiling)],
            0.003,
            METAL,
            4,
        )


def wall_rail(model: Model, center: Triple, length: float) -> None:
    """Adds a supply rail with sockets, as above an examination couch."""
    x, y, z = center
    box(model, (x, y - 0.03, z), (length, 0.055, 0.12), LACQUER, radius_m=0.014, step_m=0.25)
    count = int(length / 0.3)
    for i in range(count):
        tint: Color = (0.30, 0.53, 0.54) if i % 2 else (0.9, 0.9, 0.89)
        box(
            model,
            (x + (i - (count - 1) / 2) * 0.3, y - 0.062, z),
            (0.075, 0.012, 0.075),
            Finish("solid", tint),
            radius_m=0.005,
        )


def shelf_of_books(model: Model, center: Triple, length: float, books: float) -> None:
    """Adds a wall shelf with a row of books; books is the share of its length that they fill."""
    x, y, z = center
    box(model, (x, y - 0.12, z), (length, 0.24, 0.030), OAK, radius_m=0.010, step_m=0.25, skip="k")
    width, left = length * books, x - length / 2 + 0.06
    box(
        model,
        (left + width / 2, y - 0.10, z + 0.12),
        (width, 0.17, 0.205),
        Finish("walnut"),
        radius_m=0.003,
        segments=1,
        skip="kfd",
    )
    u0, v0, u1, v1 = signs.cell("books")
    share = min(1.0, width / 1.05)
    start = u0 + (u1 - u0) * (1 - share) * 0.5
    plane(
        model,
        (left, y - 0.186, z + 0.015),
        ((width, 0, 0), (0, 0, 0.218)),
        SIGN,
        cell=(start, v0, start + (u1 - u0) * share, v1),
        step_m=0.14,
    )


def leaflet_rack(model: Model, center: Triple) -> None:
    """Adds a rack of leaflets."""
    plaque(model, "leaflets", center, (0.56, 0.42))
    x, y, z = center
    for row in (-0.20, 0.0):
        box(model, (x, y - 0.03, z + row), (0.58, 0.03, 0.03), OAK, radius_m=0.006, segments=1)


def extinguisher(model: Model) -> None:
    """Adds a fire extinguisher on the wall; origin: floor."""
    red = Finish("solid", (0.78, 0.16, 0.13))
    revolve(
        model,
        [
            (0.01, 0.30),
            (0.075, 0.31),
            (0.08, 0.34),
            (0.08, 0.70),
            (0.06, 0.76),
            (0.03, 0.79),
            (0.03, 0.83),
            (0.002, 0.84),
        ],
        18,
        red,
        (0, -0.10, 0),
    )
    tube(
        model,
        [(0.03, -0.10, 0.80), (0.09, -0.10, 0.80), (0.10, -0.10, 0.70), (0.09, -0.10, 0.45)],
        0.010,
        Finish("solid", INK),
        6,
    )
