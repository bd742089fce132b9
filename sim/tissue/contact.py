"""Contact of round instruments with the surface of tissue.

An instrument is a capsule: an axis from its tip backwards, and a radius. Rules:
- At the start of a step no axis pierces the surface. So the line from a triangle's closest point to
  the axis always points outwards, at edges and corners too, and no sign has to be guessed.
- Rows are speculative: directions from the start of the step, gaps at its end, for every triangle
  that the instrument could reach. Where that would push tissue ahead of a fast tool without touch,
  a second round takes directions from the predicted end.
- Only triangles that the axis sees from outside count, and a corner or an edge that several of
  them share counts once.
- After the step the instrument is a proxy of the hand that stays on the surface (`stay_outside`):
  if its axis pierces the surface its pose goes back towards where the step began; if need be it is
  drawn back along its own shaft, which frees a trapped one; and at last tissue goes back, as far
  as it takes. An axis drawn back along itself stays free and the start of the step was, so one of
  these is. Then it is moved out of what depth is left. So an axis never ends a step inside.

Sources: the proxy that stays on the surface while the hand goes on, Zilles and Salisbury, A
constraint-based god-object method for haptic display, IROS 1995; the step cut short so that
nothing crosses is this project's own, as for the thread.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.closest import dot, is_pierced, normal_of, segment_to_triangle
from sim.tissue.rows import Rows, add_entry, add_row, has_room

STIFFNESS_N_M = 4000.0
LIMIT_N = 20.0
"""Of one contact; our choices: 10 N on three contacts sink in by less than a millimeter."""
SLACK_M = 2e-4
"""Depth that is left alone: moving an instrument for less would make it tremble."""
MARGIN_M = 1e-3
TOUCH_M = 5e-4
"""Gap below which dry friction is set up."""
TURN = 0.3
"""Least cosine between a direction and the one predicted for the end of the step."""
PUSHES = 16
RETREATS = 4
WITHDRAWAL_M = 2e-3
DEEP_M = 5e-4
"""Way back along the shaft: of an instrument that is trapped, and at a time of one that is wedged
deeper than this."""
EDGE = 1e-9


class Capsule(NamedTuple):
    """An instrument in one step.

    Attributes:
      node: of its tip among all nodes.
      before: (3,) unit vector from the tip backwards, at the start of the step.
      after: (3,) at its end.
      start_m: (3,) the tip at the start of the step.
      shape: (length_m, radius_m, friction, first): contact counts from the share `first` of the
        length on, so that jaws that hold tissue do not push it away.
    """

    node: int
    before: FloatArray
    after: FloatArray
    start_m: FloatArray
    shape: FloatArray


@kernel
def add_contacts(
    rows: Rows,
    x_m: FloatArray,
    v_m_s: FloatArray,
    triangles: IntArray,
    tool: Capsule,
    reach_m: float,
    dt_s: float,
    is_second: bool,  # noqa: FBT001 -- a kernel has no keyword arguments
) -> int:
    """Adds a row for each contact that may happen in this step; returns how many.

    Args:
      rows: where they are added.
      x_m: (n, 3) positions at the start.
      v_m_s: (n, 3) predicted velocities, used in the second round.
      triangles: (f, 3) the surface.
      tool: the instrument.
      reach_m: how far anything may move within the step.
      dt_s: the step.
      is_second: whether directions come from the predicted end where that is sound.
    """
    length_m, radius_m, friction, first = tool.shape
    a, b, a_end, b_end = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    n, m, q, w, w_end = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    scratch, corners = np.empty(3), np.empty((3, 3))
    low, high = np.empty(3), np.empty(3)
    reach = radius_m + reach_m + MARGIN_M
    for d in range(3):
        tip = x_m[tool.node, d]
        a[d] = tip + first * length_m * tool.before[d]
        b[d] = tip + length_m * tool.before[d]
        tip += dt_s * v_m_s[tool.node, d]
        a_end[d] = tip + first * length_m * tool.after[d]
        b_end[d] = tip + length_m * tool.after[d]
        far = x_m[tool.node, d] + length_m * tool.after[d]
        low[d] = min(a[d], b[d], far) - reach
        high[d] = max(a[d], b[d], far) + reach
    started = rows.used[0]
    for f in range(triangles.shape[0]):
        i, j, k = triangles[f, 0], triangles[f, 1], triangles[f, 2]
        if is_apart(x_m, i, j, k, low, high):
            continue
        distance, place = segment_to_triangle(a, b, x_m[i], x_m[j], x_m[k], w, scratch)
        if distance > reach or not has_room(rows, 3, 12):
            continue
        normal_of(x_m[i], x_m[j], x_m[k], m)
        for d in range(3):
            q[d] = w[0] * x_m[i, d] + w[1] * x_m[j, d] + w[2] * x_m[k, d]
            n[d] = q[d] - a[d] - place * (b[d] - a[d])
        if dot(n, m) > EDGE * distance or distance < EDGE:
            continue  # seen from behind
        if is_second:
            for d in range(3):
                corners[0, d] = x_m[i, d] + dt_s * v_m_s[i, d]
                corners[1, d] = x_m[j, d] + dt_s * v_m_s[j, d]
                corners[2, d] = x_m[k, d] + dt_s * v_m_s[k, d]
            if not is_pierced(a_end, b_end, corners[0], corners[1], corners[2], 0.0):
                other, where = segment_to_triangle(
                    a_end, b_end, corners[0], corners[1], corners[2], w_end, scratch
                )
                for d in range(3):
                    m[d] = w_end[0] * corners[0, d] + w_end[1] * corners[1, d]
                    m[d] += w_end[2] * corners[2, d] - a_end[d] - where * (b_end[d] - a_end[d])
                if other > 1e-4 and dot(m, n) > TURN * other * distance:
                    distance, place = other, where
                    w[:] = w_end
                    n[:] = m
        along = length_m * (first + place * (1 - first))
        gap = -radius_m
        for d in range(3):
            n[d] /= distance
            q[d] = w[0] * x_m[i, d] + w[1] * x_m[j, d] + w[2] * x_m[k, d]
            gap += (q[d] - x_m[tool.node, d] - along * tool.after[d]) * n[d]
        if is_known(rows, started, gap, n, max(w[0], w[1], w[2])):
            continue
        row = add_row(rows, STIFFNESS_N_M, gap, LIMIT_N, 0.0, 0, 1, 1)
        add_corners(rows, triangles, f, w, n, tool.node)
        if gap < TOUCH_M and friction > 0:
            add_friction(rows, triangles, f, w, n, tool, along, row, friction)
    return int(rows.used[0] - started)


@kernel
def is_apart(x_m: FloatArray, i: int, j: int, k: int, low: FloatArray, high: FloatArray) -> bool:
    """Whether a triangle lies outside a box."""
    for d in range(3):
        u, v, w = x_m[i, d], x_m[j, d], x_m[k, d]
        if (u < low[d] and v < low[d] and w < low[d]) or (
            u > high[d] and v > high[d] and w > high[d]
        ):
            return True
    return False


@kernel
def is_known(rows: Rows, started: int, gap: float, n: FloatArray, weight: float) -> bool:
    """Whether a neighbor's row says the same; only edges and corners are shared."""
    if weight < 0.5:
        return False
    for j in range(started, rows.used[0]):
        if rows.is_one_sided[j] == 1 and abs(rows.length_m[j] - gap) < 1e-9:
            e = rows.start[j + 1] - 1  # the tool's entry, -n
            away = 0.0
            for d in range(3):
                away += abs(rows.gradient[e, d] + n[d])
            if away < 1e-6:
                return True
    return False


@kernel
def add_corners(
    rows: Rows, triangles: IntArray, f: int, w: FloatArray, n: FloatArray, node: int
) -> None:
    """Fills the row opened last: a point of a triangle against a node, along n."""
    for c in range(3):
        if w[c] != 0:
            add_entry(rows, triangles[f, c], w[c] * n[0], w[c] * n[1], w[c] * n[2])
    add_entry(rows, node, -n[0], -n[1], -n[2])


@kernel
def add_friction(
    rows: Rows,
    triangles: IntArray,
    f: int,
    w: FloatArray,
    n: FloatArray,
    tool: Capsule,
    along: float,
    normal: int,
    friction: float,
) -> None:
    """Adds dry friction across n, bounded by the force of the row `normal`."""
    t, u = np.empty(3), np.empty(3)
    m = 0 if abs(n[0]) < 0.6 else 1
    for d in range(3):
        t[d] = (1.0 if d == m else 0.0) - n[d] * n[m]
    scale = 1 / math.sqrt(dot(t, t))
    for d in range(3):
        t[d] *= scale
    for d in range(3):
        e, g = (d + 1) % 3, (d + 2) % 3
        u[d] = n[e] * t[g] - n[g] * t[e]
    for side in range(2):
        direction = t if side == 0 else u
        slid = 0.0
        for d in range(3):
            slid -= along * (tool.after[d] - tool.before[d]) * direction[d]
        size = 2 if side == 0 else 0
        add_row(rows, 0.5 * STIFFNESS_N_M, slid, 1e-4, friction, normal, size, 0)
        add_corners(rows, triangles, f, w, direction, tool.node)


@kernel
def pierced_at(
    x_m: FloatArray,
    triangles: IntArray,
    tip_m: FloatArray,
    back: FloatArray,
    length_m: float,
    first: float,
) -> int:
    """Returns a triangle that the axis goes through, or -1."""
    a, b, low, high = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    for d in range(3):
        a[d] = tip_m[d] + first * length_m * back[d]
        b[d] = tip_m[d] + length_m * back[d]
        low[d], high[d] = min(a[d], b[d]), max(a[d], b[d])
    for f in range(triangles.shape[0]):
        i, j, k = triangles[f, 0], triangles[f, 1], triangles[f, 2]
        if not is_apart(x_m, i, j, k, low, high) and is_pierced(a, b, x_m[i], x_m[j], x_m[k], EDGE):
            return f
    return -1


@kernel
def deepest(
    x_m: FloatArray,
    triangles: IntArray,
    tip_m: FloatArray,
    back: FloatArray,
    shape: FloatArray,
    out: FloatArray,
) -> float:
    """Returns how deep the capsule is in the surface, 0 if it is not; out is the way outwards."""
    length_m, radius_m, first = shape[0], shape[1], shape[3]
    a, b, low, high = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    n, m, w, scratch = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    for d in range(3):
        a[d] = tip_m[d] + first * length_m * back[d]
        b[d] = tip_m[d] + length_m * back[d]
        low[d], high[d] = min(a[d], b[d]) - radius_m, max(a[d], b[d]) + radius_m
    depth = 0.0
    for f in range(triangles.shape[0]):
        i, j, k = triangles[f, 0], triangles[f, 1], triangles[f, 2]
        if is_apart(x_m, i, j, k, low, high):
            continue
        distance, place = segment_to_triangle(a, b, x_m[i], x_m[j], x_m[k], w, scratch)
        if radius_m - distance <= depth or distance < EDGE:
            continue
        normal_of(x_m[i], x_m[j], x_m[k], m)
        for d in range(3):
            n[d] = a[d] + place * (b[d] - a[d])
            n[d] -= w[0] * x_m[i, d] + w[1] * x_m[j, d] + w[2] * x_m[k, d]
        if dot(n, m) >= -EDGE * distance:
            depth = radius_m - distance
            for d in range(3):
                out[d] = n[d] / distance
    return depth


@kernel
def stay_outside(
    x_m: FloatArray,
    v_m_s: FloatArray,
    before_m: FloatArray,
    triangles: IntArray,
    tool: Capsule,
) -> float:
    """Moves an instrument, at worst the tissue too, so that its axis is outside.

    Args:
      x_m: (n, 3) positions after the step, corrected.
      v_m_s: (n, 3) velocities, lowered where tissue had to go back.
      before_m: (n, 3) positions before the step.
      triangles: (f, 3) the surface.
      tool: the instrument; `after` is corrected too.

    Returns:
      What depth is left, in metres.
    """
    length_m, first = tool.shape[0], tool.shape[3]
    tip, back = x_m[tool.node].copy(), tool.after.copy()
    is_free = pierced_at(x_m, triangles, tip, back, length_m, first) < 0
    share = 1.0
    for attempt in range(RETREATS + 1):
        if is_free:
            break
        share = 0.5 * share if attempt < RETREATS else 0.0
        for d in range(3):
            tip[d] = tool.start_m[d] + share * (x_m[tool.node, d] - tool.start_m[d])
            back[d] = tool.before[d] + share * (tool.after[d] - tool.before[d])
        scale = 1 / math.sqrt(dot(back, back))
        for d in range(3):
            back[d] *= scale
        is_free = pierced_at(x_m, triangles, tip, back, length_m, first) < 0
    trial = np.empty(3)
    if not is_free:
        withdraw(tip, back, WITHDRAWAL_M, trial)
        is_free = pierced_at(x_m, triangles, trial, back, length_m, first) < 0
        tip[:] = trial
    for attempt in range(RETREATS + 1):
        if is_free:
            break
        share = 0.5 if attempt < RETREATS else 0.0
        for i in range(x_m.shape[0]):
            for d in range(3):
                x_m[i, d] = before_m[i, d] + share * (x_m[i, d] - before_m[i, d])
                v_m_s[i, d] *= share
        is_free = pierced_at(x_m, triangles, tip, back, length_m, first) < 0
    depth = push_out(x_m, triangles, tip, back, tool.shape)
    for d in range(3):
        x_m[tool.node, d] = tip[d]
        tool.after[d] = back[d]
    return depth


@kernel
def withdraw(tip_m: FloatArray, back: FloatArray, by_m: float, out: FloatArray) -> None:
    """Writes the tip drawn back along the shaft: an axis that is free stays so."""
    for d in range(3):
        out[d] = tip_m[d] + by_m * back[d]


@kernel
def push_out(
    x_m: FloatArray,
    triangles: IntArray,
    tip_m: FloatArray,
    back: FloatArray,
    shape: FloatArray,
) -> float:
    """Moves a tip so that the capsule is no deeper than SLACK_M; returns what depth is left."""
    length_m, first = shape[0], shape[3]
    out, trial = np.empty(3), np.empty(3)
    depth = deepest(x_m, triangles, tip_m, back, shape, out)
    for _ in range(PUSHES):
        if depth <= SLACK_M:
            return depth
        withdraw(tip_m, out, depth - 0.5 * SLACK_M, trial)
        if pierced_at(x_m, triangles, trial, back, length_m, first) >= 0:
            break
        tip_m[:] = trial
        depth = deepest(x_m, triangles, tip_m, back, shape, out)
    for _ in range(PUSHES):  # wedged between two folds: the only way is back
        if depth <= DEEP_M:
            break
        withdraw(tip_m, back, DEEP_M, tip_m)
        depth = deepest(x_m, triangles, tip_m, back, shape, out)
    return depth
