"""The floor of the box: what is cut free comes to lie on it."""

from sim.arrays import BoolArray, FloatArray
from sim.kernel import kernel
from sim.tissue.cutting import Cut
from sim.tissue.rows import Rows, add_entry, add_row, has_room
from sim.tissue.scene import Scene

STIFFNESS_N_M = 500.0
FRICTION = 0.3
NEAR_M = 0.002
"""Own choices: a vertex carries a few hundredths of a newton, and so sinks in by less than 0.1 mm;
wet tissue on plastic; and as far as a vertex falls within a frame at the speed of a hand's drop."""


class Floor:
    """Level ground at height 0."""

    def parts(self, scene: Scene) -> int:  # noqa: ARG002 -- an Actor's signature
        """Returns 1: nothing on the floor needs a shorter step."""
        return 1

    def begin(self, scene: Scene, share: float) -> None:
        """Has nothing to move."""

    def add_rows(self, scene: Scene, dt_s: float) -> None:
        """Adds rows for every vertex that may reach the floor."""
        state, count = scene.state, scene.vertex_count
        rest_on(scene.rows, state.x_m[:count], state.v_m_s, state.system.is_fixed, dt_s)

    def update(self, scene: Scene, dt_s: float) -> None:
        """Keeps nothing."""

    def follow_cut(self, scene: Scene, cut: Cut) -> None:
        """Holds nothing."""


@kernel
def rest_on(
    rows: Rows, x_m: FloatArray, v_m_s: FloatArray, is_fixed: BoolArray, dt_s: float
) -> None:
    """Adds a one-sided row along z, and two of friction, for each free vertex near the floor."""
    for i in range(x_m.shape[0]):
        reach = NEAR_M - dt_s * min(v_m_s[i, 2], 0.0)
        if is_fixed[i] or x_m[i, 2] > reach:
            continue
        if not has_room(rows, 3, 3):
            break
        normal = add_row(rows, STIFFNESS_N_M, x_m[i, 2], 1e9, 0.0, 0, 1, 1)
        add_entry(rows, i, 0.0, 0.0, 1.0)
        add_row(rows, STIFFNESS_N_M, 0.0, 0.0, FRICTION, normal, 2, 0)
        add_entry(rows, i, 1.0, 0.0, 0.0)
        add_row(rows, STIFFNESS_N_M, 0.0, 0.0, 0.0, 0, 0, 0)
        add_entry(rows, i, 0.0, 1.0, 0.0)
