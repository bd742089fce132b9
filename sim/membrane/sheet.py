"""A flat cloth as triangles in its own plane, and the cutting of it along a path.

Rules:
- Coordinates are those of the cloth at rest, (u, v) in metres: where it hangs does not matter.
- Triangles wind counter-clockwise. Cutting splits edges where the path crosses them, so the cut
  edge is the path itself; only where a vertex or an edge is nearer than SNAP_M does it give way.
- A cut edge parts the triangles on its two sides; a vertex is split into one copy for each group
  of its triangles that still hang together. Nothing is removed: area only changes owners.
"""

from dataclasses import dataclass
from math import hypot

import numpy as np

from sim.arrays import FloatArray, IntArray

SNAP_M = 0.0004
"""Well below the deviation of 1 mm that is allowed, and long enough for a sound edge."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a new vertex lies: a share of two or three older ones; a copy has one.

    Attributes:
      vertices: older vertices.
      shares: of each, adding up to 1.
    """

    vertices: tuple[int, ...]
    shares: tuple[float, ...]


class Sheet:
    """A square cloth, cut more and more.

    Args:
      side_m: of the square, whose middle is the origin.
      cells: along each side.

    Attributes:
      uv_m: coordinates of each vertex.
      triangles: corners of each triangle.
    """

    def __init__(self, side_m: float, cells: int) -> None:
        self.uv_m: list[Point] = []
        self.triangles: list[tuple[int, int, int]] = []
        self._around: list[set[int]] = []
        self._bins: dict[tuple[int, int], list[int]] = {}
        self._bins_of: list[list[tuple[int, int]]] = []
        # A cut that goes on where the last one ended goes on from the same vertex.
        self._tip: tuple[Point, int] | None = None
        # Edges that are cut and still hang together, as their ends are not split yet.
        self._cut_edges: set[frozenset[int]] = set()
        self._cell_m, self._half_m = side_m / cells, side_m / 2
        ticks = [self._cell_m * k - self._half_m for k in range(cells + 1)]
        for u in ticks:
            for v in ticks:
                self._add_vertex((u, v))
        row = cells + 1
        for i in range(cells):
            for j in range(cells):
                a, b, c, d = i * row + j, (i + 1) * row + j, (i + 1) * row + j + 1, i * row + j + 1
                # Diagonals alternate, so that the cloth is as stiff one way as the other.
                halves = ((a, b, c), (a, c, d)) if (i + j) % 2 == 0 else ((a, b, d), (b, c, d))
                for half in halves:
                    self._add_triangle(half, [(i, j)])

    def corners(self) -> IntArray:
        """Returns the (t, 3) triangles."""
        return np.array(self.triangles, np.int64)

    def coordinates_m(self) -> FloatArray:
        """Returns the (v, 2) coordinates."""
        return np.array(self.uv_m, float)

    def cut(self, start_m: Point, end_m: Point) -> list[Origin]:
        """Cuts along a straight way and returns where the new vertices come from, in order.

        Args:
          start_m: (u, v); off the cloth, the cut begins where the cloth does.
          end_m: (u, v).
        """
        origins: list[Origin] = []
        if self._tip is not None and self._tip[0] == start_m:
            at: int | None = self._tip[1]
        elif _distance(start_m, end_m) < SNAP_M:
            return origins
        else:
            at = self._vertex_at(start_m, origins)
        last = self._vertex_at(end_m, origins)
        goal_m = end_m if last is None else self.uv_m[last]
        reached = at if at is None else self._walk(at, goal_m, last, origins)
        if last is not None and reached != last:
            # An older cut or the border lay between: what is beyond it is cut from the end.
            back_m = start_m if reached is None else self.uv_m[reached]
            self._walk(last, back_m, None, origins)
        self._part(origins)
        self._tip = None if last is None else (end_m, last)
        return origins

    def state(self) -> bytes:
        """Returns everything that the next cut depends on."""
        waiting = sorted(sorted(edge) for edge in self._cut_edges)
        return self.coordinates_m().tobytes() + repr((self.triangles, waiting, self._tip)).encode()

    def locate(self, point_m: Point) -> int | None:
        """Returns the triangle that a point lies in, or None off the cloth."""
        key = tuple(int((x + self._half_m) // self._cell_m) for x in point_m)
        for di in (0, -1, 1):
            for dj in (0, -1, 1):
                for triangle in self._bins.get((key[0] + di, key[1] + dj), ()):
                    if min(self.shares(triangle, point_m)) >= -1e-12:
                        return triangle
        return None

    def shares(self, triangle: int, point_m: Point) -> tuple[float, float, float]:
        """Returns the share of each corner of a triangle at a point."""
        a, b, c = (self.uv_m[i] for i in self.triangles[triangle])
        whole = _twice_area(a, b, c)
        of_a, of_b = _twice_area(point_m, b, c) / whole, _twice_area(a, point_m, c) / whole
        return of_a, of_b, 1 - of_a - of_b

    def _vertex_at(self, point_m: Point, origins: list[Origin]) -> int | None:
        """Returns a vertex at the point, making one if none is near; None off the cloth."""
        triangle = self.locate(point_m)
        if triangle is None:
            return None
        corners = self.triangles[triangle]
        near = [i for i in corners if _distance(self.uv_m[i], point_m) <= SNAP_M]
        sides = [(corners[k], corners[(k + 1) % 3]) for k in range(3)]
        feet = [(a, b, *_foot(self.uv_m[a], self.uv_m[b], point_m)) for a, b in sides]
        beside = [(a, b, share) for a, b, share, off_m in feet if off_m <= SNAP_M]
        # The rim first, so that a cut that comes to the border or to an older cut meets it.
        on_rim = [i for i in near if self._is_on_rim(i)]
        beside_rim = [side for side in beside if len(self._beside(side[0], side[1])) == 1]
        if near and (on_rim or not beside_rim):
            return min(on_rim or near, key=lambda i: _distance(self.uv_m[i], point_m))
        for side in beside_rim or beside:
            return self._split_edge(*side, origins)
        shares = self.shares(triangle, point_m)
        new = self._add_vertex(point_m)
        origins.append(Origin(corners, shares))
        bins = self._remove_triangle(triangle)
        a, b, c = corners
        self.triangles[triangle] = (a, b, new)
        self._enter(triangle, bins)
        self._add_triangle((b, c, new), bins)
        self._add_triangle((c, a, new), bins)
        return new

    def _walk(self, at: int, goal_m: Point, last: int | None, origins: list[Origin]) -> int:
        """Cuts edges from a vertex to the goal or to where the cloth ends; returns the last one."""
        passed = {at}
        while at != last:
            following = self._step(at, goal_m, last, origins)
            if following is None or following in passed:
                break
            self._cut_edges.add(frozenset((at, following)))
            passed.add(following)
            at = following
        return at

    def _is_on_rim(self, vertex: int) -> bool:
        neighbors = {i for triangle in self._around[vertex] for i in self.triangles[triangle]}
        return len(neighbors) - 1 > len(self._around[vertex])

    def _step(self, at: int, goal_m: Point, last: int | None, origins: list[Origin]) -> int | None:
        """Returns the next vertex on the way to the goal, or None where the cloth ends."""
        here_m = self.uv_m[at]
        for triangle in sorted(self._around[at]):
            corners = self.triangles[triangle]
            k = corners.index(at)
            p, q = corners[(k + 1) % 3], corners[(k + 2) % 3]
            if last in {p, q}:
                return last
            right = _twice_area(here_m, goal_m, self.uv_m[p])
            left = _twice_area(here_m, goal_m, self.uv_m[q])
            if right > 0 or left < 0 or right == left:
                continue
            share = right / (right - left)
            (pu, pv), (qu, qv) = self.uv_m[p], self.uv_m[q]
            crossing_m = (pu + share * (qu - pu), pv + share * (qv - pv))
            if last is None and _distance(here_m, crossing_m) > _distance(here_m, goal_m) + SNAP_M:
                return None
            if _distance(self.uv_m[p], crossing_m) <= SNAP_M:
                return p
            if _distance(self.uv_m[q], crossing_m) <= SNAP_M:
                return q
            return self._split_edge(p, q, share, origins)
        return None

    def _split_edge(self, a: int, b: int, share: float, origins: list[Origin]) -> int:
        """Puts a vertex between a and b, in both triangles of the edge."""
        (au, av), (bu, bv) = self.uv_m[a], self.uv_m[b]
        new = self._add_vertex((au + share * (bu - au), av + share * (bv - av)))
        origins.append(Origin((a, b), (1 - share, share)))
        for triangle in self._beside(a, b):
            corners = self.triangles[triangle]
            bins = self._remove_triangle(triangle)
            self.triangles[triangle] = _exchanged(corners, b, new)
            self._enter(triangle, bins)
            self._add_triangle(_exchanged(corners, a, new), bins)
        if frozenset((a, b)) in self._cut_edges:
            self._cut_edges.remove(frozenset((a, b)))
            self._cut_edges |= {frozenset((a, new)), frozenset((new, b))}
        return new

    def _part(self, origins: list[Origin]) -> None:
        """Splits the vertices of the cut edges."""
        cut_edges = self._cut_edges
        for vertex in sorted({vertex for edge in cut_edges for vertex in edge}):
            for group in self._groups(vertex)[1:]:
                copy = self._add_vertex(self.uv_m[vertex])
                origins.append(Origin((vertex,), (1.0,)))
                for triangle in group:
                    corners = self.triangles[triangle]
                    for other in corners:
                        if frozenset((vertex, other)) in cut_edges:
                            cut_edges.add(frozenset((copy, other)))
                    bins = self._remove_triangle(triangle)
                    self.triangles[triangle] = _exchanged(corners, vertex, copy)
                    self._enter(triangle, bins)
        self._cut_edges = {edge for edge in cut_edges if len(self._beside(*edge)) == 2}

    def _beside(self, a: int, b: int) -> list[int]:
        """Returns the triangles of an edge, at most two."""
        return sorted(self._around[a] & self._around[b])

    def _groups(self, vertex: int) -> list[list[int]]:
        """Returns a vertex's triangles in groups that hang together by edges not cut."""
        waiting, groups = sorted(self._around[vertex]), []
        while waiting:
            group = [waiting.pop(0)]
            for triangle in group:
                for other in [o for o in waiting if self._share_edge(vertex, triangle, o)]:
                    waiting.remove(other)
                    group.append(other)
            groups.append(group)
        return groups

    def _share_edge(self, vertex: int, one: int, other: int) -> bool:
        common = set(self.triangles[one]) & set(self.triangles[other])
        edges = (frozenset((vertex, i)) for i in common if i != vertex)
        return any(edge not in self._cut_edges for edge in edges)

    def _add_vertex(self, uv_m: Point) -> int:
        self.uv_m.append(uv_m)
        self._around.append(set())
        return len(self.uv_m) - 1

    def _add_triangle(self, corners: tuple[int, int, int], bins: list[tuple[int, int]]) -> None:
        self.triangles.append(corners)
        self._bins_of.append([])
        self._enter(len(self.triangles) - 1, bins)

    def _enter(self, triangle: int, bins: list[tuple[int, int]]) -> None:
        self._bins_of[triangle] = bins
        for key in bins:
            self._bins.setdefault(key, []).append(triangle)
        for corner in self.triangles[triangle]:
            self._around[corner].add(triangle)

    def _remove_triangle(self, triangle: int) -> list[tuple[int, int]]:
        bins = self._bins_of[triangle]
        for key in bins:
            self._bins[key].remove(triangle)
        for corner in self.triangles[triangle]:
            self._around[corner].discard(triangle)
        return bins


def _exchanged(corners: tuple[int, int, int], old: int, new: int) -> tuple[int, int, int]:
    a, b, c = (new if corner == old else corner for corner in corners)
    return a, b, c


def _twice_area(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _foot(a: Point, b: Point, point: Point) -> tuple[float, float]:
    """Returns how far from a to b the foot of a point lies, and the point's distance from it."""
    du, dv = b[0] - a[0], b[1] - a[1]
    share = ((point[0] - a[0]) * du + (point[1] - a[1]) * dv) / (du * du + dv * dv)
    share = min(max(share, 0.0), 1.0)
    return share, hypot(point[0] - a[0] - share * du, point[1] - a[1] - share * dv)
