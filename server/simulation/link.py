"""The world's end of the link to one simulation process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from server.private_link.frames import Secret
from server.private_link.world_end import WorldEnd
from server.simulation import control

MAX_WAITING_MESSAGES = 4_096


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The simulation cannot be reached; its attempts may go on without us."""


SimulationEvent: TypeAlias = control.ToWorld | LinkDown


class SimulationLink(WorldEnd[control.ToWorld]):
    """A connection to one simulation process.

    Args:
      port: its control port on this machine.
      secret: what both ends know.
      on_event: told what happens, from the event loop's thread; must not raise.
    """

    def __init__(
        self,
        port: int,
        secret: bytes,
        on_event: Callable[["SimulationLink", SimulationEvent], None],
    ) -> None:
        proof = Secret(secret, control.LINK_KIND)
        super().__init__(port, proof, control.TO_WORLD, MAX_WAITING_MESSAGES)
        self._on_event = on_event

    def send(self, message: control.ToSimulation) -> None:
        """Queues a message; without a link it is dropped, as a new link tells everything anew."""
        self._put(message)

    def _on_message(self, message: control.ToWorld) -> None:
        self._on_event(self, message)

    def _on_down(self) -> None:
        self._on_event(self, LinkDown())
