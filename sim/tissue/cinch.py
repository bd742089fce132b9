"""A tight loop around tissue: what is wider than the loop is pressed in."""

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.cutting import Cut
from sim.tissue.rows import Rows, add_entry, add_row, has_room
from sim.tissue.scene import Scene

STIFFNESS_N_M = 800.0
BAND_M = 0.003
"""Half of the width that a loop presses: that of a cell, for a thread is finer than the mesh."""


class Cinch:
    """A ring about an axis, level with a place along it.

    Attributes:
      radius_m: of the ring; infinite while it is loose.
      at_m: (3,) its middle.
      axis: (3,) unit vector.
      push_n: all that it pressed with in the last step, summed around.
      neck_m: mean distance of what it presses from the axis; nought if it presses nothing.
    """

    def __init__(self) -> None:
        self.radius_m = np.inf
        self.at_m: FloatArray = np.zeros(3)
        self.axis: FloatArray = np.array([0.0, 0.0, 1.0])
        self.push_n = 0.0
        self.neck_m = 0.0
        self._vertices: IntArray = np.zeros(0, np.int64)
        self._first = self._count = 0

    def parts(self, scene: Scene) -> int:  # noqa: ARG002 -- an Actor's signature
        """Returns 1: a loop is drawn slowly."""
        return 1

    def begin(self, scene: Scene, share: float) -> None:
        """Has nothing of its own to move."""

    def add_rows(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Adds a row towards the axis for every vertex of the skin within the band."""
        self._first = int(scene.rows.used[0])
        self._vertices = np.zeros(0, np.int64)
        x_m = scene.state.x_m
        if np.isfinite(self.radius_m):
            skin = np.unique(scene.surface.triangles)
            along_m = ((x_m[skin] - self.at_m) * self.axis).sum(axis=1)
            self._vertices = skin[np.abs(along_m) < BAND_M]
        if len(self._vertices):
            # A ring that tissue fills has its middle where that has it, and pushes it nowhere.
            self.at_m = x_m[self._vertices].mean(axis=0)
            press(scene.rows, x_m, self._vertices, self.at_m, self.axis, self.radius_m)
        self._count = int(scene.rows.used[0]) - self._first

    def update(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Takes the forces of the solve, and how thin the neck is."""
        forces_n = scene.rows.force_n[self._first : self._first + self._count]
        self.push_n = float(forces_n.sum())
        self.neck_m = 0.0
        if len(self._vertices):
            from_m = scene.state.x_m[self._vertices] - self.at_m
            off_m = from_m - (from_m * self.axis).sum(axis=1)[:, None] * self.axis
            self.neck_m = float(np.sqrt((off_m**2).sum(axis=1)).mean())

    def follow_cut(self, scene: Scene, cut: Cut) -> None:
        """Holds nothing from one step to the next."""


@kernel
def press(
    rows: Rows,
    x_m: FloatArray,
    vertices: IntArray,
    at_m: FloatArray,
    axis: FloatArray,
    radius_m: float,
) -> None:
    """Adds a one-sided row for each vertex that keeps it within a radius of the axis."""
    for k in range(vertices.shape[0]):
        i = vertices[k]
        if not has_room(rows, 1, 1):
            break
        along = 0.0
        for d in range(3):
            along += axis[d] * (x_m[i, d] - at_m[d])
        x = x_m[i, 0] - at_m[0] - along * axis[0]
        y = x_m[i, 1] - at_m[1] - along * axis[1]
        z = x_m[i, 2] - at_m[2] - along * axis[2]
        off = np.sqrt(x * x + y * y + z * z)
        if off < 1e-9:
            continue
        add_row(rows, STIFFNESS_N_M, radius_m - off, 1e9, 0.0, 0, 1, 1)
        add_entry(rows, i, -x / off, -y / off, -z / off)
