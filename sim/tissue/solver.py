"""Solves one backward-Euler step: elastic blocks, tools on the diagonal, rows along gradients.

The matrix is A = L + D + L^T + sum of w k g g^T with L strictly block-lower (`Pattern`), D block
diagonal, and w k the effective stiffness of each row g times dt^2. Conjugate gradients,
preconditioned by symmetric block successive over-relaxation M = N P^-1 N^T with N = P + L, where
P is D plus each row's own diagonal blocks.

Eisenstat's trick: with u = N^T v the preconditioned matrix needs no product with A, since
A t = N t + N^T t + (D - 2 P) t + rows(t); a round costs one forward and one backward
substitution, as much as a product alone. Source: Eisenstat, Efficient implementation of a class of
preconditioned conjugate gradient methods, SIAM J. Sci. Stat. Comput. 2 (1981) 1.

The guess (the velocities of the frame before) is one more direction of the search: all others are
kept conjugate to it. So however early the rounds end, the residual is orthogonal to the velocities
found, and then backward Euler takes energy out of the linear system and never adds any; with the
guess only as a starting point a short solve can feed energy in, frame after frame.

Fixed nodes keep the velocity that they come with; their pivots are zero, so no correction reaches
them.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import BoolArray, FloatArray
from sim.kernel import kernel
from sim.tissue.pattern import Pattern
from sim.tissue.rows import Rows, apply_laws, write_forces

SETTLED = 2e-2
"""Largest relative change of a row's stiffness at which another pass is not worth its cost."""


class System(NamedTuple):
    """One step's linear system and the solver's scratch, all (n, ...) over all nodes.

    Attributes:
      lower: (e, 3, 3) blocks below the diagonal.
      diagonal: (n, 3, 3).
      right: (n, 3) right-hand side, in kg m/s.
      is_fixed: (n,) nodes whose velocity is given.
    """

    lower: FloatArray
    diagonal: FloatArray
    right: FloatArray
    is_fixed: BoolArray
    pivot: FloatArray
    inverse: FloatArray
    gap: FloatArray
    residual: FloatArray
    search: FloatArray
    image: FloatArray
    swept: FloatArray
    guess: FloatArray
    guess_image: FloatArray


def empty_system(block_count: int, node_count: int) -> System:
    """Returns a system of zeros."""
    vector, square = (node_count, 3), (node_count, 3, 3)
    return System(
        lower=np.zeros((block_count, 3, 3)),
        diagonal=np.zeros(square),
        right=np.zeros(vector),
        is_fixed=np.zeros(node_count, np.bool_),
        pivot=np.zeros(square),
        inverse=np.zeros(square),
        gap=np.zeros(square),
        residual=np.zeros(vector),
        search=np.zeros(vector),
        image=np.zeros(vector),
        swept=np.zeros(vector),
        guess=np.zeros(vector),
        guess_image=np.zeros(vector),
    )


@kernel
def solve(
    v_m_s: FloatArray,
    system: System,
    pattern: Pattern,
    rows: Rows,
    dt_s: float,
    passes: int,
    rounds: int,
    tolerance: float,
    floor: float,
) -> int:
    """Improves v until the system is met; returns the rounds of conjugate gradients spent.

    Args:
      v_m_s: (n, 3) velocities; a good guess on entry (the frame before's).
      system: blocks and right-hand side.
      pattern: where the blocks belong.
      rows: what acts along gradients; their forces are written.
      dt_s: the step.
      passes: how often the rows' laws may be set anew, at least 1.
      rounds: most rounds of conjugate gradients in each pass.
      tolerance: a pass ends when the preconditioned norm of the residual is below this times
        that of the guess.
      floor: least square norm (kg m^2/s^2) that the tolerance refers to.
    """
    spent = 0
    for done in range(passes):
        change = apply_laws(rows, v_m_s, dt_s)
        if done > 0 and change < SETTLED:
            break
        precondition(system, rows, dt_s * dt_s)
        spent += conjugate_gradients(v_m_s, system, pattern, rows, dt_s, rounds, tolerance, floor)
    write_forces(rows, v_m_s, dt_s)
    return spent


@kernel
def precondition(system: System, rows: Rows, weight: float) -> None:
    """Sets pivots P, their inverses, and D - 2 P."""
    pivot, inverse, gap = system.pivot, system.inverse, system.gap
    pivot[:] = system.diagonal
    for j in range(rows.used[0]):
        k = rows.effective_n_m[j] * weight
        if k == 0:
            continue
        for e in range(rows.start[j], rows.start[j + 1]):
            i = rows.node[e]
            for a in range(3):
                for c in range(3):
                    pivot[i, a, c] += k * rows.gradient[e, a] * rows.gradient[e, c]
    for i in range(pivot.shape[0]):
        for a in range(3):
            for c in range(3):
                gap[i, a, c] = system.diagonal[i, a, c] - 2 * pivot[i, a, c]
        if system.is_fixed[i]:
            inverse[i, :, :] = 0
            pivot[i, :, :] = 0
            gap[i, :, :] = 0
            continue
        a00, a01, a02 = pivot[i, 0, 0], pivot[i, 0, 1], pivot[i, 0, 2]
        a11, a12, a22 = pivot[i, 1, 1], pivot[i, 1, 2], pivot[i, 2, 2]
        c00, c01, c02 = a11 * a22 - a12 * a12, a02 * a12 - a01 * a22, a01 * a12 - a02 * a11
        scale = 1 / (a00 * c00 + a01 * c01 + a02 * c02)
        inverse[i, 0, 0] = c00 * scale
        inverse[i, 0, 1] = inverse[i, 1, 0] = c01 * scale
        inverse[i, 0, 2] = inverse[i, 2, 0] = c02 * scale
        inverse[i, 1, 1] = (a00 * a22 - a02 * a02) * scale
        inverse[i, 1, 2] = inverse[i, 2, 1] = (a01 * a02 - a00 * a12) * scale
        inverse[i, 2, 2] = (a00 * a11 - a01 * a01) * scale


@kernel
def conjugate_gradients(
    v_m_s: FloatArray,
    system: System,
    pattern: Pattern,
    rows: Rows,
    dt_s: float,
    rounds: int,
    tolerance: float,
    floor: float,
) -> int:
    """Improves v for fixed effective stiffness; returns the rounds spent.

    Vectors of the transformed space are `residual`, `search`, `image`, `guess` and `guess_image`.
    """
    weight = dt_s * dt_s
    pivot = system.pivot
    residual, search, image, swept = system.residual, system.search, system.image, system.swept
    guess, guess_image = system.guess, system.guess_image
    count = v_m_s.shape[0]
    is_pushed = False
    for i in range(count):
        for d in range(3):
            guess[i, d] = 0.0 if system.is_fixed[i] else v_m_s[i, d]
            if not system.is_fixed[i]:
                v_m_s[i, d] = 0.0
            elif v_m_s[i, d] != 0:
                is_pushed = True
            residual[i, d] = system.right[i, d]
    if is_pushed:
        multiply(v_m_s, image, system, pattern, rows, weight)
        for i in range(count):
            for d in range(3):
                residual[i, d] -= image[i, d]
    for j in range(rows.used[0]):
        pull = dt_s * rows.effective_n_m[j] * rows.length_m[j]
        for e in range(rows.start[j], rows.start[j + 1]):
            for d in range(3):
                residual[rows.node[e], d] -= pull * rows.gradient[e, d]
    # The best multiple of the guess, and its image, to which all directions stay conjugate.
    multiply(guess, guess_image, system, pattern, rows, weight)
    along = stiff = 0.0
    for i in range(count):
        for d in range(3):
            along += guess[i, d] * residual[i, d]
            stiff += guess[i, d] * guess_image[i, d]
    share = along / stiff if stiff > 1e-30 else 0.0
    for i in range(count):
        for d in range(3):
            v_m_s[i, d] += share * guess[i, d]
            residual[i, d] -= share * guess_image[i, d]
    forward(system, pattern, residual)
    forward(system, pattern, guess_image)
    raise_to_transformed(system, pattern, guess)
    energy = 0.0
    for i in range(count):
        for d in range(3):
            image[i, d] = (
                pivot[i, d, 0] * residual[i, 0]
                + pivot[i, d, 1] * residual[i, 1]
                + pivot[i, d, 2] * residual[i, 2]
            )
            search[i, d] = 0.0
            energy += image[i, d] * residual[i, d]
    stop = tolerance * tolerance * max(energy, floor)
    turn = astray = 0.0
    has_guess = stiff > 1e-30
    spent = 0
    while spent < rounds and energy > stop:
        spent += 1
        if has_guess:
            astray = 0.0
            for i in range(count):
                astray += (
                    image[i, 0] * guess_image[i, 0]
                    + image[i, 1] * guess_image[i, 1]
                    + image[i, 2] * guess_image[i, 2]
                )
            astray /= stiff
        sweep_back(system, pattern, turn, astray)
        add_rows(rows, swept, image, weight)
        curvature = sweep_forth(system, pattern)
        if not curvature > 0:
            break
        step = energy / curvature
        before = energy
        energy = 0.0
        for i in range(count):
            v_m_s[i, 0] += step * swept[i, 0]
            v_m_s[i, 1] += step * swept[i, 1]
            v_m_s[i, 2] += step * swept[i, 2]
            x = residual[i, 0] - step * image[i, 0]
            y = residual[i, 1] - step * image[i, 1]
            z = residual[i, 2] - step * image[i, 2]
            residual[i, 0], residual[i, 1], residual[i, 2] = x, y, z
            a = pivot[i, 0, 0] * x + pivot[i, 0, 1] * y + pivot[i, 0, 2] * z
            b = pivot[i, 1, 0] * x + pivot[i, 1, 1] * y + pivot[i, 1, 2] * z
            c = pivot[i, 2, 0] * x + pivot[i, 2, 1] * y + pivot[i, 2, 2] * z
            image[i, 0], image[i, 1], image[i, 2] = a, b, c
            energy += a * x + b * y + c * z
        turn = energy / before
    return spent


@kernel
def sweep_back(system: System, pattern: Pattern, turn: float, astray: float) -> None:
    """Takes the next search direction; writes N^-T of it to `swept`, and what the forward sweep
    starts from, search + (D - 2 P) swept, to `image`.
    """
    lower, inverse, gap = system.lower, system.inverse, system.gap
    search, image, swept, guess = system.search, system.image, system.swept, system.guess
    row_start, columns = pattern.row_start, pattern.columns
    meshed = row_start.shape[0] - 1
    swept[:] = 0
    for i in range(search.shape[0] - 1, -1, -1):
        p = image[i, 0] + turn * search[i, 0] - astray * guess[i, 0]
        q = image[i, 1] + turn * search[i, 1] - astray * guess[i, 1]
        r = image[i, 2] + turn * search[i, 2] - astray * guess[i, 2]
        search[i, 0], search[i, 1], search[i, 2] = p, q, r
        a, b, c = p + swept[i, 0], q + swept[i, 1], r + swept[i, 2]
        x = inverse[i, 0, 0] * a + inverse[i, 0, 1] * b + inverse[i, 0, 2] * c
        y = inverse[i, 1, 0] * a + inverse[i, 1, 1] * b + inverse[i, 1, 2] * c
        z = inverse[i, 2, 0] * a + inverse[i, 2, 1] * b + inverse[i, 2, 2] * c
        swept[i, 0], swept[i, 1], swept[i, 2] = x, y, z
        image[i, 0] = p + gap[i, 0, 0] * x + gap[i, 0, 1] * y + gap[i, 0, 2] * z
        image[i, 1] = q + gap[i, 1, 0] * x + gap[i, 1, 1] * y + gap[i, 1, 2] * z
        image[i, 2] = r + gap[i, 2, 0] * x + gap[i, 2, 1] * y + gap[i, 2, 2] * z
        if i < meshed:
            for e in range(row_start[i], row_start[i + 1]):
                j = columns[e]
                swept[j, 0] -= lower[e, 0, 0] * x + lower[e, 1, 0] * y + lower[e, 2, 0] * z
                swept[j, 1] -= lower[e, 0, 1] * x + lower[e, 1, 1] * y + lower[e, 2, 1] * z
                swept[j, 2] -= lower[e, 0, 2] * x + lower[e, 1, 2] * y + lower[e, 2, 2] * z


@kernel
def sweep_forth(system: System, pattern: Pattern) -> float:
    """Replaces `image` by N^-1 of it plus `swept`; returns its product with the search."""
    search, image, swept = system.search, system.image, system.swept
    forward(system, pattern, image)
    curvature = 0.0
    for i in range(image.shape[0]):
        for d in range(3):
            image[i, d] += swept[i, d]
            curvature += search[i, d] * image[i, d]
    return curvature


@kernel
def multiply(
    vector: FloatArray,
    out: FloatArray,
    system: System,
    pattern: Pattern,
    rows: Rows,
    weight: float,
) -> None:
    """Writes A times the vector to out."""
    lower, diagonal = system.lower, system.diagonal
    row_start, columns = pattern.row_start, pattern.columns
    for i in range(vector.shape[0]):
        x, y, z = vector[i, 0], vector[i, 1], vector[i, 2]
        for d in range(3):
            out[i, d] = diagonal[i, d, 0] * x + diagonal[i, d, 1] * y + diagonal[i, d, 2] * z
    for i in range(row_start.shape[0] - 1):
        for e in range(row_start[i], row_start[i + 1]):
            j = columns[e]
            for d in range(3):
                for k in range(3):
                    out[i, d] += lower[e, d, k] * vector[j, k]
                    out[j, k] += lower[e, d, k] * vector[i, d]
    add_rows(rows, vector, out, weight)


@kernel
def add_rows(rows: Rows, vector: FloatArray, image: FloatArray, weight: float) -> None:
    """Adds w k g (g . vector) of every row to the image."""
    for j in range(rows.used[0]):
        k = rows.effective_n_m[j] * weight
        if k == 0:
            continue
        along = 0.0
        for e in range(rows.start[j], rows.start[j + 1]):
            i = rows.node[e]
            along += (
                rows.gradient[e, 0] * vector[i, 0]
                + rows.gradient[e, 1] * vector[i, 1]
                + rows.gradient[e, 2] * vector[i, 2]
            )
        along *= k
        for e in range(rows.start[j], rows.start[j + 1]):
            i = rows.node[e]
            for d in range(3):
                image[i, d] += along * rows.gradient[e, d]


@kernel
def forward(system: System, pattern: Pattern, vector: FloatArray) -> None:
    """Replaces the vector by N^-1 of it."""
    lower, inverse = system.lower, system.inverse
    row_start, columns = pattern.row_start, pattern.columns
    meshed = row_start.shape[0] - 1
    for i in range(vector.shape[0]):
        x, y, z = vector[i, 0], vector[i, 1], vector[i, 2]
        if i < meshed:
            for e in range(row_start[i], row_start[i + 1]):
                j = columns[e]
                a, b, c = vector[j, 0], vector[j, 1], vector[j, 2]
                x -= lower[e, 0, 0] * a + lower[e, 0, 1] * b + lower[e, 0, 2] * c
                y -= lower[e, 1, 0] * a + lower[e, 1, 1] * b + lower[e, 1, 2] * c
                z -= lower[e, 2, 0] * a + lower[e, 2, 1] * b + lower[e, 2, 2] * c
        vector[i, 0] = inverse[i, 0, 0] * x + inverse[i, 0, 1] * y + inverse[i, 0, 2] * z
        vector[i, 1] = inverse[i, 1, 0] * x + inverse[i, 1, 1] * y + inverse[i, 1, 2] * z
        vector[i, 2] = inverse[i, 2, 0] * x + inverse[i, 2, 1] * y + inverse[i, 2, 2] * z


@kernel
def raise_to_transformed(system: System, pattern: Pattern, vector: FloatArray) -> None:
    """Replaces the vector by N^T of it."""
    lower, pivot = system.lower, system.pivot
    row_start, columns = pattern.row_start, pattern.columns
    meshed = row_start.shape[0] - 1
    for i in range(vector.shape[0]):
        x, y, z = vector[i, 0], vector[i, 1], vector[i, 2]
        for d in range(3):
            vector[i, d] = pivot[i, 0, d] * x + pivot[i, 1, d] * y + pivot[i, 2, d] * z
        if i < meshed:
            for e in range(row_start[i], row_start[i + 1]):
                j = columns[e]
                if system.is_fixed[j]:
                    continue
                for d in range(3):
                    vector[j, d] += lower[e, 0, d] * x + lower[e, 1, d] * y + lower[e, 2, d] * z
