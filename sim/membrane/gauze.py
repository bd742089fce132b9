"""The gauze of precision cutting: held by four clips, gripped, drawn, cut and torn.

Rules:
- The two plies are one cloth with the weight and the stiffness of both: scissors take both.
- Scissors cut where their blades cross (scissors.py). Where the cloth is farther than REACH_M from
  that point, they cut nothing.
- A clip or a pair of jaws that is pulled harder than it holds lets go; that is an event.

How hard it may be pulled is this project's own choice; see weave.py for what it is made of.
"""

from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.membrane.outline import Outline, outline, pieces, rim
from sim.membrane.sheet import Origin, Point, Sheet
from sim.membrane.springs import SUBSTEPS, Anchors, Obstacles, advance
from sim.membrane.weave import masses_kg, strung

SIDE_M, CELLS = 0.10, 25
CIRCLE_RADIUS_M = 0.02
"""A marked circle of 4 cm on gauze of 10 by 10 cm. Source: surgeonbox.com/mistels."""
ANCHOR_M_N = 1e-3
HELD_INERTIA = 200.0
"""Held cloth resists acceleration as if it were so many times heavier; it does not weigh more. A
piece that is cut free falls with its own mass."""
PRETENSION = 0.01
"""The clips draw the cloth out by so much of its size."""
CLIP_HOLDS_N, JAWS_HOLD_N = 4.0, 6.0
CLIP_M = 0.006
GRASP_M = 0.005
REACH_M = 0.003
THICKNESS_M = 0.0006


class Event(Enum):
    """What a step can bring."""

    TORN_FROM_CLIP = "torn from clip"
    SLIPPED_FROM_JAWS = "slipped from jaws"
    PIECE_FREE = "piece free"


@dataclass(slots=True)
class _Hold:
    """A clip or a pair of jaws: what it holds, where, and how hard it may be pulled."""

    vertices: IntArray
    place_m: FloatArray
    wanted_m: FloatArray
    holds_n: float
    event: Event
    force_n: FloatArray = field(default_factory=lambda: np.zeros(3))


class Gauze:
    """One piece of gauze.

    Args:
      height_m: of the level cloth over the floor, which is at 0; its middle is above the origin.

    Attributes:
      sheet: the cloth at rest.
      position_m: (v, 3).
      velocity_m_s: (v, 3).
      clips_m: (4, 3) where the clips are.
      cuts: how often its triangles became others.
    """

    def __init__(self, height_m: float = 0.04) -> None:
        self.sheet = Sheet(SIDE_M, CELLS)
        uv_m = self.sheet.coordinates_m()
        self.position_m = np.column_stack([uv_m, np.full(len(uv_m), height_m)])
        self.velocity_m_s = np.zeros_like(self.position_m)
        self._holds: dict[str, _Hold] = {}
        self._pieces, self.cuts = 1, 0
        self._rebuild()
        self.clips_m = np.array([(i % 2 - 0.5, i // 2 - 0.5, 0.0) for i in range(4)]) * SIDE_M
        self.clips_m[:, 2] = height_m
        for corner, at_m in enumerate(self.clips_m):
            self._take(f"clip {corner}", at_m, CLIP_M, CLIP_HOLDS_N, Event.TORN_FROM_CLIP)
            self.drag(f"clip {corner}", at_m * (PRETENSION, PRETENSION, 0.0))

    def step(self, obstacles: Obstacles | None = None, substeps: int = SUBSTEPS) -> list[Event]:
        """Moves the cloth on by one step, in so many substeps; returns what let go."""
        if obstacles is None:
            obstacles = Obstacles(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))
        anchors = self._anchors()
        radius_m = obstacles.radius_m + THICKNESS_M / 2
        advance(
            self.position_m,
            self.velocity_m_s,
            self._inertia_kg,
            self._mass_kg,
            self._springs,
            anchors,
            Obstacles(obstacles.start_m, obstacles.end_m, radius_m),
            THICKNESS_M / 2,
            ANCHOR_M_N,
            substeps,
        )
        return self._let_go(anchors.force_n)

    def grasp(self, hand: str, tip_m: FloatArray) -> bool:
        """Closes a hand's jaws on the cloth at (3,) tip_m; returns whether they hold any."""
        return self._take(hand, tip_m, GRASP_M, JAWS_HOLD_N, Event.SLIPPED_FROM_JAWS)

    def drag(self, hand: str, move_m: FloatArray) -> None:
        """Moves what a hand holds by (3,) move_m during the next step."""
        if hand in self._holds:
            self._holds[hand].wanted_m = self._holds[hand].wanted_m + move_m

    def release(self, hand: str) -> None:
        """Opens a hand's jaws, or a clip."""
        if self._holds.pop(hand, None):
            self._weigh()

    def is_held(self, name: str) -> bool:
        """Returns whether a hand or clip holds the cloth."""
        return name in self._holds

    def force_n(self, name: str) -> FloatArray:
        """Returns the (3,) force of a hand or clip on the cloth in the last step."""
        return self._holds[name].force_n if name in self._holds else np.zeros(3)

    def under(self, point_m: FloatArray) -> Point | None:
        """Returns the (u, v) of the cloth nearest to (3,) point_m; None beyond REACH_M from it."""
        corner_m = self.position_m[self._corners]
        middle_m = corner_m.mean(axis=1)
        near = np.flatnonzero(
            ((middle_m - point_m) ** 2).sum(axis=1) < (REACH_M + SIDE_M / CELLS) ** 2
        )
        if not len(near):
            return None
        shares, off_m = _closest(corner_m[near], point_m)
        best = int(off_m.argmin())
        if off_m[best] > REACH_M:
            return None
        u, v = (shares[best][:, None] * self._uv_m[self._corners[near[best]]]).sum(axis=0)
        return float(u), float(v)

    def edge_near(self, at_m: Point, within_m: float) -> Point | None:
        """Returns the nearest (u, v) of a border or slit, or None if none is so near."""
        a, b = (self._uv_m[ends] for ends in rim(self._corners).T)
        way_m, from_m = b - a, np.array(at_m) - a
        share = np.clip((from_m * way_m).sum(axis=1) / (way_m**2).sum(axis=1), 0.0, 1.0)
        foot_m = a + share[:, None] * way_m
        squared = ((foot_m - at_m) ** 2).sum(axis=1)
        best = int(squared.argmin())
        if squared[best] > within_m**2:
            return None
        return float(foot_m[best, 0]), float(foot_m[best, 1])

    def cut(self, path_m: list[Point]) -> list[Event]:
        """Cuts along a path of (u, v) in the cloth at rest; returns whether a piece came free."""
        origins = [origin for a, b in pairwise(path_m) for origin in self.sheet.cut(a, b)]
        if not origins:
            return []
        self.position_m = _carried(self.position_m, origins)
        self.velocity_m_s = _carried(self.velocity_m_s, origins)
        self._rebuild()
        self.cuts += 1
        count = len(np.unique(self.piece_of()))
        is_more, self._pieces = count > self._pieces, count
        return [Event.PIECE_FREE] if is_more else []

    def piece_of(self) -> IntArray:
        """Returns (v,): the piece that each vertex belongs to, by its lowest vertex."""
        return pieces(self.sheet.corners(), len(self.position_m))

    def cut_out(self) -> Outline | None:
        """Returns how the piece with the circle's middle was cut out; None while it hangs on."""
        middle = self.sheet.locate((1e-6, 2e-6))
        if middle is None or self._pieces == 1:
            return None
        corners, piece_of = self.sheet.corners(), self.piece_of()
        own = piece_of[corners[middle, 0]]
        if piece_of[0] == own:
            return None
        is_own = piece_of[corners[:, 0]] == own
        return outline(corners[is_own], self.sheet.coordinates_m(), CIRCLE_RADIUS_M)

    def state(self) -> bytes:
        """Returns everything that the next step depends on."""
        holds = [(name, hold.vertices.tolist()) for name, hold in self._holds.items()]
        wanted = [np.concatenate([h.place_m, h.wanted_m]) for h in self._holds.values()]
        moving = np.concatenate([self.position_m, self.velocity_m_s, *wanted])
        return moving.tobytes() + self.sheet.state() + repr(holds).encode()

    def _take(
        self, name: str, at_m: FloatArray, reach_m: float, holds_n: float, event: Event
    ) -> bool:
        distance_m = np.sqrt(((self.position_m - at_m) ** 2).sum(axis=1))
        vertices = np.flatnonzero(distance_m <= reach_m)
        if not len(vertices):
            return False
        place_m = self.position_m[vertices].copy()
        self._holds[name] = _Hold(vertices, place_m, place_m.copy(), holds_n, event)
        self._weigh()
        return True

    def _anchors(self) -> Anchors:
        holds = list(self._holds.values())
        empty = [np.zeros((0, 3))]
        return Anchors(
            np.concatenate([np.zeros(0, np.int64), *(hold.vertices for hold in holds)]),
            np.concatenate(empty + [hold.wanted_m for hold in holds]),
            np.concatenate(empty + [hold.place_m for hold in holds]),
            np.zeros((sum(len(hold.vertices) for hold in holds), 3)),
        )

    def _let_go(self, force_n: FloatArray) -> list[Event]:
        first, events = 0, []
        for name, hold in list(self._holds.items()):
            last = first + len(hold.vertices)
            hold.force_n = force_n[first:last].sum(axis=0)
            hold.place_m, first = hold.wanted_m, last
            if float(np.sqrt((hold.force_n**2).sum())) > hold.holds_n:
                del self._holds[name]
                events.append(hold.event)
        if events:
            self._weigh()
        return events

    def _rebuild(self) -> None:
        self._corners, self._uv_m = self.sheet.corners(), self.sheet.coordinates_m()
        self._springs = strung(self._corners, self._uv_m)
        self._mass_kg = masses_kg(self._corners, self._uv_m)
        self._weigh()

    def _weigh(self) -> None:
        piece_of = self.piece_of()
        held = [piece_of[hold.vertices] for hold in self._holds.values()]
        is_held = np.isin(piece_of, np.concatenate([np.zeros(0, np.int64), *held]))
        self._inertia_kg = np.where(is_held, HELD_INERTIA, 1.0) * self._mass_kg


def _carried(values: FloatArray, origins: list[Origin]) -> FloatArray:
    grown = np.concatenate([values, np.zeros((len(origins), 3))])
    for number, origin in enumerate(origins, len(values)):
        for vertex, share in zip(origin.vertices, origin.shares, strict=True):
            grown[number] += share * grown[vertex]
    return grown


def _closest(corner_m: FloatArray, point_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns (n, 3) shares of the corners nearest to a point, and (n,) distances.

    A foot off a triangle is drawn to it by cutting negative shares off, which is exact inside
    and good to a fraction of a cell outside.
    """
    a = corner_m[:, 0]
    u, v, w = corner_m[:, 1] - a, corner_m[:, 2] - a, point_m - a
    uu, uv, vv = (u * u).sum(1), (u * v).sum(1), (v * v).sum(1)
    wu, wv = (w * u).sum(1), (w * v).sum(1)
    whole = np.maximum(uu * vv - uv * uv, 1e-300)
    of_b, of_c = (vv * wu - uv * wv) / whole, (uu * wv - uv * wu) / whole
    shares = np.maximum(np.stack([1 - of_b - of_c, of_b, of_c], axis=1), 0.0)
    shares /= shares.sum(axis=1, keepdims=True)
    off_m = (shares[:, :, None] * corner_m).sum(axis=1) - point_m
    return shares, np.sqrt((off_m**2).sum(axis=1))
