"""The door of the web port: how many connections may stand in it, and for how long.

uvicorn reads HTTP; what it has no setting for is kept here:
* One address holds few connections, so that it cannot keep the others out. Whoever is one too
  many is told so and sent away without being waited for.
* A request's head has some seconds to arrive in, counted from the TLS handshake or from the answer
  before it, and its body has some more; then the connection ends. The handshake has its own.
"""

import asyncio
import http
import sys
from collections import Counter
from functools import partial
from typing import Any, Final

import h11
import structlog
import uvicorn
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.auth.addresses import subscriber
from server.web.answers import Problem, answer

MOST: Final = 512
MOST_PER_ADDRESS: Final = 64
HANDSHAKE_S: Final = 5.0
HEAD_S: Final = 5.0
# The pages answer a body that does not arrive in five seconds; this is for who goes on even then.
BODY_S: Final = 8.0
_CANNOT_LISTEN: Final = 3  # as uvicorn exits
_FULL: Final = "Many people are at the clinic's door at this moment: try again in a few seconds."
_ONE_TOO_MANY: Final = (
    "Your address has too many connections open: close some, and try again in a few seconds."
)

_log = structlog.get_logger(__name__)


class Door:
    """Counts who stands in the door."""

    def __init__(self, most: int = MOST, most_per_address: int = MOST_PER_ADDRESS) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._inside: Counter[str] = Counter()

    def refusal(self, address: str) -> str | None:
        """Returns why a connection from this address may not come in, or None and counts it."""
        if self._inside.total() >= self._most:
            return _FULL
        if self._inside[address] >= self._most_per_address:
            return _ONE_TOO_MANY
        self._inside[address] += 1
        return None

    def leave(self, address: str) -> None:
        """Says that a connection that came in has ended."""
        self._inside[address] -= 1
        if self._inside[address] == 0:
            del self._inside[address]


class DoorProtocol(H11Protocol):
    """One connection: uvicorn's, with its place in the door and its time."""

    def __init__(self, door: Door, **options: Any) -> None:  # noqa: ANN401  uvicorn's own
        super().__init__(**options)
        self._door = door
        self._address: str | None = None
        self._phase: tuple[object, object] = (None, None)
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
        """Lets the connection in, or tells why not and ends it."""
        peer = transport.get_extra_info("peername")
        address = subscriber(peer[0]) if peer else ""
        why = self._door.refusal(address)
        if why is not None:
            self.transport = transport
            transport.write(_written(answer(Problem("too_many_connections", why), 503)))
            transport.close()
            return
        self._address = address
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Takes what has arrived of a request."""
        if self._address is not None and not self.transport.is_closing():
            super().data_received(data)
            self._watch()

    def on_response_complete(self) -> None:
        """Begins to wait for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gives the place back."""
        if self._address is None:
            return
        self._stop_watching()
        self._door.leave(self._address)
        self._address = None
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Gives a part of a request that has begun to be waited for its time."""
        if self._address is None:
            return
        phase = (self.cycle, self.conn.their_state)
        if phase == self._phase:
            return
        self._phase = phase
        self._stop_watching()
        within_s = {h11.IDLE: HEAD_S, h11.SEND_BODY: BODY_S}.get(self.conn.their_state)
        if within_s is not None:
            self._end = self.loop.call_later(within_s, self.transport.abort)

    def _stop_watching(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None


class DoorServer(uvicorn.Server):
    """uvicorn's server, listening with a door in front."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    async def startup(self, sockets: object = None) -> None:  # noqa: ARG002  none are handed over
        """Begins to listen."""
        await self.lifespan.startup()
        protocol = partial(
            DoorProtocol,
            self._door,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        within_s = None if self.config.ssl is None else HANDSHAKE_S
        try:
            server = await asyncio.get_running_loop().create_server(
                protocol,
                self.config.host,
                self.config.port,
                ssl=self.config.ssl,
                ssl_handshake_timeout=within_s,
                ssl_shutdown_timeout=within_s,
                backlog=self.config.backlog,
            )
        except OSError as error:
            _log.error("web.cannot_listen", port=self.config.port, reason=error.strerror)
            sys.exit(_CANNOT_LISTEN)
        self.servers = [server]
        self.started = True


def _written(response: Response) -> bytes:
    """Returns a response as it is on the wire, the last one of its connection."""
    status = http.HTTPStatus(response.status_code)
    fields = [*response.raw_headers, (b"connection", b"close"), (b"retry-after", b"5")]
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
    lines += [name + b": " + value for name, value in fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + bytes(response.body)
