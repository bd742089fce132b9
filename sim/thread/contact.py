"""Contacts with Coulomb friction, by projected Gauss-Seidel that starts from the last forces."""

from sim.kernel import kernel
from sim.thread.state import Chain, Pairs


@kernel
def shift(chain: Chain, pairs: Pairs, q: int, fx: float, fy: float, fz: float) -> None:
    """Moves the two segments of pair q apart by the impulse (fx, fy, fz), in N s^2."""
    x, w = chain.x, chain.mobility
    i, j = pairs.first[q], pairs.second[q]
    s, t = pairs.at_first[q], pairs.at_second[q]
    a, b = w[i] * (1.0 - s), w[i + 1] * s
    c, e = w[j] * (1.0 - t), w[j + 1] * t
    x[0, i] += a * fx
    x[1, i] += a * fy
    x[2, i] += a * fz
    x[0, i + 1] += b * fx
    x[1, i + 1] += b * fy
    x[2, i + 1] += b * fz
    x[0, j] -= c * fx
    x[1, j] -= c * fy
    x[2, j] -= c * fz
    x[0, j + 1] -= e * fx
    x[1, j + 1] -= e * fy
    x[2, j + 1] -= e * fz


@kernel
def warm_start(chain: Chain, pairs: Pairs, h2: float) -> None:
    """Applies the forces of the last substep; in `pairs` they become impulses (N s^2)."""
    n = pairs.normal
    for p in range(pairs.sizes[1]):
        q = pairs.active[p]
        push = pairs.push[q] * h2
        # What friction was along the old normal is no friction along the new one.
        along = 0.0
        for d in range(3):
            along += pairs.drag[d, q] * n[d, q]
        for d in range(3):
            pairs.drag[d, q] = (pairs.drag[d, q] - along * n[d, q]) * h2
        pairs.push[q] = push
        if push > 0.0:
            shift(
                chain, pairs, q,
                push * n[0, q] + pairs.drag[0, q],
                push * n[1, q] + pairs.drag[1, q],
                push * n[2, q] + pairs.drag[2, q],
            )  # fmt: skip
        else:
            pairs.drag[0, q] = 0.0
            pairs.drag[1, q] = 0.0
            pairs.drag[2, q] = 0.0


@kernel
def sweep_contacts(chain: Chain, pairs: Pairs, turn: int) -> None:
    """One pass over the active contacts: no overlap, and friction within its cone.

    Every other turn goes backwards, so that no contact is always the last.

    Source: projected Gauss-Seidel with accumulated multipliers, E. Catto, "Iterative dynamics with
    temporal coherence", GDC 2005.
    """
    x, o, w, n, drag = chain.x, chain.start, chain.mobility, pairs.normal, pairs.drag
    active = pairs.sizes[1]
    for p in range(active):
        q = pairs.active[p] if turn % 2 == 0 else pairs.active[active - 1 - p]
        i, j = pairs.first[q], pairs.second[q]
        s, t = pairs.at_first[q], pairs.at_second[q]
        a, c = 1.0 - s, 1.0 - t
        rx = a * x[0, i] + s * x[0, i + 1] - c * x[0, j] - t * x[0, j + 1]
        ry = a * x[1, i] + s * x[1, i + 1] - c * x[1, j] - t * x[1, j + 1]
        rz = a * x[2, i] + s * x[2, i + 1] - c * x[2, j] - t * x[2, j + 1]
        nx, ny, nz = n[0, q], n[1, q], n[2, q]
        overlap = pairs.reach[q] - rx * nx - ry * ny - rz * nz
        before = pairs.push[q]
        if before == 0.0 and overlap <= 0.0:
            continue
        yielding = w[i] * a * a + w[i + 1] * s * s + w[j] * c * c + w[j + 1] * t * t
        if yielding == 0.0:
            continue
        inverse = 1.0 / yielding
        push = max(0.0, before + overlap * inverse)
        change = push - before
        pairs.push[q] = push
        gx, gy, gz = 0.0, 0.0, 0.0
        if push > 0.0:
            # How far the touching points slid over each other since the substep began.
            sx = rx - (a * o[0, i] + s * o[0, i + 1] - c * o[0, j] - t * o[0, j + 1])
            sy = ry - (a * o[1, i] + s * o[1, i + 1] - c * o[1, j] - t * o[1, j + 1])
            sz = rz - (a * o[2, i] + s * o[2, i + 1] - c * o[2, j] - t * o[2, j + 1])
            along = sx * nx + sy * ny + sz * nz
            gx = drag[0, q] - (sx - along * nx) * inverse
            gy = drag[1, q] - (sy - along * ny) * inverse
            gz = drag[2, q] - (sz - along * nz) * inverse
            size2 = gx * gx + gy * gy + gz * gz
            most = pairs.friction[q] * push
            if size2 > most * most:
                scale = most / size2**0.5
                gx *= scale
                gy *= scale
                gz *= scale
        shift(
            chain, pairs, q,
            change * nx + gx - drag[0, q],
            change * ny + gy - drag[1, q],
            change * nz + gz - drag[2, q],
        )  # fmt: skip
        drag[0, q] = gx
        drag[1, q] = gy
        drag[2, q] = gz
