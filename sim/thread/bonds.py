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
def pull_bonds_as_before(chain: Chain, bonds: Bonds, h2: float) -> None:
    """Applies the forces of the last substep; in `bonds` they become impulses (N s^2)."""
    for b in range(bonds.pull.shape[0]):
        if bonds.node[b, 0] >= 0:
            bonds.pull[b] *= h2
            _draw(chain, bonds, b, bonds.pull[b])


@kernel
def sweep_bonds(chain: Chain, bonds: Bonds, h2: float) -> None:
    """One pass over the bonds: no two nodes farther apart than allowed."""
    w = chain.mobility
    for b in range(bonds.pull.shape[0]):
        i, j = bonds.node[b, 0], bonds.node[b, 1]
        if i < 0 or w[i] + w[j] == 0.0:
            continue
        over = _apart(chain, i, j) - bonds.length[b]
        pull = bonds.pull[b] + over / (w[i] + w[j])
        pull = min(bonds.limit[b] * h2, max(0.0, pull))
        _draw(chain, bonds, b, pull - bonds.pull[b])
        bonds.pull[b] = pull


@kernel
def keep_bond_forces(chain: Chain, bonds: Bonds, scale: float) -> None:
    """Turns impulses into forces; a bond that bears all that it can has slid."""
    for b in range(bonds.pull.shape[0]):
        if bonds.node[b, 0] < 0:
            continue
        bonds.pull[b] *= scale
        if bonds.pull[b] >= 0.999 * bonds.limit[b]:
            apart = _apart(chain, bonds.node[b, 0], bonds.node[b, 1])
            bonds.length[b] = max(bonds.length[b], apart)


@kernel
def _apart(chain: Chain, i: int, j: int) -> float:
    x = chain.x
    square = 0.0
    for d in range(3):
        square += (x[d, i] - x[d, j]) ** 2
    return float(square**0.5)


@kernel
def _draw(chain: Chain, bonds: Bonds, b: int, impulse: float) -> None:
    """Draws the two nodes of a bond together by an impulse."""
    x, w = chain.x, chain.mobility
    i, j = bonds.node[b, 0], bonds.node[b, 1]
    scale = impulse / (_apart(chain, i, j) + 1e-15)
    for d in range(3):
        way = scale * (x[d, j] - x[d, i])
        x[d, i] += w[i] * way
        x[d, j] -= w[j] * way
