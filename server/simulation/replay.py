"""Plays a record again, a step at a time, and says what it comes to.

The score of an attempt is what its record says, never what was counted while it ran: so whatever
is stored can be shown again by anybody who has the file.
"""

from itertools import chain

from server.simulation.verdicts import verdict
from sim.environment import Environment
from sim.procedures.catalog import PROCEDURES
from sim.recording import SIM_ABI, Record
from world.protocol import messages as m


class Replay:
    """A record being played again.

    Args:
      record: whole.

    Attributes:
      record: what is played.
    """

    def __init__(self, record: Record) -> None:
        head = record.head
        self.record = record
        self._procedure = PROCEDURES[head.procedure]
        self._environment = Environment(
            self._procedure, head.seed, is_left_handed=head.is_left_handed
        )
        is_same_scene = self._environment.state_hash().hex() == head.scene_hash
        self._is_same = is_same_scene and head.abi == SIM_ABI
        self._steps = iter(_steps(record))

    def advance(self) -> bool:
        """Takes one step; returns whether there is another one."""
        try:
            effort, inputs, state_hash = next(self._steps)
        except StopIteration:
            return False
        self._environment.step(inputs, effort)
        if state_hash is not None and self._environment.state_hash() != state_hash:
            self._is_same = False
        return True

    def verdict(self) -> m.Verdict:
        """Returns what it has come to; to be asked once there is no further step."""
        end = self.record.blocks[-1].state_hash if self.record.blocks else b""
        is_confirmed = self._is_same and self._environment.state_hash() == end
        result = self._environment.result()
        return verdict(self._procedure, result, is_confirmed=is_confirmed)


def _steps(record: Record) -> chain[tuple[int, bytes, bytes | None]]:
    """Returns each step's effort and input, with the state's hash after the last of a block."""
    return chain.from_iterable(
        [
            (effort, inputs, block.state_hash if number == len(block.steps) else None)
            for number, (effort, inputs) in enumerate(block.steps, 1)
        ]
        for block in record.blocks
    )
