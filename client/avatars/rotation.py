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
    x = y1 * z2 - z1 * y2
    result = np.empty((*x.shape, 3))
    result[..., 0], result[..., 1], result[..., 2] = x, z1 * x2 - x1 * z2, x1 * y2 - y1 * x2
    return result


def turn(rotation: FloatArray, v: FloatArray) -> FloatArray:
    """Returns each vector turned by its matrix."""
    return np.asarray(np.matmul(rotation, v[..., None])[..., 0])


def transposed(rotation: FloatArray) -> FloatArray:
    """Returns the inverse rotations."""
    return np.swapaxes(rotation, -1, -2)


def from_quaternion(q: FloatArray) -> FloatArray:
    """Returns the matrices of unit quaternions (w, x, y, z): (..., 4) to (..., 3, 3)."""
    w, x, y, z = np.moveaxis(np.asarray(q, float), -1, 0)
    result = np.empty((*w.shape, 3, 3))
    result[..., 0, 0] = 1 - 2 * (y * y + z * z)
    result[..., 0, 1] = 2 * (x * y - w * z)
    result[..., 0, 2] = 2 * (x * z + w * y)
    result[..., 1, 0] = 2 * (x * y + w * z)
    result[..., 1, 1] = 1 - 2 * (x * x + z * z)
    result[..., 1, 2] = 2 * (y * z - w * x)
    result[..., 2, 0] = 2 * (x * z - w * y)
    result[..., 2, 1] = 2 * (y * z + w * x)
    result[..., 2, 2] = 1 - 2 * (x * x + y * y)
    return result


def about(axis: FloatArray, angle_rad: FloatArray) -> FloatArray:
    """Returns rotations about unit axes (Rodrigues): (..., 3) and (...) to (..., 3, 3)."""
    c = np.cos(angle_rad)
    sine_axis = axis * np.sin(angle_rad)[..., None]
    result = axis[..., :, None] * (axis * (1 - c)[..., None])[..., None, :]
    x, y, z = sine_axis[..., 0], sine_axis[..., 1], sine_axis[..., 2]
    result[..., 0, 0] += c
    result[..., 1, 1] += c
    result[..., 2, 2] += c
    result[..., 0, 1] -= z
    result[..., 1, 0] += z
    result[..., 0, 2] += y
    result[..., 2, 0] -= y
    result[..., 1, 2] -= x
    result[..., 2, 1] += x
    return np.asarray(result)


def about_up(yaw_rad: FloatArray) -> FloatArray:
    """Returns rotations about Z: (...) to (..., 3, 3)."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    result = np.zeros((*c.shape, 3, 3))
    result[..., 0, 0], result[..., 0, 1] = c, -s
    result[..., 1, 0], result[..., 1, 1] = s, c
    result[..., 2, 2] = 1.0
    return result


def frame(along: FloatArray, near: FloatArray) -> FloatArray:
    """Returns frames whose x lies along one direction and whose z is near another."""
    x = unit(along)
    y = unit(cross(near, x))
    result = np.empty((*y.shape, 3))
    result[..., 0], result[..., 1], result[..., 2] = x, y, cross(x, y)
    return result


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
