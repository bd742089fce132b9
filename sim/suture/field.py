"""The field of a suturing task: a pad with a slit, a needle with its thread, two instruments.

What is in a hand is decided by its jaws: closing, they take needle or thread, whichever is
nearer, and rather the thread than a needle that dangles from it; opening, they let go. Thread and
tissue take turns within a step (see passage.py).

What it deliberately is not: it knows no marks, no rules and no score.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.suture.driver import SHAFT, Driver, nearest_rad, on_arc
from sim.suture.passage import Passage
from sim.thread.advance import Effort
from sim.thread.jaws import Jaws
from sim.thread.thread import Material as Silk
from sim.thread.thread import Thread
from sim.tissue.arc import Needle
from sim.tissue.blocks import slit_pad
from sim.tissue.channel import POINTS, THREADED, USED
from sim.tissue.material import Material
from sim.tissue.mesh import TetMesh, oriented
from sim.tissue.scene import Scene, Tool
from sim.tissue.suturing import Suturing, needle_axes
from sim.tissue.walls import Walls
from world.geometry import rotate

LEFT, RIGHT, SWAGE = 0, 1, 2
"""Numbers of the hands, which are also those of their anchors and capsules; the needle's tail."""
PAD = 2
GROUND_RADIUS_M = 0.3
"""The thread lies on a cylinder so wide that it is flat: the pad's own surface is not its equal."""
SKIN = Material("pad skin", 30e3)
CORE = Material("pad core", 10e3, strength=0.5)
SLIT_M = 0.002
"""A softer pad than `blocks` has, whose slit gapes by 2 mm. Own choices: no drain was measured."""
BRAIDED = Silk(friction=0.4)
"""Of thread on thread: so that throws hold while the next one is laid. Own choice."""
LENGTH_M, NODES = 0.15, 100
"""15 cm. Source: the intracorporeal task, Surgeons as Educators (2018), pages 57 to 59."""
NEEDLE_N_M, NEEDLE_N = 3000.0, 12.0
"""How stiffly jaws hold a needle, and the most that they bear. Own choices."""
FREE_NEEDLE_N_S_M = 1.0
JAW_RADIUS_M = 0.0015
CLOSED, OPENED = 0.2, 0.3
"""Share of the opening below which jaws close on something, and above which they let go."""
REACH_M = 0.004
"""From the tip of the jaws to what they can take. Own choice."""
NEAR_M = 0.006
"""From the tip of open jaws to thread that may pass between them. Own choice."""
BESIDE, WOUND = 20, 0.7
"""Thread that goes more often round the shaft within so many nodes is wound. Own choices."""
BEHIND_M = 0.002
"""Thread farther up the shaft than that lies round it, and not between the jaws. Own choice."""
LYING = np.array([-0.8, -0.6, 0.0])
"""The way in which the thread lies from the needle, as far as the pad lets it."""
FASTEST_M_S = 0.6
"""Of a tip that was held back: a little above the fastest hand."""
FIRST_GRIP_RAD = 0.14
"""Near the needle's tail, so that most of it can go through tissue. Own choice."""
PULL_N = 1.5
"""The most that jaws pull a thread with. Own choice."""
TAUT_N = 0.6 * PULL_N
"""Pull of both hands at which a throw counts as drawn tight. Own choice."""
LOCK_DIAMETERS = 4.0
"""Strands nearer than that lie in the knot: below the length of a segment. Own choice."""
EFFORTS = (Effort(), Effort(iterations=6), Effort(fewest=16), Effort(fewest=14, iterations=6))
ROUNDS = (8, 7, 6, 5)


class Held(NamedTuple):
    """An instrument as a hand leads it.

    Attributes:
      tip_m: (3,) where the hand wants the tip.
      rotation: (4,) world_from_tip.
      jaw: 0 is closed, 1 wide open.
      can_hold: its jaws hold what they close on.
    """

    tip_m: FloatArray
    rotation: FloatArray
    jaw: float
    can_hold: bool = True


class Laid(NamedTuple):
    """A thread at the beginning.

    Attributes:
      offsets_m: (NODES, 3) from the needle's tail to each node.
      ends: anchors for whatever else holds the thread.
      eyes: so many before and behind those of the channel.
    """

    offsets_m: FloatArray
    ends: int = 0
    eyes: int = 0


SHORT = Laid(np.linspace(LENGTH_M, 0.0, NODES)[:, None] * LYING)
"""One that hangs from the needle over the pad."""


class Field:
    """Everything that moves in a suturing task, in the frame of the station.

    The slit runs along x, on top of the pad; the stitch runs along y.

    Args:
      tips: both hands.
      needle_in: the hand that holds the needle.
      laid: how the thread lies from where the needle's tail (3,) is; None for one that is short.

    Attributes:
      mesh: the pad at rest.
      walls: (w, 2) vertices that face each other across the slit, the far one (+y) second.
      scene: the pad's tissue.
      needle: in the tissue's scene.
      thread: from its free end to the needle.
      passage: of the thread through the pad.
      jaws: both hands' instruments, as the thread meets them.
      needle_in: the hand that holds the needle, -1 for none.
    """

    def __init__(
        self,
        tips: tuple[Held, Held],
        needle_in: int = RIGHT,
        laid: Callable[[FloatArray], Laid] | None = None,
    ) -> None:
        self.mesh, self.walls = lying_pad()
        top_m = float(self.mesh.vertices_m[:, 2].max())
        self.top_m = top_m
        self.scene = Scene(self.mesh, self.mesh.vertices_m[:, 2] < 1e-9, tools=3)
        self._tools = [self._tool(held) for held in tips]
        self._driver: Driver | None = Driver(FIRST_GRIP_RAD)
        self.needle_in = needle_in
        holder = tips[needle_in]
        upright = needle_axes(math.radians(20.0), yaw_rad=math.pi / 2)
        axes = self._driver.take(holder.rotation, upright, is_guided=False)
        center_m = self._driver.center_m(Needle(), holder.tip_m, axes)
        tool = self.scene.add_tool(center_m, rotate(holder.rotation, SHAFT))
        self.needle = Suturing(self.scene, tool, axes)
        self._grip_needle(is_held=True)
        lying = SHORT if laid is None else laid(self.tail_m)
        self.thread = self._thread(lying)
        self.passage = Passage(self.needle, self.thread, first_eye=lying.eyes)
        self.jaws = tuple(
            Jaws(
                self.thread,
                hand,
                held.tip_m.copy(),
                rotate(held.rotation, SHAFT),
                JAW_RADIUS_M,
                PULL_N,
            )
            for hand, held in enumerate(tips)
        )
        self.scene.actors += [
            Walls(self.walls, (0.0, 1.0, 0.0)),
            self.needle,
            self.passage,
        ]
        self._is_shut = [held.jaw < CLOSED for held in tips]
        self._skipped = (-1, -1)
        self._shown, numbers = np.unique(self.scene.surface.triangles, return_inverse=True)
        self._shown_triangles: IntArray = numbers.reshape(-1, 3).astype(np.int64)

    # --- what is where

    @property
    def is_lodged(self) -> bool:
        """Whether the needle lies in tissue."""
        tally = self.needle.channel.tally
        return bool(tally[USED] > tally[THREADED])

    @property
    def is_hanging(self) -> bool:
        """Whether nothing but its thread holds the needle."""
        return self.needle_in < 0 and not self.is_lodged

    @property
    def center_m(self) -> FloatArray:
        """(3,) middle of the needle's circle."""
        if self.is_hanging:
            hanging: FloatArray = self.thread.chain.x[:, NODES - 1] - self._to_tail()
            return hanging
        center: FloatArray = self.scene.state.x_m[self.needle.tool.node].copy()
        return center

    @property
    def tail_m(self) -> FloatArray:
        """(3,) end of the needle that the thread is swaged to."""
        tail: FloatArray = self.scene.state.x_m[self.needle.tool.node] + self._to_tail()
        return tail

    def tip_m(self, hand: int) -> FloatArray:
        """Returns where a hand's tip really is, (3,): held back by what it holds or presses on."""
        if self.jaws[hand].node >= 0:
            return self.jaws[hand].tip_m
        tip: FloatArray = self.scene.state.x_m[self._tools[hand].node].copy()
        return tip

    def needle_points_m(self, count: int = 13) -> FloatArray:
        """Returns (count, 3) points along the needle, from tail to tip."""
        angles = np.linspace(0.0, self.needle.needle.angle_rad, count)
        axes, radius_m = self.needle.axes, self.needle.needle.radius_m
        return self.center_m + np.stack([on_arc(float(a), radius_m, axes) for a in angles])

    @property
    def surface_triangles(self) -> IntArray:
        """(k, 3) corners of the pad's surface, as `surface_m` numbers them."""
        return self._shown_triangles

    def surface_m(self) -> FloatArray:
        """Returns the (n, 3) corners of the pad's surface."""
        corners: FloatArray = self.scene.state.x_m[self._shown]
        return corners

    def rest_points_m(self, numbers: list[int]) -> FloatArray:
        """Returns where channel points (n, 3) lie in the pad at rest."""
        channel = self.needle.channel
        corners = self.mesh.vertices_m[self.mesh.tets[channel.tet[numbers]]]
        points: FloatArray = (channel.weight[numbers][:, :, None] * corners).sum(axis=1)
        return points

    def moved_m(self, places_m: FloatArray) -> FloatArray:
        """Returns how far (n, 3) the vertices nearest to places on the pad at rest have moved."""
        rest = self.mesh.vertices_m
        away = ((rest[None] - places_m[:, None]) ** 2).sum(axis=2)
        nearest = away.argmin(axis=1)
        moved: FloatArray = self.scene.state.x_m[nearest] - rest[nearest]
        return moved

    def force_n(self, hand: int) -> float:
        """Returns how hard a hand pulls or presses."""
        force = self._tools[hand].force_n + 0.0
        if self.jaws[hand].node >= 0:
            force = force + self.thread.force_n(hand)
        if self.needle_in == hand:
            force = force + self.needle.smooth_n
        return math.sqrt(float((force**2).sum()))

    def lift_n(self) -> float:
        """Returns the force with which everything together pulls the pad off its base."""
        on_tools = self.needle.force_n[2] + sum(tool.force_n[2] for tool in self._tools)
        if self.needle_in >= 0 or self.is_lodged:
            on_tools = on_tools - self.thread.force_n(SWAGE)[2]
        return float(self.passage.force_n[:, 2].sum() - on_tools)

    def gap_m(self, x_m: float, half_m: float = 0.005) -> float:
        """Returns the mean opening of the slit's rim within `half_m` of a place along it."""
        rest = self.mesh.vertices_m[self.walls[:, 0]]
        beside = (rest[:, 2] > self.top_m - 1e-6) & (np.abs(rest[:, 0] - x_m) < half_m)
        near, far = self.scene.state.x_m[self.walls[beside]].transpose(1, 0, 2)
        return max(0.0, float((far - near)[:, 1].mean()))

    def is_taut(self) -> bool:
        """Whether both hands hold the thread and pull at it."""
        return all(
            jaws.node >= 0 and math.hypot(*self.thread.force_n(hand)) > TAUT_N
            for hand, jaws in enumerate(self.jaws)
        )

    def lock(self, limit_n: float) -> None:
        """Lets a knot over the stitch hold its loop as it is now, up to a force.

        The strands of the loop are bonded a node before they come together, where they are taut.
        """
        first, last = self.passage.in_tissue
        x = self.thread.chain.x[:, :NODES]
        into, out = x[:, :first][:, ::-1], x[:, last + 1 :]
        if first < 1 or last > NODES - 2:
            return
        apart = ((into[:, :, None] - out[:, None, :]) ** 2).sum(axis=0)
        ways = np.add.outer(np.arange(apart.shape[0]), np.arange(apart.shape[1])).astype(float)
        ways[apart > (LOCK_DIAMETERS * BRAIDED.diameter_m) ** 2] = np.inf
        i, j = divmod(int(ways.argmin()), ways.shape[1])
        if math.isfinite(ways[i, j]):
            self.thread.bond(first - max(i, 1), last + max(j, 1), limit_n)

    # --- one step

    def step(self, tips: tuple[Held, Held], effort: int = 0) -> None:
        """Moves everything on by one frame, led by both hands."""
        for hand, held in enumerate(tips):
            self._use(hand, held)
        for hand, held in enumerate(tips):
            self._lead(hand, held)
        if self.needle_in >= 0 and self._driver is not None:
            held = tips[self.needle_in]
            self.needle.wanted = self._driver.lead(
                held.rotation, self.needle.axes, is_guided=self.is_lodged
            )
            self.needle.tool.tip_m = self._driver.center_m(
                self.needle.needle, held.tip_m, self.needle.wanted
            )
        self._step_thread(effort)
        self._step_tissue(effort)

    def state(self) -> bytes:
        """Returns everything that the next step depends on."""
        told = (
            self.needle_in,
            None if self._driver is None else (self._driver.at_rad, self._driver.local.tobytes()),
            [(jaws.node, jaws.tip_m.tobytes(), jaws.shaft.tobytes()) for jaws in self.jaws],
            self._is_shut,
        )
        channel = b"".join(array.tobytes() for array in self.needle.channel)
        return (
            self.scene.digest().encode()
            + self.thread.state_hash().encode()
            + channel
            + self.needle.axes.tobytes()
            + repr(told).encode()
        )

    def take_out_needle(self) -> None:
        """Takes the needle off its thread, outside, and runs the thread through a pusher's ring."""
        self.jaws[self.needle_in].become_ring()
        self.needle_in, self._driver = -1, None
        self._grip_needle(is_held=False)
        self._hang()

    # --- hands

    def _use(self, hand: int, held: Held) -> None:
        """Takes and lets go, as the jaws close and open."""
        if self._is_shut[hand]:
            if held.jaw > OPENED:
                self._is_shut[hand] = False
                self._let_go(hand)
        elif held.jaw < CLOSED:
            self._is_shut[hand] = True
            if held.can_hold:
                self._take(hand, held)
            else:
                self.jaws[hand].miss()

    def _let_go(self, hand: int) -> None:
        if self.needle_in == hand:
            self.needle_in, self._driver = -1, None
            self._grip_needle(is_held=False)
            if not self.is_lodged:
                self._hang()
        if self.jaws[hand].node >= 0:
            self.jaws[hand].open()

    def _take(self, hand: int, held: Held) -> None:
        needle, tip_m = self.needle.needle, self.tip_m(hand)
        at_rad = nearest_rad(needle, self.center_m, self.needle.axes, tip_m)
        point_m = self.center_m + on_arc(at_rad, needle.radius_m, self.needle.axes)
        node = self._node_near(hand, REACH_M)
        way_m = math.dist(point_m, tip_m)
        is_nearer = node >= 0 and math.dist(self.thread.chain.x[:, node], tip_m) < way_m
        if is_nearer or (node >= 0 and self.is_hanging):
            self.jaws[hand].close(node)
        elif way_m < REACH_M and self.needle_in < 0:
            self._take_needle(hand, held, at_rad)
        else:
            self.jaws[hand].miss()

    def _take_needle(self, hand: int, held: Held, at_rad: float) -> None:
        center_m, is_lodged = self.center_m, self.is_lodged
        self._driver, self.needle_in = Driver(at_rad), hand
        axes = self._driver.take(held.rotation, self.needle.axes, is_guided=is_lodged)
        tool, state = self.needle.tool, self.scene.state
        if not is_lodged:
            self.needle.axes, self.needle.wanted = axes, axes.copy()
            center_m = self._driver.center_m(self.needle.needle, held.tip_m, axes)
            self._place(tool, center_m)
            self.needle.tip_m[:] = center_m + on_arc(
                self.needle.needle.angle_rad, self.needle.needle.radius_m, axes
            )
        state.v_m_s[tool.node] = 0.0
        self._grip_needle(is_held=True)
        self._hold_swage()

    def _lead(self, hand: int, held: Held) -> None:
        jaws, tool = self.jaws[hand], self._tools[hand]
        shaft = rotate(held.rotation, SHAFT)
        if not self._is_shut[hand]:
            node = self._node_near(hand, NEAR_M)
            if node >= 0:
                jaws.spread(node)
            else:
                jaws.miss()
        jaws.shaft = shaft
        jaws.lead(held.tip_m, FASTEST_M_S)
        tool.tip_m, tool.back = jaws.tip_m, shaft

    def _node_near(self, hand: int, within_m: float) -> int:
        """Returns the node nearest to a tip and not behind it, or -1.

        Thread that is wound round the shaft slides over the jaws, and is not taken.
        """
        jaws = self.jaws[hand]
        away = self.thread.chain.x[:, :NODES] - self.tip_m(hand)[:, None]
        square = (away**2).sum(axis=0)
        is_behind = (away * jaws.shaft[:, None]).sum(axis=0) > BEHIND_M
        square[is_behind | (square > within_m**2)] = np.inf
        node = int(square.argmin())
        if not math.isfinite(square[node]):
            return -1
        turns = jaws.turns(max(0, node - BESIDE), min(NODES - 1, node + BESIDE))
        return node if abs(turns) < WOUND else -1

    # --- needle

    def _to_tail(self) -> FloatArray:
        return on_arc(0.0, self.needle.needle.radius_m, self.needle.axes)

    def _grip_needle(self, *, is_held: bool) -> None:
        hands, index = self.scene.hands, self.needle.tool.node - self.scene.vertex_count
        hands.limit_n[index] = NEEDLE_N
        hands.stiffness_n_m[index] = NEEDLE_N_M if is_held else 0.0
        free = FREE_NEEDLE_N_S_M
        hands.damping_n_s_m[index] = 2 * math.sqrt(NEEDLE_N_M * 0.02) if is_held else free

    def _hang(self) -> None:
        """Nothing holds the needle but the thread: it is out of the way of tissue."""
        self.thread.release(SWAGE)
        self.scene.actors.remove(self.needle)

    def _hold_swage(self) -> None:
        if self.needle not in self.scene.actors:
            self.scene.actors.insert(1, self.needle)
        if self.thread.anchors.node[SWAGE] < 0:
            self.thread.hold(SWAGE, NODES - 1)

    def _place(self, tool: Tool, at_m: FloatArray) -> None:
        index = tool.node - self.scene.vertex_count
        self.scene.state.x_m[tool.node] = self.scene.hands.target_m[index] = at_m
        tool.tip_m = at_m.copy()

    # --- thread and tissue

    def _step_thread(self, effort: int) -> None:
        thread = self.thread
        swage_n = np.zeros(3)
        if not self.is_hanging:
            thread.drive(SWAGE, self.tail_m)
            swage_n = thread.force_n(SWAGE)
        self.passage.follow(self.scene, swage_n)
        self._pass_surface()
        thread.effort = EFFORTS[effort]
        thread.step()

    def _pass_surface(self) -> None:
        """Lets the thread that lies in tissue through the surface it rests on elsewhere."""
        first, last = self.passage.in_tissue
        span = (max(0, first - 1), min(NODES - 1, last + 2)) if first >= 0 else (-1, -1)
        if self.is_lodged:
            span = (span[0] if first >= 0 else NODES - 2, NODES - 1)
        if span != self._skipped:
            self._skipped = span
            self.thread.grip(PAD, *span)

    def _step_tissue(self, effort: int) -> None:
        if self.needle_in < 0 and self.is_lodged:
            self.needle.tool.tip_m = self.scene.state.x_m[self.needle.tool.node].copy()
        was_lodged = self.is_lodged
        self.scene.step(ROUNDS[effort])
        if was_lodged and self.is_hanging:
            self._hang()

    def _tool(self, held: Held) -> Tool:
        return self.scene.add_tool(held.tip_m, rotate(held.rotation, SHAFT), radius_m=JAW_RADIUS_M)

    def _thread(self, laid: Laid) -> Thread:
        """Returns a thread that leads from the needle's tail over the pad."""
        points = self.tail_m + laid.offsets_m
        points[:, 2] = np.maximum(points[:, 2], self.top_m + 0.002)
        thread = Thread(
            points, BRAIDED, anchors=3 + laid.ends, capsules=3, eyes=POINTS + 2 * laid.eyes
        )
        half = np.array([0.05, 0.0, 0.0])
        middle = np.array([0.0, 0.0, self.top_m - GROUND_RADIUS_M - BRAIDED.diameter_m / 2])
        thread.place(PAD, np.stack([middle - half, middle + half]), GROUND_RADIUS_M, 0.2)
        thread.hold(SWAGE, NODES - 1)
        return thread


def lying_pad() -> tuple[TetMesh, IntArray]:
    """Returns the practice pad with its slit along x, its middle over the origin, and its walls."""
    pad = slit_pad(SKIN, CORE, SLIT_M)
    rest = pad.mesh.vertices_m
    size = rest.max(0)
    turned = np.stack([-(rest[:, 1] - size[1] / 2), rest[:, 0] - size[0] / 2, rest[:, 2]], axis=1)
    mesh = TetMesh(
        turned, oriented(turned, pad.mesh.tets), pad.mesh.materials, pad.mesh.material_of
    )
    return mesh, pad.walls
