"""A needle with its thread over the slit pad, for the tests of what both do together."""

import numpy as np

from sim.arrays import STEP_S
from sim.suture.passage import Hold, Passage
from sim.thread.thread import Thread
from sim.tissue.channel import THREADED
from tests.sim.tissue.stitches import MIDDLE_M, Hand

LENGTH_M, NODES = 0.15, 100
GROUND_RADIUS_M = 0.3
GROUND_M = MIDDLE_M + np.array(((0, -0.05, -GROUND_RADIUS_M), (0, 0.05, -GROUND_RADIUS_M)))
TAIL, NEEDLE = 0, 1
"""Anchors: whoever holds the free end, and the swage."""


class Stitcher(Hand):
    """Drives the needle, and the thread follows."""

    def __init__(self, hold=Hold(), length_m=LENGTH_M, **options):  # noqa: B008
        super().__init__(**options)
        tail = self.tail_m()
        line = np.linspace(length_m, 0.0, NODES)[:, None] * np.array([-0.8, 0.0, 0.6])
        self.thread = Thread(tail + line, eyes=len(self.suturing.channel.tet), capsules=1)
        self.thread.place(0, GROUND_M, GROUND_RADIUS_M, 0.2)
        self.thread.hold(NEEDLE, NODES - 1)
        self.passage = Passage(self.suturing, self.thread, hold)
        self.scene.actors.append(self.passage)

    def tail_m(self):
        center = self.scene.state.x_m[self.tool.node]
        return center + self.suturing.needle.radius_m * self.suturing.axes[0]

    def frame(self):
        self.thread.drive(NEEDLE, self.tail_m())
        self.step_thread(self.thread.force_n(NEEDLE))
        super().frame()

    def step_thread(self, swage_n):
        self.passage.follow(self.scene, swage_n)
        first, last = self.passage.in_tissue
        if first >= 0:
            self.thread.grip(0, max(0, first - 1), last + 2)
        self.thread.step()

    def left_m(self):
        """Length of thread before its first eye."""
        eyes = self.thread.eyes
        k = eyes.segment[0]
        return self.thread.chain.rest[:k].sum() + eyes.share[0] * self.thread.chain.rest[k]

    def pull_through(self, left_m=0.03):
        """Draws the needle on until so much of the tail is left."""
        tally = self.suturing.channel.tally
        self.go(
            self.tool.tip_m + np.array((0.16, 0, 0.12)),
            0.06,
            lambda: tally[THREADED] == 0 or self.left_m() <= left_m,
        )

    def pull_ends(self, left, right, limit_n, frames):
        """Holds both ends and draws them towards two points over the wound."""
        thread = self.thread
        thread.hold(TAIL, 0, limit_n=limit_n)
        thread.hold(NEEDLE, NODES - 1, limit_n=limit_n)
        ends = [thread.points_m[0], thread.points_m[-1]]
        for _ in range(frames):
            for anchor, goal in ((TAIL, left), (NEEDLE, right)):
                way = MIDDLE_M + np.array(goal) - ends[anchor]
                far = np.linalg.norm(way) + 1e-12
                ends[anchor] = ends[anchor] + way * min(1.0, 0.06 * STEP_S / far)
                thread.drive(anchor, ends[anchor])
            self.step_thread(np.zeros(3))
            self.scene.step()
