"""The light that reaches a point of a room from every side, as baked: pure numbers.

A grid of ambient cubes: at each grid point the irradiance (divided by pi) on six faces that look
along +X, -X, +Y, -Y, +Z, -Z. A surface with normal n takes the three faces that it sees, weighted
by the squares of n (J. McTaggart, "Half-Life 2 / Valve Source Shading", GDC 2004).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from world.geometry import FloatArray, Vector

FACES = 6


@dataclass(frozen=True, slots=True)
class AmbientGrid:
    """Ambient cubes on a regular grid, and how a camera in this room is exposed.

    Attributes:
      encoded: (6, nz, ny, nx, 3) bytes; irradiance / pi = scale * (byte / 255)**3.
      scale: the irradiance / pi that byte 255 stands for, above 0.
      low_m: the first grid point.
      high_m: the last grid point.
      exposure: factor from scene light to the display curve, above 0.
      white: factors of red, green and blue that make the room's light look white.
    """

    encoded: NDArray[np.uint8]
    scale: float
    low_m: Vector
    high_m: Vector
    exposure: float
    white: Vector

    def __post_init__(self) -> None:
        """Refuses a grid whose shape the shaders could not read."""
        shape = self.encoded.shape
        if len(shape) != 5 or shape[0] != FACES or shape[4] != 3 or 0 in shape:
            raise ValueError(f"an ambient grid is (6, nz, ny, nx, 3), got {shape}")

    def at(self, position_m: Vector) -> FloatArray:
        """Returns the irradiance / pi on the six faces at a point: (6, 3), linear light."""
        counts = np.array(self.encoded.shape[3:0:-1])
        span = np.maximum(np.subtract(self.high_m, self.low_m), 1e-9)
        share = np.clip(np.subtract(position_m, self.low_m) / span, 0.0, 1.0) * (counts - 1)
        first = np.minimum(share.astype(int), np.maximum(counts - 2, 0))
        weight = share - first
        total = np.zeros((FACES, 3))
        for corner in np.ndindex(2, 2, 2):
            index = np.minimum(first + corner, counts - 1)
            part = np.prod(np.where(np.array(corner) == 1, weight, 1 - weight))
            total += part * self.encoded[:, index[2], index[1], index[0]]
        linear: FloatArray = self.scale * (total / 255.0) ** 3
        return linear

    def toward(self, position_m: Vector, normal: Vector) -> FloatArray:
        """Returns the irradiance / pi on a surface at a point that faces along normal: (3,)."""
        faces = self.at(position_m)
        squares = np.square(normal) / max(float(np.sum(np.square(normal))), 1e-12)
        seen = [2 * axis + (normal[axis] < 0) for axis in range(3)]
        reaching: FloatArray = squares @ faces[seen]
        return reaching

    def displayed(self, light: FloatArray) -> FloatArray:
        """Returns display values in [0, 1] (sRGB) of linear light: (..., 3) to (..., 3)."""
        return display_curve(np.asarray(light, float) * np.multiply(self.white, self.exposure))


def display_curve(exposed: FloatArray) -> FloatArray:
    """Returns display values in [0, 1] (gamma 2.2) of exposed linear light: (..., 3).

    Source: K. Narkowicz, "ACES filmic tone mapping curve", 2016; the gain 0.70 is ours.
    """
    x = 0.70 * np.maximum(exposed, 0.0)
    mapped = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0)
    shown: FloatArray = mapped ** (1 / 2.2)
    return shown


def neutral_grid() -> AmbientGrid:
    """Returns the light of no room in particular: soft, a little brighter from above."""
    levels = np.array([170, 170, 170, 170, 205, 140], np.uint8)
    encoded = np.broadcast_to(levels[:, None, None, None, None], (FACES, 1, 1, 1, 3)).copy()
    return AmbientGrid(encoded, 1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 1.6, (1.0, 1.0, 1.0))
