"""An instrument as capsules in the room, for contact, grasping and cutting."""

from math import cos, sin
from typing import NamedTuple

import numpy as np

from sim.instruments.catalog import Instrument, Part, Use
from sim.instruments.trocar import Pose, Posture, Trocar, pose
from world.geometry import FloatArray, Vector, rotate


class Capsules(NamedTuple):
    """Segments with a radius; the first is the shaft from pivot to hinge, then the parts.

    Attributes:
      start_m: (n, 3).
      end_m: (n, 3).
      radius_m: (n,).
    """

    start_m: FloatArray
    end_m: FloatArray
    radius_m: FloatArray


def capsules(instrument: Instrument, trocar: Trocar, posture: Posture) -> Capsules:
    """Returns the instrument's shape in the room."""
    points_m = [(0.0, -posture.insertion_m, 0.0)]
    starts, ends, radii = [0], [1], [instrument.shaft_radius_m]
    points_m.append((0.0, -min(instrument.hinge_m, posture.insertion_m), 0.0))
    for part in instrument.parts:
        first = len(points_m)
        points_m += opened(instrument, part, posture.jaw)
        count = len(part.points_m) - 1
        starts += range(first, first + count)
        ends += range(first + 1, first + count + 1)
        radii += [part.radius_m] * count
    in_room_m = _in_room(pose(trocar, posture), points_m)
    return Capsules(in_room_m[starts], in_room_m[ends], np.array(radii))


def opened(instrument: Instrument, part: Part, jaw: float) -> list[Vector]:
    """Returns a part's points in the tip frame when the jaws are open by that share."""
    angle_rad = part.swing * jaw * instrument.opening_rad / 2
    c, s, hinge_m = cos(angle_rad), sin(angle_rad), instrument.hinge_m
    return [
        (x, c * (y + hinge_m) - s * z - hinge_m, s * (y + hinge_m) + c * z)
        for x, y, z in part.points_m
    ]


def cutting_edges_m(instrument: Instrument, at: Pose, jaw: float) -> FloatArray:
    """Returns the cutting edges in the room, (n, 2, 3), hinge side first.

    Scissors have one on each of their two blades; what these sweep together is the snip.

    Raises:
      ValueError: if the instrument has no edge.
    """
    if instrument.edge_m is None:
        raise ValueError(f"A {instrument.title} has no edge: take one whose uses include CUT.")
    swings = sorted({part.swing for part in instrument.parts})
    edges = [opened(instrument, Part(instrument.edge_m, 0.0, swing), jaw) for swing in swings]
    return np.stack([_in_room(at, edge) for edge in edges])


def crossing_m(instrument: Instrument, at: Pose, jaw: float) -> FloatArray:
    """Returns (3,) where the blades of scissors cross: at the hinge when wide open, then on to
    the tip, in step with their closing.

    Raises:
      ValueError: if the instrument has no edge.
    """
    if instrument.edge_m is None:
        raise ValueError(f"A {instrument.title} has no edge: take one whose uses include CUT.")
    hinge_m, tip_m = (np.array(end_m) for end_m in instrument.edge_m)
    crossing: FloatArray = at.tip_m + rotate(at.rotation, tip_m + (hinge_m - tip_m) * jaw)
    return crossing


def cuts(instrument: Instrument, before: Posture, after: Posture) -> bool:
    """Returns whether an instrument's edges cut while it goes from one posture to the next.

    Scissors cut while they close, a hook while it is energized, a blade always.
    """
    if Use.CUT not in instrument.uses:
        return False
    if Use.CAUTERIZE in instrument.uses:
        return after.is_active
    return after.jaw < before.jaw if instrument.opening_rad else True


def _in_room(at: Pose, points_m: list[Vector]) -> FloatArray:
    return at.tip_m + rotate(at.rotation, np.array(points_m))
