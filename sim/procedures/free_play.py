"""Free play: liver, gallbladder and suture pad to grasp, pull and cut; nothing is scored.

Rules:
- Jaws take hold as they close on tissue and let go as they open. They pinch harder than a liver
  bears: what is crushed or torn is counted as damage and shown beside the motion metrics.
- Scissors cut what passes between their edges while they close. What hangs on nothing falls.
- Instruments push tissue with their shafts, and graspers with their jaws; the blades of scissors
  go between what they are to cut.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.instruments.catalog import Use
from sim.instruments.shape import cuts, cutting_edges_m
from sim.instruments.station import BOX
from sim.instruments.trocar import Posture, pose
from sim.procedures.organs import NAMES, fixed, organs
from sim.procedures.procedure import Hand, Occurrence, Procedure, Touch
from sim.scoring.composite import Expectation
from sim.tissue.cutting import Stroke
from sim.tissue.damage import Damage
from sim.tissue.floor import Floor
from sim.tissue.grasp import Grasp
from sim.tissue.scene import Scene as Tissue
from sim.tissue.scene import Tool
from sim.tissue.skin import followed_skin
from world.geometry import Vector, rotate
from world.protocol.scene_lane import Scene, Surface

EFFORT_ROUNDS = (8, 7, 6, 5)
PINCH_N = 3.0
"""Between the jaws: holds 3 N (see sim/tissue/grasp.py), a sixth of what a hand can. Own choice."""
HOLDS_BELOW, OPENS_ABOVE = 0.12, 0.25
TOOL_M = 0.06
FLOOR_M = 0.0015
CLEAR_M = 0.008
"""Scissors that are so far from all tissue begin another cut. Own choice."""
CALM_STEPS = 30
"""Tears within so many steps of one another are told once."""
_START = Posture(insertion_m=0.08)
SENTENCES = MappingProxyType(
    {
        "held": "The jaws hold tissue.",
        "slipped": "Tissue slipped out of the jaws.",
        "torn": "Tissue tore. Pull more gently.",
        "cut": "Tissue was cut.",
    }
)


@dataclass(slots=True)
class FreePlay:
    """One attempt; it is never finished by itself."""

    is_finished: bool = False
    _tissue: Tissue = field(init=False)
    _damage: Damage = field(init=False)
    _tools: list[Tool] = field(init=False)
    _grasps: list[Grasp] = field(init=False)
    _is_skin: BoolArray = field(init=False)
    _stroke: Stroke | None = None
    _is_cutting: bool = False
    _calm_steps: int = 60
    _before: tuple[Hand, Hand] | None = None
    _parts: list[tuple[str, IntArray, IntArray]] = field(init=False)

    def __post_init__(self) -> None:
        mesh = organs()
        self._tissue = Tissue(mesh, fixed(mesh), tools=2)
        self._damage = Damage(mesh)
        self._tools = []
        for trocar in (BOX.left, BOX.right):
            at = pose(trocar, _START)
            self._tools.append(self._tissue.add_tool(at.tip_m, -_forward(at.rotation), TOOL_M))
        self._grasps = [Grasp(tool) for tool in self._tools]
        self._tissue.actors += [*self._grasps, Floor()]
        self._is_skin = np.ones(len(self._tissue.surface.triangles), np.bool_)
        self._divide()

    def advance(self, hands: tuple[Hand, Hand], effort: int) -> tuple[Occurrence, ...]:
        """See `Attempt`; less effort takes fewer rounds of the solver."""
        before, self._before = self._before or hands, hands
        happened: list[Occurrence] = []
        for side, (then, now) in enumerate(zip(before, hands, strict=True)):
            tool = self._tools[side]
            tool.tip_m, tool.back = now.pose.tip_m, -_forward(now.pose.rotation)
            if Use.CUT in now.instrument.uses:
                tool.first = now.instrument.hinge_m / TOOL_M
                happened += self._cut(then, now)
            else:
                happened += self._hold(side, then, now)
        self._tissue.step(EFFORT_ROUNDS[effort])
        happened += self._watch(hands)
        return tuple(happened)

    def finish(self) -> tuple[Occurrence, ...]:
        """See `Attempt`."""
        return ()

    def touch(self) -> Touch:
        """See `Attempt`."""
        tips_m = self._tips_m()
        forces_n = np.array([tool.force_n for tool in self._tools])
        return Touch(
            tips_m,
            np.sqrt((forces_n**2).sum(axis=1)),
            tips_m[:, 2] < FLOOR_M,
            self._damage.destroyed_m3,
        )

    def scene(self) -> Scene:
        """See `Attempt`; what a blade has laid open is a surface of its own."""
        x_m = self._tissue.state.x_m
        return Scene(
            surfaces=tuple(
                Surface(name, x_m[corners], triangles) for name, corners, triangles in self._parts
            )
        )

    def state(self) -> bytes:
        """See `Attempt`."""
        tissue, state = self._tissue, self._tissue.state
        arrays = [state.x_m, state.v_m_s, state.rotation, tissue.mesh.tets, self._damage.share]
        arrays += [tissue.hands.target_m, *(tool.proxy_back for tool in self._tools)]
        stroke = b"" if self._stroke is None else self._stroke.state()
        held = b"".join(grasp.state() for grasp in self._grasps)
        postures = self._before and [hand.posture for hand in self._before]
        told = repr((postures, self._is_cutting, self._calm_steps)).encode()
        return b"".join(array.tobytes() for array in arrays) + stroke + held + told

    def _hold(self, side: int, then: Hand, now: Hand) -> list[Occurrence]:
        grasp, jaw = self._grasps[side], now.posture.jaw
        if len(grasp.faces):
            if jaw > OPENS_ABOVE:
                grasp.open()
        elif jaw < HOLDS_BELOW <= then.posture.jaw and grasp.close(self._tissue, PINCH_N):
            return [Occurrence("held", _place(now.pose.tip_m))]
        return []

    def _cut(self, then: Hand, now: Hand) -> list[Occurrence]:
        tissue, count = self._tissue, self._tissue.vertex_count
        x_m = tissue.state.x_m[:count]
        edges_m = cutting_edges_m(now.instrument, now.pose, now.posture.jaw)
        is_near = (
            float(((x_m - now.pose.tip_m) ** 2).sum(axis=1).min())
            < (CLEAR_M + now.instrument.hinge_m) ** 2
        )
        if not is_near:
            self._stroke = None
        elif self._stroke is None:
            self._stroke = Stroke(x_m, edges_m)
        was_cutting, self._is_cutting = self._is_cutting, False
        if self._stroke is None:
            return []
        if not cuts(now.instrument, then.posture, now.posture):
            self._stroke.move(x_m, edges_m)
            return []
        cut = self._stroke.sweep(tissue.mesh, x_m, edges_m)
        self._is_cutting = was_cutting or cut is not None
        if cut is None:
            return []
        before = tissue.surface
        tissue.cut(cut)
        self._damage.follow_cut(cut)
        self._is_skin = followed_skin(before, self._is_skin, tissue.surface, cut)
        self._divide()
        return [] if was_cutting else [Occurrence("cut", _place(now.pose.tip_m))]

    def _watch(self, hands: tuple[Hand, Hand]) -> list[Occurrence]:
        happened = []
        for grasp, hand in zip(self._grasps, hands, strict=True):
            if grasp.has_slipped:
                grasp.has_slipped = False
                happened.append(Occurrence("slipped", _place(hand.pose.tip_m)))
        held = tuple(grasp for grasp in self._grasps if len(grasp.faces))
        self._calm_steps += 1
        tears = self._damage.follow(self._tissue, held)
        is_told = tears and self._calm_steps > CALM_STEPS
        self._calm_steps = 0 if tears else self._calm_steps
        if is_told:
            at_m = held[0].tool.tip_m if held else hands[0].pose.tip_m
            happened.append(Occurrence("torn", _place(at_m)))
        return happened

    def _divide(self) -> None:
        """Sorts the surface by organ, and what was skin from what a blade has laid open."""
        mesh, surface = self._tissue.mesh, self._tissue.surface
        organ = mesh.material_of[surface.owners]
        self._parts = []
        for number, name in enumerate(NAMES):
            for part, is_part in ((name, self._is_skin), (f"{name}-cut", ~self._is_skin)):
                triangles = surface.triangles[(organ == number) & is_part]
                if len(triangles):
                    corners, local = np.unique(triangles, return_inverse=True)
                    self._parts.append((part, corners, local.reshape(-1, 3).astype(np.int64)))

    def _tips_m(self) -> FloatArray:
        return np.array([self._tissue.state.x_m[tool.node] for tool in self._tools])


def _forward(rotation: FloatArray) -> FloatArray:
    """Returns (3,) the direction in which an instrument points."""
    forward: FloatArray = rotate(rotation, np.array([0.0, 1.0, 0.0]))
    return forward


def _place(point_m: FloatArray) -> Vector:
    return float(point_m[0]), float(point_m[1]), float(point_m[2])


FREE_PLAY = Procedure(
    name="free_play",
    brief=(
        "Liver, gallbladder and a suture pad to try your instruments on. Grasp, pull and cut as "
        "you like; nothing is scored. Your movements are measured, and so is what you damage."
    ),
    station=BOX,
    left="grasper",
    right="scissors",
    rules=None,
    expected=Expectation(path_m=(0.1, 100.0)),
    sentences=SENTENCES,
    begin=lambda _seed, _is_left_handed: FreePlay(),
)
