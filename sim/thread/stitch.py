"""A thread through the two edges of a wound, ready to be tied: the scene of a suture task.

The stitch runs along x under a flat pad, whose top is z = 0; the short tail lies on the side of
+x, the long end on the other. The bite is held by three compliant anchors, which stand in for
the channel in the tissue.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray
from sim.thread.shapes import resampled
from sim.thread.thread import SILK, Material, Thread

LEFT, RIGHT, PAD = 0, 1, 2
"""Numbers of the capsules; LEFT and RIGHT are also the anchors of the two instruments."""
EXIT, ENTRY, BED = 2, 3, 4
"""Anchors of the bite: the side of the short tail, that of the long end, and its deepest point."""
PAD_RADIUS_M = 0.06
"""The pad is a wide cylinder along y: flat to 0.2 mm within 5 mm of the stitch. Own choice."""


@dataclass(frozen=True, slots=True)
class Bite:
    """The measures of a stitch.

    Attributes:
      length_m: of the whole thread; 15 cm. Source: the intracorporeal task of the FLS programme,
        Surgeons as Educators (2018), pages 57 to 59.
      tail_m: of the short tail.
      width_m: between entry and exit.
      compliance_m_n: yield of the tissue at each of the three.
      limit_n: force at which the thread drags the tissue along no further.
      nodes: of the thread.
    """

    length_m: float = 0.15
    tail_m: float = 0.03
    width_m: float = 0.008
    compliance_m_n: float = 1.0e-3
    limit_n: float = 2.0
    nodes: int = 100


@dataclass(frozen=True, slots=True)
class Stitch:
    """The thread and where its bite is: the nodes exit .. entry lie in the tissue."""

    thread: Thread
    exit: int
    entry: int

    @property
    def apex(self) -> int:
        """The node in the middle of the bite."""
        return (self.exit + self.entry) // 2


def stitched(bite: Bite, material: Material = SILK) -> Stitch:
    """Returns a thread that lies through the pad, slack and at rest."""
    half = bite.width_m / 2
    angle = np.linspace(0.0, np.pi, 15)
    arc = np.stack([half * np.cos(angle), 0 * angle, -half * np.sin(angle)], axis=1)
    inside = np.pi * half
    tail = _leaving(np.array([0.95, 0.0, 0.3]), bite.tail_m) + arc[0]
    long_m = bite.length_m - bite.tail_m - inside
    end = _leaving(np.array([-0.8, 0.0, 0.6]), long_m) + arc[-1]
    points = resampled(np.vstack([tail[::-1], arc, end]), bite.nodes)
    thread = Thread(points, material, anchors=5, capsules=3)
    within = np.flatnonzero((np.abs(points[:, 0]) <= half + 1e-4) & (points[:, 2] < 1e-4))
    stitch = Stitch(thread, int(within[0]), int(within[-1]))
    depth = PAD_RADIUS_M + material.diameter_m / 2
    axis = np.array([[0.0, -0.08, -depth], [0.0, 0.08, -depth]])
    thread.place(PAD, axis, PAD_RADIUS_M, 0.2)
    thread.grip(PAD, stitch.exit - 1, stitch.entry + 1)
    held = ((EXIT, stitch.exit), (ENTRY, stitch.entry), (BED, stitch.apex))
    for anchor, node in held:
        thread.hold(anchor, node, bite.compliance_m_n, bite.limit_n)
    return stitch


def _leaving(direction: FloatArray, length_m: float) -> FloatArray:
    """(k, 3) offsets of a straight end of thread, the nearest first."""
    unit = direction / np.sqrt((direction**2).sum())
    along: FloatArray = np.linspace(5e-4, length_m, 40)[:, None] * unit
    return along
