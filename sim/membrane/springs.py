"""The cloth's motion: position-based springs in small steps.

Source: M. Macklin et al., "Small steps in physics simulation", SCA 2019, 10.1145/3309486.3340247:
many substeps, each with one iteration over all constraints.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import GRAVITY_M_S2, STEP_S, FloatArray, IntArray
from sim.kernel import kernel

SUBSTEPS = 24
DRAG_PER_S = 3.0
"""Air slows cloth: own choice, a swing dies within a second."""


class Springs(NamedTuple):
    """What holds the cloth together.

    Attributes:
      pairs: (s, 2) vertices.
      rest_m: (s,) lengths.
      compliance_m_n: (s,) stretch per force.
    """

    pairs: IntArray
    rest_m: FloatArray
    compliance_m_n: FloatArray


class Anchors(NamedTuple):
    """What holds single vertices: clips and jaws.

    Attributes:
      vertices: (a,).
      place_m: (a, 3) where each is held at the end of the step.
      before_m: (a, 3) and at its start.
      force_n: (a, 3) on the cloth, mean over the step; filled in.
    """

    vertices: IntArray
    place_m: FloatArray
    before_m: FloatArray
    force_n: FloatArray


class Obstacles(NamedTuple):
    """Capsules that the cloth cannot enter.

    Attributes:
      start_m: (c, 3).
      end_m: (c, 3).
      radius_m: (c,) with half of the cloth's thickness.
    """

    start_m: FloatArray
    end_m: FloatArray
    radius_m: FloatArray


@kernel
def advance(
    position_m: FloatArray,
    velocity_m_s: FloatArray,
    inertia_kg: FloatArray,
    mass_kg: FloatArray,
    springs: Springs,
    anchors: Anchors,
    obstacles: Obstacles,
    floor_m: float,
    anchor_compliance_m_n: float,
    substeps: int,
) -> None:
    """Moves the cloth on by one step of the simulation, in place.

    Args:
      position_m: (v, 3).
      velocity_m_s: (v, 3).
      inertia_kg: (v,) what resists acceleration. Springs stiffer than inertia per squared
        substep cannot show, so cloth that is held needs more of it than it has mass.
      mass_kg: (v,) what gravity draws at.
      springs: within the cloth.
      anchors: what holds it.
      obstacles: what it cannot enter.
      floor_m: height of what it lies on.
      anchor_compliance_m_n: of every anchor.
      substeps: above 0.
    """
    count = position_m.shape[0]
    h = STEP_S / substeps
    before_m = np.empty((count, 3))
    anchors.force_n[:, :] = 0.0
    for part in range(1, substeps + 1):
        for i in range(count):
            velocity_m_s[i, 2] -= GRAVITY_M_S2 * h * mass_kg[i] / inertia_kg[i]
            for d in range(3):
                velocity_m_s[i, d] *= 1 - DRAG_PER_S * h
                before_m[i, d] = position_m[i, d]
                position_m[i, d] += h * velocity_m_s[i, d]
        _stretch(position_m, inertia_kg, springs, h)
        _hold(position_m, inertia_kg, anchors, part / substeps, h, anchor_compliance_m_n)
        _keep_out(position_m, obstacles, floor_m)
        for i in range(count):
            for d in range(3):
                velocity_m_s[i, d] = (position_m[i, d] - before_m[i, d]) / h


@kernel
def _stretch(position_m: FloatArray, inertia_kg: FloatArray, springs: Springs, h: float) -> None:
    for s in range(springs.pairs.shape[0]):
        i, j = springs.pairs[s, 0], springs.pairs[s, 1]
        x = position_m[j, 0] - position_m[i, 0]
        y = position_m[j, 1] - position_m[i, 1]
        z = position_m[j, 2] - position_m[i, 2]
        length_m = np.sqrt(x * x + y * y + z * z)
        if length_m < 1e-12:
            continue
        wi, wj = 1 / inertia_kg[i], 1 / inertia_kg[j]
        pull = (length_m - springs.rest_m[s]) / (wi + wj + springs.compliance_m_n[s] / (h * h))
        pull /= length_m
        position_m[i, 0] += wi * pull * x
        position_m[i, 1] += wi * pull * y
        position_m[i, 2] += wi * pull * z
        position_m[j, 0] -= wj * pull * x
        position_m[j, 1] -= wj * pull * y
        position_m[j, 2] -= wj * pull * z


@kernel
def _hold(
    position_m: FloatArray,
    inertia_kg: FloatArray,
    anchors: Anchors,
    share: float,
    h: float,
    compliance_m_n: float,
) -> None:
    for a in range(anchors.vertices.shape[0]):
        i = anchors.vertices[a]
        w = 1 / inertia_kg[i]
        for d in range(3):
            place_m = (1 - share) * anchors.before_m[a, d] + share * anchors.place_m[a, d]
            pull = (place_m - position_m[i, d]) / (w + compliance_m_n / (h * h))
            position_m[i, d] += w * pull
            anchors.force_n[a, d] += pull / (h * STEP_S)


@kernel
def _keep_out(position_m: FloatArray, obstacles: Obstacles, floor_m: float) -> None:
    for i in range(position_m.shape[0]):
        position_m[i, 2] = max(position_m[i, 2], floor_m)
        for c in range(obstacles.radius_m.shape[0]):
            along, length = 0.0, 0.0
            for d in range(3):
                way = obstacles.end_m[c, d] - obstacles.start_m[c, d]
                along += way * (position_m[i, d] - obstacles.start_m[c, d])
                length += way * way
            share = min(max(along / length, 0.0), 1.0) if length > 0 else 0.0
            squared = 0.0
            for d in range(3):
                way = obstacles.end_m[c, d] - obstacles.start_m[c, d]
                squared += (position_m[i, d] - obstacles.start_m[c, d] - share * way) ** 2
            if 0 < squared < obstacles.radius_m[c] ** 2:
                grow = obstacles.radius_m[c] / np.sqrt(squared)
                for d in range(3):
                    way = obstacles.end_m[c, d] - obstacles.start_m[c, d]
                    axis_m = obstacles.start_m[c, d] + share * way
                    position_m[i, d] = axis_m + grow * (position_m[i, d] - axis_m)
