"""The guard: no substep may take a segment through another one.

Two segments whose ends move along straight lines cannot meet while their largest relative movement
is below the sum of their distances before and after: at any moment they are at least half of
(before + after - movement) apart. A substep that cannot show this is halved, at last to nothing.
"""

import math

from sim.kernel import kernel
from sim.thread.pairs import closest
from sim.thread.state import Chain, Pairs

FLOOR = 0.3
"""Share of the distance at touch below which no substep may bring two axes. Own choice."""
HALVINGS = 6


@kernel
def largest_move(chain: Chain) -> float:
    """Returns how far the node moved that moved most in this substep, in metres."""
    x, o = chain.x, chain.start
    most: float = 0.0
    for i in range(x.shape[1]):
        dx, dy, dz = x[0, i] - o[0, i], x[1, i] - o[1, i], x[2, i] - o[2, i]
        square: float = dx * dx + dy * dy + dz * dz
        if math.isnan(square):
            return square
        most = max(most, square)
    return math.sqrt(most)


@kernel
def is_apart(chain: Chain, pairs: Pairs, diameter: float, near: float) -> bool:
    """Returns whether nothing can have crossed between `chain.start` and `chain.x`."""
    x, o = chain.x, chain.start
    floor = FLOOR * diameter
    most = largest_move(chain)
    # Neither a pair outside the list nor one that was not solved may come near unseen.
    # (a movement that is not a number is none that can be shown to be safe)
    if not 2.0 * (pairs.moved[0] + most) <= pairs.moved[1] + diameter - floor:
        return False
    if not 2.0 * most <= near + diameter - floor:
        return False
    for p in range(pairs.sizes[1]):
        q = pairs.active[p]
        before = pairs.gap[q]
        least = FLOOR * pairs.reach[q]
        i, j = pairs.first[q], pairs.second[q]
        # What jaws have let into an instrument must find its way out of it again.
        is_let_in = j > chain.rest.shape[0] and before < least
        if is_let_in or 2.0 * most < before - least:
            continue
        top = 0.0
        for a in range(i, i + 2):
            for b in range(j, j + 2):
                dx = x[0, a] - o[0, a] - x[0, b] + o[0, b]
                dy = x[1, a] - o[1, a] - x[1, b] + o[1, b]
                dz = x[2, a] - o[2, a] - x[2, b] + o[2, b]
                top = max(top, dx * dx + dy * dy + dz * dz)
        top = top**0.5
        if top < before - least:
            continue
        _, _, square, _, _, _ = closest(x, i, j)
        after = square**0.5
        if top > 0.95 * (before + after) or (after < least and after < before):
            return False
    return True


@kernel
def hold_apart(chain: Chain, pairs: Pairs, diameter: float, near: float) -> float:
    """Shortens the substep until nothing crosses; returns the share of it that was kept."""
    x, o = chain.x, chain.start
    share = 1.0
    for _ in range(HALVINGS):
        if is_apart(chain, pairs, diameter, near):
            return share
        share *= 0.5
        for d in range(3):
            for i in range(x.shape[1]):
                x[d, i] = o[d, i] + 0.5 * (x[d, i] - o[d, i])
    for d in range(3):
        for i in range(x.shape[1]):
            x[d, i] = o[d, i]
    return 0.0
