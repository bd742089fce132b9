"""A process's end of a private link: one world at a time, written to without waiting.

What is full and then: above MAX_UNREAD_BYTES that the world does not read the link ends, and the
world is told everything when it is back.
"""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from typing import Generic, Protocol, TypeVar

import structlog
from msgspec.msgpack import Decoder

from server.private_link.frames import Message, Secret, frame, read
from world.errors import RemoteProtocolError

HANDSHAKE_TIMEOUT_S = 5.0
MAX_UNREAD_BYTES = 4_194_304

Incoming_contra = TypeVar("Incoming_contra", contravariant=True)
Incoming = TypeVar("Incoming")

_log = structlog.get_logger(__name__)


class Host(Protocol[Incoming_contra]):
    """What a link tells the process that it belongs to."""

    def on_world(self, run: bytes) -> None:
        """A world has proven itself, in that run of it; the first thing sent is its welcome."""

    def on_message(self, message: Incoming_contra) -> None:
        """The world asks for something.

        Raises:
          RemoteProtocolError: if it is nothing that can be asked; ends the link.
        """

    def on_world_gone(self) -> None:
        """The link has ended; nothing reaches a world until on_world."""


class ProcessEnd(Generic[Incoming]):
    """The listening end.

    Args:
      secret: what both ends know.
      decoder: of what the world says.
      host: is told what happens.
    """

    def __init__(self, secret: Secret, decoder: Decoder[Incoming], host: Host[Incoming]) -> None:
        self._secret, self._decoder, self._host = secret, decoder, host
        self._writer: StreamWriter | None = None
        self._links: set[asyncio.Task[None]] = set()

    @property
    def is_up(self) -> bool:
        """Whether a world is there."""
        return self._writer is not None

    @contextlib.asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[int]:
        """Listens on loopback; gives the port, a free one if 0 is asked for.

        Raises:
          OSError: if the port is taken.
        """
        server = await asyncio.start_server(self._accept, "127.0.0.1", port, limit=65_536)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            self.drop()
            for task in self._links:
                task.cancel()
            await asyncio.gather(*self._links, return_exceptions=True)

    def send(self, message: Message) -> None:
        """Writes to the world; without a link the message is dropped."""
        # One whose peer was killed is closed before its reader is told; uvloop raises then.
        if self._writer is None or self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            _log.warning("link.unread", kind=self._secret.kind)
            self.drop()
            return
        self._writer.write(frame(message))

    def drop(self) -> None:
        """Ends the link, if there is one."""
        writer, self._writer = self._writer, None
        if writer is not None:
            self._host.on_world_gone()
            writer.close()

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.ensure_future(self._live(reader, writer))
        self._links.add(task)
        task.add_done_callback(self._links.discard)

    async def _live(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                run = await self._secret.ask_proof(reader, writer)
            self.drop()
            self._writer = writer
            self._host.on_world(run)
            while writer is self._writer:
                self._host.on_message(await read(reader, self._decoder))
        except (OSError, EOFError, TimeoutError):
            pass
        except RemoteProtocolError as error:
            _log.warning("link.refused", kind=self._secret.kind, reason=str(error))
        finally:
            if writer is self._writer:
                self.drop()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
