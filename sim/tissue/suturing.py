"""A needle in a scene: what a hand turns, what tissue answers.

Its thread is another actor's business, see sim/suture: the needle only leaves it the channel.
"""

import math

import numpy as np

from sim.arrays import FloatArray
from sim.kernel import kernel
from sim.tissue.arc import Needle, locate, put_on
from sim.tissue.channel import (
    ANCHOR,
    STATE,
    THREADED,
    USED,
    Channel,
    Tissue,
    add_channel_rows,
    empty_channel,
    update_channel,
)
from sim.tissue.cutting import Cut
from sim.tissue.mesh import face_neighbors
from sim.tissue.scene import Scene, Tool
from sim.tissue.tip import add_tip_rows, update_tip
from sim.tissue.walk import pull_in, put_at, weigh

PART_M = 0.002
"""The tip changes its state at most once in a part, so it must not pass two walls in one."""
MOST_PARTS = 8
NEAR_M = 0.02
SMOOTH_S = 0.05
"""Time constant of the force given to the hand: jumps between frames are the solver's noise."""


class Suturing:
    """A needle held in a tool's jaws.

    The tool's node is the needle's center; it turns as the hand says and tissue moves it.

    Attributes:
      tool: moves the center; collides with nothing.
      needle: what it is made of.
      axes: (3, 3) where the needle is; `wanted` is where the hand wants it.
      channel: the way cut so far.
      force_n: (3,) of all rows on the needle in the last part.
      smooth_n: (3,) the same for the hand, low-passed.
    """

    def __init__(
        self,
        scene: Scene,
        tool: Tool,
        axes: FloatArray,
        needle: Needle = Needle(),  # noqa: B008 -- immutable
    ) -> None:
        tool.is_solid = False
        self.tool, self.needle = tool, needle
        self.axes, self.wanted = axes.copy(), axes.copy()
        self.channel: Channel = empty_channel()
        self.force_n, self.smooth_n = np.zeros(3), np.zeros(3)
        self.tip_m = np.zeros(3)
        self.tissue = tissue_of(scene)
        put_on(needle.angle_rad, needle.radius_m, tool.tip_m, self.axes, self.tip_m)

    def parts(self, scene: Scene) -> int:
        """Returns how many parts the next frame needs."""
        tally = self.channel.tally
        at_m = scene.state.x_m
        is_near = bool(tally[USED] > tally[THREADED] or tally[STATE] != 0)
        if not is_near:
            away = at_m[: scene.vertex_count] - self.tip_m
            is_near = bool(((away * away).sum(1) < NEAR_M * NEAR_M).any())
        if not is_near:
            return 1
        turned = float(np.linalg.norm(self.wanted - self.axes, axis=1).max())
        moved = math.dist(
            self.tool.tip_m, scene.hands.target_m[self.tool.node - scene.vertex_count]
        )
        far_m = turned * self.needle.radius_m + moved
        return min(MOST_PARTS, max(1, math.ceil(far_m / PART_M)))

    def begin(self, scene: Scene, share: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Turns the needle by a share of what is left of this frame's turn."""
        self.axes = turned_towards(self.axes, self.wanted, share)

    def add_rows(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Adds what holds the needle."""
        x_m, node = scene.state.x_m, self.tool.node
        add_channel_rows(scene.rows, x_m, self.tissue, self.needle, node, self.axes, self.channel)
        add_tip_rows(scene.rows, x_m, self.tissue, self.needle, node, self.axes, self.channel)

    def update(self, scene: Scene, dt_s: float) -> None:
        """Lets the needle cut, slide and tear."""
        x_m = scene.state.x_m
        center = x_m[self.tool.node]
        update_channel(scene.rows, x_m, self.tissue, self.needle, center, self.axes, self.channel)
        update_tip(
            scene.rows, x_m, scene.before_m, self.tissue, self.needle, center, self.axes,
            self.channel, self.tip_m,
        )  # fmt: skip
        hand_over(x_m, self.tissue, center, self.axes, self.channel)
        self.force_n = self.tool.force_n.copy()
        self.smooth_n += (self.force_n - self.smooth_n) * min(1.0, dt_s / SMOOTH_S)

    def follow_cut(self, scene: Scene, cut: Cut) -> None:
        """Finds every point of the channel, and the anchor, in the part that holds it now."""
        old, channel = self.tissue, self.channel
        self.tissue = tissue_of(scene)
        rest_m = cut.mesh.vertices_m  # old vertices keep their numbers
        for i in range(channel.tally[USED]):
            channel.tet[i] = part_of(channel.tet[i], channel.weight[i], old, rest_m, cut)
        channel.tally[ANCHOR] = part_of(channel.tally[ANCHOR], channel.anchor, old, rest_m, cut)

    def points_m(self, scene: Scene) -> FloatArray:
        """Returns the (p, 3) channel points, the thread's first."""
        used = self.channel.tally[USED]
        corners = scene.state.x_m[self.tissue.tets[self.channel.tet[:used]]]
        points: FloatArray = np.einsum("pk,pkd->pd", self.channel.weight[:used], corners)
        return points

    def arc_error_m(self, scene: Scene) -> FloatArray:
        """Returns how far each point on the needle is from its arc."""
        on_needle = self.points_m(scene)[self.channel.tally[THREADED] :]
        local = (on_needle - scene.state.x_m[self.tool.node]) @ self.axes.T
        off = np.hypot(local[:, 0], local[:, 1]) - self.needle.radius_m
        error: FloatArray = np.hypot(off, local[:, 2])
        return error


def tissue_of(scene: Scene) -> Tissue:
    """Returns what a needle needs to know of a scene's mesh."""
    mesh = scene.mesh
    return Tissue(
        tets=mesh.tets,
        neighbors=face_neighbors(mesh.tets, scene.vertex_count),
        strength=mesh.material_values("strength"),
        rest_m3=mesh.tet_volumes_m3(),
        triangles=scene.surface.triangles,
        owners=scene.surface.owners,
    )


def part_of(t: int, w: FloatArray, old: Tissue, rest_m: FloatArray, cut: Cut) -> int:
    """Returns the part of tetrahedron t that holds a point, whose weights are written anew."""
    parts = np.flatnonzero(cut.tet_parent == t)
    point_m, trial = np.empty(3), np.empty(4)
    put_at(rest_m, old.tets, t, w, point_m)
    best, found = -np.inf, int(parts[0])
    for part in parts.tolist():
        weigh(rest_m, cut.mesh.tets, part, point_m, trial)
        if trial.min() > best:
            best, found = float(trial.min()), part
            w[:] = trial
    pull_in(w)
    return found


def needle_axes(angle_rad: float, yaw_rad: float = 0.0, roll_rad: float = 0.0) -> FloatArray:
    """Returns the axes of an upright needle whose tail points at an angle from +x towards +z.

    A growing angle drives the tip down and towards +x. Yaw turns about z, roll tips about x.
    """
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    upright = np.array(((c, 0.0, s), (-s, 0.0, c), (0.0, -1.0, 0.0)))
    cy, sy = math.cos(yaw_rad), math.sin(yaw_rad)
    cr, sr = math.cos(roll_rad), math.sin(roll_rad)
    yaw = np.array(((cy, -sy, 0.0), (sy, cy, 0.0), (0.0, 0.0, 1.0)))
    roll = np.array(((1.0, 0.0, 0.0), (0.0, cr, -sr), (0.0, sr, cr)))
    turned = yaw @ roll
    axes = np.empty((3, 3))
    for i in range(3):
        for d in range(3):
            axes[i, d] = (
                turned[d, 0] * upright[i, 0]
                + turned[d, 1] * upright[i, 1]
                + turned[d, 2] * upright[i, 2]
            )
    return axes


def turned_towards(before: FloatArray, wanted: FloatArray, share: float) -> FloatArray:
    """Returns axes turned by a share of the turn from one to the other, about its own axis."""
    if share >= 1:
        return wanted.copy()
    turn = np.zeros((3, 3))
    for i in range(3):
        turn += np.outer(wanted[i], before[i])
    axis = np.array((turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]))
    size = math.hypot(*axis)
    if size < 1e-12:
        return wanted.copy()
    angle = share * math.atan2(size, turn[0, 0] + turn[1, 1] + turn[2, 2] - 1)
    axis /= size
    cosine, sine = math.cos(angle), math.sin(angle)
    along = (before * axis).sum(1)
    turned: FloatArray = (
        before * cosine + np.cross(axis, before) * sine + along[:, None] * axis * (1 - cosine)
    )
    return turned


@kernel
def hand_over(
    x_m: FloatArray, tissue: Tissue, center: FloatArray, axes: FloatArray, channel: Channel
) -> None:
    """Gives points that the needle's tail has passed to the thread."""
    p, place = np.empty(3), np.empty(3)
    tally = channel.tally
    while tally[THREADED] < tally[USED]:
        i = tally[THREADED]
        put_at(x_m, tissue.tets, channel.tet[i], channel.weight[i], p)
        locate(p, center, axes, place)
        if place[0] > 0:
            break
        tally[THREADED] += 1
