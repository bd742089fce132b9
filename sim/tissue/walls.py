"""The two walls of a slit, which must not pass through each other.

Each vertex of the left wall has the partner that it was parted from; the pair may come as near as
touch, measured across the slit at rest (+x of the pad).
"""

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.cutting import Cut
from sim.tissue.rows import UNLIMITED_N, Rows, add_entry, add_row, has_room
from sim.tissue.scene import Scene

STIFFNESS_N_M = 1500.0
NEAR_M = 0.002


class Walls:
    """The pairs of one slit: (w, 2) vertices, left and right."""

    def __init__(self, pairs: IntArray) -> None:
        self.pairs = pairs

    def parts(self, scene: Scene) -> int:  # noqa: ARG002 -- an Actor's signature
        """Returns 1: walls are no faster than what moves them."""
        return 1

    def begin(self, scene: Scene, share: float) -> None:
        """Has nothing of its own to move."""

    def add_rows(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Keeps pairs apart that are near."""
        keep_apart(scene.rows, scene.state.x_m, self.pairs)

    def update(self, scene: Scene, dt_s: float) -> None:
        """Has nothing to remember."""

    def follow_cut(self, scene: Scene, cut: Cut) -> None:
        """Has nothing to find again: old vertices keep their numbers."""


@kernel
def keep_apart(rows: Rows, x_m: FloatArray, pairs: IntArray) -> None:
    """Adds a one-sided row for each pair nearer than NEAR_M."""
    for q in range(pairs.shape[0]):
        left, right = pairs[q, 0], pairs[q, 1]
        gap = x_m[right, 0] - x_m[left, 0]
        if gap < NEAR_M and has_room(rows, 1, 2):
            add_row(rows, STIFFNESS_N_M, gap, UNLIMITED_N, 0.0, 0, 1, 1)
            add_entry(rows, right, 1.0, 0.0, 0.0)
            add_entry(rows, left, -1.0, 0.0, 0.0)
