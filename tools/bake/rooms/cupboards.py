"""Cupboards along a wall: the wash-up run with its sink, the sideboard.

A wall part is modeled in the plane y = 0 of its place, seen from -Y (the room's side).
"""

from tools.bake.rooms.materials import DARK, LACQUER, METAL, OAK
from tools.bake.rooms.patches import Finish, Model
from tools.bake.rooms.shapes import BoxForm, Hole, box, plane, tube

SINK: Hole = (0.32, 0.14, 0.78, 0.48)


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
            (each - 0.0006, 0.58, 0.73),
            LACQUER,
            radius_m=0.006,
            step_m=0.25,
            # Only the outer sides: the basin hangs between the others.
            skip="dkt" + ("" if i == 0 else "l") + ("" if i == count - 1 else "r"),
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
        radius_m=0.0,
        skip="td",
        step_m=0.2,
    )
    _basin(model, (x0, x1, front + y0, front + y1), top)
    _tap(model, (x0 + x1) / 2, -0.09)


def _basin(model: Model, span: Hole, top: float) -> None:
    """Adds a steel basin below a hole from x to x and y to y, with its rim."""
    left, right, near, far = span
    steel, depth = Finish("soft", (0.66, 0.67, 0.68)), 0.15
    low, width, length = top - depth, right - left, far - near
    floor = ((width, 0, 0), (0, length, 0))
    plane(model, (left, near, low), floor, steel, step_m=0.1)
    for corner, along in (
        ((left, near, low), (0, length, 0)),
        ((right, far, low), (0, -length, 0)),
        ((left, far, low), (width, 0, 0)),
        ((right, near, low), (-width, 0, 0)),
    ):
        plane(model, corner, (along, (0, 0, depth)), steel, step_m=0.1)
    rim: BoxForm = {"radius_m": 0.003, "segments": 1}
    for x in (left, right):
        box(model, (x, (near + far) / 2, top), (0.014, length + 0.014, 0.008), METAL, **rim)
    for y in (near, far):
        box(model, ((left + right) / 2, y, top), (width, 0.014, 0.008), METAL, **rim)


def _tap(model: Model, x: float, y: float) -> None:
    spout = [(0.0, 0.905), (0.0, 1.13), (0.03, 1.18), (0.10, 1.19), (0.155, 1.17), (0.17, 1.13)]
    tube(model, [(x, y - ahead, z) for ahead, z in spout], 0.011, METAL, 10)
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
