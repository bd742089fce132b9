"""The rotation nearest to a deformation, also where the element is flat or inside out.

Strategy: the wanted rotation R maximizes trace(R^T F). Where F is inverted that is the polar
rotation with the smallest singular value taken negative, so the element is pushed back through its
thinnest direction. All local maxima of the trace on rotations are global ones; Newton's method
from the rotation of the frame before finds it in one or two rounds. Where the trace is not concave
there (the element turned by more than a quarter since, or two directions have collapsed), the
maximum is taken from the largest root of the quaternion's characteristic polynomial. Where even
that is undecided, because several rotations are equally near, the present one is kept if it is one
of them, and else the matrix is disturbed a little so that one of them wins.

Source of the polynomial and of its adjugate: Horn, Closed-form solution of absolute orientation
using unit quaternions, JOSA A 4 (1987) 629; Theobald, Acta Cryst. A61 (2005) 478.
"""

import math

import numpy as np

from sim.arrays import FloatArray
from sim.kernel import kernel

ROUNDS = 3
SMALL_RAD = 1e-9
CONCAVITY = 1e-3
"""Relative to |F|: below it Newton's step is not to be trusted."""
ROOT_ROUNDS = 60
NUDGE = 1e-3
UNDECIDED = 1e-8
"""Size of the adjugate of a unit matrix below which its columns mean nothing."""


@kernel
def matrix_of(q: FloatArray, r: FloatArray) -> None:
    """Writes the rotation matrix of the unit quaternion q = (w, x, y, z) to r."""
    w, x, y, z = q[0], q[1], q[2], q[3]
    r[0, 0] = 1 - 2 * (y * y + z * z)
    r[0, 1] = 2 * (x * y - w * z)
    r[0, 2] = 2 * (x * z + w * y)
    r[1, 0] = 2 * (x * y + w * z)
    r[1, 1] = 1 - 2 * (x * x + z * z)
    r[1, 2] = 2 * (y * z - w * x)
    r[2, 0] = 2 * (x * z - w * y)
    r[2, 1] = 2 * (y * z + w * x)
    r[2, 2] = 1 - 2 * (x * x + y * y)


@kernel
def stretch_of(f: FloatArray, q: FloatArray, r: FloatArray, s: FloatArray) -> None:
    """Writes the matrix r of a rotation and the stretch s = r^T f that it leaves."""
    matrix_of(q, r)
    for i in range(3):
        for j in range(3):
            s[i, j] = r[0, i] * f[0, j] + r[1, i] * f[1, j] + r[2, i] * f[2, j]


@kernel
def extract_rotation(f: FloatArray, q: FloatArray, r: FloatArray, s: FloatArray) -> None:
    """Turns q into the rotation nearest to f, and writes its matrix r and the stretch s = r^T f.

    Args:
      f: (3, 3) deformation gradient, finite.
      q: (4,) rotation of the frame before; overwritten.
      r: (3, 3) output.
      s: (3, 3) output, symmetric to the extent that q is exact.
    """
    has_jumped = False
    for done in range(ROUNDS + 1):
        stretch_of(f, q, r, s)
        if done == ROUNDS:
            break
        # Newton on trace(exp(-[u]) S): gradient a, minus the Hessian is trace(S) I - sym(S).
        a0, a1, a2 = s[2, 1] - s[1, 2], s[0, 2] - s[2, 0], s[1, 0] - s[0, 1]
        g00, g11, g22 = s[1, 1] + s[2, 2], s[0, 0] + s[2, 2], s[0, 0] + s[1, 1]
        g01 = -0.5 * (s[0, 1] + s[1, 0])
        g02 = -0.5 * (s[0, 2] + s[2, 0])
        g12 = -0.5 * (s[1, 2] + s[2, 1])
        size = abs(s[0, 0]) + abs(s[1, 1]) + abs(s[2, 2]) + abs(a0) + abs(a1) + abs(a2)
        floor = CONCAVITY * size
        c00, c01, c02 = g11 * g22 - g12 * g12, g02 * g12 - g01 * g22, g01 * g12 - g02 * g11
        determinant = g00 * c00 + g01 * c01 + g02 * c02
        minor = g00 * g11 - g01 * g01
        if g00 > floor and minor > floor * floor and determinant > floor * floor * floor:
            c11, c12, c22 = g00 * g22 - g02 * g02, g01 * g02 - g00 * g12, minor
            scale = 1 / determinant
            u0 = (c00 * a0 + c01 * a1 + c02 * a2) * scale
            u1 = (c01 * a0 + c11 * a1 + c12 * a2) * scale
            u2 = (c02 * a0 + c12 * a1 + c22 * a2) * scale
        elif not has_jumped:
            has_jumped = True
            if jump(f, q):
                continue
            break
        else:
            break
        if u0 * u0 + u1 * u1 + u2 * u2 < SMALL_RAD * SMALL_RAD:
            break
        turn(q, 0.5 * u0, 0.5 * u1, 0.5 * u2)


@kernel
def turn(q: FloatArray, x: float, y: float, z: float) -> None:
    """Turns q by the quaternion (1, x, y, z), normalized: never by more than half a turn."""
    w0, x0, y0, z0 = q[0], q[1], q[2], q[3]
    w1 = w0 - x0 * x - y0 * y - z0 * z
    x1 = x0 + w0 * x + y0 * z - z0 * y
    y1 = y0 + w0 * y + z0 * x - x0 * z
    z1 = z0 + w0 * z + x0 * y - y0 * x
    scale = 1 / math.sqrt(w1 * w1 + x1 * x1 + y1 * y1 + z1 * z1)
    q[0], q[1], q[2], q[3] = w1 * scale, x1 * scale, y1 * scale, z1 * scale


@kernel
def jump(f: FloatArray, q: FloatArray) -> bool:
    """Sets q to the maximum of trace(R^T F) over all rotations; False if q is as good already."""
    square = 0.0
    for i in range(3):
        for j in range(3):
            square += f[i, j] * f[i, j]
    size = math.sqrt(square)
    if not 1e-12 < size < 1e12:
        return False
    n = np.empty((4, 4))
    for nudge in (0.0, NUDGE):
        fill_quadratic(f, 1 / size, nudge, n)
        present = 0.0
        for i in range(4):
            for j in range(4):
                present += q[i] * n[i, j] * q[j]
        root = largest_root(n)
        if present > root - 2 * NUDGE:
            return False
        for i in range(4):
            n[i, i] -= root
        best = UNDECIDED
        for column in range(4):  # columns of the adjugate are multiples of the wanted quaternion
            w, x = cofactor(n, 0, column), cofactor(n, 1, column)
            y, z = cofactor(n, 2, column), cofactor(n, 3, column)
            length = math.sqrt(w * w + x * x + y * y + z * z)
            if length > best:
                best = length
                q[0], q[1], q[2], q[3] = w / length, x / length, y / length, z / length
        if best > UNDECIDED:
            return True
    return False


@kernel
def fill_quadratic(f: FloatArray, scale: float, nudge: float, n: FloatArray) -> None:
    """Writes the symmetric (4, 4) matrix with q^T n q = trace(R^T F) scale, a little disturbed."""
    n[0, 0] = (f[0, 0] + f[1, 1] + f[2, 2]) * scale
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        n[0, i + 1] = n[i + 1, 0] = (f[k, j] - f[j, k]) * scale + nudge * (i + 1)
        n[i + 1, i + 1] = (f[i, i] - f[j, j] - f[k, k]) * scale - nudge * i
        n[j + 1, k + 1] = n[k + 1, j + 1] = (f[j, k] + f[k, j]) * scale


@kernel
def largest_root(n: FloatArray) -> float:
    """Returns the largest eigenvalue of a symmetric (4, 4) matrix of trace 0 or nearly so."""
    cubic = n[0, 0] + n[1, 1] + n[2, 2] + n[3, 3]
    square = linear = constant = 0.0
    for i in range(4):
        linear -= cofactor(n, i, i)
        constant += n[0, i] * cofactor(n, 0, i)
        for j in range(i):
            square += n[i, i] * n[j, j] - n[i, j] * n[i, j]
    root = 2.0  # above sqrt(3), which bounds the sum of three singular values of a unit matrix
    for _ in range(ROOT_ROUNDS):
        value = (((root - cubic) * root + square) * root + linear) * root + constant
        slope = ((4 * root - 3 * cubic) * root + 2 * square) * root + linear
        if not slope > 0:
            break
        step = value / slope
        root -= step
        if abs(step) < 1e-14:
            break
    return root


@kernel
def cofactor(n: FloatArray, row: int, column: int) -> float:
    """Returns the signed minor of a (4, 4) matrix."""
    i, j, k = (row + 1) & 3, (row + 2) & 3, (row + 3) & 3
    a, b, c = (column + 1) & 3, (column + 2) & 3, (column + 3) & 3
    minor = float(n[i, a]) * (n[j, b] * n[k, c] - n[j, c] * n[k, b])
    minor -= n[i, b] * (n[j, a] * n[k, c] - n[j, c] * n[k, a])
    minor += n[i, c] * (n[j, a] * n[k, b] - n[j, b] * n[k, a])
    sign = 1.0 if (row + column) % 2 == 0 else -1.0
    signed: float = sign * minor
    return signed
