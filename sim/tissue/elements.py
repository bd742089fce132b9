"""What elasticity needs to know of each tetrahedron at rest, worked out once in numpy.

The finite element is the linear tetrahedron: the deformation gradient is constant in it. Formulas:
Bathe, Finite Element Procedures (2014), 5.3; Hooke's law in Lame's constants.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.tissue.mesh import TetMesh
from sim.tissue.pieces import pieces_of


class Elements(NamedTuple):
    """The tetrahedra as the kernels read them.

    Attributes:
      tets: (t, 4) vertices.
      piece: (t,) which of the parts that hang together each belongs to, counted from 0.
      inverse_edges_per_m: (t, 3, 3) inverse of the matrix whose columns are b - a, c - a, d - a
        at rest; its rows are the gradients of the shape functions of b, c, d.
      volume_m3: (t,) at rest.
      lame_pa, shear_pa: (t,) Lame's first constant and the shear modulus.
    """

    tets: IntArray
    piece: IntArray
    inverse_edges_per_m: FloatArray
    volume_m3: FloatArray
    lame_pa: FloatArray
    shear_pa: FloatArray


def elements_of(mesh: TetMesh) -> Elements:
    """Returns the rest data of a mesh."""
    corner = mesh.vertices_m[mesh.tets]
    edges = np.swapaxes(corner[:, 1:] - corner[:, :1], 1, 2)
    young_pa, poisson = mesh.material_values("young_pa"), mesh.material_values("poisson")
    return Elements(
        tets=mesh.tets,
        piece=pieces_of(mesh.tets, len(mesh.vertices_m))[mesh.tets[:, 0]],
        inverse_edges_per_m=inverses(edges),
        volume_m3=mesh.tet_volumes_m3(),
        lame_pa=young_pa * poisson / ((1 + poisson) * (1 - 2 * poisson)),
        shear_pa=young_pa / (2 * (1 + poisson)),
    )


def inverses(matrices: FloatArray) -> FloatArray:
    """Returns the inverses of (n, 3, 3) matrices by cross products, the same bits everywhere."""
    a, b, c = matrices[:, :, 0], matrices[:, :, 1], matrices[:, :, 2]
    rows = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)
    inverse: FloatArray = rows / (a * rows[:, 0]).sum(1)[:, None, None]
    return np.ascontiguousarray(inverse)


def vertex_masses_kg(mesh: TetMesh) -> FloatArray:
    """Returns the (v,) lumped masses: a quarter of each tetrahedron to each of its corners."""
    mass = np.zeros(len(mesh.vertices_m))
    quarter = mesh.material_values("density_kg_m3") * mesh.tet_volumes_m3() / 4
    np.add.at(mass, mesh.tets.ravel(), np.repeat(quarter, 4))
    return mass


def shape_gradients_per_m(elements: Elements) -> FloatArray:
    """Returns the (t, 4, 3) gradients of the four shape functions."""
    rest = elements.inverse_edges_per_m
    return np.concatenate([-rest.sum(1, keepdims=True), rest], axis=1)


def linear_stiffness_n_m(elements: Elements) -> FloatArray:
    """Returns the (t, 12, 12) element stiffness B^T C B V of linear elasticity.

    Built from the strain matrix B in Voigt notation, as textbooks do, and used by references and
    tests only: the step itself never forms it.
    """
    x, y, z = np.moveaxis(shape_gradients_per_m(elements), -1, 0)
    count = len(elements.tets)
    strain = np.zeros((count, 6, 4, 3))
    strain[:, 0, :, 0], strain[:, 1, :, 1], strain[:, 2, :, 2] = x, y, z
    strain[:, 3, :, 0], strain[:, 3, :, 1] = y, x
    strain[:, 4, :, 1], strain[:, 4, :, 2] = z, y
    strain[:, 5, :, 0], strain[:, 5, :, 2] = z, x
    flat = strain.reshape(count, 6, 12)
    law = np.zeros((count, 6, 6))
    law[:, :3, :3] = elements.lame_pa[:, None, None]
    law[:, range(3), range(3)] += 2 * elements.shear_pa[:, None]
    law[:, range(3, 6), range(3, 6)] = elements.shear_pa[:, None]
    stiffness: FloatArray = np.swapaxes(flat, 1, 2) @ law @ flat
    return stiffness * elements.volume_m3[:, None, None]
