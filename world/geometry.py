"""Frames, quaternions and shapes: the one place where the world's axes are stated.

Axes: right-handed, Z up, metres, a body at yaw 0 looks along +Y; yaw turns counter-clockwise
seen from above. Each room has its own frame whose origin is the room's minimum corner, so that
every coordinate in a room is at least 0. Quaternions are (w, x, y, z) of unit length; q and -q
are the same rotation. Arrays are float64.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Vector: TypeAlias = tuple[float, float, float]
Quaternion: TypeAlias = tuple[float, float, float, float]

IDENTITY: Quaternion = (1.0, 0.0, 0.0, 0.0)


def quaternion_from_yaw(yaw_rad: FloatArray) -> FloatArray:
    """Returns the rotations about Z by each yaw: (n,) radians to (n, 4)."""
    half = np.asarray(yaw_rad, float) / 2
    zero = np.zeros_like(half)
    return np.stack([np.cos(half), zero, zero, np.sin(half)], axis=-1)


def yaw_from_quaternion(rotation: FloatArray) -> FloatArray:
    """Returns where each rotation's +Y axis points, seen from above: (n, 4) to (n,) radians.

    0 is +Y; a rotation that looks straight up or down has the yaw of its crown.
    """
    w, x, y, z = np.moveaxis(np.asarray(rotation, float), -1, 0)
    forward_x, forward_y = 2 * (x * y - w * z), w * w - x * x + y * y - z * z
    up_x, up_y = 2 * (x * z + w * y), 2 * (y * z - w * x)
    is_vertical = forward_x**2 + forward_y**2 < 1e-6
    sign = np.where(2 * (y * z + w * x) > 0, -1.0, 1.0)
    at_x = np.where(is_vertical, sign * up_x, forward_x)
    at_y = np.where(is_vertical, sign * up_y, forward_y)
    yaw_rad: FloatArray = np.arctan2(-at_x, at_y)
    return yaw_rad


def multiply(a: FloatArray, b: FloatArray) -> FloatArray:
    """Returns the Hamilton products a*b, first b then a: (..., 4) and (..., 4) to (..., 4)."""
    aw, ax, ay, az = np.moveaxis(np.asarray(a, float), -1, 0)
    bw, bx, by, bz = np.moveaxis(np.asarray(b, float), -1, 0)
    return np.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        axis=-1,
    )


def rotate(rotation: FloatArray, vector: FloatArray) -> FloatArray:
    """Returns each vector turned by its rotation: (..., 4) and (..., 3) to (..., 3)."""
    rotation, vector = np.asarray(rotation, float), np.asarray(vector, float)
    axis, w = rotation[..., 1:], rotation[..., :1]
    twice = 2 * np.cross(axis, vector)
    return vector + w * twice + np.cross(axis, twice)


def normalize(rotation: FloatArray) -> FloatArray:
    """Returns the rotations at unit length; one of zero length becomes the identity.

    Args:
      rotation: (..., 4).
    """
    rotation = np.asarray(rotation, float)
    length = np.linalg.norm(rotation, axis=-1, keepdims=True)
    is_zero = length < 1e-9
    unit: FloatArray = np.where(is_zero, IDENTITY, rotation / np.where(is_zero, 1.0, length))
    return unit


def angle_between(a: FloatArray, b: FloatArray) -> FloatArray:
    """Returns the angle from each rotation to its partner: (..., 4) to (...) in rad, 0 to pi."""
    dot = np.abs(np.sum(np.asarray(a, float) * np.asarray(b, float), axis=-1))
    angle_rad: FloatArray = 2 * np.arccos(np.clip(dot, 0.0, 1.0))
    return angle_rad


def slerp(a: FloatArray, b: FloatArray, fraction: FloatArray) -> FloatArray:
    """Returns the rotations at each fraction of the shorter way from a to b.

    Args:
      a: (n, 4).
      b: (n, 4).
      fraction: (n,), 0 gives a and 1 gives b.

    Source: K. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
    """
    a, b, t = np.asarray(a, float), np.asarray(b, float), np.asarray(fraction, float)[..., None]
    dot = np.sum(a * b, axis=-1, keepdims=True)
    b, dot = np.where(dot < 0, -b, b), np.abs(dot)
    theta = np.arccos(np.clip(dot, -1.0, 1.0))
    sine = np.sin(theta)
    is_small = sine < 1e-6
    safe = np.where(is_small, 1.0, sine)
    weight_a = np.where(is_small, 1 - t, np.sin((1 - t) * theta) / safe)
    weight_b = np.where(is_small, t, np.sin(t * theta) / safe)
    return normalize(weight_a * a + weight_b * b)
