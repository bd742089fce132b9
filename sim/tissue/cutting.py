"""Continuous cutting of tetrahedra by the edge of scissors, a hook or a blade.

Strategy:
1. What the edge has swept since the last step bisects the edges of the mesh that it crosses
   (`sweep.py`). A vertex nearer than SNAP_M counts as swept, so that no thinner slivers arise.
2. Faces whose corners have all been swept are cut, and their vertices split (`splitting.py`).
Nothing is removed and nothing moves: rest volume and mass only change owners.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.tissue.mesh import TetMesh
from sim.tissue.splitting import split
from sim.tissue.sweep import Draft, sweep

SNAP_M = 0.0005
"""Half of the deviation of 1 mm that is allowed; the other half is for bends between vertices."""
SHORTEST_SWEEP_M = 0.0003
"""Less movement than this waits until more has come together: own choice."""
ROOM_TETS, ROOM_VERTICES = 768, 512


@dataclass(frozen=True, slots=True)
class Cut:
    """What a sweep has made of a mesh.

    Attributes:
      mesh: after the sweep; old vertices keep their numbers, old tetrahedra too where they are
        still whole, and a part of each of the others has its number.
      tet_parent: (t,) the tetrahedron before the sweep that each is a part of.
      vertex_ends: (n, 2) of each new vertex, the two it was made between; equal for a copy.
      vertex_share: (n,) how far from the first to the second.
    """

    mesh: TetMesh
    tet_parent: IntArray
    vertex_ends: IntArray
    vertex_share: FloatArray

    def carried(self, values: FloatArray) -> FloatArray:
        """Returns values of the old vertices, (v, ...), followed by those of the new ones."""
        grown = np.concatenate([values, np.zeros((len(self.vertex_ends), *values.shape[1:]))])
        rows = zip(self.vertex_ends.tolist(), self.vertex_share.tolist(), strict=True)
        for number, ((a, b), share) in enumerate(rows, len(values)):
            grown[number] = (1 - share) * grown[a] + share * grown[b]
        return grown


class Stroke:
    """Edges on their way through one body, from their first touch until they leave it.

    The two blades of a snip belong to one stroke, and so does the next snip further on.

    Args:
      positions_m: (v, 3) where the body's vertices are at the start.
      edges_m: (n, 2, 3) where the two ends of each cutting edge are.
    """

    def __init__(self, positions_m: FloatArray, edges_m: FloatArray) -> None:
        self._edges_m = np.array(edges_m, float)
        self._before_m = positions_m.copy()
        self._on_cut = np.zeros(len(positions_m), np.bool_)
        self._normal = np.zeros(positions_m.shape)
        self._off_m = np.full(len(positions_m), np.inf)
        self._heading = np.zeros(3)

    def move(self, positions_m: FloatArray, edges_m: FloatArray) -> None:
        """Moves the edges on without cutting, as when scissors open again."""
        self._edges_m = np.array(edges_m, float)
        self._before_m = positions_m.copy()

    def state(self) -> bytes:
        """Returns everything that the next sweep depends on."""
        arrays = (self._edges_m, self._before_m, self._on_cut, self._normal, self._off_m)
        return b"".join(array.tobytes() for array in (*arrays, self._heading))

    def sweep(self, mesh: TetMesh, positions_m: FloatArray, edges_m: FloatArray) -> Cut | None:
        """Moves the edges on; returns what they have cut, or None if the mesh stays as it is.

        Args:
          mesh: the body; during a stroke nothing else may change its topology.
          positions_m: (v, 3) where its vertices are now.
          edges_m: (n, 2, 3) where the two ends of each edge are now, in the same frame.

        Raises:
          ValueError: if the mesh is not the one that the last sweep left.
        """
        if len(positions_m) != len(self._before_m):
            raise ValueError("The mesh was changed during a stroke: begin a new stroke.")
        edges_m = np.array(edges_m, float)
        moved_m = max(
            float(np.abs(edges_m - self._edges_m).max()),
            float(np.abs(positions_m - self._before_m).max(initial=0.0)),
        )
        if moved_m < SHORTEST_SWEEP_M:
            return None
        room = 1
        draft = self._draft(mesh, positions_m, room)
        while not self._cuts_within(draft, edges_m):
            room *= 2
            draft = self._draft(mesh, positions_m, room)
        vertices = int(draft.used[1])
        self._edges_m, self._heading = edges_m, draft.heading
        self._before_m = draft.now_m[:vertices].copy()
        self._on_cut, self._normal = draft.on_cut[:vertices], draft.normal[:vertices]
        self._off_m = draft.off_m[:vertices]
        return _changed(mesh, draft) if vertices > len(positions_m) else None

    def _cuts_within(self, draft: Draft, edges_m: FloatArray) -> bool:
        pairs = zip(self._edges_m, edges_m, strict=True)
        return all(sweep(draft, before_m, now_m, SNAP_M) for before_m, now_m in pairs) and split(
            draft
        )

    def _draft(self, mesh: TetMesh, positions_m: FloatArray, room: int) -> Draft:
        tets, vertices = len(mesh.tets), len(positions_m)
        more_tets, more_vertices = room * ROOM_TETS, room * ROOM_VERTICES
        point_room, row_room = np.zeros((more_vertices, 3)), np.zeros((more_tets, 4), np.int64)
        return Draft(
            heading=self._heading.copy(),
            used=np.array([tets, vertices]),
            tets=np.concatenate([mesh.tets, row_room]),
            parent=np.arange(tets + more_tets),
            rest_m=np.concatenate([mesh.vertices_m, point_room]),
            now_m=np.concatenate([positions_m, point_room]),
            before_m=np.concatenate([self._before_m, point_room]),
            ends=np.zeros((vertices + more_vertices, 2), np.int64),
            share=np.zeros(vertices + more_vertices),
            on_cut=np.concatenate([self._on_cut, np.zeros(more_vertices, np.bool_)]),
            normal=np.concatenate([self._normal, point_room]),
            off_m=np.concatenate([self._off_m, np.full(more_vertices, np.inf)]),
        )


def _changed(mesh: TetMesh, draft: Draft) -> Cut:
    (tets, vertices), old = draft.used, len(mesh.vertices_m)
    parent = draft.parent[:tets].copy()
    changed = replace(
        mesh,
        vertices_m=draft.rest_m[:vertices].copy(),
        tets=draft.tets[:tets].copy(),
        material_of=mesh.material_of[parent],
    )
    return Cut(changed, parent, draft.ends[old:vertices].copy(), draft.share[old:vertices].copy())
