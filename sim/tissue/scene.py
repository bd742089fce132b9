"""Tissue with instruments in it: one frame of everything that touches, in one solve.

A frame is split in two parts when an instrument moves far, so that none passes by what
it should have met. Each part: elastic blocks and hands; rows of contact (and of whatever else
acts, through `Actor`); the solve; where an instrument moved fast, contacts anew from the predicted
end and a second solve; then instruments are kept outside.
"""

import hashlib
import math
from typing import Protocol

import numpy as np

from sim.arrays import GRAVITY_M_S2, STEP_S, BoolArray, FloatArray
from sim.tissue.body import ROUNDS as FREE_ROUNDS
from sim.tissue.body import TOLERANCE, State, finish, set_up, state_of
from sim.tissue.contact import Capsule, add_contacts, pierced_at, stay_outside
from sim.tissue.cutting import Cut
from sim.tissue.hands import MASS_KG, Hands, couple, hands_of
from sim.tissue.mesh import TetMesh
from sim.tissue.rows import Rows, empty_rows, force_on_node
from sim.tissue.solver import solve

PART_M = 0.006
MOST_PARTS = 2
FAST_M = 0.001
"""Predicted motion of an instrument within a part beyond which contacts are set up anew."""
REACH_M = 0.005
PASSES, FIRST_PASSES, SECOND_PASSES = 10, 2, 2
SHORT_PART = 0.4
"""Share of a frame below which a part gets no more passes than a fast one."""
ROUNDS = 8
"""Of each pass: rows change little from one to the next, and the next goes on where one ended."""


class Actor(Protocol):
    """What else acts on tissue in a scene: a grasp, a needle, walls of a wound."""

    def parts(self, scene: "Scene") -> int:
        """Returns how many parts it needs the next frame to have."""

    def begin(self, scene: "Scene", share: float) -> None:
        """Moves on what a hand moves, by a share of what is left of the frame."""

    def add_rows(self, scene: "Scene", dt_s: float) -> None:
        """Adds rows before a solve; called again if there is a second one."""

    def update(self, scene: "Scene", dt_s: float) -> None:
        """Takes the result of the solve."""

    def follow_cut(self, scene: "Scene", cut: Cut) -> None:
        """Finds again what it holds, in a scene whose mesh has just been cut."""


class Tool:
    """A round instrument: its tip is a node, its shaft goes straight back from there.

    Attributes:
      tip_m, back: where the hand wants the tip, and (3,) unit vector from it along the shaft.
      proxy_back: (3,) the shaft as it really is; the tip as it really is is the node.
      first: share of the length, from the tip, that does not collide.
      is_solid: whether it collides at all.
      depth_m: what it is sunk into the surface after the last frame.
    """

    def __init__(
        self, node: int, tip_m: FloatArray, back: FloatArray, length_m: float, radius_m: float
    ) -> None:
        self.node = node
        self.tip_m = np.array(tip_m, float)
        self.back = np.array(back, float) / np.linalg.norm(back)
        self.proxy_back = self.back.copy()
        self.length_m, self.radius_m = length_m, radius_m
        self.friction = 0.15
        self.first = 0.0
        self.is_solid = True
        self.depth_m = 0.0
        self.force_n = np.zeros(3)

    def shape(self) -> FloatArray:
        """Returns (length, radius, friction, first) for the kernels."""
        return np.array((self.length_m, self.radius_m, self.friction, self.first))


class Scene:
    """A mesh, its instruments, and whatever else acts.

    Attributes:
      mesh: at rest.
      state: the motion of all nodes: vertices, then tools, then `others`.
      tools: the instruments.
      actors: what else acts, in this order.
      gravity_m_s2: along -z.
      retreats: how many parts so far ended with tissue or instrument taken back.
    """

    def __init__(self, mesh: TetMesh, is_fixed: BoolArray, tools: int = 0, others: int = 0) -> None:
        self.mesh = mesh
        self.surface = mesh.surface()
        self.state: State = state_of(mesh, tools + others)
        self.vertex_count = len(mesh.vertices_m)
        self.tool_capacity = tools
        self.state.system.is_fixed[: self.vertex_count] = is_fixed
        self.state.mass_kg[self.vertex_count :] = MASS_KG
        self.state.x_m[self.vertex_count :] = 1e3
        self.hands: Hands = hands_of(tools, others)
        self.hands.target_m[:] = self.state.x_m[self.vertex_count :]
        self.rows: Rows = empty_rows()
        self.tools: list[Tool] = []
        self.actors: list[Actor] = []
        self.gravity_m_s2 = GRAVITY_M_S2
        self.before_m = self.state.x_m.copy()
        self.retreats = 0

    def add_tool(
        self, tip_m: FloatArray, back: FloatArray, length_m: float = 0.05, radius_m: float = 0.0025
    ) -> Tool:
        """Brings an instrument in, outside the tissue."""
        tool = Tool(self.vertex_count + len(self.tools), tip_m, back, length_m, radius_m)
        index = len(self.tools)
        if index >= self.tool_capacity:
            raise ValueError("The scene has no node left for a tool; ask for more of them.")
        self.state.x_m[tool.node] = self.hands.target_m[index] = tool.tip_m
        self.state.v_m_s[tool.node] = 0
        self.tools.append(tool)
        return tool

    def step(self, rounds: int = ROUNDS, tolerance: float = TOLERANCE) -> int:
        """Moves one frame on; returns the rounds of conjugate gradients spent."""
        parts = self._parts()
        begun = self.hands.target_m[: len(self.tools)].copy()
        spent = 0
        for part in range(parts):
            share = (part + 1) / parts
            for index, tool in enumerate(self.tools):
                target = begun[index] + share * (tool.tip_m - begun[index])
                self.hands.velocity_m_s[index] = (
                    (target - self.hands.target_m[index]) * parts / STEP_S
                )
                self.hands.target_m[index] = target
            spent += self._part(STEP_S / parts, 1 / (parts - part), rounds, tolerance)
        return spent

    def cut(self, cut: Cut) -> None:
        """Goes on with a mesh that a blade has changed, in motion as it is."""
        old, before = self.state, self.vertex_count
        count = len(cut.mesh.vertices_m)
        new = state_of(cut.mesh, len(self.hands.limit_n))
        for grown, values in ((new.x_m, old.x_m), (new.v_m_s, old.v_m_s)):
            grown[:count] = cut.carried(values[:before])
            grown[count:] = values[before:]
        new.mass_kg[count:] = old.mass_kg[before:]
        new.rotation[:] = old.rotation[cut.tet_parent]
        new.elements.lame_pa[:] = old.elements.lame_pa[cut.tet_parent]
        new.elements.shear_pa[:] = old.elements.shear_pa[cut.tet_parent]
        is_fixed = new.system.is_fixed
        is_fixed[:before] = old.system.is_fixed[:before]
        for number, (a, b) in enumerate(cut.vertex_ends.tolist(), before):
            is_fixed[number] = is_fixed[a] and is_fixed[b]
        self.mesh, self.state, self.vertex_count = cut.mesh, new, count
        self.surface = cut.mesh.surface()
        self.before_m = new.x_m.copy()
        for tool in self.tools:
            tool.node += count - before
        for actor in self.actors:
            actor.follow_cut(self, cut)

    def digest(self) -> str:
        """Returns a hash of all positions and velocities."""
        state = self.state
        return hashlib.sha256(state.x_m.tobytes() + state.v_m_s.tobytes()).hexdigest()

    def _parts(self) -> int:
        far_m = 0.0
        for index, tool in enumerate(self.tools):
            if tool.is_solid:
                moved = math.dist(tool.tip_m, self.hands.target_m[index])
                far_m = max(
                    far_m, moved + 0.5 * tool.length_m * math.dist(tool.back, tool.proxy_back)
                )
        parts = min(MOST_PARTS, max(1, math.ceil(far_m / PART_M)))
        return max([parts, *(actor.parts(self) for actor in self.actors)])

    def _part(self, dt_s: float, share: float, rounds: int, tolerance: float) -> int:
        state, rows = self.state, self.rows
        for actor in self.actors:
            actor.begin(self, share)
        self.before_m[:] = state.x_m
        capsules = [self._capsule(tool, share) for tool in self.tools if tool.is_solid]
        floor = set_up(state, self.gravity_m_s2, dt_s)
        couple(state, self.hands, dt_s)
        spent = self._solve(capsules, dt_s, rounds, tolerance, floor)
        finish(state, rows, dt_s)
        for tool in self.tools:
            force_on_node(rows, tool.node, tool.force_n)
        for actor in self.actors:
            actor.update(self, dt_s)
        self._keep_outside(capsules)
        return spent

    def _solve(
        self, capsules: list[Capsule], dt_s: float, rounds: int, tolerance: float, floor: float
    ) -> int:
        state, rows = self.state, self.rows
        fixed = (state.v_m_s, state.system, state.pattern, rows, dt_s)
        self._add_rows(capsules, dt_s, is_second=False)
        if rows.used[0] == 0:
            return solve(*fixed, 1, max(rounds, FREE_ROUNDS), tolerance, floor)
        spent = solve(*fixed, FIRST_PASSES, rounds, tolerance, floor)
        is_fast = False
        for capsule in capsules:
            moved = dt_s * math.hypot(*state.v_m_s[capsule.node])
            turned = capsule.shape[0] * math.dist(capsule.before, capsule.after)
            is_fast |= moved + turned > FAST_M
        if is_fast:
            self._add_rows(capsules, dt_s, is_second=True)
        is_short = is_fast or dt_s < SHORT_PART * STEP_S
        passes = SECOND_PASSES if is_short else PASSES - FIRST_PASSES
        return spent + solve(*fixed, passes, rounds, tolerance, floor)

    def _capsule(self, tool: Tool, share: float) -> Capsule:
        after = tool.proxy_back + share * (tool.back - tool.proxy_back)
        after /= math.hypot(*after)
        return Capsule(
            tool.node, tool.proxy_back.copy(), after, self.state.x_m[tool.node].copy(), tool.shape()
        )

    def _add_rows(self, capsules: list[Capsule], dt_s: float, *, is_second: bool) -> None:
        state = self.state
        self.rows.used[:] = 0
        for actor in self.actors:
            actor.add_rows(self, dt_s)
        for capsule in capsules:
            index = capsule.node - self.vertex_count
            lag = math.dist(self.hands.target_m[index], state.x_m[capsule.node])
            turned = capsule.shape[0] * math.dist(capsule.before, capsule.after)
            reach = min(lag, REACH_M) + turned
            add_contacts(
                self.rows, state.x_m, state.v_m_s, self.surface.triangles, capsule, reach, dt_s,
                is_second,
            )  # fmt: skip

    def _keep_outside(self, capsules: list[Capsule]) -> None:
        """Instruments first one by one; if tissue went back for one, all are looked at again."""
        state, triangles = self.state, self.surface.triangles
        solid = [tool for tool in self.tools if tool.is_solid]
        for _ in range(3):
            x_m = state.x_m[: self.vertex_count].copy()
            for tool, capsule in zip(solid, capsules, strict=True):
                tool.depth_m = stay_outside(
                    state.x_m, state.v_m_s, self.before_m, triangles, capsule
                )
            if np.array_equal(x_m, state.x_m[: self.vertex_count]):
                break
            self.retreats += 1
        else:
            if any(
                pierced_at(
                    state.x_m, triangles, state.x_m[capsule.node], capsule.after,
                    capsule.shape[0], capsule.shape[3],
                ) >= 0
                for capsule in capsules
            ):  # fmt: skip
                state.x_m[:] = self.before_m
                state.v_m_s[:] = 0
                for capsule in capsules:
                    capsule.after[:] = capsule.before
        for tool, capsule in zip(solid, capsules, strict=True):
            tool.proxy_back = capsule.after
