"""An instrument in its trocar: one point of the shaft stays where the wall is pierced.

Rules:
- The trocar frame: +Y points into the body. The shaft turns by yaw about Z, then by pitch about
  X; the instrument turns by roll about its shaft, and slides by insertion, pivot to tip.
- A client asks for postures; what it gets is what a hand could have done since the last step:
  within the limits, no faster than the limits of speed. `step` is the same on both ends.
- What is not a number asks for nothing: that value stays as it is.
"""

from dataclasses import dataclass, replace
from math import atan2, cos, hypot, isfinite, pi, remainder, sin, sqrt
from typing import NamedTuple

import numpy as np

from world.geometry import FloatArray, Quaternion, Vector, rotate

TIP_SPEED_M_S = 0.5
"""The hand speed up to which contact of the tissue is proven; faster hands are drawn in."""
SWING_SPEED_RAD_S = 5.0
ROLL_SPEED_RAD_S = 12.0
"""Both this project's choice: an aim at the far side of the field within a quarter of a second."""
JAW_SPEED_PER_S = 1 / 0.18
"""Fastest closing of a grasper that was measured. Source: Barrie et al. 2013 (see catalog)."""
SWING_LIMIT_RAD = 1.05
SHALLOWEST_M = 0.03
DEEPEST_M = 0.28
"""Own choice: a cone of 60 degrees to each side, and what a shaft of 33 cm leaves to the hand."""


@dataclass(frozen=True, slots=True)
class Trocar:
    """Where the wall is pierced.

    Attributes:
      pivot_m: the point of the shaft that does not move, in the room.
      rotation: world_from_trocar, unit quaternion.
    """

    pivot_m: Vector
    rotation: Quaternion


@dataclass(frozen=True, slots=True)
class Posture:
    """How an instrument stands in its trocar: asked for by a hand, or given by `step`.

    Attributes:
      yaw_rad: to the left, seen from above the trocar frame.
      pitch_rad: upwards in the trocar frame.
      insertion_m: pivot to tip.
      roll_rad: about the shaft, in (-pi, pi].
      jaw: 0 is closed, 1 wide open.
      is_active: the pedal or trigger is pressed (current, clip, lock).
    """

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    insertion_m: float = SHALLOWEST_M
    roll_rad: float = 0.0
    jaw: float = 0.0
    is_active: bool = False


class Pose(NamedTuple):
    """Where an instrument's tip frame is in the room.

    Attributes:
      tip_m: (3,).
      rotation: (4,) world_from_tip, unit quaternion.
    """

    tip_m: FloatArray
    rotation: FloatArray


def step(current: Posture, wanted: Posture, dt_s: float) -> Posture:
    """Returns the posture after dt_s: the wanted one, as far as limits and speeds allow.

    Raises:
      ValueError: if dt_s is not above 0.
    """
    if not dt_s > 0:
        raise ValueError(f"A step must take time, and not {dt_s} s.")
    goal = within_limits(_where_finite(wanted, current))
    swing_rad = (goal.yaw_rad - current.yaw_rad, goal.pitch_rad - current.pitch_rad)
    slide_m = goal.insertion_m - current.insertion_m
    share = _share(
        TIP_SPEED_M_S * dt_s,
        _longest_way_m(current, goal),
    )
    share = min(share, _share(SWING_SPEED_RAD_S * dt_s, hypot(*swing_rad)))
    turn_rad = remainder(goal.roll_rad - current.roll_rad, 2 * pi)
    turn_rad = _clip(turn_rad, -ROLL_SPEED_RAD_S * dt_s, ROLL_SPEED_RAD_S * dt_s)
    travel = _clip(goal.jaw - current.jaw, -JAW_SPEED_PER_S * dt_s, JAW_SPEED_PER_S * dt_s)
    moved = Posture(
        current.yaw_rad + share * swing_rad[0],
        current.pitch_rad + share * swing_rad[1],
        current.insertion_m + share * slide_m,
        current.roll_rad + turn_rad,
        current.jaw + travel,
        goal.is_active,
    )
    return within_limits(moved)


def within_limits(posture: Posture) -> Posture:
    """Returns the posture with every value drawn in to what the trocar allows."""
    return Posture(
        _clip(posture.yaw_rad, -SWING_LIMIT_RAD, SWING_LIMIT_RAD),
        _clip(posture.pitch_rad, -SWING_LIMIT_RAD, SWING_LIMIT_RAD),
        _clip(posture.insertion_m, SHALLOWEST_M, DEEPEST_M),
        remainder(posture.roll_rad, 2 * pi),
        _clip(posture.jaw, 0.0, 1.0),
        posture.is_active,
    )


def pose(trocar: Trocar, posture: Posture) -> Pose:
    """Returns where the tip is in the room, and how it is turned."""
    yaw, pitch, roll = posture.yaw_rad / 2, posture.pitch_rad / 2, posture.roll_rad / 2
    cy, sy, cp, sp, cr, sr = cos(yaw), sin(yaw), cos(pitch), sin(pitch), cos(roll), sin(roll)
    w, x, y, z = _product(trocar.rotation, (cy * cp, cy * sp, sy * sp, sy * cp))
    along = (2 * (x * y - w * z), w * w - x * x + y * y - z * z, 2 * (y * z + w * x))
    tip_m = [p + posture.insertion_m * a for p, a in zip(trocar.pivot_m, along, strict=True)]
    return Pose(np.array(tip_m), np.array(_product((w, x, y, z), (cr, 0.0, sr, 0.0))))


def aimed(trocar: Trocar, tip_m: FloatArray, held: Posture) -> Posture:
    """Returns the posture that brings the tip to a point of the room; roll and jaw are kept.

    Args:
      trocar: the pivot; the way from it to the point must not be nil.
      tip_m: (3,) in the room.
      held: gives roll, jaw and trigger.

    Returns:
      The posture, not drawn in to the limits: what `step` is asked for.

    Raises:
      ValueError: if the point is the pivot itself, which gives no direction.
    """
    x, y, z = _in_trocar(trocar, tip_m)
    insertion_m = sqrt(x * x + y * y + z * z)
    if insertion_m < 1e-9:
        raise ValueError("The tip cannot be at the pivot: aim at a point inside the body.")
    yaw_rad, pitch_rad = atan2(-x, y), atan2(z, hypot(x, y))
    return replace(held, yaw_rad=yaw_rad, pitch_rad=pitch_rad, insertion_m=insertion_m)


def _in_trocar(trocar: Trocar, point_m: FloatArray) -> Vector:
    w, x, y, z = trocar.rotation
    inverse = np.array([w, -x, -y, -z])
    local = rotate(inverse, np.asarray(point_m, float) - np.array(trocar.pivot_m))
    return float(local[0]), float(local[1]), float(local[2])


def _product(a: Quaternion, b: Quaternion) -> Quaternion:
    """Returns a*b, as `world.geometry.multiply`, which is slow for a single pair."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def _longest_way_m(current: Posture, goal: Posture) -> float:
    """Returns an upper bound of the tip's way if every value moves evenly to the goal."""
    reach_m = max(current.insertion_m, goal.insertion_m)
    swing_rad = hypot(goal.yaw_rad - current.yaw_rad, goal.pitch_rad - current.pitch_rad)
    return hypot(reach_m * swing_rad, goal.insertion_m - current.insertion_m)


def _share(allowed: float, wished: float) -> float:
    return 1.0 if wished <= allowed else allowed / wished


def _where_finite(wanted: Posture, current: Posture) -> Posture:
    def chosen(value: float, otherwise: float) -> float:
        return value if isfinite(value) else otherwise

    return Posture(
        chosen(wanted.yaw_rad, current.yaw_rad),
        chosen(wanted.pitch_rad, current.pitch_rad),
        chosen(wanted.insertion_m, current.insertion_m),
        chosen(wanted.roll_rad, current.roll_rad),
        chosen(wanted.jaw, current.jaw),
        wanted.is_active,
    )


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
