"""The same mechanics in plain numpy, matrix-free: slow, and independent of the kernels.

It forms no global matrix, takes rotations from the singular value decomposition, multiplies with
element stiffness matrices built the textbook way, and solves by conjugate gradients with the mass
as preconditioner. The tests hold the kernels against it; nothing else runs it but the benchmark,
for a figure to compare with.
"""

import numpy as np

from sim.arrays import GRAVITY_M_S2, STEP_S, BoolArray, FloatArray
from sim.tissue.body import STIFFNESS_DAMPING_S
from sim.tissue.elements import elements_of, linear_stiffness_n_m, vertex_masses_kg
from sim.tissue.mesh import TetMesh


class ReferenceBody:
    """A soft body like `sim.tissue.body.Body`, for comparison."""

    def __init__(self, mesh: TetMesh, is_fixed: BoolArray) -> None:
        self.mesh = mesh
        self.elements = elements_of(mesh)
        self.stiffness_n_m = linear_stiffness_n_m(self.elements)
        self.mass_kg = vertex_masses_kg(mesh)
        self.is_fixed = is_fixed
        self.gravity_m_s2 = GRAVITY_M_S2
        self.x_m: FloatArray = mesh.vertices_m.copy()
        self.v_m_s: FloatArray = np.zeros_like(self.x_m)
        corners = mesh.tets.ravel()
        self._order = np.argsort(corners, kind="stable")
        self._starts = np.searchsorted(corners[self._order], np.arange(len(self.x_m)))

    def step(self, rounds: int, tolerance: float) -> None:
        """Moves one backward-Euler step of 1/60 s on."""
        turned = self.rotations()
        rest = self.mesh.vertices_m[self.mesh.tets]
        local = self.x_m[self.mesh.tets] @ turned - rest
        force_n = -self._gathered(self._pulled(local) @ np.swapaxes(turned, 1, 2))
        force_n[:, 2] -= self.mass_kg * self.gravity_m_s2
        right = self.mass_kg[:, None] * self.v_m_s + STEP_S * force_n
        weight = STEP_S * (STEP_S + STIFFNESS_DAMPING_S)
        self.v_m_s = self._solved(
            self.v_m_s, right, self.mass_kg, turned, weight, rounds, tolerance
        )
        self.x_m = self.x_m + STEP_S * self.v_m_s

    def rotations(self) -> FloatArray:
        """Returns the (t, 3, 3) rotations nearest to the deformation gradients."""
        corner = self.x_m[self.mesh.tets]
        edges = np.swapaxes(corner[:, 1:] - corner[:, :1], 1, 2)
        left, _, right = np.linalg.svd(edges @ self.elements.inverse_edges_per_m)
        left[:, :, 2] *= np.sign(np.linalg.det(left @ right))[:, None]
        turned: FloatArray = left @ right
        return turned

    def linear_deflection_m(self, tolerance: float = 1e-12, rounds: int = 20_000) -> FloatArray:
        """Returns the (v, 3) displacement under gravity by linear, static elasticity."""
        right = np.zeros_like(self.x_m)
        right[:, 2] = -self.mass_kg * self.gravity_m_s2
        still = np.tile(np.eye(3), (len(self.mesh.tets), 1, 1))
        massless = np.zeros_like(self.mass_kg)
        start = np.zeros_like(right)
        return self._solved(start, right, massless, still, 1.0, rounds, tolerance)

    def _solved(
        self,
        start: FloatArray,
        right: FloatArray,
        mass_kg: FloatArray,
        turned: FloatArray,
        weight: float,
        rounds: int,
        tolerance: float,
    ) -> FloatArray:
        free = ~self.is_fixed[:, None]

        def product(vector: FloatArray) -> FloatArray:
            local = self._pulled(vector[self.mesh.tets] @ turned) @ np.swapaxes(turned, 1, 2)
            return mass_kg[:, None] * vector + weight * self._gathered(local)

        scale = 1 / self.mass_kg[:, None]
        found = start.copy()
        residual = (right - product(found)) * free
        search = scale * residual
        energy = float((residual * search).sum())
        stop = tolerance**2 * float((right * scale * right * free).sum())
        for _ in range(rounds):
            if energy <= stop:
                break
            image = product(search) * free
            step = energy / float((search * image).sum())
            found += step * search
            residual -= step * image
            before, energy = energy, float((residual * scale * residual).sum())
            search = scale * residual + energy / before * search
        return found

    def _pulled(self, local: FloatArray) -> FloatArray:
        count = len(local)
        forces: FloatArray = self.stiffness_n_m @ local.reshape(count, 12, 1)
        return forces.reshape(count, 4, 3)

    def _gathered(self, forces: FloatArray) -> FloatArray:
        flat = forces.reshape(-1, 3)[self._order]
        gathered: FloatArray = np.add.reduceat(flat, self._starts, axis=0)
        return gathered
