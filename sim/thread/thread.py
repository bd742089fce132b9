"""A suture thread that is held, pulled, wrapped and knotted: the owner of its arrays.

What it deliberately is not: it knows no tissue and no needle. Whoever holds the thread, be it an
instrument, a needle or a channel in tissue, does so through an anchor: a driven point, a
compliance, a largest force; and reads back the force of the thread.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.thread.advance import CONTACTS, GUARDED, OVERLAP, SUBSTEPS, Effort, advance
from sim.thread.bonds import bonds_of
from sim.thread.eyes import eyes_of
from sim.thread.state import (
    Surface,
    anchors_of,
    capsules_of,
    chain_of,
    masses,
    pairs_of,
    solve_of,
)

FREE_SPEED_M_S = 1.0
"""Speed at which a force-limited gripper has no force left to pull with. Own choice."""


class ThreadDiverged(ArithmeticError):
    """The thread can be advanced no more: restore a snapshot, or start the exercise anew."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a thread is made of.

    Attributes:
      diameter_m: 2-0 silk; USP <861> is said to allow 0.300 to 0.339 mm (unverified).
      friction: thread on thread. Own choice.
      mass_kg_m: of a metre; ten times that of dry silk, which a step of 1 ms follows at the
        forces of a hand. Own choice.
      bending_n_m2: bending stiffness EI; soft enough to close to a tight knot. Own choice.
      drag_per_s: rate at which a free thread loses its speed. Own choice.
    """

    diameter_m: float = 3.2e-4
    friction: float = 0.25
    mass_kg_m: float = 1.3e-3
    bending_n_m2: float = 1.0e-10
    drag_per_s: float = 20.0


SILK = Material()


@dataclass(frozen=True, slots=True)
class Frame:
    """What the last step found.

    Attributes:
      overlap_m: deepest overlap of any contact at the start of a substep, 0 where none touched.
      guarded: substeps that the guard against crossing cut short.
      substeps: substeps taken.
      contacts: most contacts solved in one substep.
    """

    overlap_m: float
    guarded: int
    substeps: int
    contacts: int


class Thread:
    """A chain of nodes through (n, 3) points, in metres, with so many anchors, eyes, capsules."""

    def __init__(
        self,
        points_m: FloatArray,
        material: Material = SILK,
        *,
        effort: Effort = Effort(),  # noqa: B008 - immutable
        anchors: int = 4,
        capsules: int = 4,
        eyes: int = 0,
    ) -> None:
        length_m = float(np.sqrt(((points_m[1:] - points_m[:-1]) ** 2).sum(axis=1)).sum())
        mass_kg = material.mass_kg_m * length_m
        self.material = material
        self.effort = effort
        self.chain = chain_of(points_m, capsules, mass_kg, material.bending_n_m2)
        self.anchors = anchors_of(anchors)
        self.eyes = eyes_of(eyes)
        self.bonds = bonds_of(1)
        self.capsules = capsules_of(capsules)
        self.pairs = pairs_of()
        self._old_pairs = pairs_of()
        self._solve = solve_of(len(points_m) - 1)
        self._surface = Surface(material.diameter_m, material.friction, material.drag_per_s)
        self._tally = np.zeros(5)

    @property
    def points_m(self) -> FloatArray:
        """(n, 3) positions of the nodes."""
        return np.ascontiguousarray(self.chain.x[:, : self.nodes].T)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.chain.mass)

    @property
    def frame(self) -> Frame:
        """What the last step found."""
        tally = self._tally
        return Frame(
            float(tally[OVERLAP]), int(tally[GUARDED]), int(tally[SUBSTEPS]), int(tally[CONTACTS])
        )

    def hold(
        self, anchor: int, node: int, compliance_m_n: float = 5e-4, limit_n: float = math.inf
    ) -> None:
        """Takes a node where it is, by a spring that pulls with at most `limit_n`.

        Raises:
          ValueError: if there is no such node, or the compliance or the limit is not above 0.
        """
        if not 0 <= node < self.nodes:
            raise ValueError(
                f"Node {node} is not on the thread: give one of 0 to {self.nodes - 1}."
            )
        if not (compliance_m_n > 0.0 and limit_n > 0.0):
            raise ValueError(
                f"Compliance {compliance_m_n} and limit {limit_n} must both be above 0."
            )
        anchors = self.anchors
        anchors.node[anchor] = node
        anchors.origin[anchor] = anchors.target[anchor] = self.chain.x[:, node]
        anchors.compliance[anchor] = compliance_m_n
        anchors.limit[anchor] = limit_n
        anchors.damping[anchor] = limit_n / FREE_SPEED_M_S if math.isfinite(limit_n) else 0.0
        anchors.force[anchor] = 0.0

    def release(self, anchor: int) -> None:
        """Lets the anchor's node go."""
        self.anchors.node[anchor] = -1
        self.anchors.force[anchor] = 0.0

    def drive(self, anchor: int, point_m: FloatArray) -> None:
        """Sets where the anchor's driven point (3,) will be at the end of the next step."""
        self.anchors.target[anchor] = point_m

    def force_n(self, anchor: int) -> FloatArray:
        """(3,) mean force of the thread on the anchor during the last step."""
        force: FloatArray = self.anchors.force[anchor].copy()
        return force

    def bond(self, first: int, second: int, limit_n: float) -> None:
        """Lets two nodes part no farther than they are, unless pulled harder than `limit_n`.

        There is one bond; a new one takes its place.

        Raises:
          ValueError: if the limit is not above 0.
        """
        if not limit_n > 0.0:
            raise ValueError(f"A bond bears a force above 0, and not {limit_n}.")
        x = self.chain.x
        self.bonds.node[0] = first, second
        self.bonds.length[0] = np.sqrt(((x[:, first] - x[:, second]) ** 2).sum())
        self.bonds.limit[0] = limit_n

    def remesh(self, along_m: FloatArray) -> None:
        """Puts the nodes to other places along the thread, where it lies: fine where it matters.

        Only its two ends may be held; eyes keep what lies in them.

        Args:
          along_m: (n,) from the first node to each, rising, from 0 to the length of the thread.
        """
        chain, eyes, n = self.chain, self.eyes, self.nodes
        before_m = np.concatenate([[0.0], np.cumsum(chain.rest)])
        used = np.flatnonzero(eyes.segment >= 0)
        in_eyes_m = before_m[eyes.segment[used]] + eyes.share[used] * chain.rest[eyes.segment[used]]
        for array in (chain.x, chain.v):
            array[:, :n] = [np.interp(along_m, before_m, one) for one in array[:, :n]]
        chain.start[:] = chain.x
        chain.rest[:] = along_m[1:] - along_m[:-1]
        chain.mass[:] = masses(chain.rest, float(chain.mass.sum()))
        chain.tension[:] = 0.0
        segment = np.clip(np.searchsorted(along_m, in_eyes_m, side="right") - 1, 0, n - 2)
        eyes.segment[used] = segment
        eyes.share[used] = (in_eyes_m - along_m[segment]) / chain.rest[segment]
        self.pairs.sizes[:] = 0
        self._forget_list()

    def place(
        self, capsule: int, ends_m: FloatArray, radius_m: float, friction: float = 0.15
    ) -> None:
        """Puts an instrument or post with axis (2, 3) there at once; a radius of 0 takes it away.

        Place it clear of the thread: what it jumps over, it passes.
        """
        rows = slice(2 * capsule, 2 * capsule + 2)
        self.capsules.origin[rows] = ends_m
        self.capsules.target[rows] = ends_m
        self.capsules.radius[capsule] = radius_m
        self.capsules.friction[capsule] = friction
        first = self.nodes + 2 * capsule
        self.chain.x[:, first : first + 2] = np.asarray(ends_m).T
        self._forget_list()

    def move(self, capsule: int, ends_m: FloatArray) -> None:
        """Sets where the capsule's axis (2, 3) will be at the end of the next step."""
        self.capsules.target[2 * capsule : 2 * capsule + 2] = ends_m

    def grip(self, capsule: int, first: int, last: int) -> None:
        """Lets nodes first .. last through the capsule, as between its jaws; (-1, -1) lets none."""
        self.capsules.skips[capsule] = first, last
        self._forget_list()

    def step(self) -> None:
        """Advances the thread by one frame.

        Raises:
          ThreadDiverged: if it is crumpled beyond what can be kept apart.
        """
        is_done = advance(
            self.chain, self.anchors, self.eyes, self.bonds, self.capsules, self.pairs,
            self._old_pairs, self._solve, self._surface, self.effort, self._tally,
        )  # fmt: skip
        if not is_done:
            raise ThreadDiverged("The thread is crumpled: restore a snapshot or start anew.")

    def strain(self) -> FloatArray:
        """(n - 1,) signed strain of each segment."""
        x = self.chain.x[:, : self.nodes]
        length = np.sqrt(((x[:, 1:] - x[:, :-1]) ** 2).sum(axis=0))
        strain: FloatArray = length / self.chain.rest - 1.0
        return strain

    def is_knotted(self, around: int = 2) -> BoolArray:
        """(n - 1,) whether a segment presses on another, or lies within `around` of one that does.

        What lies outside is the free thread.
        """
        m = self.nodes - 1
        listed = slice(0, self.pairs.sizes[0])
        ours = (self.pairs.push[listed] > 0.0) & (self.pairs.second[listed] < m)
        knotted = np.zeros(m, dtype=np.bool_)
        for offset in range(-around, around + 1):
            for side in (self.pairs.first[listed], self.pairs.second[listed]):
                knotted[np.clip(side[ours] + offset, 0, m - 1)] = True
        return knotted

    def state_hash(self) -> str:
        """Returns a digest of everything that the next step depends on."""
        digest = hashlib.sha256()
        count = self.pairs.sizes[0]
        for array in (*self.chain, *self.anchors, *self.eyes, *self.bonds, *self.capsules):
            digest.update(np.ascontiguousarray(array).tobytes())
        for array in self.pairs[:-3]:
            digest.update(np.ascontiguousarray(array[..., :count]).tobytes())
        digest.update(self.pairs.active[: self.pairs.sizes[1]].tobytes())
        digest.update(self.pairs.sizes.tobytes() + self.pairs.moved.tobytes())
        return digest.hexdigest()

    def snapshot(self) -> tuple[FloatArray | IntArray, ...]:
        """Returns a copy of the whole state, for `restore`."""
        return tuple(array.copy() for array in self._arrays())

    def restore(self, snapshot: tuple[FloatArray | IntArray, ...]) -> None:
        """Goes back to a snapshot of this thread, bit for bit."""
        for array, saved in zip(self._arrays(), snapshot, strict=True):
            array[...] = saved

    def _arrays(self) -> tuple[FloatArray | IntArray, ...]:
        return (*self.chain, *self.anchors, *self.eyes, *self.bonds, *self.capsules, *self.pairs)

    def _forget_list(self) -> None:
        """Makes the next substep list its pairs anew."""
        self.pairs.moved[1] = 0.0
