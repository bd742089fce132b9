"""Finding points in a deformed mesh by walking from element to element."""

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.closest import dot

STEPS = 200
FLAT_M3 = 1e-16


@kernel
def walk(
    x_m: FloatArray, tets: IntArray, neighbors: IntArray, t: int, y_m: FloatArray, w: FloatArray
) -> tuple[int, int]:
    """Walks from tetrahedron t towards the point y.

    Args:
      x_m: (n, 3) positions.
      tets: (t, 4) vertices.
      neighbors: (t, 4) across each face, -1 outside.
      t: where to begin.
      y_m: (3,) the point.
      w: (4,) output: its barycentric weights in the tetrahedron returned.

    Returns:
      The tetrahedron that holds it and -1, or the last one and its face where the mesh ends.
    """
    for _ in range(STEPS):
        weigh(x_m, tets, t, y_m, w)
        k = 0
        for q in range(1, 4):
            if w[q] < w[k]:
                k = q
        if w[k] >= -1e-9:
            return t, -1
        if neighbors[t, k] < 0:
            return t, k
        t = neighbors[t, k]
    return t, 0


@kernel
def weigh(x_m: FloatArray, tets: IntArray, t: int, y_m: FloatArray, w: FloatArray) -> None:
    """Writes the (4,) barycentric weights of a point in tetrahedron t."""
    a, b, c, d = x_m[tets[t, 0]], x_m[tets[t, 1]], x_m[tets[t, 2]], x_m[tets[t, 3]]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    wx, wy, wz = d[0] - a[0], d[1] - a[1], d[2] - a[2]
    px, py, pz = y_m[0] - a[0], y_m[1] - a[1], y_m[2] - a[2]
    hx, hy, hz = vy * wz - vz * wy, vz * wx - vx * wz, vx * wy - vy * wx
    determinant = ux * hx + uy * hy + uz * hz
    if abs(determinant) < FLAT_M3:
        determinant = FLAT_M3
    w[1] = (px * hx + py * hy + pz * hz) / determinant
    hx, hy, hz = py * wz - pz * wy, pz * wx - px * wz, px * wy - py * wx
    w[2] = (ux * hx + uy * hy + uz * hz) / determinant
    hx, hy, hz = vy * pz - vz * py, vz * px - vx * pz, vx * py - vy * px
    w[3] = (ux * hx + uy * hy + uz * hz) / determinant
    w[0] = 1 - w[1] - w[2] - w[3]


@kernel
def put_at(x_m: FloatArray, tets: IntArray, t: int, w: FloatArray, out: FloatArray) -> None:
    """Writes the position of a material point, given by its element and weights."""
    for d in range(3):
        out[d] = 0.0
        for k in range(4):
            out[d] += w[k] * x_m[tets[t, k], d]


@kernel
def pull_in(w: FloatArray) -> None:
    """Moves weights of a point just outside onto its element."""
    total = 0.0
    for k in range(4):
        w[k] = min(max(w[k], 0.0), 1.0)
        total += w[k]
    for k in range(4):
        w[k] /= total


@kernel
def is_leaving(x_m: FloatArray, tets: IntArray, t: int, face: int, direction: FloatArray) -> bool:
    """Whether a direction goes out through a face, given by the corner opposite it."""
    a, b = x_m[tets[t, (face + 1) & 3]], x_m[tets[t, (face + 2) & 3]]
    c, inner = x_m[tets[t, (face + 3) & 3]], x_m[tets[t, face]]
    n = np.empty(3)
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    n[0], n[1], n[2] = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    outward = (a[0] - inner[0]) * n[0] + (a[1] - inner[1]) * n[1] + (a[2] - inner[2]) * n[2]
    along = dot(direction, n)
    return bool(along > 0) if outward > 0 else bool(along < 0)


@kernel
def volume_m3(x_m: FloatArray, tets: IntArray, t: int) -> float:
    """Returns the signed volume of one tetrahedron."""
    a, b, c, d = x_m[tets[t, 0]], x_m[tets[t, 1]], x_m[tets[t, 2]], x_m[tets[t, 3]]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    volume: float = (
        (uy * vz - uz * vy) * (d[0] - a[0])
        + (uz * vx - ux * vz) * (d[1] - a[1])
        + (ux * vy - uy * vx) * (d[2] - a[2])
    ) / 6
    return volume
