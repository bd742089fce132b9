"""Where on a ring jaws can close: squarely on a tube, with room for both of them and the shaft."""

from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray
from sim.instruments.catalog import SHAFT_RADIUS_M
from sim.rigid.model import (
    GRASPER,
    PEG_HEIGHT_M,
    PEG_RADIUS_M,
    PEGS_M,
    RING_RADIUS_M,
    RING_SIDES,
    RING_TUBE_M,
    RINGS,
    SHAFT_SHOWN_M,
)
from tools.bots.training.operator import RIGHT, Operator
from world.geometry import rotate

DEEP_M = 0.002
"""The tube lies this far behind the tip: nearer it slips out, deeper the tip meets the board."""
_ASIDE_M = 0.0048
"""From the middle of the tube to that of an open jaw."""
_GIVES_M = 0.002
"""The board is no obstacle for jaws that come down on it only so far: they are held higher."""
_ENOUGH_M = 0.002
_APOTHEM_M = RING_RADIUS_M * np.sqrt(3) / 2
_BACK = np.array([1.0, -1.0, -1.0, -1.0])


class Grip(NamedTuple):
    """A way to take a ring.

    Attributes:
      tube_m: (3,) middle of the tube.
      across: (3,) unit vector; the jaws stand on both sides of the tube along it.
      worth: higher is better.
    """

    tube_m: FloatArray
    across: FloatArray
    worth: float


def grips(operator: Operator, ring: int, hand: int, giver: int | None = None) -> list[Grip]:
    """Returns the ways in which a hand can take a ring by one of its six tubes, best first.

    Args:
      operator: whose hand it is, and who sees the ring.
      ring: its number.
      hand: LEFT or RIGHT.
      giver: the hand that holds the ring now. If none does, the side that the other hand comes
        from is left free for it.
    """
    body = operator.body(f"ring_{ring}")
    angles = (np.arange(RING_SIDES) + 0.5) * (2 * np.pi / RING_SIDES)
    c, s, zero = np.cos(angles), np.sin(angles), np.zeros(RING_SIDES)
    rotation = np.broadcast_to(body.rotation, (RING_SIDES, 4))
    outward = rotate(rotation, np.stack([c, s, zero], axis=1))
    tubes = rotate(rotation, np.stack([-s, c, zero], axis=1))
    obstacles = _Obstacles(operator, ring, giver)
    own_side = 0.0 if giver is not None else 0.3 if hand == RIGHT else -0.3
    found = []
    for out, tube in zip(outward, tubes, strict=True):
        tube_m = body.position_m + _APOTHEM_M * out
        along = operator.along(hand, tube_m)
        across = np.cross(along, tube)
        squareness = float(np.sqrt((across**2).sum()))
        across /= max(squareness, 1e-9)
        room_m = obstacles.room_m(tube_m, along, across)
        worth = squareness + np.clip(room_m / _ENOUGH_M, -3.0, 0.5) + own_side * out[0]
        found.append(Grip(tube_m, across, float(worth)))
    return sorted(found, key=lambda grip: -grip.worth)


class _Obstacles:
    """What is around a ring: board, pegs, other rings, the other hand's instrument."""

    def __init__(self, operator: Operator, ring: int, giver: int | None) -> None:
        pegs_m = np.array([[(x, y, 0.0), (x, y, PEG_HEIGHT_M)] for x, y in PEGS_M])
        self._segments_m, self._radii_m = pegs_m, np.full(len(pegs_m), PEG_RADIUS_M)
        if giver is not None:
            tip_m = operator.tip_m(giver)
            shaft_m = np.stack([tip_m, tip_m - SHAFT_SHOWN_M * operator.along(giver, tip_m)])
            self._segments_m = np.concatenate([pegs_m, shaft_m[None]])
            self._radii_m = np.append(self._radii_m, SHAFT_RADIUS_M)
        self._rings = [operator.body(f"ring_{other}") for other in range(RINGS) if other != ring]

    def room_m(self, tube_m: FloatArray, along: FloatArray, across: FloatArray) -> float:
        """Returns how far jaws and shaft of a grip are from everything; below 0 is a clash."""
        sides_m = np.array([-_ASIDE_M, _ASIDE_M])[:, None] * across
        jaws_m = np.concatenate([tube_m + sides_m + back * along for back in (DEEP_M, -0.008)])
        behind_m = GRASPER.hinge_m * np.array([0.8, 1.2, 1.6])
        shaft_m = tube_m - behind_m[:, None] * along
        return min(
            self._distance_m(jaws_m) - GRASPER.parts[0].radius_m,
            self._distance_m(shaft_m) - SHAFT_RADIUS_M,
        )

    def _distance_m(self, points_m: FloatArray) -> float:
        start_m, way_m = self._segments_m[:, 0], np.diff(self._segments_m, axis=1)[:, 0]
        from_m = points_m[:, None] - start_m
        share = np.clip((from_m * way_m).sum(axis=2) / (way_m**2).sum(axis=1), 0.0, 1.0)
        apart_m = np.sqrt(((from_m - share[..., None] * way_m) ** 2).sum(axis=2)) - self._radii_m
        nearest_m = min(float(apart_m.min()), float(points_m[:, 2].min()) + _GIVES_M)
        for ring in self._rings:
            local_m = rotate(ring.rotation * _BACK, points_m - ring.position_m)
            round_m = np.sqrt((local_m[:, :2] ** 2).sum(axis=1)) - RING_RADIUS_M
            distance_m = np.sqrt(round_m**2 + local_m[:, 2] ** 2) - RING_TUBE_M
            nearest_m = min(nearest_m, float(distance_m.min()))
        return nearest_m
