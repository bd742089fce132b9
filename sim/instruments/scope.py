"""The scope: a camera that looks past its own shaft, and what it sees.

Rules:
- The picture's frame: the camera looks along +Y, +Z is up in the picture, +X to the right.
- A posture's roll turns the light post, and with it the direction of view, about the shaft; the
  camera head turns the picture about the direction of view and nothing else. At roll 0 a
  30-degree scope looks down from its shaft, towards -Z of the trocar frame.
- The picture is round: what lies within half the field of view of its middle is seen.
"""

from dataclasses import dataclass
from math import asin, atan2, cos, pi, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.instruments.trocar import Posture, Trocar, pose
from world.geometry import FloatArray, multiply, rotate

RIGHT = np.array([1.0, 0.0, 0.0])
FORWARD = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, slots=True)
class Scope:
    """A rigid endoscope.

    Attributes:
      view_angle_rad: between shaft and direction of view.
      field_of_view_rad: of the whole round picture; 75 degrees is this project's choice.
      near_m: nearer than this nothing is sharp; own choice.
    """

    view_angle_rad: float = pi / 6
    field_of_view_rad: float = 75 * pi / 180
    near_m: float = 0.005


class Camera(NamedTuple):
    """Where the picture is taken.

    Attributes:
      position_m: (3,) the lens, at the tip of the shaft.
      rotation: (4,) world_from_camera, unit quaternion.
    """

    position_m: FloatArray
    rotation: FloatArray


def camera(scope: Scope, trocar: Trocar, posture: Posture, head_roll_rad: float = 0.0) -> Camera:
    """Returns where the scope's camera is and how it is turned."""
    at = pose(trocar, posture)
    half_rad = -scope.view_angle_rad / 2
    tilt = np.array([cos(half_rad), sin(half_rad), 0.0, 0.0])
    roll = np.array([cos(head_roll_rad / 2), 0.0, sin(head_roll_rad / 2), 0.0])
    return Camera(at.tip_m, multiply(multiply(at.rotation, tilt), roll))


def horizon_error_rad(view: Camera) -> float:
    """Returns how far the picture is turned from level, counter-clockwise above 0.

    A picture that looks straight up or down has no horizon: the error is 0.
    """
    right_z, up_z = float(rotate(view.rotation, RIGHT)[2]), _up_z(view)
    return 0.0 if abs(right_z) + abs(up_z) < 1e-9 else atan2(right_z, up_z)


def level_head_roll_rad(scope: Scope, trocar: Trocar, posture: Posture) -> float:
    """Returns the turn of the camera head that makes the horizon level."""
    return horizon_error_rad(camera(scope, trocar, posture))


def angle_off_axis_rad(view: Camera, points_m: FloatArray) -> FloatArray:
    """Returns the angle of each point from the middle of the picture: (n, 3) to (n,)."""
    way_m = np.asarray(points_m, float) - view.position_m
    along_m = (way_m * rotate(view.rotation, FORWARD)).sum(axis=1)
    across_m = np.sqrt(np.maximum((way_m * way_m).sum(axis=1) - along_m**2, 0.0))
    return np.array([atan2(a, b) for a, b in zip(across_m, along_m, strict=True)], float)


def sees(scope: Scope, view: Camera, points_m: FloatArray) -> NDArray[np.bool_]:
    """Returns which of the (n, 3) points lie in the picture, as (n,) truth values.

    What stands between is not looked at.
    """
    points_m = np.asarray(points_m, float)
    way_m = points_m - view.position_m
    is_far_enough = (way_m * way_m).sum(axis=1) >= scope.near_m**2
    is_seen: NDArray[np.bool_] = is_far_enough & (
        angle_off_axis_rad(view, points_m) <= scope.field_of_view_rad / 2
    )
    return is_seen


def apparent_size_rad(view: Camera, center_m: FloatArray, radius_m: float) -> float:
    """Returns the angle that a ball fills in the picture; pi if the lens is inside it."""
    distance_m = float(np.sqrt(((np.asarray(center_m) - view.position_m) ** 2).sum()))
    return pi if distance_m <= radius_m else 2 * asin(radius_m / distance_m)


def _up_z(view: Camera) -> float:
    return float(rotate(view.rotation, np.array([0.0, 0.0, 1.0]))[2])
