"""Which faces a stroke has cut, and the splitting of their vertices.

Rules:
- A face is cut when its three corners are on the stroke's sweep and its two tetrahedra lie on
  different sides of it, by the side of their fourth corner. One whose four corners are all on the
  sweep has no side of its own: it goes with the side that the normal points to.
- A vertex is split into one copy for each group of its tetrahedra that hang together by faces
  that are not cut. The group with the first tetrahedron keeps the vertex.
- A split that would leave a vertex or an edge where the surface touches itself has to wait: the
  cut faces around it stay whole until the stroke has gone on. So have those of a crumb.
"""

import numpy as np

from sim.arrays import BoolArray, IntArray
from sim.kernel import kernel
from sim.tissue.mesh import FACES
from sim.tissue.pieces import pieces_of
from sim.tissue.sweep import Draft

FARTHEST_M = 0.004
"""Corners farther than this from the sweep's plane at another corner were swept in another bend of
the stroke, and have no face in common that is cut: own choice."""
JUST_OFF_M = 1e-9
"""A vertex that was split lies this far off the sweep, on the side of its tetrahedra."""
SMALLEST_PIECE_M3 = 1e-9
"""A crumb of less than a cubic millimeter is not cut loose: own choice."""


@kernel
def split(draft: Draft) -> bool:
    """Splits the vertices of all cut faces; returns whether the draft had room."""
    offsets, around = _stars(draft)
    is_cut = np.zeros((draft.used[0], 4), np.bool_)
    if not _find_cut_faces(draft, offsets, around, is_cut):
        return True
    copy = np.empty(around.shape[0], np.int64)
    tets = np.empty(draft.tets.shape, np.int64)
    origin = np.empty(draft.rest_m.shape[0], np.int64)
    while True:
        count = _regroup(draft, offsets, around, is_cut, copy, tets, origin)
        if count < 0:
            return False
        if _withhold_pinched(draft, offsets, around, is_cut, copy, tets):
            continue
        if count == draft.used[1] or not _withhold_crumbs(
            draft, offsets, around, is_cut, tets, count
        ):
            break
    side = _sides(draft, offsets, around, is_cut, copy, count)
    for m in range(draft.used[1], count):
        i = origin[m]
        draft.ends[m, 0], draft.ends[m, 1], draft.share[m] = i, i, 0.0
        draft.on_cut[i], draft.on_cut[m] = False, False
        draft.off_m[i], draft.off_m[m] = side[i] * JUST_OFF_M, side[m] * JUST_OFF_M
        for d in range(3):
            draft.rest_m[m, d] = draft.rest_m[i, d]
            draft.now_m[m, d] = draft.now_m[i, d]
            draft.before_m[m, d] = draft.before_m[i, d]
    for t in range(draft.used[0]):
        for a in range(4):
            draft.tets[t, a] = tets[t, a]
    draft.used[1] = count
    return True


@kernel
def _stars(draft: Draft) -> tuple[IntArray, IntArray]:
    """Returns the tetrahedra around each vertex on the cut: (v + 1,) offsets, tetrahedra."""
    offsets = np.zeros(draft.used[1] + 1, np.int64)
    for t in range(draft.used[0]):
        for a in range(4):
            i = draft.tets[t, a]
            if draft.on_cut[i]:
                offsets[i + 1] += 1
    for i in range(draft.used[1]):
        offsets[i + 1] += offsets[i]
    filled = offsets.copy()
    around = np.empty(offsets[draft.used[1]], np.int64)
    for t in range(draft.used[0]):
        for a in range(4):
            i = draft.tets[t, a]
            if draft.on_cut[i]:
                around[filled[i]] = t
                filled[i] += 1
    return offsets, around


@kernel
def _find_cut_faces(draft: Draft, offsets: IntArray, around: IntArray, is_cut: BoolArray) -> bool:
    """Notes the cut faces with both of their tetrahedra; returns whether there are any."""
    tets, is_any = draft.tets, False
    for t in range(draft.used[0]):
        side = _side(draft, t)
        if side == 0:
            continue
        for k in range(4):
            i, j, m = tets[t, FACES[k, 0]], tets[t, FACES[k, 1]], tets[t, FACES[k, 2]]
            if not (draft.on_cut[i] and draft.on_cut[j] and draft.on_cut[m]):
                continue
            for e in range(offsets[i], offsets[i + 1]):
                u = around[e]
                across = _across(tets, u, i, j, m) if u > t else -1
                if across >= 0 and side * _side(draft, u) < 0 and _is_level(draft, i, j, m):
                    is_cut[t, k], is_cut[u, across] = True, True
                    is_any = True
    return is_any


@kernel
def _side(draft: Draft, t: int) -> int:
    """Returns the side of the sweep on which a tetrahedron with a swept face lies; 0: none."""
    swept, corner = 0, -1
    for a in range(4):
        if draft.on_cut[draft.tets[t, a]]:
            swept += 1
        else:
            corner = draft.tets[t, a]
    if swept == 4:
        return 1
    if swept < 3:
        return 0
    if draft.off_m[corner] == np.inf:
        height_m = 0.0
        for a in range(4):
            i = draft.tets[t, a]
            if i != corner:
                height_m += _height_m(draft, i, corner)
        return 1 if height_m >= 0 else -1
    return 1 if draft.off_m[corner] >= 0 else -1


@kernel
def _sides(
    draft: Draft, offsets: IntArray, around: IntArray, is_cut: BoolArray, copy: IntArray, count: int
) -> IntArray:
    """Returns the side of the sweep, (count,), of every vertex that a cut face has after it."""
    side = np.zeros(count, np.int64)
    for i in range(draft.used[1]):
        for e in range(offsets[i], offsets[i + 1]):
            for a in range(4):
                if is_cut[around[e], a] and draft.tets[around[e], a] != i:
                    side[copy[e]] = _side(draft, around[e])
    return side


@kernel
def _height_m(draft: Draft, i: int, j: int) -> float:
    """Returns how high vertex j lies at rest over the sweep's plane at vertex i."""
    height_m = 0.0
    for d in range(3):
        height_m += draft.normal[i, d] * (draft.rest_m[j, d] - draft.rest_m[i, d])
    return float(height_m)


@kernel
def _is_level(draft: Draft, i: int, j: int, m: int) -> bool:
    """Returns whether three swept vertices lie near to each other's planes."""
    farthest_m = 0.0
    for a, b in ((i, j), (j, m), (m, i)):
        farthest_m = max(farthest_m, abs(_height_m(draft, a, b)), abs(_height_m(draft, b, a)))
    return farthest_m <= FARTHEST_M


@kernel
def _across(tets: IntArray, t: int, i: int, j: int, m: int) -> int:
    """Returns the corner of t opposite its face (i, j, m), or -1 if it has no such face."""
    corner, found = -1, 0
    for a in range(4):
        if tets[t, a] == i or tets[t, a] == j or tets[t, a] == m:
            found += 1
        else:
            corner = a
    return corner if found == 3 else -1


@kernel
def _regroup(
    draft: Draft,
    offsets: IntArray,
    around: IntArray,
    is_cut: BoolArray,
    copy: IntArray,
    tets: IntArray,
    origin: IntArray,
) -> int:
    """Tries the split: fills in each star's copies and the new corners.

    Returns:
      The number of vertices after the split, or -1 if there is no room for them.
    """
    count = draft.used[1]
    for t in range(draft.used[0]):
        for a in range(4):
            tets[t, a] = draft.tets[t, a]
    for i in range(draft.used[1]):
        low, high = offsets[i], offsets[i + 1]
        if not _has_cut_face(draft, around, is_cut, low, high, i):
            for e in range(low, high):
                copy[e] = i
            continue
        for e in range(low, high):
            copy[e] = e
        for e in range(low, high):
            for f in range(low, e):
                if _hang_together(draft.tets, is_cut, i, around[e], around[f]):
                    a, b = e, f
                    while copy[a] != a:
                        a = copy[a]
                    while copy[b] != b:
                        b = copy[b]
                    copy[max(a, b)] = min(a, b)
        for e in range(low, high):
            copy[e] = copy[copy[e]]
        # Roots become vertices from the last to the first, so that no root is read as a vertex.
        for e in range(high - 1, low - 1, -1):
            copy[e] = -1 - copy[e]
        for e in range(low, high):
            root = -1 - copy[e]
            if root == low:
                copy[e] = i
            elif root == e:
                if count >= draft.rest_m.shape[0]:
                    return -1
                copy[e], origin[count] = count, i
                count += 1
            else:
                copy[e] = copy[root]
            for a in range(4):
                if draft.tets[around[e], a] == i:
                    tets[around[e], a] = copy[e]
    return int(count)


@kernel
def _has_cut_face(
    draft: Draft, around: IntArray, is_cut: BoolArray, low: int, high: int, i: int
) -> bool:
    """Returns whether a face with corner i is cut, given where the star of i begins and ends."""
    for e in range(low, high):
        for a in range(4):
            if is_cut[around[e], a] and draft.tets[around[e], a] != i:
                return True
    return False


@kernel
def _hang_together(tets: IntArray, is_cut: BoolArray, i: int, t: int, u: int) -> bool:
    """Returns whether t and u share a face with corner i that is not cut."""
    shared, corner = 0, -1
    for a in range(4):
        is_shared = False
        for b in range(4):
            is_shared |= tets[t, a] == tets[u, b]
        if is_shared:
            shared += 1
        else:
            corner = a
    return shared == 3 and tets[t, corner] != i and not is_cut[t, corner]


@kernel
def _withhold_pinched(
    draft: Draft,
    offsets: IntArray,
    around: IntArray,
    is_cut: BoolArray,
    copy: IntArray,
    tets: IntArray,
) -> bool:
    """Makes faces whole again where the tried split pinches the surface; returns whether any."""
    is_any = False
    for i in range(draft.used[1]):
        low, high = offsets[i], offsets[i + 1]
        is_pinched = False
        if not _has_cut_face(draft, around, is_cut, low, high, i):
            continue
        for e in range(low, high):
            is_first = True
            for f in range(low, e):
                is_first &= copy[f] != copy[e]
            if is_first and not _is_one_ring(tets, around, copy, low, high, copy[e]):
                is_pinched = True
                break
        if is_pinched:
            is_any = True
            for e in range(low, high):
                for a in range(4):
                    if draft.tets[around[e], a] != i:
                        is_cut[around[e], a] = False
    return is_any


@kernel
def _is_one_ring(
    tets: IntArray, around: IntArray, copy: IntArray, low: int, high: int, vertex: int
) -> bool:
    """Returns whether the outer faces of a vertex's tetrahedra form one ring around it, or none.

    An outer face (vertex, p, q), seen from outside, is noted as the way from p to q.
    """
    start = np.empty(3 * (high - low), np.int64)
    end = np.empty(3 * (high - low), np.int64)
    count = 0
    for e in range(low, high):
        if copy[e] != vertex:
            continue
        t = around[e]
        for k in range(4):
            if tets[t, k] == vertex:
                continue
            turn = 0
            for a in range(3):
                if tets[t, FACES[k, a]] == vertex:
                    turn = a
            p, q = tets[t, FACES[k, (turn + 1) % 3]], tets[t, FACES[k, (turn + 2) % 3]]
            # The tetrahedron across a face sees it wound the other way: both are inside.
            is_outer = True
            for f in range(count):
                if start[f] == q and end[f] == p:
                    count -= 1
                    start[f], end[f] = start[count], end[count]
                    is_outer = False
                    break
            if is_outer:
                start[count], end[count] = p, q
                count += 1
    at, length = 0, 0
    while length < count:
        following = -1
        for f in range(count):
            if start[f] == end[at]:
                if following >= 0:
                    return False
                following = f
        if following < 0:
            return False
        at = following
        length += 1
        if at == 0:
            break
    return length == count


@kernel
def _withhold_crumbs(
    draft: Draft,
    offsets: IntArray,
    around: IntArray,
    is_cut: BoolArray,
    tets: IntArray,
    count: int,
) -> bool:
    """Makes the cut faces of pieces that are too small whole again; returns whether any."""
    piece_of = pieces_of(tets[: draft.used[0]], count)
    first = piece_of[tets[0, 0]]
    is_any, is_single = False, True
    for t in range(draft.used[0]):
        is_single &= piece_of[tets[t, 0]] == first
    if is_single:
        return False
    volume_m3 = np.zeros(count)
    for t in range(draft.used[0]):
        volume_m3[piece_of[tets[t, 0]]] += _volume_m3(draft, t)
    for t in range(draft.used[0]):
        if volume_m3[piece_of[tets[t, 0]]] >= SMALLEST_PIECE_M3:
            continue
        for k in range(4):
            if is_cut[t, k]:
                i, j, m = (
                    draft.tets[t, FACES[k, 0]],
                    draft.tets[t, FACES[k, 1]],
                    draft.tets[t, FACES[k, 2]],
                )
                for e in range(offsets[i], offsets[i + 1]):
                    across = _across(draft.tets, around[e], i, j, m)
                    if across >= 0:
                        is_cut[around[e], across] = False
                is_any = True
    return is_any


@kernel
def _volume_m3(draft: Draft, t: int) -> float:
    rest_m, triple = draft.rest_m, 0.0
    o, a, b, c = draft.tets[t, 0], draft.tets[t, 1], draft.tets[t, 2], draft.tets[t, 3]
    for d in range(3):
        e, f = (d + 1) % 3, (d + 2) % 3
        across = (rest_m[a, e] - rest_m[o, e]) * (rest_m[b, f] - rest_m[o, f])
        across -= (rest_m[a, f] - rest_m[o, f]) * (rest_m[b, e] - rest_m[o, e])
        triple += across * (rest_m[c, d] - rest_m[o, d])
    return float(triple / 6)
