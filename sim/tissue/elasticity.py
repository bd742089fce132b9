"""Corotational elasticity: each tetrahedron's linear stiffness, turned with the tetrahedron.

With R the rotation of an element, V its volume and h = R g the turned shape gradients, its
stiffness block between corners a and b is

    V (lame h_a h_b^T + shear h_b h_a^T + shear (h_a . h_b) I)

and its force on corner a is -V R (2 shear e + lame trace(e) I) g_a with e = sym(R^T F) - I.
Blocks of one element sum to zero along a row, so diagonal blocks follow from the others.

An element that is inside out has no rotation of its own worth the name: the nearest one pushes it
out through its thinnest side, which may be the wrong one, and a corner tucked into a body could
stay there. It takes the mean rotation of its piece instead until it is right side out.

Source: Mueller and Gross, Interactive virtual materials, Graphics Interface 2004.
"""

import math

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.elements import Elements
from sim.tissue.pattern import Pattern
from sim.tissue.rotation import extract_rotation, stretch_of


@kernel
def assemble(
    x_m: FloatArray,
    elements: Elements,
    pattern: Pattern,
    rotation: FloatArray,
    scale: float,
    lower: FloatArray,
    diagonal: FloatArray,
    force_n: FloatArray,
) -> None:
    """Writes stiffness blocks (times scale) and elastic forces at the present positions.

    Args:
      x_m: (n, 3) positions; the first v nodes are the mesh's vertices.
      elements: the tetrahedra at rest.
      pattern: where their blocks belong.
      rotation: (t, 4) element rotations of the frame before, brought up to date.
      scale: factor of the blocks, not of the forces.
      lower: (e, 3, 3) output, blocks below the diagonal.
      diagonal: (n, 3, 3) output.
      force_n: (n, 3) output.
    """
    f, r, s, g = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3)), np.empty((4, 3))
    p = np.empty((3, 3))
    q = np.empty(4)
    mean = mean_rotations(rotation, elements.piece)
    lower[:] = 0
    diagonal[:] = 0
    force_n[:] = 0
    tets, rest = elements.tets, elements.inverse_edges_per_m
    for t in range(tets.shape[0]):
        deformation(x_m, tets, rest, t, f)
        turn_along(f, mean[elements.piece[t]], rotation, t, q, r, s)
        for k in range(4):
            rotation[t, k] = q[k]
        for d in range(3):
            g[1, d] = rest[t, 0, 0] * r[d, 0] + rest[t, 0, 1] * r[d, 1] + rest[t, 0, 2] * r[d, 2]
            g[2, d] = rest[t, 1, 0] * r[d, 0] + rest[t, 1, 1] * r[d, 1] + rest[t, 1, 2] * r[d, 2]
            g[3, d] = rest[t, 2, 0] * r[d, 0] + rest[t, 2, 1] * r[d, 1] + rest[t, 2, 2] * r[d, 2]
            g[0, d] = -g[1, d] - g[2, d] - g[3, d]
        volume = elements.volume_m3[t]
        lame, shear = elements.lame_pa[t], elements.shear_pa[t]
        # p = V R sigma R^T, so that the force on corner a is -p h_a.
        pressure = lame * (s[0, 0] + s[1, 1] + s[2, 2] - 3)
        s00 = volume * (2 * shear * (s[0, 0] - 1) + pressure)
        s11 = volume * (2 * shear * (s[1, 1] - 1) + pressure)
        s22 = volume * (2 * shear * (s[2, 2] - 1) + pressure)
        s01 = volume * shear * (s[0, 1] + s[1, 0])
        s02 = volume * shear * (s[0, 2] + s[2, 0])
        s12 = volume * shear * (s[1, 2] + s[2, 1])
        for d in range(3):
            u0 = r[d, 0] * s00 + r[d, 1] * s01 + r[d, 2] * s02
            u1 = r[d, 0] * s01 + r[d, 1] * s11 + r[d, 2] * s12
            u2 = r[d, 0] * s02 + r[d, 1] * s12 + r[d, 2] * s22
            for k in range(3):
                p[d, k] = u0 * r[k, 0] + u1 * r[k, 1] + u2 * r[k, 2]
        for a in range(4):
            i = tets[t, a]
            for d in range(3):
                force_n[i, d] -= p[d, 0] * g[a, 0] + p[d, 1] * g[a, 1] + p[d, 2] * g[a, 2]
        lame *= volume * scale
        shear *= volume * scale
        pair = 0
        for b in range(3):
            for a in range(b + 1, 4):
                slot = pattern.slot[t, pair]
                pair += 1
                row, column = a, b
                if slot < 0:
                    slot, row, column = ~slot, b, a
                x0, x1, x2 = g[row, 0], g[row, 1], g[row, 2]
                y0, y1, y2 = g[column, 0], g[column, 1], g[column, 2]
                dot = shear * (x0 * y0 + x1 * y1 + x2 * y2)
                both = lame + shear
                lower[slot, 0, 0] += both * x0 * y0 + dot
                lower[slot, 0, 1] += lame * x0 * y1 + shear * x1 * y0
                lower[slot, 0, 2] += lame * x0 * y2 + shear * x2 * y0
                lower[slot, 1, 0] += lame * x1 * y0 + shear * x0 * y1
                lower[slot, 1, 1] += both * x1 * y1 + dot
                lower[slot, 1, 2] += lame * x1 * y2 + shear * x2 * y1
                lower[slot, 2, 0] += lame * x2 * y0 + shear * x0 * y2
                lower[slot, 2, 1] += lame * x2 * y1 + shear * x1 * y2
                lower[slot, 2, 2] += both * x2 * y2 + dot
    row_start, columns = pattern.row_start, pattern.columns
    for i in range(row_start.shape[0] - 1):
        for e in range(row_start[i], row_start[i + 1]):
            j = columns[e]
            for d in range(3):
                for k in range(3):
                    diagonal[i, d, k] -= lower[e, d, k]
                    diagonal[j, k, d] -= lower[e, d, k]


@kernel
def mean_rotations(rotation: FloatArray, piece: IntArray) -> FloatArray:
    """Returns the (p, 4) mean rotation of each piece."""
    count = 0
    for t in range(piece.shape[0]):
        count = max(count, piece[t] + 1)
    mean = np.zeros((count, 4))
    for t in range(piece.shape[0]):
        p = piece[t]
        along = 0.0
        for k in range(4):
            along += mean[p, k] * rotation[t, k]
        sign = 1.0 if along >= 0 else -1.0
        for k in range(4):
            mean[p, k] += sign * rotation[t, k]
    for p in range(count):
        square = 0.0
        for k in range(4):
            square += mean[p, k] * mean[p, k]
        scale = 1 / math.sqrt(square)
        for k in range(4):
            mean[p, k] *= scale
    return mean


@kernel
def turn_along(
    f: FloatArray,
    mean: FloatArray,
    rotation: FloatArray,
    t: int,
    q: FloatArray,
    r: FloatArray,
    s: FloatArray,
) -> None:
    """Finds an element's rotation q, its matrix r and the stretch s that it leaves of f."""
    for k in range(4):
        q[k] = rotation[t, k]
    if (
        f[0, 0] * (f[1, 1] * f[2, 2] - f[1, 2] * f[2, 1])
        - f[0, 1] * (f[1, 0] * f[2, 2] - f[1, 2] * f[2, 0])
        + f[0, 2] * (f[1, 0] * f[2, 1] - f[1, 1] * f[2, 0])
        >= 0
    ):
        extract_rotation(f, q, r, s)
        return
    for k in range(4):
        q[k] = mean[k]
    stretch_of(f, q, r, s)


@kernel
def deformation(x_m: FloatArray, tets: IntArray, rest: FloatArray, t: int, f: FloatArray) -> None:
    """Writes the (3, 3) deformation gradient of tetrahedron t to f."""
    a, b, c, d = tets[t, 0], tets[t, 1], tets[t, 2], tets[t, 3]
    for i in range(3):
        origin = x_m[a, i]
        u, v, w = x_m[b, i] - origin, x_m[c, i] - origin, x_m[d, i] - origin
        f[i, 0] = u * rest[t, 0, 0] + v * rest[t, 1, 0] + w * rest[t, 2, 0]
        f[i, 1] = u * rest[t, 0, 1] + v * rest[t, 1, 1] + w * rest[t, 2, 1]
        f[i, 2] = u * rest[t, 0, 2] + v * rest[t, 1, 2] + w * rest[t, 2, 2]


@kernel
def elastic_energy_j(x_m: FloatArray, elements: Elements, rotation: FloatArray) -> float:
    """Returns the energy stored in all elements, for rotations as after `assemble`."""
    f, r, s, q = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3)), np.empty(4)
    mean = mean_rotations(rotation, elements.piece)
    energy = 0.0
    for t in range(elements.tets.shape[0]):
        deformation(x_m, elements.tets, elements.inverse_edges_per_m, t, f)
        turn_along(f, mean[elements.piece[t]], rotation, t, q, r, s)
        trace = s[0, 0] + s[1, 1] + s[2, 2] - 3
        square = 0.0
        for i in range(3):
            for j in range(3):
                strain = 0.5 * (s[i, j] + s[j, i]) - (1.0 if i == j else 0.0)
                square += strain * strain
        energy += elements.volume_m3[t] * (
            elements.shear_pa[t] * square + 0.5 * elements.lame_pa[t] * trace * trace
        )
    return energy
