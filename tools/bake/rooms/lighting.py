"""What lights a room: sun, openings to the sky, lamps. Radiance is in the bake's own unit."""

from dataclasses import dataclass, field

import numpy as np

from tools.bake.rooms.patches import Color, Model, Triple, unit

SUN_DIRECTION = unit(np.array((0.34, -0.74, 0.70)))
SUN_RADIANCE: Color = (1.25, 1.14, 0.96)
WARM: Color = (1.0, 0.80, 0.58)
DAY: Color = (1.0, 0.93, 0.83)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle that gives light on one side; without a radiance it shows the sky."""

    corner: Triple
    sides: tuple[Triple, Triple]
    normal: Triple
    radiance: Color | None = None


@dataclass(slots=True)
class Lighting:
    """The lights of one room, in its frame."""

    rectangles: list[Rectangle] = field(default_factory=list)

    def add_lamp(
        self, model: Model, corner: Triple, sides: tuple[Triple, Triple], radiance: Color
    ) -> None:
        """Adds a lamp that shines down, given at the model's current place."""
        turn = model.place[:3, :3]
        turned = [turn @ np.array(side) for side in sides]
        self.rectangles.append(
            Rectangle(
                model.point(corner),
                (_triple(turned[0]), _triple(turned[1])),
                (0.0, 0.0, -1.0),
                radiance,
            )
        )

    def add_opening(self, x0: float, x1: float, z0: float, z1: float) -> None:
        """Adds a window in the wall y = 0, through which the sky shines in."""
        self.rectangles.append(
            Rectangle(
                (x0 + 0.05, -0.20, z0 + 0.05),
                ((x1 - x0 - 0.1, 0.0, 0.0), (0.0, 0.0, z1 - z0 - 0.1)),
                (0.0, 1.0, 0.0),
            )
        )


def scaled(color: Color, gain: float) -> Color:
    """Returns a color times a gain."""
    return (color[0] * gain, color[1] * gain, color[2] * gain)


def _triple(vector: np.ndarray) -> Triple:
    return (float(vector[0]), float(vector[1]), float(vector[2]))
