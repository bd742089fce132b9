"""What tissue has suffered: a share of its ultimate strain for each element, and where it tore.

An element's strain is its largest principal true strain, the logarithm of the largest stretch.
Between jaws it is also squeezed: their pressure over Young's modulus is taken as true strain, a
linear estimate for what the jaws do within one element. The largest share of the ultimate strain
(`Material.ultimate_strain`, published) ever reached is the element's damage; at 1 by stretching it
tears: its stiffness goes, its mass and volume stay, so that nothing vanishes from the balance.
Squeezed tissue is destroyed but hangs together.

Source of the closed form of the largest eigenvalue: Smith, Comm. ACM 4 (1961) 168.
"""

import math

import numpy as np

from sim.arrays import BoolArray, FloatArray
from sim.kernel import kernel
from sim.tissue.body import State
from sim.tissue.cutting import Cut
from sim.tissue.elasticity import deformation
from sim.tissue.grasp import Grasp
from sim.tissue.mesh import TetMesh
from sim.tissue.rotation import matrix_of
from sim.tissue.scene import Scene

TORN_STIFFNESS = 1e-3
"""Share of its stiffness that a torn element keeps, so that its vertices stay in order."""


class Damage:
    """The damage of one mesh, followed frame by frame.

    Attributes:
      share: (t,) largest share of the ultimate strain so far; 1 and more is destroyed.
      is_torn: (t,).
    """

    def __init__(self, mesh: TetMesh) -> None:
        self.share: FloatArray = np.zeros(len(mesh.tets))
        self.is_torn: BoolArray = np.zeros(len(mesh.tets), np.bool_)
        self._limit = mesh.material_values("ultimate_strain")
        self._young_pa = mesh.material_values("young_pa")
        self._volume_m3 = mesh.tet_volumes_m3()

    @property
    def destroyed_m3(self) -> float:
        """Rest volume of all that is destroyed."""
        return float(self._volume_m3[self.share >= 1].sum())

    def follow_cut(self, cut: Cut) -> None:
        """Goes on with a mesh that a blade has changed."""
        parent, mesh = cut.tet_parent, cut.mesh
        self.share, self.is_torn = self.share[parent], self.is_torn[parent]
        self._limit, self._young_pa = self._limit[parent], self._young_pa[parent]
        self._volume_m3 = mesh.tet_volumes_m3()

    def follow(self, scene: Scene, grasps: tuple[Grasp, ...] = ()) -> int:
        """Takes one frame into account; returns how many elements tore in it."""
        for grasp in grasps:
            owners = np.unique(scene.surface.owners[grasp.faces])
            strain = grasp.pressure_pa(scene) / self._young_pa[owners]
            self.share[owners] = np.maximum(self.share[owners], strain / self._limit[owners])
        return tear(scene.state, self._limit, self.share, self.is_torn)


@kernel
def tear(state: State, limit: FloatArray, share: FloatArray, is_torn: BoolArray) -> int:
    """Brings (t,) shares and tears up to date with the present positions; returns new tears."""
    elements = state.elements
    f, r, q = np.empty((3, 3)), np.empty((3, 3)), np.empty(4)
    torn = 0
    for t in range(limit.shape[0]):
        if is_torn[t] or not limit[t] < np.inf:
            continue
        deformation(state.x_m, elements.tets, elements.inverse_edges_per_m, t, f)
        for k in range(4):
            q[k] = state.rotation[t, k]
        matrix_of(q, r)
        stretch = largest_stretch(f, r)
        reached = math.log(max(stretch, 1.0)) / limit[t]
        share[t] = max(share[t], reached)
        if reached >= 1:
            is_torn[t] = True
            elements.lame_pa[t] *= TORN_STIFFNESS
            elements.shear_pa[t] *= TORN_STIFFNESS
            torn += 1
    return torn


@kernel
def largest_stretch(f: FloatArray, r: FloatArray) -> float:
    """Returns the largest eigenvalue of sym(r^T f)."""
    s00 = r[0, 0] * f[0, 0] + r[1, 0] * f[1, 0] + r[2, 0] * f[2, 0]
    s11 = r[0, 1] * f[0, 1] + r[1, 1] * f[1, 1] + r[2, 1] * f[2, 1]
    s22 = r[0, 2] * f[0, 2] + r[1, 2] * f[1, 2] + r[2, 2] * f[2, 2]
    s01 = s02 = s12 = 0.0
    for i in range(3):
        s01 += 0.5 * (r[i, 0] * f[i, 1] + r[i, 1] * f[i, 0])
        s02 += 0.5 * (r[i, 0] * f[i, 2] + r[i, 2] * f[i, 0])
        s12 += 0.5 * (r[i, 1] * f[i, 2] + r[i, 2] * f[i, 1])
    mean = (s00 + s11 + s22) / 3
    a, b, c = s00 - mean, s11 - mean, s22 - mean
    spread = math.sqrt((a * a + b * b + c * c + 2 * (s01 * s01 + s02 * s02 + s12 * s12)) / 6)
    if spread < 1e-12:
        return float(mean)
    determinant = (
        a * (b * c - s12 * s12) - s01 * (s01 * c - s12 * s02) + s02 * (s01 * s12 - b * s02)
    )
    cosine = min(max(0.5 * determinant / (spread * spread * spread), -1.0), 1.0)
    return float(mean + 2 * spread * math.cos(math.acos(cosine) / 3))
