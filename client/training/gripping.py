"""How far jaws can close on what is between them, so that no jaw is drawn inside a ring.

A posture says how far a hand wants the jaws closed. What stops them is known to the server alone,
and scenes do not tell; for rings it is worked out here from where they are.
"""

from itertools import pairwise
from typing import Final

import numpy as np

from client.training.props import RING_RADIUS_M, RING_TUBE_M, tube_lines_m
from sim.instruments.catalog import Instrument
from sim.instruments.shape import opened
from sim.instruments.trocar import Pose
from world.geometry import FloatArray, rotate
from world.protocol.scene_lane import Body

_STEPS: Final = 24
_POINTS: Final = 7
_GIVES_M: Final = 0.0004
"""Rubber gives way by so much between jaws. Own choice, to be seen."""
_BACK: Final = np.array([1.0, -1.0, -1.0, -1.0])


def least_opening(instrument: Instrument, at: Pose, bodies: tuple[Body, ...]) -> float:
    """Returns the opening, 0 to 1, to which jaws can close at most; 0 if nothing is between."""
    jaws = [part for part in instrument.parts if part.swing]
    if not jaws or not instrument.opening_rad:
        return 0.0
    tubes_m = _tubes_near(instrument, at, bodies)
    if not len(tubes_m):
        return 0.0
    for opening in np.linspace(0.0, 1.0, _STEPS):
        points_m = np.concatenate(
            [_along(np.array(opened(instrument, part, float(opening)))) for part in jaws]
        )
        room_m = _distance_m(points_m, tubes_m) - RING_TUBE_M - jaws[0].radius_m + _GIVES_M
        if room_m >= 0:
            return float(opening)
    return 0.0


def _tubes_near(instrument: Instrument, at: Pose, bodies: tuple[Body, ...]) -> FloatArray:
    """Returns the tubes of rings that the jaws can reach, (n, 2, 3), in the tip frame."""
    reach_m = instrument.hinge_m + RING_RADIUS_M + 2 * RING_TUBE_M
    found = [np.zeros((0, 2, 3))]
    for body in bodies:
        if not body.name.startswith("ring_"):
            continue
        if np.square(body.position_m - at.tip_m).sum() > reach_m**2:
            continue
        lines_m = tube_lines_m().reshape(-1, 3)
        in_room_m = rotate(np.tile(body.rotation, (len(lines_m), 1)), lines_m) + body.position_m
        local_m = rotate(np.tile(at.rotation * _BACK, (len(lines_m), 1)), in_room_m - at.tip_m)
        found.append(local_m.reshape(-1, 2, 3))
    return np.concatenate(found)


def _along(line_m: FloatArray) -> FloatArray:
    share = np.linspace(0.0, 1.0, _POINTS)[:, None]
    return np.concatenate([a + share * (b - a) for a, b in pairwise(line_m)])


def _distance_m(points_m: FloatArray, lines_m: FloatArray) -> float:
    start_m, way_m = lines_m[:, 0], lines_m[:, 1] - lines_m[:, 0]
    from_m = points_m[:, None] - start_m
    share = np.clip((from_m * way_m).sum(axis=2) / (way_m**2).sum(axis=1), 0.0, 1.0)
    apart_m = from_m - share[..., None] * way_m
    return float(np.sqrt((apart_m**2).sum(axis=2).min()))
