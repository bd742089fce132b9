"""Compiles what the steps are made of before anybody waits for it.

Every procedure is begun and its instruments are swept through the field, at every effort, so that
what is compiled at first use is compiled here; the machine code is kept for the next start
(sim/kernel.py). The first start of a release compiles for a minute or two of a core: that is done
by a process of its own, `python -m server.simulation.warm_up`, which gives way to all others and
takes the compiler's memory with it.
"""

import contextlib
import os
import subprocess
import sys
from math import sin

from server import lifeline
from server.simulation.verdicts import as_offered, verdict
from sim.environment import FIRST_SCOPE, Environment
from sim.instruments.inputs import Inputs, pack
from sim.instruments.trocar import Posture
from sim.kernel import home, text_digest
from sim.procedures.catalog import PROCEDURES
from sim.procedures.procedure import EFFORTS, Procedure
from world.protocol import messages as m
from world.protocol.scene_lane import SceneEncoder

STEPS = 120
GIVES_WAY = 10
"""Added to the niceness of the process that compiles."""


def warm_up() -> tuple[m.Procedure, ...]:
    """Tries every procedure and returns them as they are offered."""
    return tuple(_try(procedure) for procedure in PROCEDURES.values())


def compile_apart() -> None:
    """Has a process of its own compile what this release has not compiled here yet."""
    mark = home() / "kernels" / f"tried-{text_digest('server.simulation.warm_up')}"
    if mark.exists():
        return
    command = [sys.executable, "-m", "server.simulation.warm_up"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 -- our own
        is_compiled = process.wait() == 0
    if is_compiled:
        with contextlib.suppress(OSError):  # it is tried again then
            mark.touch()


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


if __name__ == "__main__":
    lifeline.watch()
    if sys.platform != "win32":
        os.nice(GIVES_WAY)
    with contextlib.suppress(KeyboardInterrupt):
        warm_up()
