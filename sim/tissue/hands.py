"""Virtual coupling: a spring and damper between where a hand is and the instrument's tip.

The instrument is one more node of the system, so that what tissue pushes on it comes out of the
same solve; the spring is what the hand feels. Its force is capped: a hand far inside tissue pulls
no harder than a hand does.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray
from sim.kernel import kernel
from sim.tissue.body import State

MASS_KG = 0.02
STIFFNESS_N_M = 1500.0
LIMIT_N = 10.0
"""Our choices: an instrument's moved mass, a firm grip, a strong pull."""


class Hands(NamedTuple):
    """One hand for each node after the mesh's vertices, whether it holds anything or not.

    Attributes:
      target_m: (k, 3) where the instrument's tip should be at the end of the step.
      velocity_m_s: (k, 3) of the target.
      stiffness_n_m, damping_n_s_m, limit_n: (k,).
    """

    target_m: FloatArray
    velocity_m_s: FloatArray
    stiffness_n_m: FloatArray
    damping_n_s_m: FloatArray
    limit_n: FloatArray


def hands_of(tools: int, others: int) -> Hands:
    """Returns hands for so many tools, and none for other nodes."""
    count = tools + others
    stiffness = np.zeros(count)
    stiffness[:tools] = STIFFNESS_N_M
    return Hands(
        target_m=np.zeros((count, 3)),
        velocity_m_s=np.zeros((count, 3)),
        stiffness_n_m=stiffness,
        damping_n_s_m=2 * np.sqrt(stiffness * MASS_KG),
        limit_n=np.full(count, LIMIT_N),
    )


@kernel
def couple(state: State, hands: Hands, dt_s: float) -> None:
    """Adds the hands to a system that `set_up` has written; instruments have no weight."""
    first = state.piece.shape[0]
    system = state.system
    for q in range(hands.stiffness_n_m.shape[0]):
        i = first + q
        square = 0.0
        for d in range(3):
            away = hands.target_m[q, d] - state.x_m[i, d]
            square += away * away
        stiffness = hands.stiffness_n_m[q]
        damping = hands.damping_n_s_m[q]
        pull = stiffness * math.sqrt(square)
        if pull > hands.limit_n[q]:
            stiffness *= hands.limit_n[q] / pull
            damping *= hands.limit_n[q] / pull
        mass = state.mass_kg[i]
        for d in range(3):
            away = hands.target_m[q, d] - state.x_m[i, d]
            system.diagonal[i, :, d] = 0
            system.diagonal[i, d, d] = mass + dt_s * dt_s * stiffness + dt_s * damping
            system.right[i, d] = mass * state.v_m_s[i, d]
            system.right[i, d] += dt_s * (stiffness * away + damping * hands.velocity_m_s[q, d])
