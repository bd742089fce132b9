"""Compiles what the steps are made of before anybody waits for it.

Every procedure is begun and its instruments are swept through the field, at every effort, so that
what is compiled at first use is compiled here; the machine code is kept in NUMBA_CACHE_DIR for the
next start.
"""

from math import sin

from server.simulation.verdicts import as_offered, verdict
from sim.environment import FIRST_SCOPE, Environment
from sim.instruments.inputs import Inputs, pack
from sim.instruments.trocar import Posture
from sim.procedures.catalog import PROCEDURES
from sim.procedures.procedure import EFFORTS, Procedure
from world.protocol import messages as m
from world.protocol.scene_lane import SceneEncoder

STEPS = 120


def warm_up() -> tuple[m.Procedure, ...]:
    """Tries every procedure and returns them as they are offered."""
    return tuple(_try(procedure) for procedure in PROCEDURES.values())


def _try(procedure: Procedure) -> m.Procedure:
    environment, encoder = Environment(procedure, 0), SceneEncoder()
    for step in range(STEPS):
        environment.step(_sweep(step), step % EFFORTS)
        encoder.frame(step, environment.scene(), 800)
    environment.state_hash()
    verdict(procedure, environment.result(), is_confirmed=False)
    return as_offered(procedure, environment.limit_s)


def _sweep(step: int) -> bytes:
    """Returns an input of both hands deep in the field, crossing it and closing their jaws."""
    hands = [
        Posture(
            yaw_rad=0.3 * sin(step / 15 + side),
            pitch_rad=0.1 * sin(step / 9),
            insertion_m=0.08 + 0.05 * min(1.0, step / 60),
            roll_rad=step / 40,
            jaw=0.5 + 0.5 * sin(step / 12),
            is_active=step % 40 > 20,
        )
        for side in (0.0, 1.6)
    ]
    return pack(Inputs(hands[0], hands[1], FIRST_SCOPE))
