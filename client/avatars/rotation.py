"""Rotation matrices for the pose solver, in batches: (..., 3, 3), columns are the turned axes."""

import numpy as np

from world.geometry import FloatArray

UP: FloatArray = np.array([0.0, 0.0, 1.0])
TINY = 1e-9


def unit(v: FloatArray) -> FloatArray:
    """Returns each vector at length 1; one of no length stays so."""
    length = np.sqrt(np.einsum("...i,...i->...", v, v))
    return np.asarray(v / np.maximum(length, TINY)[..., None])


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Returns the scalar products, (..., 3) and (..., 3) to (...)."""
    return np.asarray(np.einsum("...i,...i->...", a, b))


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Returns the vector products; far quicker on small batches than numpy's own."""
    x1, y1, z1 = a[..., 0], a[..., 1], a[..., 2]
    x2, y2, z2 = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([y1 * z2 - z1 * y2, z1 * x2 - x1 * z2, x1 * y2 - y1 * x2], -1)


def turn(rotation: FloatArray, v: FloatArray) -> FloatArray:
    """Returns each vector turned by its matrix."""
    return np.asarray(np.matmul(rotation, v[..., None])[..., 0])


def transposed(rotation: FloatArray) -> FloatArray:
    """Returns the inverse rotations."""
    return np.swapaxes(rotation, -1, -2)


def from_quaternion(q: FloatArray) -> FloatArray:
    """Returns the matrices of unit quaternions (w, x, y, z): (..., 4) to (..., 3, 3)."""
    w, x, y, z = np.moveaxis(np.asarray(q, float), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def about(axis: FloatArray, angle_rad: FloatArray) -> FloatArray:
    """Returns rotations about unit axes (Rodrigues): (..., 3) and (...) to (..., 3, 3)."""
    x, y, z = axis[..., 0], axis[..., 1], axis[..., 2]
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    t = 1 - c
    rows = [
        [c + x * x * t, x * y * t - z * s, x * z * t + y * s],
        [y * x * t + z * s, c + y * y * t, y * z * t - x * s],
        [z * x * t - y * s, z * y * t + x * s, c + z * z * t],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def about_up(yaw_rad: FloatArray) -> FloatArray:
    """Returns rotations about Z: (...) to (..., 3, 3)."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    zero, one = np.zeros_like(c), np.ones_like(c)
    rows = [[c, -s, zero], [s, c, zero], [zero, zero, one]]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def frame(along: FloatArray, near: FloatArray) -> FloatArray:
    """Returns frames whose x lies along one direction and whose z is near another."""
    x = unit(along)
    y = unit(cross(near, x))
    return np.stack([x, y, cross(x, y)], -1)


def axis_between(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns the unit axes and angles that turn each direction a to b the shorter way."""
    a, b = unit(a), unit(b)
    axis = cross(a, b)
    sine = np.sqrt(dot(axis, axis))
    is_parallel = sine < 1e-6
    axis = np.where(
        is_parallel[..., None], [1.0, 0.0, 0.0], axis / np.maximum(sine, TINY)[..., None]
    )
    return axis, np.arctan2(sine, dot(a, b))


def axis_of(rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns the unit axes and angles (0 to pi) of rotations; an axis near pi is less exact."""
    q = np.stack(
        [
            rotation[..., 2, 1] - rotation[..., 1, 2],
            rotation[..., 0, 2] - rotation[..., 2, 0],
            rotation[..., 1, 0] - rotation[..., 0, 1],
        ],
        -1,
    )
    twice_sine = np.sqrt(dot(q, q))
    trace = rotation[..., 0, 0] + rotation[..., 1, 1] + rotation[..., 2, 2]
    axis = np.where(
        (twice_sine < 1e-7)[..., None],
        [0.0, 0.0, 1.0],
        q / np.maximum(twice_sine, TINY)[..., None],
    )
    return axis, np.arctan2(twice_sine, trace - 1)


def part_of(rotation: FloatArray, share: float) -> FloatArray:
    """Returns the rotation about the same axes, a share of the way."""
    axis, angle = axis_of(rotation)
    return about(axis, angle * share)


def wrapped(angle_rad: FloatArray) -> FloatArray:
    """Returns the angles between -pi and pi."""
    return np.asarray((angle_rad + np.pi) % (2 * np.pi) - np.pi)
