"""Fewer triangles over the same vertices: every level of detail is only another index list.

Strategy: half-edge collapse by quadric error. A vertex is moved onto a neighbor, never elsewhere,
so all levels share one vertex buffer. A border vertex only slides along its border.

Source: M. Garland, P. Heckbert, "Surface simplification using quadric error metrics",
SIGGRAPH 1997.
"""

import heapq

import numpy as np

from tools.bake.people.anatomy import FloatArray, IntArray

Edge = tuple[int, int]
FLIP_COSINE = 0.25  # a face may not turn further than this


def _edge(a: int, b: int) -> Edge:
    return (a, b) if a < b else (b, a)


def _cross(a: list[float], b: list[float], c: list[float]) -> tuple[float, float, float]:
    x1, y1, z1 = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    x2, y2, z2 = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    return (y1 * z2 - z1 * y2, z1 * x2 - x1 * z2, x1 * y2 - y1 * x2)


class Reduction:
    """A mesh that loses triangles step by step, the least missed first.

    Args:
      vertices_m: (n, 3).
      triangles: (m, 3).
      importance: (n,) how much an error at each vertex counts.
      vertex_normals: (n, 3).
    """

    def __init__(
        self,
        vertices_m: FloatArray,
        triangles: IntArray,
        importance: FloatArray,
        vertex_normals: FloatArray,
    ) -> None:
        n = len(vertices_m)
        self._vertices, self._normals = vertices_m, vertex_normals
        self._importance = importance
        self._points: list[list[float]] = vertices_m.tolist()
        self._homogeneous = np.concatenate([vertices_m, np.ones((n, 1))], 1)
        self._faces: dict[int, list[int]] = dict(enumerate(triangles.tolist()))
        self._faces_of: list[set[int]] = [set() for _ in range(n)]
        self._version = [0] * n
        self._is_gone = [False] * n
        self._heap: list[tuple[float, int, int, int, int]] = []
        edges: dict[Edge, list[int]] = {}
        for index, (a, b, c) in self._faces.items():
            for vertex in (a, b, c):
                self._faces_of[vertex].add(index)
            for edge in (_edge(a, b), _edge(b, c), _edge(c, a)):
                edges.setdefault(edge, []).append(index)
        self._border_edges = {edge for edge, faces in edges.items() if len(faces) == 1}
        self._on_border = np.zeros(n, bool)
        self._on_border[[v for edge in self._border_edges for v in edge]] = True
        self._quadrics = self._first_quadrics(triangles, edges)
        for a, b in edges:
            self._push(a, b)
            self._push(b, a)

    def down_to(self, count: int) -> IntArray:
        """Returns (k, 3) the triangles once there are at most `count`, or no more can go."""
        while len(self._faces) > count and self._heap:
            _, u, w, version_u, version_w = heapq.heappop(self._heap)
            current = self._version[u] == version_u and self._version[w] == version_w
            if current and not self._is_gone[u] and not self._is_gone[w]:
                self._collapse(u, w)
        return np.array(list(self._faces.values()), np.int64).reshape(-1, 3)

    def _first_quadrics(self, triangles: IntArray, edges: dict[Edge, list[int]]) -> FloatArray:
        a, b, c = (self._vertices[triangles[:, i]] for i in range(3))
        faces = np.cross(b - a, c - a)
        area = np.linalg.norm(faces, axis=1)
        faces = faces / np.maximum(area, 1e-15)[:, None]
        planes = np.concatenate([faces, -(faces * a).sum(1)[:, None]], 1)
        outer = planes[:, :, None] * planes[:, None, :] * area[:, None, None]
        quadrics = np.zeros((len(self._vertices), 4, 4))
        for i in range(3):
            np.add.at(quadrics, triangles[:, i], outer)
        for i, j in self._border_edges:  # a wall through each border edge keeps the outline
            along = self._vertices[j] - self._vertices[i]
            across = np.cross(along, faces[edges[(i, j)][0]])
            length = float(np.linalg.norm(across))
            if length > 1e-12:
                across = across / length
                plane = np.append(across, -across @ self._vertices[i])
                wall = np.outer(plane, plane) * (along @ along) * 4
                quadrics[i] += wall
                quadrics[j] += wall
        return np.asarray(quadrics * self._importance[:, None, None])

    def _push(self, u: int, w: int) -> None:
        is_inward = self._on_border[u] and _edge(u, w) not in self._border_edges
        if is_inward:
            return
        place = self._homogeneous[w]
        error = float(place @ (self._quadrics[u] + self._quadrics[w]) @ place)
        along = self._vertices[u] - self._vertices[w]
        squared = float(along @ along) * float(self._importance[u])
        bend = max(0.0, 1.0 - float(self._normals[u] @ self._normals[w]))
        cost = error + (1e-9 + 2e-3 * bend) * squared
        heapq.heappush(self._heap, (cost, u, w, self._version[u], self._version[w]))

    def _collapse(self, u: int, w: int) -> None:
        shared = self._faces_of[u] & self._faces_of[w]
        around_u = {v for f in self._faces_of[u] for v in self._faces[f]} - {u}
        around_w = {v for f in self._faces_of[w] for v in self._faces[f]} - {w}
        if len(around_u & around_w) > len(shared) or self._would_flip(u, w, shared):
            return
        for face in shared:
            for vertex in self._faces.pop(face):
                self._faces_of[vertex].discard(face)
        for face in self._faces_of[u]:
            self._faces[face] = [w if v == u else v for v in self._faces[face]]
            self._faces_of[w].add(face)
        if self._on_border[u]:
            for x in around_u - {w}:
                if _edge(u, x) in self._border_edges:
                    self._border_edges.add(_edge(w, x))
        self._faces_of[u] = set()
        self._is_gone[u] = True
        self._quadrics[w] += self._quadrics[u]
        self._version[w] += 1
        for x in sorted({v for f in self._faces_of[w] for v in self._faces[f]} - {w}):
            self._push(w, x)
            self._push(x, w)

    def _would_flip(self, u: int, w: int, shared: set[int]) -> bool:
        points = self._points
        for face in self._faces_of[u] - shared:
            old = _cross(*(points[v] for v in self._faces[face]))
            new = _cross(*(points[w if v == u else v] for v in self._faces[face]))
            dot = old[0] * new[0] + old[1] * new[1] + old[2] * new[2]
            length = sum(x * x for x in old) ** 0.5 * sum(x * x for x in new) ** 0.5
            if dot < FLIP_COSINE * length or sum(x * x for x in new) < 1e-24:
                return True
        return False
