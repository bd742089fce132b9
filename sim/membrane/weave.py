"""What a cut of cloth is strung with, and what it weighs, from its triangles at rest.

Strength, weight and stiffness of the gauze are this project's own choice.
"""

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.membrane.springs import Springs

WEIGHT_KG_M2 = 0.06
STRETCH_M_N, BEND_M_N = 4e-3, 2.0


def masses_kg(corners: IntArray, uv_m: FloatArray) -> FloatArray:
    """Returns the (v,) mass of each vertex: a third of each of its triangles'."""
    a, b, c = (uv_m[corners[:, k]] for k in range(3))
    across = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    mass_kg = np.zeros(len(uv_m))
    np.add.at(mass_kg, corners.ravel(), np.repeat(across / 6 * WEIGHT_KG_M2, 3))
    return mass_kg


def strung(corners: IntArray, uv_m: FloatArray) -> Springs:
    """Returns one spring for each edge, and one across each inner edge against bending."""
    directed = np.concatenate([corners[:, [k, (k + 1) % 3]] for k in range(3)])
    opposite = np.concatenate([corners[:, (k + 2) % 3] for k in range(3)])
    low, high = directed.min(axis=1), directed.max(axis=1)
    order = np.lexsort((opposite, high, low))
    low, high, opposite = low[order], high[order], opposite[order]
    is_twin = (low[1:] == low[:-1]) & (high[1:] == high[:-1])
    is_first = np.concatenate([[True], ~is_twin])
    edges = np.stack([low[is_first], high[is_first]], axis=1)
    across = np.stack([opposite[:-1][is_twin], opposite[1:][is_twin]], axis=1)
    pairs = np.concatenate([edges, across])
    rest_m = np.sqrt(((uv_m[pairs[:, 0]] - uv_m[pairs[:, 1]]) ** 2).sum(axis=1))
    compliance = np.concatenate([np.full(len(edges), STRETCH_M_N), np.full(len(across), BEND_M_N)])
    return Springs(pairs, rest_m, compliance)
