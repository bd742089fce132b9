"""Jaws that hold a patch of surface: how hard they pull before it slips out.

Each triangle under the jaws is held at its middle by three rows that share one limit. With a
pinch of F newtons, friction mu and two jaws the whole patch bears 2 mu F (Coulomb), shared evenly.
What is pulled beyond that slides under the jaws, and a triangle that has slid by the length of the
jaw is lost.
"""

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.closest import normal_of
from sim.tissue.cutting import Cut
from sim.tissue.rows import Rows, add_entry, add_row, has_room
from sim.tissue.scene import Scene, Tool

STIFFNESS_N_M = 1500.0
FRICTION = 0.5
JAW_M = 0.004
"""Reach of the jaws around the tip and the way on which tissue slides out; our choices."""
CLEAR_OF_JAWS = 0.16
"""Share of the shaft behind the tip that does not collide while the jaws hold something."""


class Grasp:
    """What one tool's jaws hold.

    Attributes:
      tool: whose jaws they are.
      pinch_n: force of each jaw on the tissue between them.
      faces: (n,) triangles of the scene's surface that are held.
      force_n: (3,) with which the tissue pulls at the jaws.
      has_slipped: whether the last thing held was lost by slipping.
    """

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.pinch_n = 0.0
        self.faces: IntArray = np.zeros(0, np.int64)
        self.force_n: FloatArray = np.zeros(3)
        self.has_slipped = False
        self._offset_m: FloatArray = np.zeros((0, 3))
        self._origin_m: FloatArray = np.zeros((0, 3))
        self._corners: IntArray = np.zeros((0, 3), np.int64)
        self._first_row = 0

    @property
    def capacity_n(self) -> float:
        """What the jaws can bear before tissue slips."""
        return 2 * FRICTION * self.pinch_n

    def close(self, scene: Scene, pinch_n: float) -> int:
        """Closes the jaws on what is near the tip; returns how many triangles they hold."""
        tip_m = scene.state.x_m[self.tool.node]
        middle_m = scene.state.x_m[scene.surface.triangles].mean(1)
        self.faces = np.flatnonzero(np.linalg.norm(middle_m - tip_m, axis=1) < JAW_M)
        self._offset_m = middle_m[self.faces] - tip_m
        self._origin_m = self._offset_m.copy()
        self._corners = scene.surface.triangles[self.faces]
        self.pinch_n = pinch_n
        self.has_slipped = False
        self.tool.first = CLEAR_OF_JAWS if len(self.faces) else 0.0
        return len(self.faces)

    def open(self) -> None:
        """Lets go."""
        self.faces = self.faces[:0]
        self._keep(np.zeros(len(self._corners), np.bool_))
        self.force_n[:] = 0
        self.pinch_n = 0.0
        self.tool.first = 0.0

    def parts(self, scene: Scene) -> int:  # noqa: ARG002 -- an Actor's signature
        """Returns 1: jaws are a tool's, and the scene looks after tools."""
        return 1

    def begin(self, scene: Scene, share: float) -> None:
        """Has nothing of its own to move."""

    def add_rows(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Adds three rows for each held triangle."""
        self._first_row = int(scene.rows.used[0])
        if len(self.faces):
            limit_n = self.capacity_n / len(self.faces)
            triangles = scene.surface.triangles[self.faces]
            hold(scene.rows, scene.state.x_m, triangles, self._offset_m, self.tool.node, limit_n)

    def update(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Lets slide what was pulled too hard."""
        count = len(self.faces)
        if not count:
            return
        pulled_n = scene.rows.force_n[self._first_row : self._first_row + 3 * count].reshape(-1, 3)
        self.force_n = -pulled_n.sum(0)
        middle_m = scene.state.x_m[scene.surface.triangles[self.faces]].mean(1)
        self._offset_m = middle_m - scene.state.x_m[self.tool.node] + pulled_n / STIFFNESS_N_M
        is_held = np.linalg.norm(self._offset_m - self._origin_m, axis=1) < JAW_M
        self.faces = self.faces[is_held]
        self._keep(is_held)
        if not len(self.faces):
            self.open()
            self.has_slipped = True

    def follow_cut(self, scene: Scene, cut: Cut) -> None:  # noqa: ARG002 -- an Actor's signature
        """Keeps the triangles that are still whole."""
        places = {tuple(sorted(tri)): f for f, tri in enumerate(scene.surface.triangles.tolist())}
        found = [places.get(tuple(sorted(corners)), -1) for corners in self._corners.tolist()]
        is_whole = np.array(found, np.int64) >= 0
        self.faces = np.array(found, np.int64)[is_whole]
        self._keep(is_whole)
        if not len(self.faces):
            self.open()

    def _keep(self, is_kept: BoolArray) -> None:
        self._corners = self._corners[is_kept]
        self._offset_m, self._origin_m = self._offset_m[is_kept], self._origin_m[is_kept]

    def state(self) -> bytes:
        """Returns everything that the next step depends on."""
        arrays = (self.faces, self._offset_m, self._origin_m, self._corners, self.force_n)
        told = repr((self.pinch_n, self.has_slipped, self.tool.first)).encode()
        return b"".join(array.tobytes() for array in arrays) + told

    def pressure_pa(self, scene: Scene) -> float:
        """Returns the jaws' pressure on what they hold."""
        if not len(self.faces):
            return 0.0
        area = areas_m2(scene.state.x_m, scene.surface.triangles[self.faces])
        return self.pinch_n / max(0.5 * float(area.sum()), 1e-9)


@kernel
def hold(
    rows: Rows,
    x_m: FloatArray,
    triangles: IntArray,
    offset_m: FloatArray,
    node: int,
    limit_n: float,
) -> None:
    """Holds the middles of (n, 3) triangles at (n, 3) offsets from a node."""
    for f in range(triangles.shape[0]):
        if not has_room(rows, 3, 12):
            break
        for d in range(3):
            length = -x_m[node, d] - offset_m[f, d]
            for c in range(3):
                length += x_m[triangles[f, c], d] / 3
            add_row(rows, STIFFNESS_N_M, length, limit_n, 0.0, 0, 3 if d == 0 else 0, 0)
            x, y, z = 1.0 * (d == 0), 1.0 * (d == 1), 1.0 * (d == 2)
            for c in range(3):
                add_entry(rows, triangles[f, c], x / 3, y / 3, z / 3)
            add_entry(rows, node, -x, -y, -z)


@kernel
def areas_m2(x_m: FloatArray, triangles: IntArray) -> FloatArray:
    """Returns the (n,) areas of triangles."""
    area, normal = np.empty(triangles.shape[0]), np.empty(3)
    for f in range(triangles.shape[0]):
        area[f] = 0.5 * normal_of(
            x_m[triangles[f, 0]], x_m[triangles[f, 1]], x_m[triangles[f, 2]], normal
        )
    return area
