"""A record played again: the same states bit for bit, or the second in which they part.

What an attempt is worth is what its record says: whoever has the file computes the same result.
"""

from collections.abc import Iterator

from sim.environment import Environment, Result
from sim.procedures.catalog import PROCEDURES
from sim.recording import SIM_ABI, Record
from world.errors import ClinicError, RemoteProtocolError


class ReplayRefused(ClinicError):
    """The record cannot be played by this program."""


class ReplayDiffers(ClinicError):
    """The record was played, and went another way than it says."""


class Replay:
    """A record that is played, step by step.

    Args:
      record: whole, or as far as it goes.

    Raises:
      ReplayRefused: if it belongs to another program or scene.

    Attributes:
      record: what is played.
      environment: the attempt as far as it was played.
      differs_in: the first second whose state is not the record's, counted from 1; None: so far
        every state is.
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
        self.record = record
        self.environment = Environment(
            PROCEDURES[head.procedure], head.seed, is_left_handed=head.is_left_handed
        )
        self.differs_in: int | None = None
        if self.environment.state_hash().hex() != head.scene_hash:
            raise ReplayRefused(
                "The record was begun in another scene than this program makes of its seed. "
                "Play it with the release that made it."
            )
        self._steps = self._played()

    def advance(self) -> bool:
        """Takes one step, whether or not the states still agree; returns whether it had one left.

        Raises:
          ReplayRefused: if it is none that can be taken.
        """
        return next(self._steps, None) is not None

    def seconds(self) -> Iterator[Environment]:
        """Plays on, and yields the environment after each second and at the end.

        Raises:
          ReplayDiffers: as soon as a state is not what the record says.
          ReplayRefused: if a step of the record is none that can be taken.
        """
        for is_end_of_block in self._steps:
            if self.differs_in is not None:
                raise ReplayDiffers(
                    f"The replay differs from the record within second {self.differs_in}: the "
                    "record was made on a machine that computes otherwise, or its hashes are not "
                    "its own."
                )
            if is_end_of_block:
                yield self.environment

    def _played(self) -> Iterator[bool]:
        """Takes the steps one by one, and yields for each whether a block ends with it."""
        for number, block in enumerate(self.record.blocks, 1):
            last = len(block.steps) - 1
            for index, (effort, inputs) in enumerate(block.steps):
                try:
                    self.environment.step(inputs, effort)
                except (RemoteProtocolError, ValueError) as error:
                    raise ReplayRefused(
                        f"The record has a step in second {number} that nobody could have taken: "
                        f"{error}"
                    ) from error
                if index < last:
                    yield False
            is_same = self.environment.state_hash() == block.state_hash
            if not is_same and self.differs_in is None:
                self.differs_in = number
            yield True


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
