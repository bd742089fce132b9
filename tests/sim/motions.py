"""Inputs that need no bot: both tips wander over the field, low and high, and the jaws work."""

from math import sin

import numpy as np

from sim.arrays import STEP_S
from sim.environment import FIRST_SCOPE
from sim.instruments.inputs import Inputs, pack
from sim.instruments.trocar import Posture, aimed


def wandering(station, count, done_at=None):
    """Returns the bytes of so many inputs."""
    found = []
    for step in range(count):
        t = step * STEP_S
        postures = []
        for side, trocar in ((-1, station.left), (1, station.right)):
            tip_m = np.array(
                [
                    side * (0.04 + 0.03 * sin(1.7 * t + side)),
                    0.03 * sin(2.3 * t),
                    0.03 + 0.028 * sin(3.1 * t + side),
                ]
            )
            held = Posture(roll_rad=sin(t), jaw=0.5 + 0.5 * sin(4 * t))
            postures.append(aimed(trocar, tip_m, held))
        left, right = postures
        found.append(pack(Inputs(left, right, FIRST_SCOPE, is_done=step == done_at)))
    return found
