"""A record played again: the same states bit for bit, or the second in which they part.

What an attempt is worth is what its record says: whoever has the file computes the same result.
"""

from collections.abc import Iterator

from sim.environment import Environment, Result
from sim.procedures.catalog import PROCEDURES
from sim.recording import SIM_ABI, Block, Record
from world.errors import ClinicError, RemoteProtocolError


class ReplayRefused(ClinicError):
    """The record cannot be played by this program."""


class ReplayDiffers(ClinicError):
    """The record was played, and went another way than it says."""


class Replay:
    """A record that is played, second by second.

    Args:
      record: whole, or as far as it goes.

    Raises:
      ReplayRefused: if it belongs to another program or scene.

    Attributes:
      environment: the attempt as far as it was played.
    """

    def __init__(self, record: Record) -> None:
        head = record.head
        if head.abi != SIM_ABI:
            raise ReplayRefused(
                f"The record was made by simulation {head.abi}, and this program has {SIM_ABI}. "
                "Play it with the release that made it."
            )
        if head.procedure not in PROCEDURES:
            raise ReplayRefused(
                f"The record is of {head.procedure!r}, which this program does not know. "
                "Play it with the release that made it."
            )
        self.environment = Environment(
            PROCEDURES[head.procedure], head.seed, is_left_handed=head.is_left_handed
        )
        if self.environment.state_hash().hex() != head.scene_hash:
            raise ReplayRefused(
                "The record was begun in another scene than this program makes of its seed. "
                "Play it with the release that made it."
            )
        self._blocks = record.blocks

    def seconds(self) -> Iterator[Environment]:
        """Plays on, and yields the environment after each second and at the end.

        Raises:
          ReplayDiffers: as soon as a state is not what the record says.
          ReplayRefused: if a step of the record is none that can be taken.
        """
        for number, block in enumerate(self._blocks, 1):
            self._play(number, block)
            if self.environment.state_hash() != block.state_hash:
                raise ReplayDiffers(
                    f"The replay differs from the record within second {number}: the record was "
                    "made on a machine that computes otherwise, or its hashes are not its own."
                )
            yield self.environment

    def _play(self, second: int, block: Block) -> None:
        for effort, inputs in block.steps:
            try:
                self.environment.step(inputs, effort)
            except (RemoteProtocolError, ValueError) as error:
                raise ReplayRefused(
                    f"The record has a step in second {second} that nobody could have taken: "
                    f"{error}"
                ) from error


def replayed(record: Record) -> Result:
    """Returns what a record comes to.

    Raises:
      ReplayRefused: see `Replay`.
      ReplayDiffers: see `Replay.seconds`.
    """
    replay = Replay(record)
    for _ in replay.seconds():
        pass
    return replay.environment.result()
