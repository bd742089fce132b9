"""One websocket connection: bytes in, frames out, and nothing about rooms.

Strategy: the sans-I/O `websockets` library keeps RFC 6455 (handshake, fragments, control frames,
closing). Two paths bypass it because they carry nearly all traffic: an arriving segment that
consists of whole motion frames is recognized by its length and put, still masked, into the motion
inbox, where all of a tick's frames are unmasked at once; and outgoing frames are written straight
to the transport, since a server's frames need no mask and no state. Nothing here awaits.

What is full and then:
* motion inbox: the newest frame of a connection replaces the one before.
* unsent bytes above MOTION_BACKLOG_BYTES: motion and pictures of a scene are skipped.
* unsent bytes above EVENT_BACKLOG_BYTES: the connection is closed; its client resumes by number.
* frames above FLOOD_FRAMES between two looks of the gateway, fragments above MAX_FRAGMENTS of one
  message: the connection is closed. Bytes are parsed in pieces of PIECE_BYTES, so that nothing
  more is parsed once that is so, however much arrived at once.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol, cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from world.protocol.codec import MAX_CLIENT_MESSAGE_BYTES, MESSAGE_TOO_BIG
from world.protocol.messages import SUBPROTOCOL
from world.protocol.motion import INPUT_BYTES
from world.protocol.session import PRE_AUTH_BYTES

MOTION_BACKLOG_BYTES = 64 * 1024
EVENT_BACKLOG_BYTES = 1024 * 1024
PIECE_BYTES = 4096
FLOOD_FRAMES = 500
MAX_FRAGMENTS = 64
LAST_WORDS_BYTES = 8_192
CLOSE_WITHIN_S = 1.0
FRAME_HEAD_BYTES = 6
MOTION_FRAME_BYTES = FRAME_HEAD_BYTES + INPUT_BYTES
MOTION_FRAME_HEAD = bytes((0x82, 0x80 | INPUT_BYTES))
UNMASKED_HEAD = MOTION_FRAME_HEAD + bytes(4)
HANDSHAKE_BYTES = 16_384
TOO_SLOW, GOING_AWAY = 4004, 1001
UNSUPPORTED_DATA = 1003


class Listener(Protocol):
    """Who is told what happens on a connection."""

    def connected(self, socket: "WebSocket") -> bool:
        """Somebody connected and has said nothing yet; False if they may not."""

    def opened(self, socket: "WebSocket") -> None:
        """The handshake succeeded."""

    def received(self, socket: "WebSocket", data: bytes) -> None:
        """A whole message of the event lane arrived."""

    def flooded(self, socket: "WebSocket") -> None:
        """More frames arrived than anybody has a use for; the connection is to be closed."""

    def closed(self, socket: "WebSocket") -> None:
        """The connection is gone, for whatever reason."""


class WebSocket(asyncio.Protocol):
    """A server's end of one websocket.

    Args:
      listener: is told of messages.
      origins: what a browser's Origin header may say; native clients send none.
      loop_time: the loop's clock.

    Attributes:
      row: the row of the body in the motion inbox, None until there is one.
      inbox: the motion inbox, row to newest masked frame.
      is_stale: motion was skipped, so the next frame must hold everybody.
      heard_s: loop time of the last bytes from the peer.
      connected_s: loop time of the connection.
      frames: frames that arrived since the gateway last looked.
    """

    __slots__ = (
        "_bytes_after_close",
        "_bytes_before_auth",
        "_fragments",
        "_is_closed",
        "_is_closing",
        "_listener",
        "_protocol",
        "_transport",
        "address",
        "connected_s",
        "frames",
        "heard_s",
        "inbox",
        "is_authenticated",
        "is_open",
        "is_stale",
        "loop_time",
        "row",
        "written_bytes",
    )

    def __init__(
        self,
        listener: Listener,
        origins: tuple[str, ...],
        loop_time: Callable[[], float],
    ) -> None:
        self._listener = listener
        self._protocol = ServerProtocol(
            origins=[*(Origin(origin) for origin in origins), None],
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            extensions=None,
            max_size=MAX_CLIENT_MESSAGE_BYTES,
        )
        self._transport: asyncio.Transport | None = None
        self._fragments: list[bytes] = []
        self._bytes_before_auth = 0
        self._bytes_after_close = 0
        self._is_closing = False
        self._is_closed = False
        self.address = ""
        self.is_open = False
        self.is_authenticated = False
        self.is_stale = False
        self.row: int | None = None
        self.inbox: dict[int, bytes] = {}
        self.frames = 0
        self.written_bytes = 0
        self.loop_time = loop_time
        self.heard_s = self.connected_s = loop_time()

    # --- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Takes the connection, or drops it where its address has too many."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else "local"
        self.heard_s = self.connected_s = self.loop_time()
        if not self._listener.connected(self):
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
        for at in range(0, len(data), PIECE_BYTES):
            if not self._parse(data[at : at + PIECE_BYTES]):
                break
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
            self.row = None
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

    @property
    def is_stalled(self) -> bool:
        """Whether so much is unsent that nothing droppable is written."""
        return self.backlog_bytes > MOTION_BACKLOG_BYTES

    def send_scene(self, framed: bytes) -> bool:
        """Writes one picture of a scene that is framed already; False where it was skipped."""
        if self._transport is None or not self.is_open or self.is_stalled:
            return False
        self._write(framed)
        return True

    def ping(self) -> None:
        """Asks the peer for a sign of life."""
        if self.is_open and self._protocol.state is State.OPEN:
            self._protocol.send_ping(b"")
            self._flush()

    def close(self, code: int, reason: str = "") -> None:
        """Begins the closing handshake and gives up the body's row."""
        self.row = None
        if self.is_open and self._protocol.state is State.OPEN:
            # RFC 6455 5.5: a control frame holds at most 125 bytes, two of them the code.
            self._protocol.send_close(code, reason.encode()[:120].decode(errors="ignore"))
            self._flush()
            self.is_open = False
        elif not self._is_closing:
            self.abort()

    def abort(self) -> None:
        """Drops the connection without waiting for a peer that does not read."""
        self.row = None
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # --- inside

    def _parse(self, piece: bytes) -> bool:
        """Takes some bytes; False if no more is to be taken from this peer."""
        if not self.is_authenticated:
            self._bytes_before_auth += len(piece)
            if self._bytes_before_auth > HANDSHAKE_BYTES + PRE_AUTH_BYTES:
                self.close(MESSAGE_TOO_BIG, "too much before signing in")
                return False
        if self._is_closing:
            self._bytes_after_close += len(piece)
            if self._bytes_after_close > LAST_WORDS_BYTES:
                self.abort()
                return False
        self._protocol.receive_data(piece)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._shake_hands(event)
            elif isinstance(event, Frame):
                self._take_frame(event)
        return not self._is_closed

    def _count(self, frames: int) -> None:
        self.frames += frames
        if self.frames > FLOOD_FRAMES and self.is_open:
            self._listener.flooded(self)

    def _takes_motion(self, data: bytes) -> bool:
        """Puts the newest of whole motion frames into the inbox; False if they are not that."""
        if self._protocol.reader.buffer or self._protocol.current_size is not None:
            return False
        for at in range(0, len(data), MOTION_FRAME_BYTES):
            # The first byte of the payload, unmasked, must be the lane: 0.
            if data[at : at + 2] != MOTION_FRAME_HEAD or data[at + 6] != data[at + 2]:
                return False
        self.inbox[cast("int", self.row)] = data[-MOTION_FRAME_BYTES:]
        self._count(len(data) // MOTION_FRAME_BYTES)
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
        self._count(1)
        if not self.is_open:
            return
        if frame.opcode is Opcode.CLOSE:
            self.is_open = False
            self.row = None
        elif frame.opcode is Opcode.TEXT:
            self.close(UNSUPPORTED_DATA, "messages are binary")
        elif frame.opcode in {Opcode.BINARY, Opcode.CONT}:
            self._gather(frame)

    def _gather(self, frame: Frame) -> None:
        self._fragments.append(bytes(frame.data))
        if not frame.fin:
            if len(self._fragments) > MAX_FRAGMENTS:
                self.close(MESSAGE_TOO_BIG, "too many fragments")
            return
        data, self._fragments = b"".join(self._fragments), []
        if data[:1] == b"\0" and self.row is not None and len(data) == INPUT_BYTES:
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
            else:
                transport.close()
        if transport.get_write_buffer_size() > EVENT_BACKLOG_BYTES:
            self.abort()
        if self._protocol.close_expected() and not self._is_closing:
            self._is_closing = True
            self.is_open = False
            self.row = None
            # The peer gets a moment to close first (RFC 6455 7.1.1); a silent one is cut off.
            asyncio.get_running_loop().call_later(CLOSE_WITHIN_S, transport.abort)

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
