"""What an edge sweeps: bisects the mesh where its edges cross the sweep, and marks what lies on it.

Rules:
- A sweep is two triangles between the edge before and the edge now. For each crossing edge of the
  mesh the edge before is taken along by as much as the tissue there has moved meanwhile.
- Bisecting an edge splits every tetrahedron around it in two, so the mesh always fits together.
- Normals of the sweep are kept in the rest frame, where tissue that turns does not turn them.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.kernel import kernel

EDGES: IntArray = np.array(((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)), np.int64)
THINNEST_M = 0.0001
"""No tetrahedron is made that is flatter than this at rest, from its largest face: own choice."""
RIM = 1e-9
"""Share of a triangle by which its rim is widened, so that nothing slips between two of them."""


class Draft(NamedTuple):
    """A mesh that is being cut; arrays have room to grow.

    Attributes:
      heading: (3,) the stroke's normal so far, nil at its start: decides on which side the next is.
      used: (2,) tetrahedra and vertices in use.
      tets: (t, 4).
      parent: (t,) the tetrahedron before the cut that each is a part of.
      rest_m: (v, 3).
      now_m: (v, 3).
      before_m: (v, 3) when the edge was at the start of its sweep.
      ends: (v, 2) the two vertices that a new vertex lies between.
      share: (v,) how far along it lies, 0 to 1.
      on_cut: (v,) whether the stroke has swept the vertex.
      normal: (v, 3) of the sweep there, in the rest frame, unit length.
      off_m: (v,) least distance from the sweep at which the stroke has passed a vertex, above 0
        on the side that the normal points to; infinite while unknown.
    """

    heading: FloatArray
    used: IntArray
    tets: IntArray
    parent: IntArray
    rest_m: FloatArray
    now_m: FloatArray
    before_m: FloatArray
    ends: IntArray
    share: FloatArray
    on_cut: BoolArray
    normal: FloatArray
    off_m: FloatArray


@kernel
def sweep(draft: Draft, edge_before_m: FloatArray, edge_m: FloatArray, snap_m: float) -> bool:
    """Returns whether the draft had room; if not, what is in it is of no use.

    Args:
      draft: changed in place.
      edge_before_m: (2, 3).
      edge_m: (2, 3).
      snap_m: a vertex this near to the sweep, or to a crossing, counts as swept.
    """
    triangles_m = np.empty((2, 3, 3))
    shift_m = np.zeros(3)
    _place(triangles_m, edge_before_m, edge_m, shift_m)
    _turn_heading(triangles_m, draft.heading)
    active = np.empty(draft.tets.shape[0], np.int64)
    active_count = _near(draft, triangles_m, snap_m, active)
    for e in range(active_count):
        for a in range(4):
            i = draft.tets[active[e], a]
            if not draft.on_cut[i]:
                for d in range(3):
                    shift_m[d] = draft.now_m[i, d] - draft.before_m[i, d]
                _place(triangles_m, edge_before_m, edge_m, shift_m)
                _pass(draft, active[e], i, triangles_m, snap_m)
    for is_cutting in (False, True):
        e = 0
        while e < active_count:
            t = active[e]
            e += 1
            for k in range(6):
                i, j = draft.tets[t, EDGES[k, 0]], draft.tets[t, EDGES[k, 1]]
                if draft.on_cut[i] and draft.on_cut[j]:
                    continue
                for d in range(3):
                    shift_m[d] = 0.5 * (
                        draft.now_m[i, d]
                        - draft.before_m[i, d]
                        + draft.now_m[j, d]
                        - draft.before_m[j, d]
                    )
                _place(triangles_m, edge_before_m, edge_m, shift_m)
                for side in range(2):
                    triangle_m = triangles_m[side]
                    share = _crossing(draft.now_m[i], draft.now_m[j], triangle_m)
                    if share < 0:
                        continue
                    _note_ends(draft, i, j, share, triangle_m)
                    length_m = _distance(draft.now_m[i], draft.now_m[j])
                    if min(share, 1 - share) * length_m <= snap_m:
                        _mark(draft, t, i if share < 0.5 else j, triangle_m)
                    elif is_cutting and not (
                        _is_at(draft, i, triangle_m, snap_m) or _is_at(draft, j, triangle_m, snap_m)
                    ):
                        if _is_too_thin(draft, i, j, share, active, active_count):
                            if min(share, 1 - share) * length_m <= 2 * snap_m:
                                _mark(draft, t, i if share < 0.5 else j, triangle_m)
                            break
                        made = _bisect(draft, i, j, share, active, active_count)
                        if made < 0:
                            return False
                        active_count += made
                        _mark(draft, t, draft.used[1] - 1, triangle_m)
                    break
    return True


@kernel
def _place(
    triangles_m: FloatArray, before_m: FloatArray, now_m: FloatArray, shift_m: FloatArray
) -> None:
    for d in range(3):
        start, end = before_m[0, d] + shift_m[d], before_m[1, d] + shift_m[d]
        triangles_m[0, 0, d], triangles_m[0, 1, d], triangles_m[0, 2, d] = start, end, now_m[1, d]
        triangles_m[1, 0, d], triangles_m[1, 1, d] = start, now_m[1, d]
        triangles_m[1, 2, d] = now_m[0, d]


@kernel
def _normal(triangle_m: FloatArray) -> tuple[float, float, float]:
    a, b, c = triangle_m[0], triangle_m[1], triangle_m[2]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


@kernel
def _turn_heading(triangles_m: FloatArray, heading: FloatArray) -> None:
    """Keeps the side of the stroke when the edge goes back and forth."""
    x, y, z = _normal(triangles_m[0])
    u, v, w = _normal(triangles_m[1])
    x, y, z = x + u, y + v, z + w
    length = np.sqrt(x * x + y * y + z * z)
    if length < 1e-12:
        return
    if x * heading[0] + y * heading[1] + z * heading[2] < 0:
        length = -length
    heading[0], heading[1], heading[2] = x / length, y / length, z / length


@kernel
def _near(draft: Draft, triangles_m: FloatArray, snap_m: float, active: IntArray) -> int:
    """Fills in the tetrahedra whose boxes overlap the sweep's, and returns how many there are."""
    drift_m = 0.0
    for i in range(draft.used[1]):
        for d in range(3):
            drift_m = max(drift_m, abs(draft.now_m[i, d] - draft.before_m[i, d]))
    margin_m = snap_m + drift_m
    low_m, high_m = np.full(3, np.inf), np.full(3, -np.inf)
    for s in range(2):
        for a in range(3):
            for d in range(3):
                low_m[d] = min(low_m[d], triangles_m[s, a, d] - margin_m)
                high_m[d] = max(high_m[d], triangles_m[s, a, d] + margin_m)
    count = 0
    for t in range(draft.used[0]):
        is_near = True
        for d in range(3):
            least, most = np.inf, -np.inf
            for a in range(4):
                at_m = draft.now_m[draft.tets[t, a], d]
                least, most = min(least, at_m), max(most, at_m)
            if least > high_m[d] or most < low_m[d]:
                is_near = False
                break
        if is_near:
            active[count] = t
            count += 1
    return count


@kernel
def _pass(draft: Draft, t: int, i: int, triangles_m: FloatArray, snap_m: float) -> None:
    """Notes how the sweep passes a vertex, and that it lies on the sweep if it is near enough."""
    for side in range(2):
        triangle_m = triangles_m[side]
        x, y, z = _normal(triangle_m)
        if x * x + y * y + z * z > 0 and _is_over(draft.now_m[i], triangle_m):
            height_m = _height(draft.now_m[i], triangle_m, draft.heading)
            _note(draft, i, height_m)
            if abs(height_m) <= snap_m:
                _mark(draft, t, i, triangle_m)


@kernel
def _height(point_m: FloatArray, triangle_m: FloatArray, heading: FloatArray) -> float:
    """Returns how high a point lies over the triangle's plane, on the side of the heading."""
    x, y, z = _normal(triangle_m)
    a = triangle_m[0]
    along = x * (point_m[0] - a[0]) + y * (point_m[1] - a[1]) + z * (point_m[2] - a[2])
    height_m = along / np.sqrt(x * x + y * y + z * z)
    return float(height_m if x * heading[0] + y * heading[1] + z * heading[2] >= 0 else -height_m)


@kernel
def _is_at(draft: Draft, i: int, triangle_m: FloatArray, snap_m: float) -> bool:
    """Returns whether a vertex is swept already and lies in the plane of this part, too."""
    return draft.on_cut[i] and abs(_height(draft.now_m[i], triangle_m, draft.heading)) <= snap_m


@kernel
def _is_over(point_m: FloatArray, triangle_m: FloatArray) -> bool:
    """Returns whether the foot of the perpendicular lies in the triangle."""
    x, y, z = _normal(triangle_m)
    least = -RIM * (x * x + y * y + z * z)
    for k in range(3):
        a, b = triangle_m[k], triangle_m[(k + 1) % 3]
        ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        vx, vy, vz = point_m[0] - a[0], point_m[1] - a[1], point_m[2] - a[2]
        inside = x * (uy * vz - uz * vy) + y * (uz * vx - ux * vz) + z * (ux * vy - uy * vx)
        if inside < least:
            return False
    return True


@kernel
def _crossing(p: FloatArray, q: FloatArray, triangle_m: FloatArray) -> float:
    """Returns how far from p to q their segment crosses the triangle, or -1 if it does not."""
    x, y, z = _normal(triangle_m)
    a = triangle_m[0]
    at_p = x * (p[0] - a[0]) + y * (p[1] - a[1]) + z * (p[2] - a[2])
    at_q = x * (q[0] - a[0]) + y * (q[1] - a[1]) + z * (q[2] - a[2])
    if at_p * at_q > 0 or at_p == at_q:
        return -1.0
    share = at_p / (at_p - at_q)
    point_m = p + share * (q - p)
    return float(share) if _is_over(point_m, triangle_m) else -1.0


@kernel
def _note_ends(draft: Draft, i: int, j: int, share: float, triangle_m: FloatArray) -> None:
    """Notes on which sides of the sweep the ends of a crossing edge lie, and how far away."""
    length_m = _distance(draft.now_m[i], draft.now_m[j])
    side = 1.0 if _height(draft.now_m[j], triangle_m, draft.heading) >= 0 else -1.0
    _note(draft, j, side * (1 - share) * length_m)
    _note(draft, i, -side * share * length_m)


@kernel
def _note(draft: Draft, i: int, off_m: float) -> None:
    if abs(off_m) < abs(draft.off_m[i]):
        draft.off_m[i] = off_m


@kernel
def _distance(p: FloatArray, q: FloatArray) -> float:
    return float(np.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2))


@kernel
def _mark(draft: Draft, t: int, i: int, triangle_m: FloatArray) -> None:
    """Notes that vertex i lies on the sweep, with the sweep's normal in the rest frame of t.

    With f the deformation gradient, rest edges e and present edges f e, the normal N = f^T n
    has e . N = (f e) . n for three edges, which Cramer's rule solves.
    """
    if draft.on_cut[i]:
        return
    x, y, z = _normal(triangle_m)
    side = 1.0 if x * draft.heading[0] + y * draft.heading[1] + z * draft.heading[2] >= 0 else -1.0
    o = draft.tets[t, 0]
    e = np.empty((3, 3))
    r = np.empty(3)
    for k in range(3):
        c = draft.tets[t, k + 1]
        for d in range(3):
            e[k, d] = draft.rest_m[c, d] - draft.rest_m[o, d]
        r[k] = side * (
            x * (draft.now_m[c, 0] - draft.now_m[o, 0])
            + y * (draft.now_m[c, 1] - draft.now_m[o, 1])
            + z * (draft.now_m[c, 2] - draft.now_m[o, 2])
        )
    for d in range(3):
        u, v = (d + 1) % 3, (d + 2) % 3
        draft.normal[i, d] = (
            r[0] * (e[1, u] * e[2, v] - e[1, v] * e[2, u])
            + r[1] * (e[2, u] * e[0, v] - e[2, v] * e[0, u])
            + r[2] * (e[0, u] * e[1, v] - e[0, v] * e[1, u])
        )
    length = np.sqrt(draft.normal[i, 0] ** 2 + draft.normal[i, 1] ** 2 + draft.normal[i, 2] ** 2)
    if length > 0:
        draft.on_cut[i] = True
        for d in range(3):
            draft.normal[i, d] /= length


@kernel
def _is_too_thin(
    draft: Draft, i: int, j: int, share: float, active: IntArray, active_count: int
) -> bool:
    """Returns whether bisecting the edge would make a tetrahedron flatter than THINNEST_M.

    The two parts of a tetrahedron share its volume as the edge is shared; each has the corners
    of the whole but one, in whose place the new vertex stands.
    """
    corner_m = np.empty((4, 3))
    for e in range(active_count):
        t = active[e]
        found = 0
        for a in range(4):
            found += draft.tets[t, a] == i or draft.tets[t, a] == j
        if found < 2:
            continue
        for kept, moved in ((i, j), (j, i)):
            for a in range(4):
                c = draft.tets[t, a]
                part = 0.0 if c != moved else (1 - share if moved == j else share)
                for d in range(3):
                    corner_m[a, d] = (1 - part) * draft.rest_m[c, d] + part * draft.rest_m[kept, d]
            if _thickness_m(corner_m) < THINNEST_M:
                return True
    return False


@kernel
def _thickness_m(corner_m: FloatArray) -> float:
    """Returns the height of a tetrahedron over its largest face."""
    volume, largest = 0.0, 0.0
    for k in range(4):
        a, b = corner_m[(k + 1) & 3], corner_m[(k + 2) & 3]
        c, o = corner_m[(k + 3) & 3], corner_m[k]
        ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
        x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        largest = max(largest, x * x + y * y + z * z)
        volume = abs(x * (o[0] - a[0]) + y * (o[1] - a[1]) + z * (o[2] - a[2]))
    return float(volume / np.sqrt(largest))


@kernel
def _bisect(draft: Draft, i: int, j: int, share: float, active: IntArray, active_count: int) -> int:
    """Puts a vertex between i and j; returns how many tetrahedra were added, or -1: no room.

    Every tetrahedron around the edge crosses the sweep's box, so all of them are active.
    """
    m = draft.used[1]
    if m >= draft.rest_m.shape[0]:
        return -1
    draft.used[1] += 1
    draft.ends[m, 0], draft.ends[m, 1], draft.share[m] = i, j, share
    draft.on_cut[m], draft.off_m[m] = False, np.inf
    for d in range(3):
        draft.rest_m[m, d] = (1 - share) * draft.rest_m[i, d] + share * draft.rest_m[j, d]
        draft.now_m[m, d] = (1 - share) * draft.now_m[i, d] + share * draft.now_m[j, d]
        draft.before_m[m, d] = (1 - share) * draft.before_m[i, d] + share * draft.before_m[j, d]
    made = 0
    for e in range(active_count):
        t = active[e]
        at_i, at_j = -1, -1
        for a in range(4):
            if draft.tets[t, a] == i:
                at_i = a
            elif draft.tets[t, a] == j:
                at_j = a
        if at_i < 0 or at_j < 0:
            continue
        new = draft.used[0]
        if new >= draft.tets.shape[0]:
            return -1
        draft.used[0] += 1
        for a in range(4):
            draft.tets[new, a] = draft.tets[t, a]
        draft.tets[t, at_j] = m
        draft.tets[new, at_i] = m
        draft.parent[new] = draft.parent[t]
        active[active_count + made] = new
        made += 1
    return made
