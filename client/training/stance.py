"""How hands take up instruments that are in the field already: where a scene has them."""

from dataclasses import replace
from math import atan2
from typing import Final

import numpy as np

from client.training.gripping import least_opening
from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.inputs import Inputs
from sim.instruments.station import BOX, Station
from sim.instruments.trocar import Pose, Posture, Trocar, aimed, pose
from world.geometry import FloatArray, rotate
from world.protocol.scene_lane import Scene

FIRST_SCOPE: Final = Posture(insertion_m=0.06)
"""How an attempt's scope stands at its beginning (sim/environment.py)."""
HALF_OPEN: Final = 0.5
"""Jaws that hold nothing, where nobody tells how far they are open."""


def start_of(
    scene: Scene, openings: tuple[float, float] | None = None, station: Station = BOX
) -> Inputs:
    """Returns postures that bring the tips to where a scene has them.

    Args:
      scene: with both instruments.
      openings: of the left and the right jaws; None closes those that hold something.
      station: whose trocars the instruments go through.
    """
    postures = []
    for hand, (side, trocar) in enumerate((("left", station.left), ("right", station.right))):
        body = next((one for one in scene.bodies if one.name.startswith(side)), None)
        if body is None:
            postures.append(Posture(insertion_m=0.1))
            continue
        tool = INSTRUMENTS.get(body.name.partition("_")[2], INSTRUMENTS["grasper"])
        at = Pose(body.position_m, body.rotation)
        held = 0.0 if least_opening(tool, at, scene.bodies) else HALF_OPEN
        jaw = held if openings is None else openings[hand]
        asked = aimed(trocar, body.position_m, Posture(jaw=jaw))
        postures.append(_rolled(trocar, asked, body.rotation))
    return Inputs(postures[0], postures[1], FIRST_SCOPE)


def _rolled(trocar: Trocar, asked: Posture, rotation: FloatArray) -> Posture:
    """Returns the posture turned about its shaft as a body is."""
    way = rotate(rotation, np.array([0.0, 0.0, 1.0]))
    at = pose(trocar, asked).rotation
    right, above = (
        float((rotate(at, np.array(axis)) * way).sum()) for axis in ((1, 0, 0), (0, 0, 1))
    )
    return replace(asked, roll_rad=atan2(right, above))
