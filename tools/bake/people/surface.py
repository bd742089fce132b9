"""Surfaces whose vertices are sparse blends of base vertices, and what can be done to them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from tools.bake.people.anatomy import BoolArray, FloatArray, IntArray


def smoothstep(start: float, end: float, x: FloatArray) -> FloatArray:
    """Returns 0 before start, 1 after end and a smooth rise between; start may exceed end."""
    t = np.clip((x - start) / (end - start), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))


def normals(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """Returns (n, 3) the area-weighted unit normal of each vertex."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    faces = np.cross(b - a, c - a)
    result = np.zeros_like(vertices)
    for i in range(3):
        np.add.at(result, triangles[:, i], faces)
    return np.asarray(result / np.maximum(np.linalg.norm(result, axis=1, keepdims=True), 1e-12))


def welded_normals(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """Returns (n, 3) normals in which vertices at the same place take part together."""
    places, inverse = np.unique(np.round(vertices, 5), axis=0, return_inverse=True)
    return normals(places, inverse.reshape(-1)[triangles])[inverse.reshape(-1)]


@dataclass
class Surface:
    """Triangles over vertices that are blends of base vertices.

    Attributes:
      triangles: (m, 3).
      blend: sparse (n, base), rows sum to 1. `Any` because scipy ships no types.
      offset_m: (n,) along the normal.
      shift_m: (n, 3) constant, for things that keep their shape on every body.
      marks: (n,) or (n, k) per-vertex values; they are cut and blended along.
    """

    triangles: IntArray
    blend: Any
    offset_m: FloatArray
    shift_m: FloatArray
    marks: dict[str, FloatArray] = field(default_factory=dict)

    @classmethod
    def of(cls, triangles: IntArray, blend: Any) -> "Surface":  # noqa: ANN401 - scipy has no types
        """Returns a surface that lies exactly on the base mesh."""
        blend = sp.csr_matrix(blend)
        n = blend.shape[0]
        return cls(np.asarray(triangles), blend, np.zeros(n), np.zeros((n, 3)))

    def __len__(self) -> int:
        return int(self.blend.shape[0])

    def lying(self, base_m: FloatArray) -> FloatArray:
        """Returns (n, 3) the vertices without their offset on a figure."""
        return np.asarray(self.blend @ base_m + self.shift_m)

    def standing(self, base_m: FloatArray) -> FloatArray:
        """Returns (n, 3) the vertices with their offset on a figure."""
        place = self.lying(base_m)
        return np.asarray(place + self.offset_m[:, None] * normals(place, self.triangles))

    def only(self, kept: BoolArray | None = None) -> "Surface":
        """Returns the surface of the kept triangles, without vertices that nothing uses."""
        triangles = self.triangles if kept is None else self.triangles[kept]
        used, inverse = np.unique(triangles, return_inverse=True)
        return Surface(
            inverse.reshape(triangles.shape),
            self.blend[used],
            self.offset_m[used],
            self.shift_m[used],
            {name: mark[used] for name, mark in self.marks.items()},
        )

    def mapped(self, operator: Any, triangles: IntArray) -> "Surface":  # noqa: ANN401 - as above
        """Returns the surface whose vertices are operator @ these vertices."""
        return Surface(
            triangles,
            operator @ self.blend,
            operator @ self.offset_m,
            operator @ self.shift_m,
            {name: operator @ mark for name, mark in self.marks.items()},
        )

    def clip(self, values: FloatArray) -> "Surface":
        """Returns the part where the (n,) values are above 0, cut exactly at 0."""
        values = np.where(np.abs(values) < 1e-5, 1e-5, values)
        inside = values > 0
        count = inside[self.triangles].sum(1)
        cuts: dict[tuple[int, int], int] = {}
        added: list[tuple[int, int, int]] = []

        def cut(i: int, j: int) -> int:
            key = (min(i, j), max(i, j))
            return cuts.setdefault(key, len(values) + len(cuts))

        for triangle in self.triangles[(count == 1) | (count == 2)]:
            lone = inside[triangle].sum() == 1
            first = int(np.argmax(inside[triangle] == lone))
            a, b, c = (int(v) for v in np.roll(triangle, -first))
            x, y = cut(a, b), cut(a, c)
            added += [(a, x, y)] if lone else [(x, b, c), (x, c, y)]
        triangles = np.concatenate(
            [self.triangles[count == 3], np.array(added, np.int64).reshape(-1, 3)]
        )
        ends = np.array(list(cuts), np.int64).reshape(-1, 2)
        share = values[ends[:, 0]] / (values[ends[:, 0]] - values[ends[:, 1]])
        return self.mapped(self._between(ends, share), triangles).only()

    def subdivide(self) -> "Surface":
        """Returns the same surface with each triangle cut into four at its edges' middles."""
        t = self.triangles
        edges = np.sort(np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]]), 1)
        unique, inverse = np.unique(edges, axis=0, return_inverse=True)
        i, j, k = inverse.reshape(3, -1) + len(self)
        a, b, c = t.T
        quarters = ((a, i, k), (i, b, j), (k, j, c), (i, j, k))
        triangles = np.concatenate([np.stack(q, 1) for q in quarters])
        return self.mapped(self._between(unique, np.full(len(unique), 0.5)), triangles)

    def smooth(
        self, rounds: int, *, shrinking: bool = False, amount: FloatArray | None = None
    ) -> "Surface":
        """Smooths in place and returns self; the border stays where it is.

        Args:
          rounds: how often.
          shrinking: plain Laplacian instead of Taubin's pair of steps, which keeps the volume.
          amount: (n,) 0 to 1, how much each vertex takes part.

        Source: G. Taubin, "A signal processing approach to fair surface design", SIGGRAPH 1995.
        """
        neighbors = self._adjacency()
        free = (~self.border()).astype(float) * (1.0 if amount is None else amount)
        neighbors.data[:] = 1
        degree = np.maximum(np.asarray(neighbors.sum(1)).ravel(), 1e-9)
        identity = sp.identity(len(free))
        laplacian = sp.diags(1 / degree) @ neighbors - identity

        def step(size: float) -> Any:  # noqa: ANN401 - as above
            return identity + sp.diags(size * free) @ laplacian

        operator = step(0.6) if shrinking else step(-0.615) @ step(0.6)
        for _ in range(rounds):
            self.blend = operator @ self.blend
            self.shift_m = operator @ self.shift_m
        self._tidy()
        return self

    def even_border(self, rounds: int) -> "Surface":
        """Straightens the border along itself and returns self; inner vertices stay.

        Each round moves each border vertex half way between its border neighbors.
        """
        adjacency = self._adjacency()
        outer = self.border()
        rim = sp.diags(outer.astype(float)) @ adjacency @ sp.diags(outer.astype(float))
        rim.data = (rim.data == 1).astype(float)
        count = np.asarray(rim.sum(1)).ravel()
        moves = (count == 2) & outer
        identity = sp.identity(len(self))
        mean = sp.diags(1 / np.maximum(count, 1)) @ rim
        operator = identity + sp.diags(0.5 * moves) @ (mean - identity)
        for _ in range(rounds):
            self.blend = operator @ self.blend
            self.shift_m = operator @ self.shift_m
            self.offset_m = operator @ self.offset_m
        self._tidy()
        return self

    def border(self) -> BoolArray:
        """Returns (n,) booleans: vertices on an edge that only one triangle has."""
        adjacency = self._adjacency()
        adjacency.data = (adjacency.data == 1).astype(float)
        return np.asarray(np.asarray(adjacency.sum(1)).ravel() > 0)

    def _between(self, ends: IntArray, share: FloatArray) -> Any:  # noqa: ANN401 - as above
        m = len(ends)
        rows, columns = np.tile(np.arange(m), 2), ends.T.ravel()
        middles = sp.csr_matrix(
            (np.concatenate([1 - share, share]), (rows, columns)), shape=(m, len(self))
        )
        return sp.vstack([sp.identity(len(self)), middles]).tocsr()

    def _adjacency(self) -> Any:  # noqa: ANN401 - as above
        t, n = self.triangles, len(self)
        i = np.concatenate([t[:, 0], t[:, 1], t[:, 2]])
        j = np.concatenate([t[:, 1], t[:, 2], t[:, 0]])
        pairs = (np.concatenate([i, j]), np.concatenate([j, i]))
        return sp.csr_matrix((np.ones(len(i) * 2), pairs), shape=(n, n))

    def _tidy(self) -> None:
        self.blend = sp.csr_matrix(self.blend)
        self.blend.data[np.abs(self.blend.data) < 2e-4] = 0
        self.blend.eliminate_zeros()
        total = np.asarray(self.blend.sum(1)).ravel()
        scale = 1 / np.where(np.abs(total) < 1e-9, 1, total)
        self.blend = (sp.diags(scale) @ self.blend).tocsr()


def join(parts: list[Surface]) -> Surface:
    """Returns all parts as one surface; every part must have the same marks."""
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return Surface(
        np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]),
        sp.vstack([part.blend for part in parts]).tocsr(),
        np.concatenate([part.offset_m for part in parts]),
        np.concatenate([part.shift_m for part in parts]),
        {name: np.concatenate([part.marks[name] for part in parts]) for name in parts[0].marks},
    )
