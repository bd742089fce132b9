"""Closest points of a segment and a triangle, and whether the one pierces the other.

Source of the regions of a triangle and of the closest points of two segments: Ericson, Real-Time
Collision Detection (2005), 5.1.5 and 5.1.9.
"""

import math

from sim.arrays import FloatArray
from sim.kernel import kernel

TINY = 1e-30


@kernel
def dot(a: FloatArray, b: FloatArray) -> float:
    """Returns the scalar product of two (3,) vectors."""
    product: float = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    return product


@kernel
def normal_of(a: FloatArray, b: FloatArray, c: FloatArray, out: FloatArray) -> float:
    """Writes the right-hand unit normal of a triangle to out; returns twice its area."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    out[0], out[1], out[2] = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    size = math.sqrt(dot(out, out))
    scale = 1 / (size + TINY)
    out[0] *= scale
    out[1] *= scale
    out[2] *= scale
    return size


@kernel
def closest_on_triangle(
    p: FloatArray, a: FloatArray, b: FloatArray, c: FloatArray, w: FloatArray
) -> float:
    """Writes the weights of the triangle's point nearest to p; returns the square distance."""
    d1 = d2 = d3 = d4 = d5 = d6 = 0.0
    for d in range(3):
        ab, ac = b[d] - a[d], c[d] - a[d]
        d1 += ab * (p[d] - a[d])
        d2 += ac * (p[d] - a[d])
        d3 += ab * (p[d] - b[d])
        d4 += ac * (p[d] - b[d])
        d5 += ab * (p[d] - c[d])
        d6 += ac * (p[d] - c[d])
    va, vb, vc = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    w[0], w[1], w[2] = 0.0, 0.0, 0.0
    if d1 <= 0 and d2 <= 0:
        w[0] = 1.0
    elif d3 >= 0 and d4 <= d3:
        w[1] = 1.0
    elif d6 >= 0 and d5 <= d6:
        w[2] = 1.0
    elif vc <= 0 and d1 >= 0 and d3 <= 0:
        w[1] = d1 / (d1 - d3 + TINY)
        w[0] = 1 - w[1]
    elif vb <= 0 and d2 >= 0 and d6 <= 0:
        w[2] = d2 / (d2 - d6 + TINY)
        w[0] = 1 - w[2]
    elif va <= 0 and d4 >= d3 and d5 >= d6:
        w[2] = (d4 - d3) / ((d4 - d3) + (d5 - d6) + TINY)
        w[1] = 1 - w[2]
    else:
        scale = 1 / (va + vb + vc + TINY)
        w[1], w[2] = vb * scale, vc * scale
        w[0] = 1 - w[1] - w[2]
    square = 0.0
    for d in range(3):
        gap = w[0] * a[d] + w[1] * b[d] + w[2] * c[d] - p[d]
        square += gap * gap
    return square


@kernel
def closest_on_segments(
    a: FloatArray, b: FloatArray, u: FloatArray, v: FloatArray
) -> tuple[float, float, float]:
    """Returns the places s on a-b and t on u-v nearest to each other, and the square distance."""
    aa = bb = cc = dd = ee = 0.0
    for d in range(3):
        p, q, r = b[d] - a[d], v[d] - u[d], a[d] - u[d]
        aa += p * p
        bb += p * q
        cc += q * q
        dd += p * r
        ee += q * r
    under = aa * cc - bb * bb
    s = min(max((bb * ee - cc * dd) / under, 0.0), 1.0) if under > TINY else 0.0
    t = (bb * s + ee) / (cc + TINY)
    if t < 0:
        t = 0.0
        s = min(max(-dd / (aa + TINY), 0.0), 1.0)
    elif t > 1:
        t = 1.0
        s = min(max((bb - dd) / (aa + TINY), 0.0), 1.0)
    square = 0.0
    for d in range(3):
        gap = a[d] + s * (b[d] - a[d]) - u[d] - t * (v[d] - u[d])
        square += gap * gap
    return s, t, square


@kernel
def is_pierced(
    a: FloatArray, b: FloatArray, p: FloatArray, q: FloatArray, r: FloatArray, slack: float
) -> bool:
    """Whether the segment a-b goes through the triangle p, q, r, enlarged by a relative slack."""
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    ux, uy, uz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    vx, vy, vz = r[0] - p[0], r[1] - p[1], r[2] - p[2]
    hx, hy, hz = dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx
    determinant = ux * hx + uy * hy + uz * hz
    if abs(determinant) < TINY:
        return False
    sx, sy, sz = a[0] - p[0], a[1] - p[1], a[2] - p[2]
    first = (sx * hx + sy * hy + sz * hz) / determinant
    if first < -slack or first > 1 + slack:
        return False
    kx, ky, kz = sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux
    second = (dx * kx + dy * ky + dz * kz) / determinant
    if second < -slack or first + second > 1 + slack:
        return False
    place = (vx * kx + vy * ky + vz * kz) / determinant
    return bool(0 <= place <= 1)


@kernel
def segment_to_triangle(
    a: FloatArray,
    b: FloatArray,
    p: FloatArray,
    q: FloatArray,
    r: FloatArray,
    w: FloatArray,
    scratch: FloatArray,
) -> tuple[float, float]:
    """Returns the distance of a segment that does not pierce the triangle, and its place on a-b.

    Args:
      a: (3,) start of the segment.
      b: (3,) its end.
      p: (3,) corner of the triangle; so are q and r.
      q: see p.
      r: see p.
      w: (3,) output, weights of the triangle's closest point.
      scratch: (3,) overwritten.
    """
    best = closest_on_triangle(a, p, q, r, w)
    place = 0.0
    square = closest_on_triangle(b, p, q, r, scratch)
    if square < best:
        best, place = square, 1.0
        w[0], w[1], w[2] = scratch[0], scratch[1], scratch[2]
    for k in range(3):
        if k == 0:
            s, t, square = closest_on_segments(a, b, p, q)
        elif k == 1:
            s, t, square = closest_on_segments(a, b, q, r)
        else:
            s, t, square = closest_on_segments(a, b, r, p)
        if square < best:
            best, place = square, s
            w[0], w[1], w[2] = 0.0, 0.0, 0.0
            w[k] = 1 - t
            w[(k + 1) % 3] = t
    return math.sqrt(best), place
