"""Keeps every segment at its length: a direct solve of the tridiagonal system of the chain.

Strategy: one Newton step on all length constraints at once. Elimination runs from both ends to
the middle, so that two independent recursions fill the processor's pipeline.

Source: the block-free case of D. Baraff, "Linear-time dynamics using Lagrange multipliers",
SIGGRAPH 1996; twisted elimination: G. Meurant, "A review on the inverse of symmetric tridiagonal
and block tridiagonal matrices", SIAM J. Matrix Anal. Appl. 13 (1992).
"""

from sim.arrays import FloatArray
from sim.kernel import kernel
from sim.thread.state import Chain, Solve


@kernel
def solve_distances(chain: Chain, solve: Solve) -> None:
    """Moves the nodes so that all segments have their length, to first order.

    Adds to `solve.multiplier` what each segment pulled with, in N s^2 (force times h^2).
    """
    x, w, axis = chain.x, chain.mobility, solve.axis
    diagonal, coupling, residual = solve.diagonal, solve.coupling, solve.residual
    m = chain.rest.shape[0]
    for k in range(m):
        dx = x[0, k + 1] - x[0, k]
        dy = x[1, k + 1] - x[1, k]
        dz = x[2, k + 1] - x[2, k]
        length = (dx * dx + dy * dy + dz * dz) ** 0.5 + 1e-15
        inverse = 1.0 / length
        axis[0, k] = dx * inverse
        axis[1, k] = dy * inverse
        axis[2, k] = dz * inverse
        residual[k] = length - chain.rest[k]
        diagonal[k] = w[k] + w[k + 1]
        if diagonal[k] == 0.0:  # both ends are driven: the segment keeps what length it has
            diagonal[k] = 1.0
            residual[k] = 0.0
    for k in range(m - 1):
        coupling[k] = -w[k + 1] * (
            axis[0, k] * axis[0, k + 1] + axis[1, k] * axis[1, k + 1] + axis[2, k] * axis[2, k + 1]
        )
    _solve_tridiagonal(diagonal, coupling, residual)
    for k in range(m):
        solve.multiplier[k] += residual[k]
    for d in range(3):
        x[d, 0] += w[0] * residual[0] * axis[d, 0]
        for k in range(1, m):
            x[d, k] += w[k] * (residual[k] * axis[d, k] - residual[k - 1] * axis[d, k - 1])
        x[d, m] -= w[m] * residual[m - 1] * axis[d, m - 1]


@kernel
def pull_as_before(chain: Chain, solve: Solve, h2: float) -> None:
    """Applies the tension of the last substep along the segments as they stood at its end."""
    x, o, w = chain.x, chain.start, chain.mobility
    for k in range(chain.rest.shape[0]):
        dx, dy, dz = o[0, k + 1] - o[0, k], o[1, k + 1] - o[1, k], o[2, k + 1] - o[2, k]
        impulse = chain.tension[k] * h2
        solve.multiplier[k] = impulse
        impulse /= (dx * dx + dy * dy + dz * dz) ** 0.5 + 1e-15
        a, b = w[k] * impulse, w[k + 1] * impulse
        x[0, k] += a * dx
        x[1, k] += a * dy
        x[2, k] += a * dz
        x[0, k + 1] -= b * dx
        x[1, k + 1] -= b * dy
        x[2, k + 1] -= b * dz


@kernel
def _solve_tridiagonal(diagonal: FloatArray, coupling: FloatArray, value: FloatArray) -> None:
    m = value.shape[0]
    middle = m // 2
    for k in range(middle):
        left = k
        inverse = 1.0 / diagonal[left]
        diagonal[left] = inverse
        q = coupling[left] * inverse
        diagonal[left + 1] -= q * coupling[left]
        value[left + 1] -= q * value[left]
        right = m - 1 - k
        if right > middle:
            inverse = 1.0 / diagonal[right]
            diagonal[right] = inverse
            q = coupling[right - 1] * inverse
            diagonal[right - 1] -= q * coupling[right - 1]
            value[right - 1] -= q * value[right]
    value[middle] /= diagonal[middle]
    for k in range(1, middle + 1):
        left = middle - k
        value[left] = (value[left] - coupling[left] * value[left + 1]) * diagonal[left]
        right = middle + k
        if right < m:
            value[right] = (value[right] - coupling[right - 1] * value[right - 1]) * diagonal[right]
