"""A body cut into tetrahedra, and what follows from its shape alone.

Rules:
- Every tetrahedron has a positive rest volume: for its corners a, b, c, d the triple product of
  b - a, c - a, d - a is above 0.
- The surface is made of the faces that only one tetrahedron has, wound so that the right-hand
  normal points outwards.
- Face k of a tetrahedron is the one opposite its corner k, with the corners FACES[k].
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.material import Material

FACES: IntArray = np.array(((1, 2, 3), (0, 3, 2), (0, 1, 3), (0, 2, 1)), np.int64)


class Surface(NamedTuple):
    """The outside of a mesh.

    Attributes:
      triangles: (f, 3) vertices, outward by the right hand.
      owners: (f,) the tetrahedron that each triangle belongs to.
    """

    triangles: IntArray
    owners: IntArray


@dataclass(frozen=True, slots=True)
class TetMesh:
    """A body at rest.

    Attributes:
      vertices_m: (v, 3) rest positions.
      tets: (t, 4) vertices of each tetrahedron, of positive volume.
      materials: the kinds of tissue in it.
      material_of: (t,) index into materials.
    """

    vertices_m: FloatArray
    tets: IntArray
    materials: tuple[Material, ...]
    material_of: IntArray

    def __post_init__(self) -> None:
        if self.tets.dtype != np.int64 or self.material_of.dtype != np.int64:
            raise TypeError("tets and material_of must be int64, for which the kernels are built.")
        if not (self.tet_volumes_m3() > 0).all():
            raise ValueError("Every tetrahedron must have a positive volume; see `oriented`.")

    def tet_volumes_m3(self) -> FloatArray:
        """Returns the (t,) rest volumes."""
        return tet_volumes_m3(self.vertices_m, self.tets)

    def surface(self) -> Surface:
        """Returns the outside."""
        return surface_of(face_neighbors(self.tets, len(self.vertices_m)), self.tets)

    def material_values(self, name: str) -> FloatArray:
        """Returns the (t,) value of one numeric attribute of each tetrahedron's material."""
        values = np.array([float(getattr(material, name)) for material in self.materials])
        picked: FloatArray = values[self.material_of]
        return picked


@kernel
def tet_volumes_m3(positions_m: FloatArray, tets: IntArray) -> FloatArray:
    """Returns the (t,) signed volumes at (v, 3) positions."""
    volumes_m3 = np.empty(tets.shape[0])
    for t in range(tets.shape[0]):
        o, a, b, c = tets[t, 0], tets[t, 1], tets[t, 2], tets[t, 3]
        triple = 0.0
        for d in range(3):
            e, f = (d + 1) % 3, (d + 2) % 3
            across = (positions_m[a, e] - positions_m[o, e]) * (
                positions_m[b, f] - positions_m[o, f]
            )
            across -= (positions_m[a, f] - positions_m[o, f]) * (
                positions_m[b, e] - positions_m[o, e]
            )
            triple += across * (positions_m[c, d] - positions_m[o, d])
        volumes_m3[t] = triple / 6
    return volumes_m3


def oriented(vertices_m: FloatArray, tets: IntArray) -> IntArray:
    """Returns the tetrahedra with two corners swapped where the volume was negative."""
    turned = tets.copy()
    is_negative = tet_volumes_m3(vertices_m, tets) < 0
    turned[is_negative] = turned[is_negative][:, [0, 2, 1, 3]]
    return turned


@kernel
def incident_tets(tets: IntArray, vertex_count: int) -> tuple[IntArray, IntArray]:
    """Returns the tetrahedra around each vertex as (v + 1,) offsets and (4 t,) tetrahedra."""
    offsets = np.zeros(vertex_count + 1, np.int64)
    for t in range(tets.shape[0]):
        for a in range(4):
            offsets[tets[t, a] + 1] += 1
    for i in range(vertex_count):
        offsets[i + 1] += offsets[i]
    filled = offsets.copy()
    around = np.empty(4 * tets.shape[0], np.int64)
    for t in range(tets.shape[0]):
        for a in range(4):
            i = tets[t, a]
            around[filled[i]] = t
            filled[i] += 1
    return offsets, around


@kernel
def face_neighbors(tets: IntArray, vertex_count: int) -> IntArray:
    """Returns (t, 4): the tetrahedron across face k, or -1 where the face is outside."""
    offsets, around = incident_tets(tets, vertex_count)
    neighbors = np.full(tets.shape, -1, np.int64)
    for t in range(tets.shape[0]):
        for k in range(4):
            i, j, m = tets[t, (k + 1) & 3], tets[t, (k + 2) & 3], tets[t, (k + 3) & 3]
            for e in range(offsets[i], offsets[i + 1]):
                other = around[e]
                if other == t:
                    continue
                has_j = has_m = False
                for a in range(4):
                    has_j |= tets[other, a] == j
                    has_m |= tets[other, a] == m
                if has_j and has_m:
                    neighbors[t, k] = other
                    break
    return neighbors


def surface_of(neighbors: IntArray, tets: IntArray) -> Surface:
    """Returns the outside, given the (t, 4) neighbors across each face."""
    owners, faces = np.nonzero(neighbors < 0)
    return Surface(tets[owners[:, None], FACES[faces]], owners.astype(np.int64))
