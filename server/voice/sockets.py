"""The UDP sockets of media: bound within a configured range, sent on without a queue."""

# ruff: noqa: SLF001 -- aioice binds ports of the system's choice and has no public other way

import asyncio
import itertools
import socket
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import aioice
import aioice.candidate
import aioice.ice

RECEIVE_BUFFER_BYTES = 1_048_576
MAX_UNSENT_BYTES = 65_536
"""Where a datagram cannot be refused by the system: how much may wait before it is dropped."""

MAX_ADDRESSES = 8
"""Of this machine that an answer names; each is repeated on every media line."""

_CAN_DUPLICATE = sys.platform != "win32"


class MediaPorts:
    """The UDP ports that media may use, tried in turn."""

    def __init__(self, low: int, high: int) -> None:
        self._count = high - low + 1
        self._turns: Iterator[int] = itertools.cycle(range(low, high + 1))

    def attempts(self) -> Iterator[int]:
        """Yields each port of the range once, beginning after the one last taken."""
        return itertools.islice(self._turns, self._count)


class DatagramSender(Protocol):
    """What is needed of a datagram transport; the standard library's type leaves a part out."""

    def get_extra_info(self, name: str) -> Any:  # noqa: ANN401
        """Returns what the transport tells about itself."""

    def get_write_buffer_size(self) -> int:
        """Returns how many bytes wait to be sent."""

    def sendto(self, data: bytes, address: tuple[str, int]) -> None:
        """Sends a datagram, or lets it wait."""


class MediaSocket:
    """Sends datagrams to one address; raises where the system would have it wait.

    Where it can, it duplicates the transport's descriptor: one call of the system a packet,
    and nothing ever waits in the event loop's unbounded buffer.
    """

    def __init__(self, transport: DatagramSender, address: tuple[str, int]) -> None:
        self._transport, self._address = transport, address
        self._own: socket.socket | None = None
        if _CAN_DUPLICATE:
            self._own = transport.get_extra_info("socket").dup()
            self._own.setblocking(False)

    def send(self, data: bytes) -> None:
        """Sends a datagram.

        Raises:
          OSError: if it cannot leave at once.
        """
        if self._own is not None:
            self._own.sendto(data, self._address)
        elif self._transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            raise BlockingIOError("the transport's buffer is full")
        else:
            self._transport.sendto(data, self._address)

    def close(self) -> None:
        """Gives the duplicate back."""
        if self._own is not None:
            self._own.close()


async def bind(
    connection: Any,  # noqa: ANN401 -- aioice's Connection; it is not typed here
    component: int,
    addresses: Iterable[str],
    ports: MediaPorts,
) -> list[Any]:
    """Returns one host candidate for each address where a port of the range is free."""
    candidates = []
    for address in itertools.islice(addresses, MAX_ADDRESSES):
        protocol = await _bind_address(connection, address, ports)
        if protocol is None:
            continue
        host, port = protocol.transport.get_extra_info("sockname")[:2]
        protocol.local_candidate = aioice.Candidate(
            foundation=aioice.candidate.candidate_foundation("host", "udp", host),
            component=component,
            transport="udp",
            priority=aioice.candidate.candidate_priority(component, "host"),
            host=host,
            port=port,
            type="host",
        )
        connection._protocols.append(protocol)
        candidates.append(protocol.local_candidate)
    return candidates


async def _bind_address(connection: Any, address: str, ports: MediaPorts) -> Any:  # noqa: ANN401
    loop = asyncio.get_running_loop()
    for port in ports.attempts():
        try:
            transport, protocol = await loop.create_datagram_endpoint(
                lambda: aioice.ice.StunProtocol(connection), local_addr=(address, port)
            )
        except OSError:
            continue
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES
        )
        return protocol
    return None
