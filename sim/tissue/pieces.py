"""Which parts of a mesh hang together, and the momentum of those that nothing holds.

A short solve leaves an error in how a body moves as a whole, which its preconditioned residual
hardly shows. For a piece with no fixed vertex that error is known exactly: inner forces change
neither linear nor angular momentum, so what outside forces did not give is taken back.
"""

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.rows import Rows


@kernel
def pieces_of(tets: IntArray, vertex_count: int) -> IntArray:
    """Returns the (v,) number of the piece of each vertex, counted from 0 in order of vertices."""
    parent = np.arange(vertex_count)
    for t in range(tets.shape[0]):
        a = tets[t, 0]
        while parent[a] != a:
            a = parent[a]
        for k in range(1, 4):
            b = tets[t, k]
            while parent[b] != b:
                parent[b] = parent[parent[b]]
                b = parent[b]
            if a < b:
                parent[b] = a
            elif b < a:
                parent[a] = b
                a = b
    piece = np.empty(vertex_count, np.int64)
    count = 0
    for i in range(vertex_count):
        if parent[i] == i:
            piece[i] = count
            count += 1
        else:
            piece[i] = piece[parent[i]]
    return piece


@kernel
def restore_momentum(
    x_m: FloatArray,
    v_m_s: FloatArray,
    impulse: FloatArray,
    mass_kg: FloatArray,
    is_fixed: BoolArray,
    piece: IntArray,
    rows: Rows,
    dt_s: float,
) -> None:
    """Gives every piece without fixed vertices the momentum that outside forces make it have.

    Args:
      x_m: (n, 3) positions before the step.
      v_m_s: (n, 3) velocities after it, corrected.
      impulse: (n, 3) momentum before the step plus that of gravity in it; overwritten.
      mass_kg: (n,) masses.
      is_fixed: (n,) nodes whose velocity is given.
      piece: (v,) of the first v nodes.
      rows: whose forces act from outside.
      dt_s: the step.
    """
    vertices = piece.shape[0]
    count = 0
    for i in range(vertices):
        count = max(count, piece[i] + 1)
    is_held = np.zeros(count, np.bool_)
    held = 0
    for i in range(vertices):
        if is_fixed[i] and not is_held[piece[i]]:
            is_held[piece[i]] = True
            held += 1
    if held == count:
        return
    for j in range(rows.used[0]):
        for e in range(rows.start[j], rows.start[j + 1]):
            for d in range(3):
                impulse[rows.node[e], d] += dt_s * rows.force_n[j] * rows.gradient[e, d]
    # Mass, centre, missing linear and angular momentum, and inertia of each piece.
    mass, center = np.zeros(count), np.zeros((count, 3))
    lost, spin, inertia = np.zeros((count, 3)), np.zeros((count, 3)), np.zeros((count, 3, 3))
    for i in range(vertices):
        p = piece[i]
        mass[p] += mass_kg[i]
        for d in range(3):
            center[p, d] += mass_kg[i] * x_m[i, d]
            lost[p, d] += impulse[i, d] - mass_kg[i] * v_m_s[i, d]
    for p in range(count):
        for d in range(3):
            center[p, d] /= max(mass[p], 1e-30)
    for i in range(vertices):
        p = piece[i]
        for d in range(3):
            e, f = (d + 1) % 3, (d + 2) % 3
            re, rf = x_m[i, e] - center[p, e], x_m[i, f] - center[p, f]
            rd = x_m[i, d] - center[p, d]
            spin[p, d] += re * (impulse[i, f] - mass_kg[i] * v_m_s[i, f])
            spin[p, d] -= rf * (impulse[i, e] - mass_kg[i] * v_m_s[i, e])
            inertia[p, d, d] += mass_kg[i] * (re * re + rf * rf)
            inertia[p, d, e] -= mass_kg[i] * rd * re
            inertia[p, e, d] -= mass_kg[i] * rd * re
    for p in range(count):
        solve_3(inertia[p], spin[p])
    for i in range(vertices):
        p = piece[i]
        if is_held[p]:
            continue
        for d in range(3):
            e, f = (d + 1) % 3, (d + 2) % 3
            v_m_s[i, d] += lost[p, d] / mass[p]
            v_m_s[i, d] += spin[p, e] * (x_m[i, f] - center[p, f])
            v_m_s[i, d] -= spin[p, f] * (x_m[i, e] - center[p, e])


@kernel
def solve_3(matrix: FloatArray, right: FloatArray) -> None:
    """Replaces right by the solution of a symmetric (3, 3) system, or by 0 if it has none."""
    a00, a01, a02 = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    a11, a12, a22 = matrix[1, 1], matrix[1, 2], matrix[2, 2]
    c00, c01, c02 = a11 * a22 - a12 * a12, a02 * a12 - a01 * a22, a01 * a12 - a02 * a11
    c11, c12, c22 = a00 * a22 - a02 * a02, a01 * a02 - a00 * a12, a00 * a11 - a01 * a01
    determinant = a00 * c00 + a01 * c01 + a02 * c02
    size = a00 + a11 + a22
    scale = 1 / determinant if determinant > 1e-12 * size * size * size else 0.0
    x, y, z = right[0], right[1], right[2]
    right[0] = (c00 * x + c01 * y + c02 * z) * scale
    right[1] = (c01 * x + c11 * y + c12 * z) * scale
    right[2] = (c02 * x + c12 * y + c22 * z) * scale
