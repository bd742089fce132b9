"""Bonds: a tied knot's hold on its loop, where two nodes can part no farther.

Strategy: at the segment lengths that a frame allows, the corners of a tight knot neither lock nor
slide as a round thread's do (see security.py), and a knot that is let go would always open. So what
a knot holds is not left to its contacts: whoever judges knots bonds the two strands of the loop
where they enter it, with the force that such a knot holds. Pulled harder, the bond slides.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.thread.state import Chain

COMPLIANCE_M_N = 2.0e-4
DAMPING_N_S_M = 0.05
"""Of each strand of a bond. Own choices."""
SLIDE_M = 1e-5
"""How far a bond slides in one substep at most: a jerk is over before it has opened. Own choice."""


class Bonds(NamedTuple):
    """Pairs of nodes that are held together.

    Attributes:
      node: (b, 2) nodes, -1 where the bond is free.
      length: (b,) farthest that they may be apart, in metres.
      limit: (b,) force at which the bond slides, in newtons.
      pull: (b,) force that it bears, in newtons.
    """

    node: IntArray
    length: FloatArray
    limit: FloatArray
    pull: FloatArray


def bonds_of(count: int) -> Bonds:
    """Returns so many bonds, all free."""
    return Bonds(
        node=np.full((count, 2), -1, dtype=np.int64),
        length=np.zeros(count),
        limit=np.zeros(count),
        pull=np.zeros(count),
    )


@kernel
def draw_bonds(chain: Chain, bonds: Bonds, h: float) -> None:
    """Draws together what has parted too far, in a substep's prediction.

    Each node of a bond is held as an anchor holds one, implicitly: a heavier node on its way to
    where it should be, so that a stiff bond does not chatter.
    """
    x, o, w = chain.x, chain.start, chain.mobility
    for b in range(bonds.pull.shape[0]):
        i, j = bonds.node[b, 0], bonds.node[b, 1]
        bonds.pull[b] = 0.0
        if i < 0:
            continue
        square = 0.0
        for d in range(3):
            square += (o[d, i] - o[d, j]) ** 2
        apart = square**0.5
        over = apart - bonds.length[b]
        if over <= 0.0:
            continue
        wanted = 0.5 * over / COMPLIANCE_M_N
        share = min(1.0, bonds.limit[b] / wanted)
        bonds.pull[b] = share * wanted
        if share < 1.0:
            bonds.length[b] += min(SLIDE_M, over)
        spring, damper = h * h / COMPLIANCE_M_N, DAMPING_N_S_M * h
        for node, side in ((i, -1.0), (j, 1.0)):
            mass = 1.0 / w[node]
            w[node] = 1.0 / (mass + spring + damper)
            for d in range(3):
                way = side * 0.5 * over * share * (o[d, i] - o[d, j]) / apart
                pulled = mass * x[d, node] + spring * (o[d, node] + way) + damper * o[d, node]
                x[d, node] = pulled * w[node]
