"""The world's end of a private link: never blocks the world, and comes back by itself."""

import asyncio
import contextlib
import secrets
from abc import ABC, abstractmethod
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import Coroutine
from typing import Any, Generic, NoReturn, TypeVar

from msgspec.msgpack import Decoder

from server.private_link.frames import NONCE_BYTES, Message, Secret, frame, read
from world.errors import RemoteProtocolError

RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0)
HANDSHAKE_TIMEOUT_S = 5.0

Incoming = TypeVar("Incoming")


class WorldEnd(ABC, Generic[Incoming]):
    """A connection to one process.

    Args:
      port: where it listens on this machine.
      secret: what both ends know.
      decoder: of what the process says once both are proven.
      most_waiting: messages that may wait to be written.
    """

    def __init__(
        self, port: int, secret: Secret, decoder: Decoder[Incoming], most_waiting: int
    ) -> None:
        self._port, self._secret, self._decoder = port, secret, decoder
        self._most_waiting = most_waiting
        self._run_of_world = secrets.token_bytes(NONCE_BYTES)
        self._writer: StreamWriter | None = None
        self._outbox: deque[Message] = deque()
        self._wake = asyncio.Event()

    @abstractmethod
    def _on_message(self, message: Incoming) -> None:
        """Takes what the process says; the first on every link is its welcome."""

    @abstractmethod
    def _on_down(self) -> None:
        """Is told that a link that was up has ended."""

    @property
    def is_up(self) -> bool:
        """Whether the process can be reached now."""
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
                    self._on_down()
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
        finally:
            self._forget()

    def _put(self, message: Message) -> None:
        """Queues a message; without a link it is dropped, as a new link asks for everything anew.

        A full queue ends the link, since neither the order nor a restriction may be lost.
        """
        if self._writer is None:
            return
        if len(self._outbox) >= self._most_waiting:
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
            raise ConnectionError("the process cannot be reached") from error
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                await self._secret.prove(reader, writer, self._run_of_world)
                welcome = await read(reader, self._decoder)
            self._writer = writer
            self._on_message(welcome)
            await _first_to_end(self._write_forever(writer), self._read_forever(reader))
        except (OSError, EOFError, RemoteProtocolError) as error:
            raise ConnectionError("the link ended") from error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _write_forever(self, writer: StreamWriter) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outbox:
                if writer.is_closing():  # uvloop raises no OSError then
                    raise ConnectionResetError("the peer is gone")
                writer.write(frame(self._outbox.popleft()))
                await writer.drain()

    async def _read_forever(self, reader: StreamReader) -> None:
        while True:
            self._on_message(await read(reader, self._decoder))

    def _forget(self) -> None:
        self._writer = None
        self._outbox.clear()


async def _first_to_end(*work: Coroutine[Any, Any, None]) -> None:
    """Runs these together until one of them fails, and raises its error; ends the others.

    Not a task group: before Python 3.13 one that fails while it is cancelled forgets that it was.
    """
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
