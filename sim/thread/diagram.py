"""The thread as seen from one side: its crossings, and two integers that do not depend on the side.

Strategy: project the polyline, close it by a straight segment that lies over everything (both ends
led to infinity towards the viewer), undo what loops and overlaps trivially, and count signed
patterns of crossings. v2 and v3 are invariants of the closed curve, so any number of viewing
directions must agree; they are also sums over the throws of a suture knot.

Source: M. Polyak, O. Viro, "Gauss diagram formulas for Vassiliev invariants", IMRN 1994 (v2, v3);
Reidemeister moves: C. Adams, The Knot Book (1994), section 1.3.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel

CROSSINGS = 400
"""Most crossings of one view; a view with more is not read."""
READABLE = 90
"""Most crossings left after reduction; counting them takes their number to the third power."""
UNREADABLE = 99
"""What v2 and v3 are in a view that is not read."""


class Diagram(NamedTuple):
    """Crossings of one view, one column each.

    Attributes:
      early, late: where along the curve the crossing is passed first and again, in segments; after
        `reduce_code`, the places of the two passages in the code.
      over: 1 where the first passage is the upper one.
      sign: +1 or -1 by the right-hand rule.
      code: which crossing each passage belongs to, in the order of the curve.
    """

    early: FloatArray
    late: FloatArray
    over: IntArray
    sign: IntArray
    code: IntArray


@kernel
def views(points: FloatArray, first: int, last: int, directions: FloatArray) -> IntArray:
    """Returns (d, 2): v2, v3 of the nodes first .. last, seen from each unit direction (d, 3)."""
    result = np.empty((directions.shape[0], 2), dtype=np.int64)
    diagram = Diagram(
        np.empty(CROSSINGS),
        np.empty(CROSSINGS),
        np.empty(CROSSINGS, dtype=np.int64),
        np.empty(CROSSINGS, dtype=np.int64),
        np.empty(2 * CROSSINGS, dtype=np.int64),
    )
    for k in range(directions.shape[0]):
        result[k, 0] = UNREADABLE
        result[k, 1] = UNREADABLE
        count = find_crossings(project(points, first, last, directions[k]), diagram)
        if count < 0:
            continue
        count = reduce_code(count, diagram)
        if count <= READABLE:
            result[k, 0], result[k, 1] = count_patterns(count, diagram)
    return result


@kernel
def project(points: FloatArray, first: int, last: int, direction: FloatArray) -> FloatArray:
    """Returns (m, 3): the nodes in the frame of a viewer, whose third axis points towards it."""
    axes = viewer(direction)
    seen = np.empty((last - first + 1, 3))
    for i in range(seen.shape[0]):
        for a in range(3):
            seen[i, a] = (
                points[first + i, 0] * axes[a, 0]
                + points[first + i, 1] * axes[a, 1]
                + points[first + i, 2] * axes[a, 2]
            )
    return seen


@kernel
def viewer(direction: FloatArray) -> FloatArray:
    """Returns (3, 3): right-handed unit axes, the third along the unit direction."""
    axes = np.zeros((3, 3))
    k = 0
    for a in range(1, 3):
        if abs(direction[a]) < abs(direction[k]):
            k = a
    e = np.zeros(3)
    e[k] = 1.0
    x = direction[1] * e[2] - direction[2] * e[1]
    y = direction[2] * e[0] - direction[0] * e[2]
    z = direction[0] * e[1] - direction[1] * e[0]
    length = (x * x + y * y + z * z) ** 0.5
    axes[0, 0], axes[0, 1], axes[0, 2] = x / length, y / length, z / length
    for a in range(3):
        b, c = (a + 1) % 3, (a + 2) % 3
        axes[1, a] = direction[b] * axes[0, c] - direction[c] * axes[0, b]
        axes[2, a] = direction[a]
    return axes


@kernel
def find_crossings(seen: FloatArray, diagram: Diagram) -> int:
    """Fills the diagram from the projected nodes; returns how many, or -1 if there are too many."""
    m = seen.shape[0]
    count = 0
    for i in range(m - 1):
        px, py = seen[i, 0], seen[i, 1]
        rx, ry = seen[i + 1, 0] - px, seen[i + 1, 1] - py
        low_x, high_x = min(px, px + rx), max(px, px + rx)
        low_y, high_y = min(py, py + ry), max(py, py + ry)
        for j in range(i + 2, m):
            if i == 0 and j == m - 1:
                continue
            end = (j + 1) % m  # the last segment closes the curve, over everything
            qx, qy, ex, ey = seen[j, 0], seen[j, 1], seen[end, 0], seen[end, 1]
            if (qx < low_x and ex < low_x) or (qx > high_x and ex > high_x):
                continue
            if (qy < low_y and ey < low_y) or (qy > high_y and ey > high_y):
                continue
            sx, sy = ex - qx, ey - qy
            turn = rx * sy - ry * sx
            if turn == 0.0:
                continue
            wx, wy = qx - px, qy - py
            t = (wx * sy - wy * sx) / turn
            u = (wx * ry - wy * rx) / turn
            if t <= 0.0 or t >= 1.0 or u <= 0.0 or u >= 1.0:
                continue
            if count == CROSSINGS:
                return -1
            z = seen[i, 2] + t * (seen[i + 1, 2] - seen[i, 2])
            is_over = j < m - 1 and z > seen[j, 2] + u * (seen[end, 2] - seen[j, 2])
            diagram.early[count] = i + t
            diagram.late[count] = j + u
            diagram.over[count] = 1 if is_over else 0
            diagram.sign[count] = 1 if (turn > 0.0) == is_over else -1
            count += 1
    return count


@kernel
def reduce_code(count: int, diagram: Diagram) -> int:
    """Writes the Gauss code, removes what Reidemeister's first two moves remove; returns the rest.

    Afterwards `early` and `late` are places in the code, and crossings are numbered as first met.
    """
    code, sign = diagram.code, diagram.sign
    where = np.empty(2 * count)
    for k in range(count):
        where[2 * k] = diagram.early[k]
        where[2 * k + 1] = diagram.late[k]
    order = np.argsort(where, kind="mergesort")
    length = 2 * count
    over = np.empty(length, dtype=np.int64)
    for p in range(length):
        k = order[p] // 2
        code[p] = k
        over[p] = diagram.over[k] if order[p] % 2 == 0 else 1 - diagram.over[k]
    place = np.empty((count, 2), dtype=np.int64)
    is_changed = True
    while is_changed and length > 0:
        is_changed = False
        for k in range(count):
            place[k, 0] = -1
        for p in range(length):
            place[code[p], 0 if place[code[p], 0] < 0 else 1] = p
        for p in range(length):
            q = (p + 1) % length
            a, b = code[p], code[q]
            gone_a, gone_b = -1, -1
            if a == b:
                gone_a = a
            elif over[p] == over[q] and sign[a] != sign[b]:
                other_a = place[a, 0] + place[a, 1] - p
                other_b = place[b, 0] + place[b, 1] - q
                if (other_a + 1) % length == other_b or (other_b + 1) % length == other_a:
                    gone_a, gone_b = a, b
            if gone_a >= 0:
                kept = 0
                for r in range(length):
                    if code[r] != gone_a and code[r] != gone_b:
                        code[kept] = code[r]
                        over[kept] = over[r]
                        kept += 1
                length = kept
                is_changed = True
                break
    return _renumber(length, over, diagram)


@kernel
def _renumber(length: int, over: IntArray, diagram: Diagram) -> int:
    code = diagram.code
    number = np.full(CROSSINGS, -1, dtype=np.int64)
    sign = diagram.sign.copy()
    count = 0
    for p in range(length):
        k = code[p]
        if number[k] < 0:
            number[k] = count
            diagram.early[count] = p
            diagram.over[count] = over[p]
            diagram.sign[count] = sign[k]
            count += 1
        else:
            diagram.late[number[k]] = p
        code[p] = number[k]
    return count


@kernel
def count_patterns(count: int, diagram: Diagram) -> tuple[int, int]:
    """Returns (v2, v3): 1 and +1 or -1 for a trefoil; v3 changes its sign in the mirror."""
    sign = diagram.sign
    up = np.empty(count, dtype=np.int64)
    down = np.empty(count, dtype=np.int64)
    first = np.empty(count, dtype=np.int64)
    second = np.empty(count, dtype=np.int64)
    for k in range(count):
        first[k] = int(diagram.early[k])
        second[k] = int(diagram.late[k])
        up[k] = first[k] if diagram.over[k] == 1 else second[k]
        down[k] = second[k] if diagram.over[k] == 1 else first[k]
    v2 = 0
    alternating = 0
    for a in range(count):
        for b in range(a + 1, count):
            # interleaved, and passed in turns under and over
            if first[b] > second[a] or second[a] > second[b]:
                continue
            if diagram.over[a] == diagram.over[b]:
                continue
            if diagram.over[a] == 0:
                v2 += sign[a] * sign[b]
            for c in range(b + 1, count):
                is_interleaved = first[c] < second[a] and second[b] < second[c]
                if is_interleaved and diagram.over[c] != diagram.over[b]:
                    alternating += sign[a] * sign[b] * sign[c]
    cyclic = 0
    length = 2 * count
    for c in range(count):
        # seen from the under-passage of c: up a, ... as in 0u 1u 0o 2u 1o 2o with c as chord 1
        span = (up[c] - down[c]) % length
        for a in range(count):
            a_up = (up[a] - down[c]) % length
            a_down = (down[a] - down[c]) % length
            if a == c or a_up > span or a_down < span:
                continue
            for b in range(count):
                b_down = (down[b] - down[c]) % length
                b_up = (up[b] - down[c]) % length
                if b not in (a, c) and a_up < b_down < span < b_up < a_down:
                    cyclic += sign[a] * sign[b] * sign[c]
    if cyclic % 2 != 0:
        return UNREADABLE, UNREADABLE
    return v2, alternating + cyclic // 2
