"""Things that stand or lie on tops: screens, papers, mugs, bottles, folders."""

from tools.bake.rooms import signs
from tools.bake.rooms.materials import (
    DARK,
    JET,
    LACQUER,
    METAL,
    SIGN,
    TEAL,
)
from tools.bake.rooms.patches import Color, Finish, Model
from tools.bake.rooms.shapes import box, plane, revolve, tube


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
