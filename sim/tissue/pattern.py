"""Which pairs of vertices pull at each other: the lower half of a symmetric block matrix.

Only blocks whose row is above their column are stored (block-CSR); the other half is the
transpose, and the diagonal has an array of its own.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import IntArray
from sim.kernel import kernel
from sim.tissue.mesh import incident_tets


class Pattern(NamedTuple):
    """The places of the blocks.

    Attributes:
      row_start: (v + 1,) where each row's blocks begin.
      columns: (e,) column of each block, ascending within a row.
      slot: (t, 6) the block of corner pairs (1,0) (2,0) (3,0) (2,1) (3,1) (3,2) of each
        tetrahedron; ~slot where the pair has to be stored transposed.
    """

    row_start: IntArray
    columns: IntArray
    slot: IntArray


@kernel
def pattern_of(tets: IntArray, vertex_count: int) -> Pattern:
    """Returns the pattern of a mesh."""
    offsets, around = incident_tets(tets, vertex_count)
    row_start = np.zeros(vertex_count + 1, np.int64)
    columns = np.empty(6 * tets.shape[0], np.int64)
    place = np.full(vertex_count, -1, np.int64)
    slot = np.empty((tets.shape[0], 6), np.int64)
    count = 0
    for i in range(vertex_count):
        first = count
        for e in range(offsets[i], offsets[i + 1]):
            for a in range(4):
                j = tets[around[e], a]
                if j < i and place[j] < first:
                    place[j] = first
                    columns[count] = j
                    count += 1
        row = columns[first:count]
        row.sort()
        for s in range(first, count):
            place[columns[s]] = s
        for e in range(offsets[i], offsets[i + 1]):
            t = around[e]
            pair = 0
            for b in range(3):
                for a in range(b + 1, 4):
                    if tets[t, a] == i and tets[t, b] < i:
                        slot[t, pair] = place[tets[t, b]]
                    elif tets[t, b] == i and tets[t, a] < i:
                        slot[t, pair] = ~place[tets[t, a]]
                    pair += 1
        row_start[i + 1] = count
    return Pattern(row_start, columns[:count].copy(), slot)
