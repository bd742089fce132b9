"""What is between jaws: how far they can close on it, and that it goes with them.

A posture says how far a hand wants the jaws closed. What stops them is known to the server alone,
and scenes do not tell; for rings it is worked out here from where they are.
"""

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from client.training.props import RING_RADIUS_M, RING_TUBE_M, tube_lines_m
from sim.instruments.catalog import Instrument
from sim.instruments.shape import opened
from sim.instruments.trocar import Pose
from world.geometry import FloatArray, multiply, rotate, slerp
from world.protocol.scene_lane import Body

_STEPS: Final = 24
_POINTS: Final = 7
_MIDDLE: Final = 15
_SETTLE_S: Final = 0.08
RING: Final = "ring_"
_GIVES_M: Final = 0.0004
"""Rubber gives way by so much between jaws. Own choice, to be seen."""
_BACK: Final = np.array([1.0, -1.0, -1.0, -1.0])


class Hold(NamedTuple):
    """One own instrument, and what may be in it.

    Attributes:
      instrument: of the catalog.
      arrived: where the scene has its tip.
      shown: where its tip is shown.
      jaw: how far its jaws are asked to be open, 0 to 1.
    """

    instrument: Instrument
    arrived: Pose
    shown: Pose
    jaw: float


def least_opening(instrument: Instrument, at: Pose, bodies: tuple[Body, ...]) -> float:
    """Returns the opening, 0 to 1, to which jaws can close at most; 0 if nothing is between."""
    jaws = [part for part in instrument.parts if part.swing]
    if not jaws or not instrument.opening_rad:
        return 0.0
    tubes_m = _tubes_between(instrument, at, bodies)
    if not len(tubes_m):
        return 0.0
    for opening in np.linspace(0.0, 1.0, _STEPS):
        points_m = np.concatenate(
            [_along(np.array(opened(instrument, part, float(opening)))) for part in jaws]
        )
        room_m = _distance_m(points_m, tubes_m).min() - RING_TUBE_M - jaws[0].radius_m + _GIVES_M
        if room_m >= 0:
            return float(opening)
    return 0.0


class Carrying:
    """Lets a ring that an own instrument holds go with the instrument as it is shown, at once.

    The instrument is ahead of the scene by the way to the server and back; a ring that stayed
    behind would swim in its jaws. What is let go comes back to where the scene has it, softly.
    """

    def __init__(self) -> None:
        self._shares: dict[str, tuple[float, Hold]] = {}

    def carried(
        self, bodies: tuple[Body, ...], holds: tuple[Hold, ...], dt_s: float
    ) -> tuple[Body, ...]:
        """Returns the bodies that are to be shown elsewhere than the scene has them."""
        step = dt_s / _SETTLE_S
        found = []
        for body in bodies:
            if not body.name.startswith(RING):
                continue
            share, hold = self._shares.get(body.name, (0.0, None))
            held_by = next((one for one in holds if _is_held(one, body)), None)
            share = min(1.0, share + step) if held_by is not None else share - step
            hold = held_by or hold
            if share <= 0 or hold is None:
                self._shares.pop(body.name, None)
                continue
            self._shares[body.name] = (share, hold)
            found.append(_moved(body, hold, share))
        return tuple(found)


def _is_held(hold: Hold, body: Body) -> bool:
    return least_opening(hold.instrument, hold.arrived, (body,)) > hold.jaw


def _moved(body: Body, hold: Hold, share: float) -> Body:
    """Returns a body that goes a share of the way from where it arrived to where it is held."""
    turn = multiply(hold.shown.rotation, hold.arrived.rotation * _BACK)
    held_m = hold.shown.tip_m + rotate(turn, body.position_m - hold.arrived.tip_m)
    rotation = slerp(body.rotation[None], multiply(turn, body.rotation)[None], np.array([share]))
    return Body(body.name, body.position_m + share * (held_m - body.position_m), rotation[0])


def _tubes_between(instrument: Instrument, at: Pose, bodies: tuple[Body, ...]) -> FloatArray:
    """Returns the tubes of rings that pass between the jaws, (n, 2, 3), in the tip frame."""
    reach_m = instrument.hinge_m + RING_RADIUS_M + 2 * RING_TUBE_M
    found = [np.zeros((0, 2, 3))]
    for body in bodies:
        if not body.name.startswith(RING):
            continue
        if np.square(body.position_m - at.tip_m).sum() > reach_m**2:
            continue
        lines_m = tube_lines_m().reshape(-1, 3)
        in_room_m = rotate(np.tile(body.rotation, (len(lines_m), 1)), lines_m) + body.position_m
        local_m = rotate(np.tile(at.rotation * _BACK, (len(lines_m), 1)), in_room_m - at.tip_m)
        found.append(local_m.reshape(-1, 2, 3))
    tubes_m = np.concatenate(found)
    if not len(tubes_m):
        return tubes_m
    middle_m = np.zeros((_MIDDLE, 3))
    middle_m[:, 1] = np.linspace(-instrument.hinge_m, 0.0, _MIDDLE)
    is_between = _distance_m(middle_m, tubes_m).min(axis=0) < RING_TUBE_M
    between_m: FloatArray = tubes_m[is_between]
    return between_m


def _along(line_m: FloatArray) -> FloatArray:
    share = np.linspace(0.0, 1.0, _POINTS)[:, None]
    return np.concatenate([a + share * (b - a) for a, b in pairwise(line_m)])


def _distance_m(points_m: FloatArray, lines_m: FloatArray) -> FloatArray:
    """Returns how far each point is from each line, (points, lines)."""
    start_m, way_m = lines_m[:, 0], lines_m[:, 1] - lines_m[:, 0]
    from_m = points_m[:, None] - start_m
    share = np.clip((from_m * way_m).sum(axis=2) / (way_m**2).sum(axis=1), 0.0, 1.0)
    apart_m = from_m - share[..., None] * way_m
    distance_m: FloatArray = np.sqrt((apart_m**2).sum(axis=2))
    return distance_m
