"""What a cut must leave behind: a skin that is closed and has no pinches.

A surface is a closed manifold when every edge belongs to exactly two triangles and the triangles
around every vertex form one ring.
"""

import numpy as np

from sim.arrays import IntArray


def open_edges(triangles: IntArray) -> IntArray:
    """Returns the (n, 2) edges that do not belong to exactly one triangle in each direction."""
    directed = np.concatenate([triangles[:, [a, (a + 1) % 3]] for a in range(3)])
    stride = int(triangles.max(initial=0)) + 1
    forward, count = np.unique(directed[:, 0] * stride + directed[:, 1], return_counts=True)
    backward = np.sort(directed[:, 1] * stride + directed[:, 0])
    bad = np.concatenate([forward[count > 1], np.setxor1d(forward, backward)])
    return np.stack([bad // stride, bad % stride], axis=1)


def pinched_vertices(triangles: IntArray) -> IntArray:
    """Returns the vertices whose triangles do not form one ring; edges must be closed already."""
    following: dict[int, dict[int, int]] = {}
    for a, b, c in triangles.tolist():
        for i, j, k in ((a, b, c), (b, c, a), (c, a, b)):
            following.setdefault(i, {})[j] = k
    pinched = []
    for vertex, ring in following.items():
        start = at = next(iter(ring))
        length = 0
        while length <= len(ring):
            at = ring.get(at, start)
            length += 1
            if at == start:
                break
        if length != len(ring):
            pinched.append(vertex)
    return np.array(sorted(pinched), np.int64)
