"""The thread in the needle's channel: it slides through tissue, pulls its walls together, and cuts.

Strategy: every channel point that the needle's tail has passed becomes an eye of the thread
(sim/thread/eyes.py), in the same order. Thread and tissue take turns within a frame, joined by a
spring as soft as the tissue at a point is: the thread is stepped with the eyes where tissue has
them, and the tissue with the springs' other ends where the thread has drawn them. Each solves the
spring implicitly, so that a stiff spring slows their agreement down and never lets it grow.

A point pulled harder than tissue bears creeps through it; at the surface it tears out.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray
from sim.kernel import kernel
from sim.thread.eyes import Eyes
from sim.thread.thread import Thread
from sim.tissue.channel import (
    PULLED_THROUGH,
    THREADED,
    TORN,
    USED,
    Channel,
    Tissue,
    add_point,
    drop_point,
)
from sim.tissue.cutting import Cut
from sim.tissue.rows import Rows, add_entry, add_row, has_room
from sim.tissue.scene import Scene
from sim.tissue.suturing import Suturing
from sim.tissue.walk import put_at, walk

STIFF_N_M = 1000.0
CREEP_N_M = 500.0
MOST_CREEP_M = 0.0015
"""Of a point through tissue: per newton above its limit, and at most in one step. Own choices."""
AXES = np.eye(3)


class Hold(NamedTuple):
    """What tissue does to a thread in it: this project's choices, for one channel point each.

    Attributes:
      stiffness_n_m: of the tissue around a point.
      friction: on the force that turns the thread.
      cling_n: friction without any tension.
      tear_n: force that skin bears.
    """

    stiffness_n_m: float = 1500.0
    friction: float = 0.15
    cling_n: float = 0.003
    tear_n: float = 2.5


class Passage:
    """A thread that follows its needle through tissue: one more actor of the scene.

    Attributes:
      needle: whose channel it is.
      thread: its last node is swaged to the needle's tail.
      eyes: those of the thread that are the channel's points; others may lie before and behind.
      hold: what tissue does to the thread.
      force_n: (p, 3) of the thread on each channel point in the last part.
    """

    def __init__(
        self,
        needle: Suturing,
        thread: Thread,
        hold: Hold = Hold(),  # noqa: B008 -- immutable
        first_eye: int = 0,
    ) -> None:
        room = len(needle.channel.tet)
        self.eyes = Eyes._make(array[first_eye : first_eye + room] for array in thread.eyes)
        if len(self.eyes.segment) != room:
            raise ValueError(f"The thread needs {room} eyes, one for each point of a channel.")
        self.needle, self.thread, self.hold = needle, thread, hold
        self.force_n: FloatArray = np.zeros((0, 3))
        self._swage_n: FloatArray = np.zeros(3)
        self._first_row = 0

    @property
    def in_tissue(self) -> tuple[int, int]:
        """First and last node of the thread between its outermost eyes; (-1, -1) for none."""
        count = self.needle.channel.tally[THREADED]
        segments = self.eyes.segment[:count]
        if not count:
            return -1, -1
        return int(segments.min()), int(segments.max()) + 1

    def follow(self, scene: Scene, swage_n: FloatArray) -> None:
        """Puts the eyes where tissue is now: to be called before the thread is stepped.

        Args:
          scene: whose tissue it is.
          swage_n: (3,) mean force of the thread on the needle's tail in the last step.
        """
        self._swage_n = swage_n
        follow(
            scene.state.x_m, self.needle.tissue, self.needle.channel, self.eyes, self.hold,
            self.thread.nodes - 2,
        )  # fmt: skip

    def parts(self, scene: Scene) -> int:  # noqa: ARG002 -- an Actor's signature
        """Returns 1: the thread has been stepped already."""
        return 1

    def begin(self, scene: Scene, share: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Gives up the points that the thread's end has passed."""
        drop_passed(self.needle.channel, self.eyes)

    def add_rows(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Adds three rows for each point, and three for the needle's tail."""
        self._first_row = int(scene.rows.used[0])
        add_rows(
            scene.rows, scene.state.x_m, self.needle.tissue, self.needle.channel,
            self.eyes, self.hold, self.needle.tool.node, self._swage_n,
        )  # fmt: skip

    def update(self, scene: Scene, dt_s: float) -> None:  # noqa: ARG002 -- an Actor's signature
        """Lets what is pulled too hard creep, and tear."""
        count = int(self.needle.channel.tally[THREADED])
        rows = scene.rows.force_n[self._first_row : self._first_row + 3 * count]
        self.force_n = rows.reshape(-1, 3).copy()
        creep(
            self.force_n, scene.state.x_m, self.needle.tissue, self.hold, self.needle.channel,
            self.eyes,
        )  # fmt: skip

    def follow_cut(self, scene: Scene, cut: Cut) -> None:
        """Has nothing to find again: the needle finds the channel's points."""


@kernel
def follow(
    x_m: FloatArray, tissue: Tissue, channel: Channel, eyes: Eyes, hold: Hold, last: int
) -> None:
    """Makes eyes of points that are new to the thread, and moves all of them."""
    p = np.empty(3)
    for i in range(channel.tally[THREADED]):
        put_at(x_m, tissue.tets, channel.tet[i], channel.weight[i], p)
        if eyes.limit[i] == 0.0:  # not in use until now
            strength = tissue.strength[channel.tet[i]]
            eyes.segment[i], eyes.share[i] = last, 1.0
            eyes.compliance[i] = 1.0 / hold.stiffness_n_m
            eyes.friction[i] = hold.friction
            eyes.cling[i] = hold.cling_n * strength
            eyes.limit[i] = 2.0 * hold.tear_n * strength
            for d in range(3):
                eyes.origin[i, d], eyes.axis[i, d] = p[d], 0.0
        for d in range(3):
            eyes.target[i, d] = p[d]


@kernel
def drop_eye(channel: Channel, eyes: Eyes, i: int) -> None:
    """Takes a point and its eye out of the line."""
    for q in range(i, channel.tally[THREADED] - 1):
        eyes.segment[q] = eyes.segment[q + 1]
        eyes.share[q] = eyes.share[q + 1]
        eyes.compliance[q] = eyes.compliance[q + 1]
        eyes.limit[q] = eyes.limit[q + 1]
        eyes.friction[q] = eyes.friction[q + 1]
        eyes.cling[q] = eyes.cling[q + 1]
        eyes.drag[q] = eyes.drag[q + 1]
        for d in range(3):
            eyes.axis[q, d] = eyes.axis[q + 1, d]
            eyes.origin[q, d] = eyes.origin[q + 1, d]
            eyes.target[q, d] = eyes.target[q + 1, d]
            eyes.push[q, d] = eyes.push[q + 1, d]
            eyes.force[q, d] = eyes.force[q + 1, d]
    free = channel.tally[THREADED] - 1
    eyes.segment[free], eyes.limit[free], eyes.drag[free] = -1, 0.0, 0.0
    eyes.push[free, :] = 0.0
    eyes.force[free, :] = 0.0
    drop_point(channel, i)


@kernel
def drop_passed(channel: Channel, eyes: Eyes) -> None:
    """Takes out the points whose eyes the thread has left."""
    i = 0
    while i < channel.tally[THREADED]:
        if eyes.segment[i] >= 0 or eyes.limit[i] == 0.0:
            i += 1
            continue
        drop_eye(channel, eyes, i)
        if channel.tally[USED] == 0:
            channel.tally[PULLED_THROUGH] += 1


@kernel
def add_rows(
    rows: Rows,
    x_m: FloatArray,
    tissue: Tissue,
    channel: Channel,
    eyes: Eyes,
    hold: Hold,
    node: int,
    swage_n: FloatArray,
) -> None:
    """Draws each point to where the thread has its spring's other end, and pulls at the needle."""
    p = np.empty(3)
    k = hold.stiffness_n_m
    for i in range(channel.tally[THREADED]):
        if not has_room(rows, 3, 12):
            return
        t, w = channel.tet[i], channel.weight[i]
        put_at(x_m, tissue.tets, t, w, p)
        limit = 2.0 * hold.tear_n * tissue.strength[t]
        for d in range(3):
            drawn = p[d] - eyes.target[i, d] - eyes.force[i, d] / k
            add_row(rows, k, drawn, limit, 0.0, 0, 3 if d == 0 else 0, 0)
            add_point(rows, tissue, t, w, AXES[d], 1.0)
    square = 0.0
    for d in range(3):
        square += swage_n[d] ** 2
    pull = math.sqrt(square)
    if pull > 0 and has_room(rows, 1, 1):  # a spring far beyond its limit is a force
        add_row(rows, STIFF_N_M, -1.0, pull, 0.0, 0, 1, 1)
        add_entry(rows, node, swage_n[0] / pull, swage_n[1] / pull, swage_n[2] / pull)


@kernel
def creep(
    force_n: FloatArray,
    x_m: FloatArray,
    tissue: Tissue,
    hold: Hold,
    channel: Channel,
    eyes: Eyes,
) -> None:
    """Moves points that are pulled harder than tissue bears through it."""
    target, p, w = np.empty(3), np.empty(3), np.empty(4)
    i = 0
    for row in range(force_n.shape[0]):
        square = 0.0
        for d in range(3):
            square += force_n[row, d] ** 2
        force = math.sqrt(square)
        limit = hold.tear_n * tissue.strength[channel.tet[i]]
        if force > limit:
            moved = min((force - limit) / CREEP_N_M, MOST_CREEP_M)
            put_at(x_m, tissue.tets, channel.tet[i], channel.weight[i], p)
            for d in range(3):
                target[d] = p[d] + moved * force_n[row, d] / force
            t, face = walk(x_m, tissue.tets, tissue.neighbors, channel.tet[i], target, w)
            channel.torn_m[0] += moved
            if face >= 0:
                drop_eye(channel, eyes, i)
                channel.tally[TORN] += 1
                continue
            channel.tet[i] = t
            channel.weight[i, :] = w
        i += 1
