"""Plays the expert bot at every task that it knows, and writes its ways under assets/training.

`python -m tools.bake_assets experts` plays one seed of each: the same seed gives the same file.
"""

from pathlib import Path
from typing import Final

import numpy as np

from client.training.expert import FOLDER, PICTURES_PER_S, Expert, write
from sim.arrays import STEP_S
from sim.environment import Environment
from sim.procedures.catalog import PROCEDURES
from sim.procedures.procedure import Procedure
from sim.recording import read
from sim.replay import Replay
from tools.bots.training.operator import EXPERT
from tools.bots.training.practice import WAYS, practise

SEED: Final = 1
EVERY: Final = round(1 / (PICTURES_PER_S * STEP_S))


def main() -> None:
    """Writes the file of every scored task."""
    folder = Path("assets") / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, way in WAYS.items():
        procedure = PROCEDURES[name]
        if procedure.rules is not None:
            _, record = practise(procedure, SEED, EXPERT, way(False))
            write(folder / f"{name}.npz", recorded(procedure, record))


def recorded(procedure: Procedure, record: bytes) -> Expert:
    """Returns what both instruments did in a record, since its clock began."""
    replay = Replay(read(record))
    environment = replay.environment
    rows = []
    while replay.advance():
        if environment.elapsed_s > 0 and environment.step_count % EVERY == 0:
            rows.append(_row(environment))
    table = np.array(rows)
    return Expert((procedure.left, procedure.right), table[..., :3], table[..., 3:7], table[..., 7])


def _row(environment: Environment) -> list[list[float]]:
    """Returns tip, rotation and opening of both instruments."""
    return [[*hand.pose.tip_m, *hand.pose.rotation, hand.posture.jaw] for hand in environment.hands]


if __name__ == "__main__":
    main()
