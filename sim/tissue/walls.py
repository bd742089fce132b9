"""The two walls of a slit, which must not pass through each other.

Each vertex of the left wall has the partner that it was parted from; the pair may come as near as
touch, measured across the slit at rest.
"""

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.cutting import Cut
from sim.tissue.rows import UNLIMITED_N, Rows, add_entry, add_row, has_room
from sim.tissue.scene import Scene
from world.geometry import Vector

STIFFNESS_N_M = 1500.0
NEAR_M = 0.002


class Walls:
    """The pairs of one slit.

    Attributes:
      pairs: (w, 2) vertices, left and right.
      across: (3,) unit vector from left to right; +x as `slit_pad` makes it.
    """

    def __init__(self, pairs: IntArray, across: Vector = (1.0, 0.0, 0.0)) -> None:
        self.pairs = pairs
        self.across: FloatArray = np.array(across)

    def parts(self, scene: Scene) -> int:  # noqa: ARG002 -- an Actor's signature
        """Returns 1: walls are no faster than what moves them."""
        return 1

    def begin(self, scene: Scene, share: float) -> None:
        """Has nothing of its own to move."""

    def add_rows(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Keeps pairs apart that are near."""
        keep_apart(scene.rows, scene.state.x_m, self.pairs, self.across)

    def update(self, scene: Scene, dt_s: float) -> None:
        """Has nothing to remember."""

    def follow_cut(self, scene: Scene, cut: Cut) -> None:
        """Has nothing to find again: old vertices keep their numbers."""


@kernel
def keep_apart(rows: Rows, x_m: FloatArray, pairs: IntArray, across: FloatArray) -> None:
    """Adds a one-sided row for each pair nearer than NEAR_M."""
    for q in range(pairs.shape[0]):
        left, right = pairs[q, 0], pairs[q, 1]
        gap = 0.0
        for d in range(3):
            gap += (x_m[right, d] - x_m[left, d]) * across[d]
        if gap < NEAR_M and has_room(rows, 1, 2):
            add_row(rows, STIFFNESS_N_M, gap, UNLIMITED_N, 0.0, 0, 1, 1)
            add_entry(rows, right, across[0], across[1], across[2])
            add_entry(rows, left, -across[0], -across[1], -across[2])
