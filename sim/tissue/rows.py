"""The one way anything touches tissue: scalar rows added to the elastic system.

A row measures one length c + dt g . v (a gap, a stretch, a sideways offset) along a sparse gradient
g over a few nodes, and pulls with force -k (c + dt g . v) along g. Its law bounds the force by a
*secant*: where the spring would exceed its limit, the effective stiffness is lowered until it
meets it, and the linear system is solved again.

Rules:
- Consecutive rows may form a group of up to three that share one limit on the norm of their force
  (a sideways hold, a pinch, dry friction). The first row carries the group's size, the others 0.
- The limit is `limit_n` plus `friction` times the force of the row `normal`, which comes before.
- A one-sided row pushes only while its length is below 0.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel

CAPACITY = 3000
ENTRIES_EACH = 12
UNLIMITED_N = 1e9
SMALL_SHARE = 0.02
"""Of a row's own stiffness: changes far below it are not worth another pass."""


class Rows(NamedTuple):
    """The rows of one solve.

    Attributes:
      used: (2,) rows and entries in use.
      stiffness_n_m, length_m, limit_n, friction: (r,) k, c and the law of each.
      normal: (r,) the row whose force bounds this one's friction.
      group: (r,) size of the group that starts here, or 0 for its followers.
      is_one_sided: (r,) 1 if it only pushes.
      start: (r + 1,) where its entries begin.
      node, gradient: (e,), (e, 3) entries.
      effective_n_m: (r,) secant stiffness of the present pass.
      spread_m: (r,) norm of the group's lengths, at its first row.
      force_n: (r,) -k (c + dt g . v) after the solve.
    """

    used: IntArray
    stiffness_n_m: FloatArray
    length_m: FloatArray
    limit_n: FloatArray
    friction: FloatArray
    normal: IntArray
    group: IntArray
    is_one_sided: IntArray
    start: IntArray
    node: IntArray
    gradient: FloatArray
    effective_n_m: FloatArray
    spread_m: FloatArray
    force_n: FloatArray


def empty_rows(capacity: int = CAPACITY) -> Rows:
    """Returns room for so many rows."""
    entries = capacity * ENTRIES_EACH
    return Rows(
        used=np.zeros(2, np.int64),
        stiffness_n_m=np.zeros(capacity),
        length_m=np.zeros(capacity),
        limit_n=np.zeros(capacity),
        friction=np.zeros(capacity),
        normal=np.zeros(capacity, np.int64),
        group=np.zeros(capacity, np.int64),
        is_one_sided=np.zeros(capacity, np.int64),
        start=np.zeros(capacity + 1, np.int64),
        node=np.zeros(entries, np.int64),
        gradient=np.zeros((entries, 3)),
        effective_n_m=np.zeros(capacity),
        spread_m=np.zeros(capacity),
        force_n=np.zeros(capacity),
    )


@kernel
def has_room(rows: Rows, more: int, entries: int) -> bool:
    """Whether so many more rows and entries fit; contacts beyond that are left out."""
    rows_left = rows.stiffness_n_m.shape[0] - int(rows.used[0])
    entries_left = rows.node.shape[0] - int(rows.used[1])
    return bool(more <= rows_left and entries <= entries_left)


@kernel
def add_row(
    rows: Rows,
    stiffness_n_m: float,
    length_m: float,
    limit_n: float,
    friction: float,
    normal: int,
    group: int,
    is_one_sided: int,
) -> int:
    """Opens a row and returns its number; `add_entry` fills it."""
    j = int(rows.used[0])
    rows.stiffness_n_m[j] = stiffness_n_m
    rows.length_m[j] = length_m
    rows.limit_n[j] = limit_n
    rows.friction[j] = friction
    rows.normal[j] = normal
    rows.group[j] = group
    rows.is_one_sided[j] = is_one_sided
    rows.effective_n_m[j] = 0.0
    rows.spread_m[j] = 0.0
    rows.start[j] = rows.used[1]
    rows.start[j + 1] = rows.used[1]
    rows.used[0] = j + 1
    return j


@kernel
def add_entry(rows: Rows, node: int, x: float, y: float, z: float) -> None:
    """Adds a node with its gradient to the row opened last."""
    e = rows.used[1]
    rows.node[e] = node
    rows.gradient[e, 0] = x
    rows.gradient[e, 1] = y
    rows.gradient[e, 2] = z
    rows.used[1] = e + 1
    rows.start[rows.used[0]] = e + 1


@kernel
def predicted_length_m(rows: Rows, j: int, v_m_s: FloatArray, dt_s: float) -> float:
    """Returns the length of row j at the end of the step."""
    length = float(rows.length_m[j])
    for e in range(rows.start[j], rows.start[j + 1]):
        i = rows.node[e]
        length += dt_s * (
            rows.gradient[e, 0] * v_m_s[i, 0]
            + rows.gradient[e, 1] * v_m_s[i, 1]
            + rows.gradient[e, 2] * v_m_s[i, 2]
        )
    return length


@kernel
def apply_laws(rows: Rows, v_m_s: FloatArray, dt_s: float) -> float:
    """Sets every effective stiffness; returns the largest relative change."""
    change = 0.0
    j = 0
    while j < rows.used[0]:
        size = rows.group[j]
        square = 0.0
        first = 0.0
        for q in range(j, j + size):
            length = predicted_length_m(rows, q, v_m_s, dt_s)
            if q == j:
                first = length
            square += length * length
        spread = math.sqrt(square)
        rows.spread_m[j] = spread
        limit = rows.limit_n[j]
        if rows.friction[j] > 0:
            normal = rows.normal[j]
            limit += rows.friction[j] * rows.effective_n_m[normal] * rows.spread_m[normal]
        k = rows.stiffness_n_m[j]
        if rows.is_one_sided[j] == 1 and first >= 0:
            k = 0.0
        elif k * spread > limit:
            k = limit / spread
        before = rows.effective_n_m[j]
        scale = max(k, before) + SMALL_SHARE * rows.stiffness_n_m[j]
        change = max(change, abs(k - before) / scale)
        for q in range(j, j + size):
            rows.effective_n_m[q] = k
        j += size
    return change


@kernel
def write_forces(rows: Rows, v_m_s: FloatArray, dt_s: float) -> None:
    """Writes the force that each row really exerted, by the stiffness of the last pass."""
    for j in range(rows.used[0]):
        rows.force_n[j] = -rows.effective_n_m[j] * predicted_length_m(rows, j, v_m_s, dt_s)


@kernel
def force_on_node(rows: Rows, node: int, force_n: FloatArray) -> None:
    """Writes the sum of all rows' forces on one node, (3,) newtons."""
    force_n[:] = 0
    for j in range(rows.used[0]):
        for e in range(rows.start[j], rows.start[j + 1]):
            if rows.node[e] == node:
                for d in range(3):
                    force_n[d] += rows.force_n[j] * rows.gradient[e, d]
