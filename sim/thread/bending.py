"""Bending stiffness: one soft pass over the nodes, exact in its energy for uneven segments."""

from sim.kernel import kernel
from sim.thread.state import Chain


@kernel
def bend(chain: Chain, h2: float) -> None:
    """Moves each three neighbours towards a straight line, with the energy EI k^2 / 2 a length.

    With C = (x2 - x1) / l2 - (x1 - x0) / l1 the curvature is k = 2 C / (l1 + l2) and a node's
    share of the energy EI C^2 / (l1 + l2): a linear constraint of compliance (l1 + l2) / (2 EI).

    Source: M. Macklin et al., "XPBD", MIG 2016 (compliance as a term of the denominator).
    """
    x, w, rest = chain.x, chain.mobility, chain.rest
    stiffness = chain.bending[0]
    if stiffness <= 0.0:
        return
    for i in range(1, rest.shape[0]):
        a = 1.0 / rest[i - 1]
        c = 1.0 / rest[i]
        b = -a - c
        compliance = (rest[i - 1] + rest[i]) / (2.0 * stiffness * h2)
        scale = w[i - 1] * a * a + w[i] * b * b + w[i + 1] * c * c + compliance
        for d in range(3):
            impulse = -(a * x[d, i - 1] + b * x[d, i] + c * x[d, i + 1]) / scale
            x[d, i - 1] += w[i - 1] * a * impulse
            x[d, i] += w[i] * b * impulse
            x[d, i + 1] += w[i + 1] * c * impulse
