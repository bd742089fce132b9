"""An instrument that takes a thread between its jaws: a shaft that the thread cannot pass.

The hand leads, the thread resists: while the jaws hold, the tip stays with the node that they hold,
and the pull is limited by the grip's force. The tip never parts from what it holds by more than
`SLACK_M`, or what a hand moves within a frame where nothing pulls, so that no loop slips between.
"""

from dataclasses import dataclass, field

import numpy as np

from sim.arrays import STEP_S, FloatArray
from sim.thread.thread import Thread

SHAFT_M = 0.08
"""Length of the shaft that the thread can touch. Own choice: longer than any loop is wide."""
SLACK_M = 1.0e-3
"""How far a hand may run ahead of what its jaws hold. Own choice."""
FASTEST_M = 0.5 * STEP_S
"""What a hand moves within a frame at most."""
JAW_M = 1.2e-2
"""Length of thread on either side of the jaws that may lie along them. Own choice."""
GRIP_COMPLIANCE_M_N = 5.0e-4
"""Yield of the grip: 2 N/mm. Own choice."""


@dataclass(slots=True)
class Jaws:
    """One hand's instrument.

    Attributes:
      thread: what it takes hold of.
      index: number of its capsule and its anchor on that thread.
      tip_m: (3,) where the tip is.
      shaft: (3,) unit vector from the tip up the shaft.
      radius_m: of the shaft.
      limit_n: the most it pulls with.
      node: the node held, -1 for none.
    """

    thread: Thread
    index: int
    tip_m: FloatArray
    shaft: FloatArray
    radius_m: float = 2.5e-3
    limit_n: float = 1.0
    node: int = field(default=-1, init=False)
    _is_aiming: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.thread.place(self.index, self._ends(), self.radius_m, 0.1)

    def lead(self, aim_m: FloatArray, speed_m_s: float) -> bool:
        """Moves the tip towards the aim (3,) for one frame; returns whether it is there.

        The thread is not stepped: lead every instrument, then step the thread once.
        """
        way = aim_m - self.tip_m
        distance = float(np.sqrt((way**2).sum()))
        self.tip_m = self.tip_m + way * min(1.0, speed_m_s * STEP_S / (distance + 1e-12))
        if self.node >= 0:
            held = self.thread.chain.x[:, self.node]
            ahead = self.tip_m - held
            by = float(np.sqrt((ahead**2).sum()))
            pull_n = float(np.sqrt((self.thread.force_n(self.index) ** 2).sum()))
            is_free = 1.0 - min(1.0, pull_n / self.limit_n)
            longest = SLACK_M + self.limit_n * GRIP_COMPLIANCE_M_N + is_free * FASTEST_M
            if by > longest:
                self.tip_m = held + ahead * (longest / by)
            self.thread.drive(self.index, self.tip_m)
        self._shut_when_clear()
        self.thread.move(self.index, self._ends())
        return distance <= 1e-3

    def spread(self, node: int) -> None:
        """Opens the jaws round a node and what lies beside it, which then passes the shaft."""
        beside = round(JAW_M / float(self.thread.chain.rest.mean()))
        span = max(0, node - beside), node + beside
        if tuple(self.thread.capsules.skips[self.index]) != span:
            self.thread.grip(self.index, *span)
        self._is_aiming = True

    def miss(self) -> None:
        """Nothing lies between the jaws any more; what did can touch the shaft once it is clear."""
        self._is_aiming = False

    def close(self, node: int) -> None:
        """Takes a node."""
        self.spread(node)
        self.thread.hold(self.index, node, GRIP_COMPLIANCE_M_N, self.limit_n)
        self.node = node

    def open(self) -> None:
        """Lets go; what was held can touch the shaft again once it lies outside of it."""
        self.thread.release(self.index)
        self.node = -1
        self._is_aiming = False

    def become_ring(self) -> None:
        """Is a ring from now on that the thread runs through: the shaft is not in its way."""
        self.open()
        self.thread.place(self.index, self._ends(), 0.0)

    def turns(self, first: int, last: int) -> float:
        """Returns how often the nodes first .. last go round the shaft, signed, close to it."""
        offset = self.thread.chain.x[:, first : last + 1] - self.tip_m[:, None]
        along = (offset * self.shaft[:, None]).sum(axis=0)
        beside = offset - along * self.shaft[:, None]
        radial = np.sqrt((beside**2).sum(axis=0))
        is_on = (along > 0.0) & (along < SHAFT_M) & (radial < 3.0 * self.radius_m)
        a, b = beside[:, :-1], beside[:, 1:]
        sine = (np.cross(a, b, axis=0) * self.shaft[:, None]).sum(axis=0)
        angle = np.arctan2(sine, (a * b).sum(axis=0))
        return float(angle[is_on[:-1] & is_on[1:]].sum() / (2.0 * np.pi))

    def _shut_when_clear(self) -> None:
        first, last = self.thread.capsules.skips[self.index]
        if first < 0 or self.node >= 0 or self._is_aiming:
            return
        nodes = self.thread.chain.x[:, max(0, first - 1) : last + 2]
        offset = nodes - self.tip_m[:, None]
        along = np.clip((offset * self.shaft[:, None]).sum(axis=0), 0.0, SHAFT_M)
        beside = offset - along * self.shaft[:, None]
        clear_m = self.radius_m + self.thread.material.diameter_m
        if (beside**2).sum(axis=0).min() > clear_m**2:
            self.thread.grip(self.index, -1, -1)

    def _ends(self) -> FloatArray:
        return np.stack([self.tip_m, self.tip_m + SHAFT_M * self.shaft])
