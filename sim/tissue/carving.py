"""Organs carved out of a lattice: from a distance to their skin to tetrahedra that follow it.

Strategy: every cell of a cubic lattice is six tetrahedra about its main diagonal (Kuhn 1960), which
fit those of their neighbors. Those with their middle inside are kept, and what is outside then is
drawn to the skin along the gradient of the distance, less far where a tetrahedron would get flat.
Everything is plain float64 arithmetic in a fixed order: a shape is the same on every machine.
"""

from collections.abc import Callable
from itertools import permutations

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.tissue.material import Material
from sim.tissue.mesh import TetMesh, face_neighbors, oriented, surface_of, tet_volumes_m3
from sim.tissue.surface import open_edges, pinched_vertices

Distance = Callable[[FloatArray], FloatArray]
"""From (n, 3) points to (n,) distances from the skin, below 0 inside, in metres."""

FLATTEST = 0.15
"""Share of its volume in the lattice that a tetrahedron keeps. Own choice, for a sound solve."""
DRAWS, TRIES = 3, 60
_STEP_M = 1e-5


def carved(
    distance_m: Distance, low_m: FloatArray, high_m: FloatArray, cell_m: float, material: Material
) -> TetMesh:
    """Returns the body within a skin.

    Args:
      distance_m: of the skin; near it, about the true distance.
      low_m: (3,) corner of a box around the body.
      high_m: (3,) the opposite corner.
      cell_m: edge of the lattice's cells, above 0.
      material: all of it.

    Raises:
      ValueError: if no tetrahedron is inside.
    """
    points_m, tets = _lattice(low_m, high_m, cell_m)
    tets = tets[distance_m(points_m[tets].mean(axis=1)) < 0]
    if not len(tets):
        raise ValueError(f"Nothing of the body is within the box at cells of {cell_m} m.")
    tets = _without_pinches(oriented(points_m, tets))
    used, tets = np.unique(tets, return_inverse=True)
    points_m, tets = points_m[used], tets.reshape(-1, 4).astype(np.int64)
    mesh = TetMesh(points_m, tets, (material,), np.zeros(len(tets), np.int64))
    return TetMesh(_drawn(distance_m, mesh, cell_m), mesh.tets, mesh.materials, mesh.material_of)


def _without_pinches(tets: IntArray) -> IntArray:
    """Returns the tetrahedra without those at places where the skin would not be a closed sheet."""
    while True:
        neighbors = face_neighbors(tets, int(tets.max()) + 1)
        triangles = surface_of(neighbors, tets).triangles
        edges = open_edges(triangles)
        if len(edges):
            is_bad = np.isin(tets, edges).sum(axis=1) >= 2
        else:
            is_bad = np.isin(tets, pinched_vertices(triangles)).any(axis=1)
        if not is_bad.any():
            return tets
        tets = tets[~is_bad]


def _lattice(low_m: FloatArray, high_m: FloatArray, cell_m: float) -> tuple[FloatArray, IntArray]:
    counts = [int(count) for count in np.ceil((high_m - low_m) / cell_m - 1e-9)]
    axes = [low + cell_m * np.arange(n + 1) for low, n in zip(low_m, counts, strict=True)]
    points_m = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    strides = ((counts[1] + 1) * (counts[2] + 1), counts[2] + 1, 1)
    corners = [axis.ravel() for axis in np.meshgrid(*map(np.arange, counts), indexing="ij")]
    first = sum(stride * corner for stride, corner in zip(strides, corners, strict=True))
    ways = [np.cumsum([0, *(strides[axis] for axis in order)]) for order in permutations(range(3))]
    return points_m, (np.asarray(first)[:, None, None] + np.array(ways)).reshape(-1, 4)


def _drawn(distance_m: Distance, mesh: TetMesh, cell_m: float) -> FloatArray:
    """Returns the (v, 3) points with those outside drawn to the skin."""
    start_m = mesh.vertices_m
    outside = np.unique(mesh.surface().triangles)
    goal_m = start_m.copy()
    for _ in range(DRAWS):
        at_m = goal_m[outside]
        slope = np.stack(
            [
                (distance_m(at_m + step_m) - distance_m(at_m - step_m)) / (2 * _STEP_M)
                for step_m in _STEP_M * np.eye(3)
            ],
            axis=1,
        )
        steep = np.maximum((slope**2).sum(axis=1, keepdims=True), 1e-6)
        goal_m[outside] = at_m - distance_m(at_m)[:, None] * slope / steep
    way_m = goal_m - start_m
    length_m = np.sqrt((way_m**2).sum(axis=1, keepdims=True))
    way_m *= np.minimum(1.0, cell_m / np.maximum(length_m, 1e-12))
    share = np.ones(len(start_m))
    least_m3 = FLATTEST * cell_m**3 / 6
    for _ in range(TRIES):
        drawn_m = start_m + share[:, None] * way_m
        is_flat = tet_volumes_m3(drawn_m, mesh.tets) < least_m3
        if not is_flat.any():
            return drawn_m
        share[np.unique(mesh.tets[is_flat])] *= 0.8
    return start_m
