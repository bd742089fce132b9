"""Ligating loop: a pre-tied loop is put over an appendage, drawn tight at a mark, and its tail cut.

Rules (source of each number: sim/scoring/rules.py; the rest is this project's own choice):
- The loop hangs from the pusher. Its trigger draws the thread through the knot, tighter and never
  looser; when it is let go of a loop that presses, the knot stays and the tail pays out.
- The attempt ends when the scissors cut the tail, or the loop itself.
- Errors are how far the loop's middle is from the mark, and a loop that would slip: one that is not
  around the appendage, that was cut, or whose press times friction is less than a pull test.
- The appendage is foam that stands; it is not drawn through the loop by a grasper, since there are
  two hands and the second one holds the scissors.
"""

from dataclasses import dataclass, field
from math import pi
from types import MappingProxyType

import numpy as np

from sim.arrays import STEP_S, FloatArray, IntArray
from sim.instruments.catalog import Use
from sim.instruments.shape import crossing_m, cuts
from sim.instruments.station import BOX
from sim.instruments.trocar import Posture, pose
from sim.procedures.procedure import Hand, Occurrence, Procedure, Touch
from sim.scoring.composite import Expectation
from sim.scoring.rules import TASKS
from sim.thread.noose import CATGUT, Noose
from sim.tissue.carving import carved
from sim.tissue.cinch import Cinch
from sim.tissue.material import Material
from sim.tissue.mesh import TetMesh
from sim.tissue.scene import Scene as Tissue
from sim.tissue.scene import Tool
from world.geometry import Vector, rotate
from world.protocol.scene_lane import Scene, Strand, Surface

RADIUS_M, HEIGHT_M, MARK_M = 0.006, 0.046, 0.024
FOAM = Material("foam", 300e3, poisson=0.3)
CELL_M = 0.003
DRAW_M_S = 0.015
MOST_N, SETS_N = 6.0, 1.0
"""No more is drawn when the loop presses so hard; it stays by itself when it presses so hard."""
PULL_N, FRICTION = 0.9, 0.3
"""The pull test, along the appendage, and thread on foam."""
REACH_M, LOOP_REACH_M, TAIL_FROM_M, BACK_AT_M = 0.003, 0.002, 0.004, 0.003
"""Within which scissors cut a tail, and a loop; so far from the knot the tail begins; and so near
the pusher must be to draw again."""
EFFORT_ROUNDS = (8, 7, 6, 5)
TOOL_M, FLOOR_M, INK_M = 0.06, 0.0015, 0.0003
_START = Posture(insertion_m=0.08)
_RING = 32
SENTENCES = MappingProxyType(
    {
        "tightened": "The loop presses and stays. Draw the pusher back and cut the tail.",
        "tail cut": "The tail is cut.",
        "loop cut": "The scissors cut the loop itself.",
        "mark deviation": "The loop is so far from the mark.",
        "knot insecurity": "The loop would slip off: it is loose, cut, or not around anything.",
    }
)


@dataclass(slots=True)
class LigatingLoop:
    """One attempt.

    Attributes:
      is_finished: tail or loop is cut.
    """

    is_left_handed: bool
    is_finished: bool = False
    _tissue: Tissue = field(init=False)
    _tools: list[Tool] = field(init=False)
    _cinch: Cinch = field(default_factory=Cinch)
    _noose: Noose = field(init=False)
    _ink: tuple[IntArray, FloatArray] = field(init=False)
    _knot_m: FloatArray = field(init=False)
    _axes: FloatArray = field(init=False)
    _is_set: bool = False
    _is_told: bool = False
    _is_loop_cut: bool = False
    _before: tuple[Hand, Hand] | None = None

    def __post_init__(self) -> None:
        mesh = appendage()
        self._tissue = Tissue(mesh, mesh.vertices_m[:, 2] < CELL_M / 2, tools=2)
        self._tissue.actors.append(self._cinch)
        poses = [pose(trocar, _START) for trocar in (BOX.left, BOX.right)]
        self._tools = [
            self._tissue.add_tool(at.tip_m, -_axes_of(at.rotation)[0], TOOL_M) for at in poses
        ]
        at = poses[0 if self.is_left_handed else 1]
        self._knot_m, self._axes = at.tip_m, _axes_of(at.rotation)
        self._noose = Noose(self._knot_m, self._axes, self._post_m(), RADIUS_M)
        self._ink = _ring_on(mesh)

    def advance(self, hands: tuple[Hand, Hand], effort: int) -> tuple[Occurrence, ...]:
        """See `Attempt`; less effort takes fewer rounds of the tissue's solver."""
        before, self._before = self._before or hands, hands
        happened: list[Occurrence] = []
        for tool, then, now in zip(self._tools, before, hands, strict=True):
            tool.tip_m, tool.back = now.pose.tip_m, -_axes_of(now.pose.rotation)[0]
            tool.first = now.instrument.hinge_m / TOOL_M
            if Use.CLOSE_LOOP in now.instrument.uses:
                happened += self._draw(now)
            elif cuts(now.instrument, then.posture, now.posture):
                happened += self._cut(now)
        self._tissue.step(EFFORT_ROUNDS[effort])
        neck_m = self._cinch.neck_m if self._cinch.push_n > 0 else RADIUS_M
        self._noose.step(self._knot_m, self._axes, self._post_m(), min(neck_m, RADIUS_M))
        self._tighten()
        return tuple(happened)

    def finish(self) -> tuple[Occurrence, ...]:
        """See `Attempt`; a loop that is around nothing has no place to be measured."""
        place_m, told = _place(self._knot_m), []
        if self._is_around():
            told.append(Occurrence("mark deviation", place_m, 1000 * self.off_mark_m))
        if self._is_loop_cut or not self._is_set or self._cinch.push_n * FRICTION < PULL_N:
            told.append(Occurrence("knot insecurity", place_m))
        return tuple(told)

    @property
    def off_mark_m(self) -> float:
        """How far the loop's middle is from the mark, along the appendage."""
        return abs(self._along_m() - MARK_M)

    def touch(self) -> Touch:
        """See `Attempt`."""
        tips_m = np.array([self._tissue.state.x_m[tool.node] for tool in self._tools])
        forces_n = np.array([tool.force_n for tool in self._tools])
        return Touch(tips_m, np.sqrt((forces_n**2).sum(axis=1)), tips_m[:, 2] < FLOOR_M)

    def scene(self) -> Scene:
        """See `Attempt`."""
        tissue, radius_m = self._tissue, CATGUT.diameter_m / 2
        corners, triangles = np.unique(tissue.surface.triangles, return_inverse=True)
        ink, shares = self._ink
        ring_m = (tissue.state.x_m[ink] * shares[:, :, None]).sum(axis=1)
        strands = [
            Strand("mark", np.concatenate([ring_m, ring_m[:1]]), INK_M),
            Strand("thread-loop", self._noose.thread.points_m, radius_m),
        ]
        if not self.is_finished or self._is_loop_cut:
            share = np.linspace(0.0, 1.0, 8)[:, None]
            tail_m = self._knot_m + share * (self._tip_m() - self._knot_m)
            strands.append(Strand("thread-tail", tail_m, radius_m))
        appendage_now = Surface(
            "appendage", tissue.state.x_m[corners], triangles.reshape(-1, 3).astype(np.int64)
        )
        return Scene(surfaces=(appendage_now,), strands=tuple(strands))

    def state(self) -> bytes:
        """See `Attempt`."""
        tissue, state, cinch = self._tissue, self._tissue.state, self._cinch
        arrays = [state.x_m, state.v_m_s, state.rotation, tissue.hands.target_m]
        arrays += [tool.proxy_back for tool in self._tools]
        arrays += [self._knot_m, self._axes, cinch.at_m, cinch.axis]
        flags = (self._is_set, self._is_told, self._is_loop_cut, self.is_finished)
        postures = self._before and [hand.posture for hand in self._before]
        measures = tuple(map(float, (cinch.radius_m, cinch.push_n, cinch.neck_m)))
        told = repr((flags, postures, measures)) + self._noose.thread.state_hash()
        return b"".join(array.tobytes() for array in arrays) + told.encode()

    # --- loop and tail

    def _draw(self, now: Hand) -> list[Occurrence]:
        tip_m, is_drawing = now.pose.tip_m, now.posture.is_active
        if self._is_set:
            is_back = float(((tip_m - self._knot_m) ** 2).sum()) < BACK_AT_M**2
            self._is_set = not (is_drawing and is_back)
        elif not is_drawing and self._cinch.push_n >= SETS_N:
            self._is_set = True
            if not self._is_told:
                self._is_told = True
                return [Occurrence("tightened", _place(self._knot_m))]
        if not self._is_set:
            self._knot_m, self._axes = tip_m, _axes_of(now.pose.rotation)
            if is_drawing and self._cinch.push_n < MOST_N:
                self._noose.draw(DRAW_M_S * STEP_S)
        return []

    def _cut(self, now: Hand) -> list[Occurrence]:
        at_m = crossing_m(now.instrument, now.pose, now.posture.jaw)
        way_m = self._tip_m() - self._knot_m
        length_m = float(np.sqrt((way_m**2).sum()))
        if self._is_set and length_m > TAIL_FROM_M:
            share = float(((at_m - self._knot_m) * way_m).sum()) / length_m**2
            share = min(max(share, TAIL_FROM_M / length_m), 1.0)
            off_m = at_m - self._knot_m - share * way_m
            if float((off_m**2).sum()) < REACH_M**2:
                self.is_finished = True
                return [Occurrence("tail cut", _place(at_m))]
        off_m = self._noose.thread.points_m - at_m
        if float((off_m**2).sum(axis=1).min()) < LOOP_REACH_M**2:
            self.is_finished = self._is_loop_cut = True
            return [Occurrence("loop cut", _place(at_m))]
        return []

    def _tighten(self) -> None:
        """Lets the loop press as soon as it is smaller than the appendage."""
        cinch, radius_m = self._cinch, self._noose.length_m / (2 * pi)
        post_m = self._post_m()
        cinch.radius_m = radius_m if radius_m < RADIUS_M and self._is_around() else np.inf
        way_m = post_m[1] - post_m[0]
        cinch.axis = way_m / np.sqrt((way_m**2).sum())
        cinch.at_m = post_m[0] + self._along_m() * cinch.axis

    def _is_around(self) -> bool:
        return abs(self._noose.turns(self._post_m())) == 1 and 0 < self._along_m() < HEIGHT_M

    def _along_m(self) -> float:
        post_m = self._post_m()
        way_m = post_m[1] - post_m[0]
        middle_m = self._noose.thread.points_m.mean(axis=0) - post_m[0]
        return float((middle_m * way_m).sum() / np.sqrt((way_m**2).sum()))

    def _post_m(self) -> FloatArray:
        """Returns (2, 3) the appendage's axis, from foot to top, through its middle at the loop."""
        rest_m, x_m = self._tissue.mesh.vertices_m, self._tissue.state.x_m
        count = self._tissue.vertex_count
        is_top = rest_m[:, 2] > HEIGHT_M - RADIUS_M - CELL_M / 2
        top_m = x_m[:count][is_top].mean(axis=0)
        post_m = np.stack([np.zeros(3), top_m])
        if np.isfinite(self._cinch.radius_m) and self._cinch.neck_m > 0:
            axis = top_m / np.sqrt((top_m**2).sum())
            middle_m = self._cinch.at_m
            post_m += middle_m - (middle_m * axis).sum() * axis
        return post_m

    def _tip_m(self) -> FloatArray:
        return np.array(self._tools[0 if self.is_left_handed else 1].tip_m)


def appendage() -> TetMesh:
    """Returns a standing finger of foam with a round top."""
    half_m = RADIUS_M + CELL_M

    def distance_m(at_m: FloatArray) -> FloatArray:
        core = np.minimum(at_m[:, 2], HEIGHT_M - RADIUS_M)
        off = np.sqrt(at_m[:, 0] ** 2 + at_m[:, 1] ** 2 + (at_m[:, 2] - core) ** 2)
        distance: FloatArray = np.maximum(off - RADIUS_M, -at_m[:, 2])
        return distance

    low_m, high_m = np.array([-half_m, -half_m, 0.0]), np.array([half_m, half_m, HEIGHT_M + CELL_M])
    return carved(distance_m, low_m, high_m, CELL_M, FOAM)


def _ring_on(mesh: TetMesh) -> tuple[IntArray, FloatArray]:
    """Returns (n, 3) corners and their shares of the mark's points on the skin."""
    triangles = mesh.surface().triangles
    middle_m = mesh.vertices_m[triangles].mean(axis=1)
    corners, shares = np.zeros((_RING, 3), np.int64), np.zeros((_RING, 3))
    for k in range(_RING):
        angle = 2 * pi * k / _RING
        at_m = np.array([RADIUS_M * np.cos(angle), RADIUS_M * np.sin(angle), MARK_M])
        corners[k] = triangles[((middle_m - at_m) ** 2).sum(axis=1).argmin()]
        near = 1 / (((mesh.vertices_m[corners[k]] - at_m) ** 2).sum(axis=1) + 1e-8)
        shares[k] = near / near.sum()
    return corners, shares


def _axes_of(rotation: FloatArray) -> FloatArray:
    """Returns (2, 3) an instrument's direction, and across it in the plane of its loop."""
    return rotate(np.stack([rotation] * 2), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]))


def _place(point_m: FloatArray) -> Vector:
    return float(point_m[0]), float(point_m[1]), float(point_m[2])


LIGATING_LOOP = Procedure(
    name="ligating_loop",
    brief=(
        "Put the loop over the appendage, bring it to the mark, and draw it tight with the "
        "trigger. Let the trigger go, draw the pusher back, and cut the tail with the scissors."
    ),
    station=BOX,
    left="scissors",
    right="loop_pusher",
    rules=TASKS["ligating_loop"],
    expected=Expectation(path_m=(0.25, 1.2), peak_force_n=2.0),
    sentences=SENTENCES,
    begin=lambda _seed, is_left_handed: LigatingLoop(is_left_handed),
)
