"""One frame of the thread, in substeps: weigh, predict, find contacts, solve, guard.

Strategy: all forces (tension of every segment, push and friction of every contact) are kept from
substep to substep, so that a taut knot starts each solve in balance and only changes are solved
for. Kept forces turn with the nodes, which explicit steps follow only when the nodes are heavy
enough: `_weigh` adds just that much. These two together hold the strain inside a tight knot near
one per cent, where a solver that starts from nothing needs twice the substeps and leaves ten.
"""

from typing import NamedTuple

from sim.arrays import GRAVITY_M_S2, STEP_S, FloatArray
from sim.kernel import kernel
from sim.thread.bending import bend
from sim.thread.bonds import Bonds, draw_bonds
from sim.thread.contact import sweep_contacts, warm_start
from sim.thread.crossing import hold_apart, largest_move
from sim.thread.distance import pull_as_before, solve_distances
from sim.thread.eyes import (
    Eyes,
    find_threads,
    keep_eye_forces,
    pull_eyes_as_before,
    sweep_eyes,
)
from sim.thread.pairs import find_contacts, list_pairs
from sim.thread.state import Anchors, Capsules, Chain, Pairs, Solve, Surface


class Effort(NamedTuple):
    """How hard the thread is solved; a governor may lower it, and records that it did.

    Attributes:
      fewest, most: bounds of the substeps of a frame.
      travel_m: what the fastest driven point or node may travel in one substep, in metres.
      iterations: rounds of (distances, contacts) in a substep.
      finish: rounds of contacts alone at its end: rather stretch than cross.
    """

    fewest: int = 20
    most: int = 32
    travel_m: float = 3.0e-4
    iterations: int = 8
    finish: int = 1


SPEED_M_S = 2.0
"""What a node may reach: four times the fastest hand. Own choice."""

FORCE_N = 30.0
"""The most that is kept of any force: about twice what a knot in 2-0 silk is said to bear (USP
<881>, unverified). Bounds what builds up while something asks for more room than there is."""

STIFFENING = 4.0
"""Multiple of the geometric stiffness that joins the mass. Own choice, by measured strain."""

OVERLAP, GUARDED, SUBSTEPS, PAIRS_LISTED, CONTACTS = 0, 1, 2, 3, 4
"""Places in the tally of a frame: deepest overlap (m), substeps cut short by the guard, substeps,
most pairs listed, most contacts solved."""


@kernel
def advance(
    chain: Chain, anchors: Anchors, eyes: Eyes, bonds: Bonds, capsules: Capsules, pairs: Pairs,
    old: Pairs, solve: Solve, surface: Surface, effort: Effort, tally: FloatArray,
) -> bool:  # fmt: skip
    """Advances the thread by STEP_S; returns False when the list of pairs had no room.

    Anchors, eyes and capsules go from `origin` to `target` within the frame.
    """
    for k in range(tally.shape[0]):
        tally[k] = 0.0
    anchors.force[:] = 0.0
    eyes.force[:] = 0.0
    parts = _parts(chain, anchors, capsules, effort)
    tally[SUBSTEPS] = parts
    h = STEP_S / parts
    h2 = h * h
    for part in range(parts):
        _keep_start(chain)
        find_threads(chain, eyes, part, parts)
        _weigh(chain, pairs, h2)
        near = 2.5 * _predict(chain, anchors, bonds, capsules, surface.drag, h, part, parts)
        near = min(near, 1.5e-3) + 0.5 * surface.diameter
        if 2.0 * pairs.moved[0] + near > pairs.moved[1]:
            margin = 3.0 * near
            if not list_pairs(chain, capsules, pairs, old, surface, margin):
                # A thread crumpled at high speed: the guard makes short steps of a short list.
                near = 0.5 * surface.diameter
                if not list_pairs(chain, capsules, pairs, old, surface, near):
                    return False
            tally[PAIRS_LISTED] = max(tally[PAIRS_LISTED], pairs.sizes[0])
        find_contacts(chain, pairs, near)
        tally[CONTACTS] = max(tally[CONTACTS], pairs.sizes[1])
        pull_as_before(chain, solve, h2)
        warm_start(chain, pairs, h2)
        pull_eyes_as_before(chain, eyes, h2)
        bend(chain, h2)
        for k in range(effort.iterations):
            solve_distances(chain, solve)
            sweep_eyes(chain, eyes, h2)
            sweep_contacts(chain, pairs, k)
        for k in range(effort.finish):
            sweep_contacts(chain, pairs, k)
        kept = hold_apart(chain, pairs, surface.diameter, near)
        if kept < 1.0:
            tally[GUARDED] += 1.0
        _keep_forces(chain, pairs, solve, kept / h2)
        keep_eye_forces(eyes, kept / h2, parts)
        _keep_speed(chain, h)
        _feel(chain, anchors, parts)
        pairs.moved[0] += largest_move(chain)
        for p in range(pairs.sizes[1]):
            q = pairs.active[p]
            tally[OVERLAP] = max(tally[OVERLAP], pairs.reach[q] - pairs.gap[q])
    for d in range(3):
        for a in range(anchors.node.shape[0]):
            anchors.origin[a, d] = anchors.target[a, d]
        for c in range(capsules.origin.shape[0]):
            capsules.origin[c, d] = capsules.target[c, d]
        for e in range(eyes.segment.shape[0]):
            eyes.origin[e, d] = eyes.target[e, d]
    return True


@kernel
def _parts(chain: Chain, anchors: Anchors, capsules: Capsules, effort: Effort) -> int:
    """Returns the substeps of this frame, from the fastest thing in it."""
    most = 0.0
    for a in range(anchors.node.shape[0]):
        square = 0.0
        if anchors.node[a] >= 0:
            for d in range(3):
                square += (anchors.target[a, d] - anchors.origin[a, d]) ** 2
        most = max(most, square)
    for c in range(capsules.origin.shape[0]):
        square = 0.0
        for d in range(3):
            square += (capsules.target[c, d] - capsules.origin[c, d]) ** 2
        most = max(most, square)
    for i in range(chain.v.shape[1]):
        square = 0.0
        for d in range(3):
            square += (chain.v[d, i] * STEP_S) ** 2
        most = max(most, square)
    wanted = min(most**0.5 / effort.travel_m, 1e6)
    return min(effort.most, max(effort.fewest, int(wanted) + 1))


@kernel
def _keep_start(chain: Chain) -> None:
    for d in range(3):
        for i in range(chain.x.shape[1]):
            chain.start[d, i] = chain.x[d, i]


@kernel
def _weigh(chain: Chain, pairs: Pairs, h2: float) -> None:
    """Sets the mobilities from the masses and from the stiffness that turning forces have.

    A force that keeps its size while its direction turns is a stiffness of force over length;
    explicit steps cannot follow it when the thread is light. Its diagonal joins the mass, which
    changes no slow motion and no motion as a whole.

    Source: M. Tournier et al., "Stable constrained dynamics", ACM Trans. Graph. 34(4), 2015;
    S. Andrews et al., "Geometric stiffness for real-time constrained multibody dynamics",
    Comput. Graph. Forum 36(2), 2017 (diagonal form).
    """
    n = chain.mass.shape[0]
    w = chain.mobility
    for i in range(w.shape[0]):
        w[i] = 0.0
    for k in range(n - 1):
        stiffness = abs(chain.tension[k]) / chain.rest[k]
        w[k] += stiffness
        w[k + 1] += stiffness
    for p in range(pairs.sizes[1]):
        q = pairs.active[p]
        if pairs.push[q] > 0.0:
            stiffness = pairs.push[q] / pairs.reach[q]
            i, j = pairs.first[q], pairs.second[q]
            s, t = pairs.at_first[q], pairs.at_second[q]
            w[i] += (1.0 - s) * stiffness
            w[i + 1] += s * stiffness
            w[j] += (1.0 - t) * stiffness
            w[j + 1] += t * stiffness
    for i in range(n):
        w[i] = 1.0 / (chain.mass[i] + STIFFENING * h2 * w[i])
    for i in range(n, w.shape[0]):
        w[i] = 0.0


@kernel
def _predict(
    chain: Chain, anchors: Anchors, bonds: Bonds, capsules: Capsules, drag: float, h: float,
    part: int, parts: int,
) -> float:  # fmt: skip
    """Moves everything as if there were no constraints; returns the largest movement, in metres."""
    x, o, v, w = chain.x, chain.start, chain.v, chain.mobility
    n = chain.mass.shape[0]
    keep = 1.0 / (1.0 + drag * h)
    for i in range(n):
        for d in range(3):
            v[d, i] *= keep
        v[2, i] -= GRAVITY_M_S2 * h * chain.mass[i] * w[i]
        for d in range(3):
            x[d, i] = o[d, i] + v[d, i] * h
    ahead = (part + 1.0) / parts
    for a in range(anchors.node.shape[0]):
        i = anchors.node[a]
        if i < 0:
            continue
        compliance = anchors.compliance[a]
        square = 0.0
        for d in range(3):
            point = anchors.origin[a, d] + ahead * (anchors.target[a, d] - anchors.origin[a, d])
            anchors.held_at[a, d] = point
            square += (point - o[d, i]) ** 2
        longest = anchors.limit[a] * compliance
        share = 1.0 if square <= longest * longest else longest / square**0.5
        # Spring and damper, implicitly: a heavier node on its way to the spring's end.
        mass = 1.0 / w[i]
        spring = h * h / compliance
        damper = anchors.damping[a] * h
        w[i] = 1.0 / (mass + spring + damper)
        for d in range(3):
            anchors.held_at[a, d] = o[d, i] + share * (anchors.held_at[a, d] - o[d, i])
            pulled = mass * x[d, i] + spring * anchors.held_at[a, d] + damper * o[d, i]
            x[d, i] = pulled * w[i]
    draw_bonds(chain, bonds, h)
    left = parts - part
    for c in range(capsules.origin.shape[0]):
        for d in range(3):
            x[d, n + c] = o[d, n + c] + (capsules.target[c, d] - o[d, n + c]) / left
    return largest_move(chain)


@kernel
def _keep_forces(chain: Chain, pairs: Pairs, solve: Solve, scale: float) -> None:
    """Turns the impulses of the substep into forces; a substep that was refused leaves none."""
    is_refused = scale == 0.0
    for k in range(chain.rest.shape[0]):
        pull = 0.0 if is_refused else solve.multiplier[k] * scale
        chain.tension[k] = min(FORCE_N, max(-FORCE_N, pull))
    for p in range(pairs.sizes[1]):
        q = pairs.active[p]
        push = 0.0 if is_refused else pairs.push[q] * scale
        share = 0.0 if is_refused else scale
        if push > FORCE_N:
            share *= FORCE_N / push
            push = FORCE_N
        pairs.push[q] = push
        for d in range(3):
            pairs.drag[d, q] *= share


@kernel
def _keep_speed(chain: Chain, h: float) -> None:
    x, o, v = chain.x, chain.start, chain.v
    for i in range(v.shape[1]):
        square = 0.0
        for d in range(3):
            v[d, i] = (x[d, i] - o[d, i]) / h
            square += v[d, i] ** 2
        if square > SPEED_M_S**2:
            scale = SPEED_M_S / square**0.5
            for d in range(3):
                v[d, i] *= scale


@kernel
def _feel(chain: Chain, anchors: Anchors, parts: int) -> None:
    """Adds this substep's share to the mean force of the thread on each anchor."""
    for a in range(anchors.node.shape[0]):
        i = anchors.node[a]
        if i >= 0:
            for d in range(3):
                stretch = chain.x[d, i] - anchors.held_at[a, d]
                anchors.force[a, d] += stretch / anchors.compliance[a] / parts
