"""How well a piece was cut out: its area, and how far it is from the marked circle."""

from dataclasses import dataclass
from math import atan2, hypot, pi, sqrt

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.membrane.sheet import Point


@dataclass(frozen=True, slots=True)
class Outline:
    """A cut-out piece beside the circle.

    Attributes:
      area_m2: of the piece.
      deviation: area that only one of piece and circle has, as a share of the circle's.
      line_deviation_m: farthest distance of the piece's rim from the circle.
    """

    area_m2: float
    deviation: float
    line_deviation_m: float


@kernel
def pieces(triangles: IntArray, vertex_count: int) -> IntArray:
    """Returns (v,): the lowest vertex of the piece that each vertex belongs to."""
    lowest = np.arange(vertex_count)
    for t in range(triangles.shape[0]):
        root = triangles[t, 0]
        while lowest[root] != root:
            root = lowest[root]
        for a in range(1, 3):
            other = triangles[t, a]
            while lowest[other] != other:
                other = lowest[other]
            lowest[max(root, other)] = min(root, other)
            root = min(root, other)
    for i in range(vertex_count):
        lowest[i] = lowest[lowest[i]]
    return lowest


def rim(triangles: IntArray) -> IntArray:
    """Returns the (n, 2) directed edges that one triangle has: the cloth lies to their left."""
    directed = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    stride = int(triangles.max()) + 1
    twin = directed[:, 1] * stride + directed[:, 0]
    own = directed[:, 0] * stride + directed[:, 1]
    return directed[~np.isin(own, twin)]


def outline(triangles: IntArray, uv_m: FloatArray, radius_m: float) -> Outline:
    """Returns how a piece differs from the circle about the origin.

    Args:
      triangles: (t, 3) of the piece.
      uv_m: (v, 2).
      radius_m: of the circle, above 0.
    """
    edges = [(tuple(uv_m[a]), tuple(uv_m[b])) for a, b in rim(triangles)]
    area_m2 = sum(a[0] * b[1] - a[1] * b[0] for a, b in edges) / 2
    common_m2 = sum(_area_within(a, b, radius_m) for a, b in edges)
    circle_m2 = pi * radius_m**2
    off_m = max(_farthest_m(a, b, radius_m) for a, b in edges)
    deviation = (area_m2 + circle_m2 - 2 * common_m2) / circle_m2
    return Outline(float(area_m2), float(deviation), float(off_m))


def _area_within(a: Point, b: Point, radius_m: float) -> float:
    """Returns the signed area that the triangle (origin, a, b) and the circle have in common."""
    du, dv = b[0] - a[0], b[1] - a[1]
    squared = du * du + dv * dv
    half = (a[0] * du + a[1] * dv) / squared
    root = half * half - (a[0] ** 2 + a[1] ** 2 - radius_m**2) / squared
    if root <= 0:
        return _sector(a, b, radius_m)
    enter, leave = max(0.0, -half - sqrt(root)), min(1.0, -half + sqrt(root))
    if enter >= leave:
        return _sector(a, b, radius_m)
    into = (a[0] + enter * du, a[1] + enter * dv)
    out = (a[0] + leave * du, a[1] + leave * dv)
    inner = (into[0] * out[1] - into[1] * out[0]) / 2
    return _sector(a, into, radius_m) + inner + _sector(out, b, radius_m)


def _sector(a: Point, b: Point, radius_m: float) -> float:
    cross, dot = a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]
    return radius_m**2 * atan2(cross, dot) / 2


def _farthest_m(a: Point, b: Point, radius_m: float) -> float:
    """Returns the farthest distance of a segment from the circle."""
    ends = [hypot(*a), hypot(*b)]
    du, dv = b[0] - a[0], b[1] - a[1]
    share = -(a[0] * du + a[1] * dv) / (du * du + dv * dv)
    if 0 < share < 1:
        ends.append(hypot(a[0] + share * du, a[1] + share * dv))
    return max(abs(end - radius_m) for end in ends)
