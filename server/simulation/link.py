"""The world's end of the link to one simulation process: never blocks the world, comes back."""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from server.private_link import NONCE_BYTES, Message, first_to_end, frame, is_same_digest
from server.simulation import control
from world.errors import RemoteProtocolError

RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0)
HANDSHAKE_TIMEOUT_S = 5.0
MAX_WAITING_MESSAGES = 4_096


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The simulation cannot be reached; its attempts may go on without us."""


SimulationEvent: TypeAlias = (
    control.Welcome
    | LinkDown
    | control.Begun
    | control.Failed
    | control.Clock
    | control.Occurred
    | control.SceneFrame
    | control.Over
    | control.Scored
)


class SimulationLink:
    """A connection to one simulation process.

    Args:
      port: its control port on this machine.
      secret: what both ends know.
      on_event: told what happens, from the event loop's thread; must not raise.

    Attributes:
      attempts: those that it holds, as far as is known here.
    """

    def __init__(
        self,
        port: int,
        secret: bytes,
        on_event: Callable[["SimulationLink", SimulationEvent], None],
    ) -> None:
        self._port, self._secret, self._on_event = port, secret, on_event
        self._writer: asyncio.StreamWriter | None = None
        self._outbox: deque[Message] = deque()
        self._wake = asyncio.Event()
        self.attempts: set[str] = set()

    @property
    def is_up(self) -> bool:
        """Whether the simulation can be reached now."""
        return self._writer is not None

    async def run(self) -> NoReturn:
        """Keeps the link up until it is cancelled."""
        failures = 0
        try:
            while True:
                with contextlib.suppress(ConnectionError):
                    await self._live()
                failures = 0 if self.is_up else failures + 1
                if self.is_up:
                    self._forget()
                    self._on_event(self, LinkDown())
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
        finally:
            self._forget()

    def send(self, message: control.ToSimulation) -> None:
        """Queues a message; without a link it is dropped, as a new link tells everything anew.

        A full queue ends the link, since the order must not be lost.
        """
        if self._writer is None:
            return
        if len(self._outbox) >= MAX_WAITING_MESSAGES:
            self._writer.transport.abort()
            return
        self._outbox.append(message)
        self._wake.set()

    async def _live(self) -> None:
        """Opens the link and uses it until it ends.

        Raises:
          ConnectionError: always, in the end.
        """
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError as error:
            raise ConnectionError("the simulation cannot be reached") from error
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                welcome = await self._greet(reader, writer)
            self._writer = writer
            self._on_event(self, welcome)
            await first_to_end(self._write_forever(writer), self._read_forever(reader))
        except (OSError, EOFError, RemoteProtocolError) as error:
            raise ConnectionError("the link to the simulation ended") from error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _greet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> control.Welcome:
        challenge = await control.read_to_world(reader)
        if not isinstance(challenge, control.Challenge):
            raise RemoteProtocolError("the link began without a challenge")
        nonce = secrets.token_bytes(NONCE_BYTES)
        digest = control.world_digest(self._secret, challenge.nonce, nonce)
        writer.write(frame(control.Proof(digest, nonce)))
        welcome = await control.read_to_world(reader)
        if not isinstance(welcome, control.Welcome):
            raise RemoteProtocolError("the challenge was not answered")
        expected = control.simulation_digest(self._secret, nonce, challenge.nonce)
        if not is_same_digest(welcome.digest, expected):
            raise RemoteProtocolError("the proof is false")
        return welcome

    async def _write_forever(self, writer: asyncio.StreamWriter) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outbox:
                if writer.is_closing():  # uvloop raises no OSError then
                    raise ConnectionResetError("the peer is gone")
                writer.write(frame(self._outbox.popleft()))
                await writer.drain()

    async def _read_forever(self, reader: asyncio.StreamReader) -> None:
        while True:
            message = await control.read_to_world(reader)
            if isinstance(message, control.Challenge | control.Welcome):
                raise RemoteProtocolError("a second greeting on one link")
            self._on_event(self, message)

    def _forget(self) -> None:
        self._writer = None
        self._outbox.clear()
