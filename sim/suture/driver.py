"""How jaws hold a needle, and how it turns with them.

Rules:
- A needle that is taken in the air sets itself square to the jaws: its plane across the shaft.
- A needle that lies in tissue is guided by its channel: it turns in its own plane only, as far as
  the hand turns it, and the jaws give in every other direction.
Both are choices of this project: hands that feel no needle could not align it.
"""

import math

import numpy as np

from sim.arrays import FloatArray
from sim.tissue.arc import Needle
from world.geometry import rotate

BACK = np.array([1.0, -1.0, -1.0, -1.0])
"""Turns a unit quaternion into that of the opposite turn."""
SHAFT = np.array([0.0, -1.0, 0.0])
"""Direction from the tip up the shaft, in the frame of the tip."""


class Driver:
    """One hold of a needle.

    Attributes:
      at_rad: angle on the needle at which the jaws hold it.
      local: (3, 3) its axes in the frame of the jaws.
    """

    def __init__(self, at_rad: float) -> None:
        self.at_rad = at_rad
        self.local: FloatArray = np.eye(3)

    def take(self, rotation: FloatArray, axes: FloatArray, *, is_guided: bool) -> FloatArray:
        """Returns the needle's axes (3, 3) once the jaws of a rotation (4,) have closed on it."""
        if not is_guided:
            axes = squared(axes, rotate(rotation, SHAFT))
        self.local = rotate(rotation * BACK, axes)
        return axes

    def lead(self, rotation: FloatArray, axes: FloatArray, *, is_guided: bool) -> FloatArray:
        """Returns the axes that the needle is turned to when the jaws have a new rotation (4,)."""
        wanted = rotate(rotation, self.local)
        if is_guided:
            wanted = turned_in_plane(axes, wanted[0])
            self.local = rotate(rotation * BACK, wanted)
        return wanted

    def center_m(self, needle: Needle, tip_m: FloatArray, axes: FloatArray) -> FloatArray:
        """Returns where the needle's center (3,) is when the jaws' tip is at a point."""
        return tip_m - on_arc(self.at_rad, needle.radius_m, axes)


def on_arc(angle_rad: float, radius_m: float, axes: FloatArray) -> FloatArray:
    """Returns the point of the arc at an angle, (3,) from the center."""
    point: FloatArray = radius_m * (math.cos(angle_rad) * axes[0] + math.sin(angle_rad) * axes[1])
    return point


def nearest_rad(needle: Needle, center_m: FloatArray, axes: FloatArray, at_m: FloatArray) -> float:
    """Returns the angle of the point on the needle that is nearest to a point (3,)."""
    away_m = at_m - center_m
    angle = math.atan2(float((away_m * axes[1]).sum()), float((away_m * axes[0]).sum()))
    if angle < -0.5 * (2 * math.pi - needle.angle_rad):
        angle += 2 * math.pi
    return min(max(angle, 0.0), needle.angle_rad)


def squared(axes: FloatArray, shaft: FloatArray) -> FloatArray:
    """Returns axes turned the shortest way that brings their plane across a shaft (3,)."""
    normal = axes[2] if (axes[2] * shaft).sum() > 0 else -axes[2]
    turn = np.concatenate([[1.0 + (normal * shaft).sum()], np.cross(normal, shaft)])
    return rotate(turn / math.sqrt(float((turn**2).sum())), axes)


def turned_in_plane(axes: FloatArray, wanted: FloatArray) -> FloatArray:
    """Returns axes turned about their normal until the first lies along a direction (3,)."""
    first = wanted - (wanted * axes[2]).sum() * axes[2]
    size = math.sqrt(float((first**2).sum()))
    if size < 0.1:  # the direction is nearly the normal and says nothing
        return axes.copy()
    first = first / size
    return np.stack([first, np.cross(axes[2], first), axes[2]])
