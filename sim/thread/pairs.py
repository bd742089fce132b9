"""Which segments might meet: a list with a margin, made anew only when the margin is used up.

Strategy: the list holds every pair nearer than touch plus a margin. Until the nodes have moved
half of the margin no other pair can touch. Within the list a pair sleeps until the movement since
its distance was computed could have closed its gap.
"""

from sim.arrays import FloatArray
from sim.kernel import kernel
from sim.thread.state import Capsules, Chain, Pairs, Surface


@kernel
def closest(x: FloatArray, a: int, c: int) -> tuple[float, float, float, float, float, float]:
    """Returns where the segments a, a+1 and c, c+1 are closest, their distance squared, the offset.

    The tuple is (share of the first, share of the second, distance squared, offset from the second
    to the first in x, y, z).

    Source: C. Ericson, Real-Time Collision Detection (2005), section 5.1.9.
    """
    b, d = a + 1, c + 1
    ux, uy, uz = x[0, b] - x[0, a], x[1, b] - x[1, a], x[2, b] - x[2, a]
    vx, vy, vz = x[0, d] - x[0, c], x[1, d] - x[1, c], x[2, d] - x[2, c]
    wx, wy, wz = x[0, a] - x[0, c], x[1, a] - x[1, c], x[2, a] - x[2, c]
    uu = ux * ux + uy * uy + uz * uz + 1e-30
    uv = ux * vx + uy * vy + uz * vz
    vv = vx * vx + vy * vy + vz * vz + 1e-30
    uw = ux * wx + uy * wy + uz * wz
    vw = vx * wx + vy * wy + vz * wz
    determinant = uu * vv - uv * uv
    s = (uv * vw - vv * uw) / determinant if determinant > 1e-9 * uu * vv else 0.5
    s = min(1.0, max(0.0, s))
    t = (uv * s + vw) / vv
    if t < 0.0:
        t = 0.0
        s = min(1.0, max(0.0, -uw / uu))
    elif t > 1.0:
        t = 1.0
        s = min(1.0, max(0.0, (uv - uw) / uu))
    rx, ry, rz = wx + s * ux - t * vx, wy + s * uy - t * vy, wz + s * uz - t * vz
    return s, t, rx * rx + ry * ry + rz * rz, rx, ry, rz


@kernel
def list_pairs(
    chain: Chain, capsules: Capsules, pairs: Pairs, old: Pairs, surface: Surface, margin: float
) -> bool:
    """Makes the list anew from `chain.start`, keeping the forces of pairs that were listed before.

    Returns False when there are more pairs than there is room for.
    """
    x = chain.start
    diameter = surface.diameter
    m = chain.rest.shape[0]
    known = pairs.sizes[0]
    for q in range(known):
        old.first[q] = pairs.first[q]
        old.second[q] = pairs.second[q]
        old.push[q] = pairs.push[q]
        for d in range(3):
            old.drag[d, q] = pairs.drag[d, q]
    pairs.moved[0] = 0.0
    pairs.moved[1] = margin
    count = 0
    cursor = 0
    segments = m + capsules.radius.shape[0]
    longest = 0.0
    for k in range(m):
        longest = max(longest, chain.rest[k])
    room = pairs.first.shape[0]
    for i in range(m):
        px = x[0, i] + x[0, i + 1]
        py = x[1, i] + x[1, i + 1]
        pz = x[2, i] + x[2, i + 1]
        # Twice the distance of the middles; a segment may be stretched by a fifth.
        far = (2.0 * (diameter + margin) + 2.4 * longest) ** 2
        for k in range(min(i + 2, m), segments):
            if k < m:
                dx = px - x[0, k] - x[0, k + 1]
                dy = py - x[1, k] - x[1, k + 1]
                dz = pz - x[2, k] - x[2, k + 1]
                if dx * dx + dy * dy + dz * dz > far:
                    continue
                j = k
                reach = diameter
                coefficient = surface.friction
            else:
                c = k - m
                if capsules.radius[c] <= 0.0:
                    continue
                if capsules.skips[c, 0] <= i + 1 and i <= capsules.skips[c, 1]:
                    continue
                j = m + 1 + 2 * c
                reach = capsules.radius[c] + 0.5 * diameter
                coefficient = capsules.friction[c]
            _, _, square, _, _, _ = closest(x, i, j)
            if square > (reach + margin) ** 2:
                continue
            if count == room:
                return False
            pairs.first[count] = i
            pairs.second[count] = j
            pairs.reach[count] = reach
            pairs.friction[count] = coefficient
            pairs.gap[count] = square**0.5
            pairs.seen[count] = 0.0
            pairs.push[count] = 0.0
            for d in range(3):
                pairs.drag[d, count] = 0.0
            while cursor < known and (
                old.first[cursor] < i or (old.first[cursor] == i and old.second[cursor] < j)
            ):
                cursor += 1
            if cursor < known and old.first[cursor] == i and old.second[cursor] == j:
                pairs.push[count] = old.push[cursor]
                for d in range(3):
                    pairs.drag[d, count] = old.drag[d, cursor]
            count += 1
    pairs.sizes[0] = count
    return True


@kernel
def find_contacts(chain: Chain, pairs: Pairs, near: float) -> None:
    """Fills `pairs.active` with the pairs that come nearer than touch plus `near`, in order.

    Their closest points and normals are those of `chain.start` and stay so for the substep.
    """
    x = chain.start
    active = 0
    moved = pairs.moved[0]
    for q in range(pairs.sizes[0]):
        wanted = pairs.reach[q] + near
        if pairs.gap[q] - 2.0 * (moved - pairs.seen[q]) > wanted:
            pairs.push[q] = 0.0
            continue
        s, t, square, rx, ry, rz = closest(x, pairs.first[q], pairs.second[q])
        distance = square**0.5 + 1e-15
        pairs.gap[q] = distance
        pairs.seen[q] = moved
        if distance > wanted:
            pairs.push[q] = 0.0
            continue
        pairs.at_first[q] = s
        pairs.at_second[q] = t
        pairs.normal[0, q] = rx / distance
        pairs.normal[1, q] = ry / distance
        pairs.normal[2, q] = rz / distance
        pairs.active[active] = q
        active += 1
    pairs.sizes[1] = active
