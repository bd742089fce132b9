"""A soft body that moves: its state, and one backward-Euler step of it.

The step is linear: rotations and forces are those of the positions before it, and a body turns
about 1/60 of a second behind. It damps fast vibrations, as backward Euler does.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import GRAVITY_M_S2, STEP_S, BoolArray, FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.elasticity import assemble
from sim.tissue.elements import Elements, elements_of, vertex_masses_kg
from sim.tissue.mesh import TetMesh
from sim.tissue.pattern import Pattern, pattern_of
from sim.tissue.pieces import pieces_of, restore_momentum
from sim.tissue.rows import Rows, empty_rows
from sim.tissue.solver import System, empty_system, solve

STIFFNESS_DAMPING_S = 0.01
"""Viscous stress per rate of strain over stiffness; our choice, so that a poke rings for about
a tenth of a second."""
TOLERANCE = 1e-2
ROUNDS = 30
SETTLED_M_S = 1e-6
"""Least speed that the tolerance refers to, so that a body at rest costs nothing."""


class State(NamedTuple):
    """Everything of a body that a step reads and writes.

    Nodes are the mesh's v vertices, then tools and whatever else moves along (n in all).

    Attributes:
      x_m, v_m_s: (n, 3) positions and velocities.
      mass_kg: (n,).
      rotation: (t, 4) quaternion of each element.
      force_n: (n, 3) elastic forces at the start of the step.
      impulse: (n, 3) scratch.
      piece: (v,) which piece of the mesh each vertex belongs to.
    """

    x_m: FloatArray
    v_m_s: FloatArray
    mass_kg: FloatArray
    rotation: FloatArray
    force_n: FloatArray
    impulse: FloatArray
    piece: IntArray
    elements: Elements
    pattern: Pattern
    system: System


def state_of(mesh: TetMesh, extra_nodes: int = 0) -> State:
    """Returns a mesh at rest, with room for nodes that are not its own."""
    count = len(mesh.vertices_m) + extra_nodes
    x_m = np.zeros((count, 3))
    x_m[: len(mesh.vertices_m)] = mesh.vertices_m
    mass_kg = np.zeros(count)
    mass_kg[: len(mesh.vertices_m)] = vertex_masses_kg(mesh)
    rotation = np.zeros((len(mesh.tets), 4))
    rotation[:, 0] = 1
    pattern = pattern_of(mesh.tets, len(mesh.vertices_m))
    return State(
        x_m=x_m,
        v_m_s=np.zeros_like(x_m),
        mass_kg=mass_kg,
        rotation=rotation,
        force_n=np.zeros_like(x_m),
        impulse=np.zeros_like(x_m),
        piece=pieces_of(mesh.tets, len(mesh.vertices_m)),
        elements=elements_of(mesh),
        pattern=pattern,
        system=empty_system(len(pattern.columns), count),
    )


class Body:
    """A soft body and nothing else.

    Attributes:
      mesh: the shape at rest.
      state: its motion; `x_m` and `v_m_s` are the (v, 3) positions and velocities in it.
      is_fixed: (v,) vertices that move only by the velocity they are given.
      gravity_m_s2: along -z.
    """

    def __init__(self, mesh: TetMesh, is_fixed: BoolArray) -> None:
        self.mesh = mesh
        self.state = state_of(mesh)
        self.rows: Rows = empty_rows(1)
        self.is_fixed = is_fixed
        self.gravity_m_s2 = GRAVITY_M_S2
        self.x_m: FloatArray = self.state.x_m
        self.v_m_s: FloatArray = self.state.v_m_s

    def step(self, rounds: int = ROUNDS, tolerance: float = TOLERANCE) -> int:
        """Moves one frame on; returns the rounds of conjugate gradients spent."""
        state = self.state
        state.system.is_fixed[:] = self.is_fixed
        floor = set_up(state, self.gravity_m_s2, STEP_S)
        spent = solve(
            state.v_m_s,
            state.system,
            state.pattern,
            self.rows,
            STEP_S,
            1,
            rounds,
            tolerance,
            floor,
        )
        finish(state, self.rows, STEP_S)
        return spent


@kernel
def set_up(state: State, gravity_m_s2: float, dt_s: float) -> float:
    """Writes (M + (dt^2 + dt damping) K) v' = M v + dt f; returns the solver's floor."""
    system, impulse = state.system, state.impulse
    scale = dt_s * dt_s + dt_s * STIFFNESS_DAMPING_S
    assemble(
        state.x_m,
        state.elements,
        state.pattern,
        state.rotation,
        scale,
        system.lower,
        system.diagonal,
        state.force_n,
    )
    floor = 0.0
    for i in range(state.mass_kg.shape[0]):
        mass = state.mass_kg[i]
        floor += mass
        for d in range(3):
            impulse[i, d] = mass * state.v_m_s[i, d]
        impulse[i, 2] -= dt_s * mass * gravity_m_s2
        for d in range(3):
            system.diagonal[i, d, d] += mass
            system.right[i, d] = impulse[i, d] + dt_s * state.force_n[i, d]
    return floor * SETTLED_M_S * SETTLED_M_S


@kernel
def finish(state: State, rows: Rows, dt_s: float) -> None:
    """Moves everything by the velocities found."""
    restore_momentum(
        state.x_m,
        state.v_m_s,
        state.impulse,
        state.mass_kg,
        state.system.is_fixed,
        state.piece,
        rows,
        dt_s,
    )
    for i in range(state.x_m.shape[0]):
        for d in range(3):
            state.x_m[i, d] += dt_s * state.v_m_s[i, d]
