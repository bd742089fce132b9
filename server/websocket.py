"""One websocket connection: bytes in, frames out, and nothing about rooms.

Strategy: the sans-I/O `websockets` library keeps RFC 6455 (handshake, fragments, control frames,
closing). Two paths bypass it because they carry nearly all traffic: an arriving segment that
consists of whole motion frames is recognized by its length and put, still masked, into the motion
inbox, where all of a tick's frames are unmasked at once; and outgoing frames are written straight
to the transport, since a server's frames need no mask and no state. Nothing here awaits.

What is full and then:
* motion inbox: the newest frame of a connection replaces the one before.
* unsent bytes above MOTION_BACKLOG_BYTES: motion is skipped.
* unsent bytes above EVENT_BACKLOG_BYTES: the connection is closed; its client resumes by number.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol, cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from world.protocol.codec import MAX_CLIENT_MESSAGE_BYTES, MESSAGE_TOO_BIG
from world.protocol.messages import SUBPROTOCOL
from world.protocol.motion import INPUT_BYTES
from world.protocol.session import PRE_AUTH_BYTES

MOTION_BACKLOG_BYTES = 64 * 1024
EVENT_BACKLOG_BYTES = 1024 * 1024
FRAME_HEAD_BYTES = 6
MOTION_FRAME_BYTES = FRAME_HEAD_BYTES + INPUT_BYTES
MOTION_FRAME_HEAD = bytes((0x82, 0x80 | INPUT_BYTES))
UNMASKED_HEAD = MOTION_FRAME_HEAD + bytes(4)
HANDSHAKE_BYTES = 16_384
TOO_SLOW, GOING_AWAY = 4004, 1001
UNSUPPORTED_DATA = 1003


class Listener(Protocol):
    """Who is told what happens on a connection."""

    def opened(self, socket: "WebSocket") -> None:
        """The handshake succeeded."""

    def received(self, socket: "WebSocket", data: bytes) -> None:
        """A whole message of the event lane arrived."""

    def closed(self, socket: "WebSocket") -> None:
        """The connection is gone, for whatever reason."""


class WebSocket(asyncio.Protocol):
    """A server's end of one websocket.

    Args:
      listener: is told of messages.
      origins: what a browser's Origin header may say; native clients send none.
      admit: says whether one more connection from an address is allowed.

    Attributes:
      row: the row of the body in the motion inbox, None until there is one.
      inbox: the motion inbox, row to newest masked frame.
      is_stale: motion was skipped, so the next frame must hold everybody.
      heard_s: loop time of the last bytes from the peer.
    """

    __slots__ = (
        "_admit",
        "_bytes_before_auth",
        "_fragments",
        "_is_closed",
        "_listener",
        "_protocol",
        "_transport",
        "address",
        "heard_s",
        "inbox",
        "is_authenticated",
        "is_open",
        "is_stale",
        "loop_time",
        "motion_frames",
        "row",
        "session",
        "written_bytes",
    )

    def __init__(
        self,
        listener: Listener,
        origins: tuple[str, ...],
        admit: Callable[[str], bool],
        loop_time: Callable[[], float],
    ) -> None:
        self._listener = listener
        self._admit = admit
        self._protocol = ServerProtocol(
            origins=[*(Origin(origin) for origin in origins), None],
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            extensions=None,
            max_size=MAX_CLIENT_MESSAGE_BYTES,
        )
        self._transport: asyncio.Transport | None = None
        self._fragments: list[bytes] = []
        self._bytes_before_auth = 0
        self._is_closed = False
        self.address = ""
        self.session: object | None = None
        self.is_open = False
        self.is_authenticated = False
        self.is_stale = False
        self.row: int | None = None
        self.inbox: dict[int, bytes] = {}
        self.motion_frames = 0
        self.written_bytes = 0
        self.loop_time = loop_time
        self.heard_s = loop_time()

    # --- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Takes the connection, or drops it where its address has too many."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else "local"
        if not self._admit(self.address):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Takes motion frames as they are, and hands everything else to the parser."""
        self.heard_s = self.loop_time()
        if (
            self.row is not None
            and data[:2] == MOTION_FRAME_HEAD
            and len(data) % MOTION_FRAME_BYTES == 0
            and self._takes_motion(data)
        ):
            return
        if not self.is_authenticated:
            self._bytes_before_auth += len(data)
            if self._bytes_before_auth > HANDSHAKE_BYTES + PRE_AUTH_BYTES:
                self.close(MESSAGE_TOO_BIG)
                return
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._shake_hands(event)
            elif isinstance(event, Frame):
                self._take_frame(event)
        self._flush()

    def eof_received(self) -> None:
        """The peer will send no more."""
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells the listener, once."""
        del exc
        if not self._is_closed:
            self._is_closed = True
            self.is_open = False
            self._listener.closed(self)

    # --- what the gateway does with it

    @property
    def backlog_bytes(self) -> int:
        """Bytes that were written and could not be sent yet."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def send(self, payload: bytes) -> None:
        """Writes one message of the event lane; closes the connection of who cannot keep up."""
        if not self.is_open or self._transport is None:
            return
        if self._transport.get_write_buffer_size() > EVENT_BACKLOG_BYTES:
            self.abort()
            return
        self._write(frame_head(len(payload)) + payload)

    def send_motion(self, framed: bytes) -> bool:
        """Writes one motion frame that is framed already; False where it was skipped."""
        transport = self._transport
        if transport is None or not self.is_open:
            return False
        if transport.get_write_buffer_size() > MOTION_BACKLOG_BYTES:
            self.is_stale = True
            return False
        self._write(framed)
        return True

    def ping(self) -> None:
        """Asks the peer for a sign of life."""
        if self.is_open:
            self._protocol.send_ping(b"")
            self._flush()

    def close(self, code: int, reason: str = "") -> None:
        """Begins the closing handshake and gives up the body's row."""
        self.row = None
        if self.is_open:
            self._protocol.send_close(code, reason[:120])
            self._flush()
            self.is_open = False
        elif self._transport is not None:
            self._transport.abort()

    def abort(self) -> None:
        """Drops the connection without waiting for a peer that does not read."""
        self.row = None
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # --- inside

    def _takes_motion(self, data: bytes) -> bool:
        """Puts the newest of whole motion frames into the inbox; False if they are not that."""
        if self._protocol.reader.buffer or self._protocol.current_size is not None:
            return False
        for at in range(0, len(data), MOTION_FRAME_BYTES):
            # The first byte of the payload, unmasked, must be the lane: 0.
            if data[at : at + 2] != MOTION_FRAME_HEAD or data[at + 6] != data[at + 2]:
                return False
        self.motion_frames += len(data) // MOTION_FRAME_BYTES
        self.inbox[cast("int", self.row)] = data[-MOTION_FRAME_BYTES:]
        return True

    def _shake_hands(self, request: Request) -> None:
        response = self._protocol.accept(request)
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS and (
            self._protocol.subprotocol is None
        ):
            response = self._protocol.reject(
                HTTPStatus.BAD_REQUEST, f"Ask for the subprotocol {SUBPROTOCOL}.\n"
            )
        self._protocol.send_response(response)
        self._flush()
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self.is_open = True
            self._listener.opened(self)

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self.is_open = False
            return
        if frame.opcode is Opcode.TEXT:
            self.close(UNSUPPORTED_DATA, "messages are binary")
            return
        if frame.opcode not in {Opcode.BINARY, Opcode.CONT} or not self.is_open:
            return
        self._fragments.append(bytes(frame.data))
        if not frame.fin:
            return
        data, self._fragments = b"".join(self._fragments), []
        if data[:1] == b"\0" and self.row is not None and len(data) == INPUT_BYTES:
            self.motion_frames += 1
            self.inbox[self.row] = UNMASKED_HEAD + data
        else:
            self._listener.received(self, data)

    def _flush(self) -> None:
        """Sends what the protocol wants sent: handshakes, pongs, closes."""
        transport = self._transport
        if transport is None:
            return
        for data in self._protocol.data_to_send():
            if data:
                self._write(data)
            elif transport.can_write_eof():
                transport.write_eof()
        if self._protocol.close_expected():
            self.is_open = False
            # The peer gets a moment to close first (RFC 6455 7.1.1); a silent one is cut off.
            asyncio.get_running_loop().call_later(1.0, transport.close)

    def _write(self, data: bytes) -> None:
        self.written_bytes += len(data)
        cast("asyncio.Transport", self._transport).write(data)


def frame_head(payload_bytes: int) -> bytes:
    """Returns the head of a server's binary frame (RFC 6455 5.2)."""
    if payload_bytes < 126:
        return bytes((0x82, payload_bytes))
    if payload_bytes < 65_536:
        return b"\x82\x7e" + payload_bytes.to_bytes(2, "big")
    return b"\x82\x7f" + payload_bytes.to_bytes(8, "big")
