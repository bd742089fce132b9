"""From what a person moves to the posture that is asked for: mouse, gamepad or a tracked hand.

Mouse and gamepad move the tip as the monitor shows it; a tracked hand holds the handle, so that
its movements are mirrored at the pivot, as with a real instrument.
"""

from dataclasses import replace
from math import atan2, pi, remainder

import numpy as np

from sim.instruments.catalog import Instrument
from sim.instruments.trocar import Posture, Trocar, aimed, pose, within_limits
from world.geometry import FloatArray, rotate


def nudged(
    trocar: Trocar, wanted: Posture, view_rotation: FloatArray, move_m: FloatArray
) -> Posture:
    """Returns the wanted posture after its tip was moved as the picture shows it.

    Args:
      trocar: of the instrument.
      wanted: what was asked for so far.
      view_rotation: (4,) world_from_camera; the camera looks along +Y, +Z is up in the picture.
      move_m: (3,) to the right, into the picture, and upwards: a mouse's way, or a stick's
        deflection times speed times frame.
    """
    tip_m = pose(trocar, wanted).tip_m + rotate(view_rotation, np.asarray(move_m, float))
    if float(np.abs(tip_m - np.array(trocar.pivot_m)).max()) < 1e-6:
        return wanted
    return within_limits(aimed(trocar, tip_m, wanted))


def turned(wanted: Posture, turn_rad: float, opening: float) -> Posture:
    """Returns the wanted posture after a turn of the shaft and a change of the jaws' opening."""
    return within_limits(
        replace(wanted, roll_rad=wanted.roll_rad + turn_rad, jaw=wanted.jaw + opening)
    )


def held(
    trocar: Trocar,
    instrument: Instrument,
    hand_m: FloatArray,
    hand_rotation: FloatArray,
    squeeze: float,
) -> Posture:
    """Returns the posture of an instrument whose handle is in a tracked hand.

    Args:
      trocar: of the instrument.
      instrument: its length lies between hand and tip.
      hand_m: (3,) grip position in the room, outside the body.
      hand_rotation: (4,) grip rotation; its +Z axis is the handle's upper side.
      squeeze: 0 is an open hand, 1 a closed one.
    """
    outside_m = 2 * np.array(trocar.pivot_m) - np.asarray(hand_m, float)
    mirrored = aimed(trocar, outside_m, Posture(jaw=1.0 - squeeze))
    placed = replace(mirrored, insertion_m=instrument.shaft_length_m - mirrored.insertion_m)
    up = rotate(np.asarray(hand_rotation, float), np.array([0.0, 0.0, 1.0]))
    shaft = pose(trocar, placed).rotation
    right, above = (
        float((rotate(shaft, np.array(axis)) * up).sum())
        for axis in ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    )
    return within_limits(replace(placed, roll_rad=remainder(atan2(right, above), 2 * pi)))
