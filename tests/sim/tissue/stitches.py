"""A hand with a needle over the slit pad, for the tests of needle and thread."""

import numpy as np

from sim.arrays import STEP_S
from sim.tissue.arc import Needle
from sim.tissue.blocks import PAD_CELL_M, PAD_CELLS, slit_pad
from sim.tissue.channel import USED
from sim.tissue.scene import Scene
from sim.tissue.suturing import Suturing, needle_axes
from sim.tissue.walls import Walls

TOP_M = PAD_CELL_M[2] * PAD_CELLS[2]
MIDDLE_M = np.array((0.028, 0.018, TOP_M))
START_RAD, END_RAD = np.radians(6), np.radians(372)


class Hand:
    """Drives a needle, frame by frame, and keeps what each frame showed."""

    def __init__(self, pad=None, needle=Needle(), over_m=0.003):  # noqa: B008
        self.pad = pad or slit_pad()
        mesh = self.pad.mesh
        self.scene = Scene(mesh, mesh.vertices_m[:, 2] < 1e-9, tools=1)
        self.scene.actors.append(Walls(self.pad.walls))
        self.tool = self.scene.add_tool(MIDDLE_M + np.array((0, 0, over_m)), (0.0, 0.0, 1.0))
        self.scene.hands.stiffness_n_m[0] = 3000.0
        self.scene.hands.damping_n_s_m[0] = 2 * np.sqrt(3000.0 * 0.02)
        self.scene.hands.limit_n[0] = 12.0
        self.angle_rad = START_RAD
        axes = needle_axes(self.angle_rad)
        self.suturing = Suturing(self.scene, self.tool, axes, needle)
        self.scene.actors.append(self.suturing)
        self.force_n, self.smooth_n, self.error_m = [], [], []

    @property
    def tally(self):
        return self.suturing.channel.tally

    def frame(self):
        self.scene.step()
        self.force_n.append(float(np.linalg.norm(self.suturing.force_n)))
        self.smooth_n.append(self.suturing.smooth_n.copy())
        self.error_m.extend(self.suturing.arc_error_m(self.scene))

    def drive(self, to_rad=END_RAD, speed_m_s=0.02):
        while self.angle_rad < to_rad:
            self.angle_rad += speed_m_s / self.suturing.needle.radius_m * STEP_S
            self.suturing.wanted = needle_axes(self.angle_rad)
            self.frame()

    def go(self, to_m, speed_m_s, until=lambda: False):
        while (left := np.linalg.norm(to_m - self.tool.tip_m)) > 1e-9 and not until():
            way = to_m - self.tool.tip_m
            self.tool.tip_m = self.tool.tip_m + way * min(1, speed_m_s * STEP_S / left)
            self.frame()

    def jump(self, to_m):
        """Takes the needle elsewhere at once."""
        self.tool.tip_m = np.array(to_m)
        self.scene.state.x_m[self.tool.node] = self.scene.hands.target_m[0] = to_m
        self.scene.state.v_m_s[self.tool.node] = 0

    def gap_m(self):
        """Mean opening of the slit's rim beside the stitch."""
        rest = self.pad.mesh.vertices_m[self.pad.walls[:, 0]]
        is_beside = (rest[:, 2] > TOP_M - 1e-6) & (np.abs(rest[:, 1] - MIDDLE_M[1]) < 0.005)
        left, right = self.scene.state.x_m[self.pad.walls[is_beside]].transpose(1, 0, 2)
        return float((right - left)[:, 0].mean())

    def is_free(self):
        return self.tally[USED] == 0
