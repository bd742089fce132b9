"""An expert's instruments at each moment of a task: recorded once, of a bot, and shipped.

A file holds one attempt of the scripted expert (tools/bake/experts.py): tip, rotation and opening
of both instruments, PICTURES_PER_S times a second since its clock began. It is a bot's way of doing
the task, at its own variant of the scene, and no model of how a surgeon works.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sim.instruments.trocar import Pose
from world.errors import ConfigurationError
from world.geometry import FloatArray, slerp

PICTURES_PER_S: Final = 15
FOLDER: Final = Path("training") / "experts"


@dataclass(frozen=True, slots=True)
class Expert:
    """One recorded attempt.

    Attributes:
      held: names of the instruments in the left and the right hand.
      tips_m: (n, 2, 3) of the left and the right instrument.
      rotations: (n, 2, 4) world_from_tip, unit quaternions.
      jaws: (n, 2) how far they are open, 0 to 1.
    """

    held: tuple[str, str]
    tips_m: FloatArray
    rotations: FloatArray
    jaws: FloatArray

    @property
    def duration_s(self) -> float:
        """How long the expert took."""
        return (len(self.tips_m) - 1) / PICTURES_PER_S

    def at(self, clock_s: float) -> tuple[tuple[Pose, float], tuple[Pose, float]]:
        """Returns pose and opening of both instruments at a time on the clock.

        Before the clock begins and after the end they hang still.
        """
        place = min(max(clock_s, 0.0) * PICTURES_PER_S, float(len(self.tips_m) - 1))
        one = min(int(place), len(self.tips_m) - 2)
        share = place - one
        tips_m = self.tips_m[one] + share * (self.tips_m[one + 1] - self.tips_m[one])
        jaws = self.jaws[one] + share * (self.jaws[one + 1] - self.jaws[one])
        turned = slerp(self.rotations[one], self.rotations[one + 1], np.full(2, share))
        left, right = ((Pose(tips_m[side], turned[side]), float(jaws[side])) for side in range(2))
        return left, right


def write(path: Path, expert: Expert) -> None:
    """Writes an expert's attempt to a file; the same attempt gives the same bytes."""
    rows = np.concatenate(
        [expert.tips_m, expert.rotations, expert.jaws[..., None]], axis=2, dtype=np.float32
    )
    with path.open("wb") as file:
        np.savez_compressed(file, held=np.array(expert.held), rows=rows)


def read(path: Path) -> Expert:
    """Returns the attempt in a file.

    Raises:
      ConfigurationError: if the file is broken.
      OSError: if it cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            left, right = (str(name) for name in file["held"])
            rows = file["rows"].astype(float)
    except (ValueError, KeyError) as error:
        raise ConfigurationError(f"expert's attempt {path.name}: {error}") from error
    if rows.ndim != 3 or rows.shape[1:] != (2, 8) or len(rows) < 2:
        raise ConfigurationError(f"expert's attempt {path.name}: rows of shape {rows.shape}")
    return Expert((left, right), rows[..., :3], rows[..., 3:7], rows[..., 7])


def shipped(assets: Path, procedure: str) -> Expert | None:
    """Returns the expert's attempt at a task, None if none is shipped."""
    path = assets / FOLDER / f"{procedure}.npz"
    return read(path) if path.exists() else None
