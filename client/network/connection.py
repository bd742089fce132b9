"""One person's connection to a clinic: comes back by itself, and loses and doubles nothing.

Rules:
* Requests keep their ids until they are answered; after a drop the unanswered ones are sent
  again in order, and the server answers each exactly once (world/protocol/messages.py).
* The last number seen of each stream goes with every sign-in, so that missed events come once.
* A close code that says why one may not come back ends the connection; every other end is a drop.
* Somebody who is there is heard every second: who is silent for SILENT_FOR_S is taken for gone, so
  that a half-open connection is told as lost within SILENT_FOR_S and two PING_S.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.protocol import State
from websockets.typing import Subprotocol

from world.errors import NotSignedIn, RemoteProtocolError
from world.protocol import messages as m
from world.protocol.codec import (
    MAX_SERVER_MESSAGE_BYTES,
    decode_server_message,
    encode_client_message,
)
from world.protocol.motion import LANE
from world.protocol.scene_lane import SCENE_LANE
from world.protocol.session import NOT_SIGNED_IN, RESUME_S, ROOM_FULL, SIGNED_OUT, TAKEN_OVER

FINAL_CODES = frozenset({TAKEN_OVER, SIGNED_OUT, ROOM_FULL})
INTERNAL_ERROR = 1011
BREAKDOWNS_MAX = 2
"""A clinic that breaks down (RFC 6455 7.4.1) over what is sent again each time is asked no more."""
REFUSALS_MAX = 2
"""A ticket may have grown too old on its way, on a machine that slept: a second one is shown. Who
is no longer signed in gets none."""
QUICK_TRIES = 40
RETRY_S = (0.05, *(0.1,) * QUICK_TRIES, 0.2, 0.4, 0.8, 1.5, 3.0)
"""A server process that died is back within seconds, and to find nobody at its port costs little:
the ticket is kept for the next try."""
TURNED_AWAY_S = (0.2, 0.4, 0.8, 1.5, 3.0)
"""A server that hangs up on who has said who it is wants it to come later."""
KEEP_TICKET_S = 15.0
"""Half of what the server gives a ticket (server/auth/sessions.py)."""
OPEN_WITHIN_S = 5.0
PING_S = 1.0
SILENT_FOR_S = 6.0
MAX_PENDING = 64
MOTION, SCENE = bytes((LANE,)), bytes((SCENE_LANE,))
MAX_SEEN = 8

R = TypeVar("R", bound=m.Request)


class ConnectionState(Enum):
    """What the person is shown about the connection."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    ENDED = "ended"


@dataclass(slots=True)
class Pending:
    """A request that is not answered yet."""

    request: m.Request
    answer: asyncio.Future[m.Accepted | m.Refused]


class Listener:
    """What the owner of a connection is told; override what is of interest."""

    def message(self, message: m.ServerMessage) -> None:
        """A message of the event lane arrived; answers and repeated events are not passed on."""

    def motion(self, frame: bytes) -> None:
        """A frame of the motion lane arrived."""

    def scene(self, frame: bytes) -> None:
        """A frame of the scene lane arrived."""

    def state(self, state: ConnectionState, sentence: str) -> None:
        """The connection changed; the sentence says why and what to do next."""


@dataclass(slots=True)
class Connection:
    """A connection that is kept up by `run`.

    Attributes:
      url: wss:// address of the world.
      tls: trusts exactly this clinic's certificate; None for ws:// on loopback.
      get_ticket: fetches a fresh single-use ticket.
      listener: is told what arrives.
      device: set for a device that only measures.
      seen: the last numbers of streams that an earlier connection of this person has seen.
      check_certificate: called with what the server has shown (DER); raises to end it all.
      clock_offset_s: the server's clock less ours, from the fastest round trip of late.
      round_trip_s: the last round trip.
    """

    url: str
    tls: ssl.SSLContext | None
    get_ticket: Callable[[], Awaitable[str]]
    listener: Listener
    now_s: Callable[[], float]
    device: str | None = None
    seen: Mapping[str, int] = field(default_factory=dict)
    check_certificate: Callable[[bytes | None], None] | None = None
    clock_offset_s: float = 0.0
    round_trip_s: float = float("inf")
    _socket: ClientConnection | None = None
    _seen: dict[str, int] = field(default_factory=dict)
    _pending: dict[int, Pending] = field(default_factory=dict)
    _last_request_id: int = 0
    _is_known: bool = False
    _was_welcomed: bool = False
    _heard_s: float = 0.0
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)
    _ticket: str = ""
    _ticket_s: float = 0.0
    _refusals: int = 0
    _breakdowns: int = 0

    def __post_init__(self) -> None:
        self._seen.update(self.seen)

    # --- what the owner does

    async def run(self) -> None:
        """Connects, and comes back after every drop, until cancelled or told not to.

        Raises:
          NotSignedIn: if the server does not want this person back; the sentence says why.
        """
        failures, dropped_s = 0, None
        self.listener.state(ConnectionState.CONNECTING, "Connecting to the clinic.")
        try:
            while True:
                connected = await self._live()
                now_s = asyncio.get_running_loop().time()
                if connected:
                    failures, dropped_s = 0, now_s
                elif dropped_s is not None and now_s - dropped_s > RESUME_S:
                    dropped_s = None
                if failures == 0 or failures > QUICK_TRIES:  # ten times a second tells nothing
                    sentence = "The connection was lost. You keep your place; it is tried again."
                    self.listener.state(ConnectionState.RECONNECTING, sentence)
                has_met_nobody = failures == 0 or bool(self._ticket)
                is_wanted_now = has_met_nobody and self._breakdowns == 0
                waits_s = RETRY_S if is_wanted_now else TURNED_AWAY_S
                tries = max(failures, self._breakdowns)
                await self._wait(waits_s[min(tries, len(waits_s) - 1)])
                failures += 1
        except NotSignedIn as error:
            self.listener.state(ConnectionState.ENDED, str(error))
            raise
        finally:
            self._fail_pending("The connection ended before the clinic answered. Try again.")

    def request(self, make: Callable[[int], R]) -> asyncio.Future[m.Accepted | m.Refused]:
        """Sends a request, now or after the next reconnection; the future is its answer.

        Args:
          make: builds the request from its id.
        """
        answer: asyncio.Future[m.Accepted | m.Refused] = asyncio.get_running_loop().create_future()
        self._last_request_id += 1
        request = make(self._last_request_id)
        if len(self._pending) >= MAX_PENDING:
            sentence = "Too much is waiting to be sent. Wait for the connection."
            answer.set_result(m.Refused(request.request_id, 6, sentence))
            return answer
        self._pending[request.request_id] = Pending(request, answer)
        if self._is_known:
            self._write(encode_client_message(request))
        return answer

    def send(self, message: m.SendObservation | m.SendWaveform) -> bool:
        """Sends what a device measured; False if it is lost because there is no connection."""
        return self._is_known and self._write(encode_client_message(message))

    def send_frame(self, frame: bytes) -> bool:
        """Sends a frame of the motion or the steering lane; False if it is lost."""
        return self._is_known and self._write(frame)

    def drop(self) -> None:
        """Cuts the connection as a lost network would; it comes back by itself."""
        if self._socket is not None:
            self._socket.transport.abort()

    def hurry(self) -> None:
        """Connects at once, if it is waiting before the next try."""
        self._hurry.set()

    # --- inside

    async def _wait(self, delay_s: float) -> None:
        self._hurry.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._hurry.wait()

    async def _live(self) -> bool:
        """Keeps one websocket from its opening to its end; returns whether it was let in."""
        self._is_known = False
        try:
            ticket = await self._unused_ticket()
            async with asyncio.timeout(OPEN_WITHIN_S):
                self._socket = await connect(
                    self.url,
                    ssl=self.tls,
                    subprotocols=[Subprotocol(m.SUBPROTOCOL)],
                    compression=None,
                    # A person's client asks for the time, and hears the room; a device hears
                    # nothing, so the websocket's own pings tell whether anybody is there.
                    ping_interval=None if self.device is None else PING_S,
                    ping_timeout=SILENT_FOR_S,
                    max_size=MAX_SERVER_MESSAGE_BYTES,
                    close_timeout=0.5,
                    proxy=None,
                )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI, EOFError):
            return False
        try:
            if self.check_certificate is not None:
                shown = self._socket.transport.get_extra_info("ssl_object")
                self.check_certificate(shown.getpeercert(True) if shown else None)
            self._ticket = ""
            message = m.Authenticate(ticket, self._newest_seen(), self.device)
            self._write(encode_client_message(message))
            if self.device is not None:
                self._is_known = True
                self.listener.state(ConnectionState.CONNECTED, "The device is connected.")
            await self._serve(self._socket)
        except (ConnectionClosed, RemoteProtocolError, OSError):
            pass
        finally:
            was_known, self._is_known = self._is_known, False
            self._socket.transport.abort()
            code, reason = self._socket.close_code, self._socket.close_reason
            self._socket = None
        self._refusals = self._refusals + 1 if code == NOT_SIGNED_IN else 0
        self._breakdowns = self._breakdowns + 1 if code == INTERNAL_ERROR else 0
        if self._breakdowns >= BREAKDOWNS_MAX:
            self._fail_pending("The clinic could not do that. Try something else, and tell it.")
        if code in FINAL_CODES or self._refusals >= REFUSALS_MAX:
            raise NotSignedIn(reason or "The clinic ended the connection. Sign in again.")
        return was_known

    async def _unused_ticket(self) -> str:
        """Returns the ticket of a try that met nobody, as long as it is good, or a fresh one."""
        now_s = asyncio.get_running_loop().time()
        if not self._ticket or now_s - self._ticket_s > KEEP_TICKET_S:
            self._ticket, self._ticket_s = await self.get_ticket(), now_s
        return self._ticket

    def _newest_seen(self) -> tuple[m.Seen, ...]:
        """Returns what is told of the streams: the own one, and the rooms and visits of late."""
        late_first = [*self._seen.items()][::-1]
        late_first.sort(key=lambda item: not item[0].startswith("user:"))
        return tuple(m.Seen(stream, number) for stream, number in late_first[:MAX_SEEN])

    async def _serve(self, socket: ClientConnection) -> None:
        """Reads until the connection ends; one that has fallen silent is ended."""
        if self.device is not None:
            await self._read(socket)
            return
        pinging = asyncio.create_task(self._keep_alive())
        try:
            await self._read(socket)
        finally:
            pinging.cancel()

    async def _read(self, socket: ClientConnection) -> None:
        loop = asyncio.get_running_loop()
        async for data in socket:
            self._heard_s = loop.time()
            if not isinstance(data, bytes):
                raise RemoteProtocolError("a text message")
            if data[:1] == MOTION:
                self.listener.motion(data)
            elif data[:1] == SCENE:
                self.listener.scene(data)
            else:
                self._take(decode_server_message(data))

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        self._heard_s = loop.time()
        while True:
            await asyncio.sleep(PING_S)
            if self._is_known:
                self._write(encode_client_message(m.Ping(self.now_s())))
            if loop.time() - self._heard_s > SILENT_FOR_S and self._socket is not None:
                self._socket.transport.abort()

    def _take(self, message: m.ServerMessage) -> None:
        match message:
            case m.Welcome():
                self._welcomed(message)
            case m.Accepted(request_id) | m.Refused(request_id):
                self._breakdowns = 0
                pending = self._pending.pop(request_id, None)
                if pending is not None and not pending.answer.done():
                    pending.answer.set_result(message)
                return
            case m.Pong(sent_s, server_s):
                self._measure_clock(sent_s, server_s)
                return
            case m.Event(stream, number):
                if number <= self._seen.get(stream, 0):
                    return
                self._seen[stream] = number
            case m.RoomView(stream=stream, stream_number=number):
                # Taken out and put in again: the stream of the room where one is comes last.
                self._seen[stream] = self._seen.pop(stream, number)
            case _:
                pass
        self.listener.message(message)

    def _welcomed(self, welcome: m.Welcome) -> None:
        """Goes on where the last connection ended: unanswered requests are sent again."""
        self._is_known = True
        self._seen.setdefault(f"user:{welcome.user_id}", welcome.user_stream_number)
        if not self._was_welcomed:
            self._was_welcomed = True
            self._number_anew(welcome.last_request_id)
        if not self._pending:
            self._last_request_id = max(self._last_request_id, welcome.last_request_id)
        self.clock_offset_s = welcome.server_s - self.now_s()
        self.listener.state(ConnectionState.CONNECTED, "You are connected.")
        for pending in list(self._pending.values()):
            self._write(encode_client_message(pending.request))

    def _number_anew(self, last_request_id: int) -> None:
        """Numbers what was asked before the first welcome: the person's last client counted on.

        None of it has been sent; under its first number it would be taken for answered.
        """
        waiting = [*self._pending.values()]
        self._pending.clear()
        for number, pending in enumerate(waiting, last_request_id + 1):
            pending.request = replace(pending.request, request_id=number)
            self._pending[number] = pending
        self._last_request_id = max(self._last_request_id, last_request_id + len(waiting))

    def _measure_clock(self, sent_s: float, server_s: float) -> None:
        now_s = self.now_s()
        round_trip_s = now_s - sent_s
        if round_trip_s <= self.round_trip_s * 1.1:
            self.clock_offset_s = server_s + round_trip_s / 2 - now_s
        self.round_trip_s = round_trip_s

    def _write(self, data: bytes) -> bool:
        """Writes a frame without waiting; the library's own send would await the buffer."""
        socket = self._socket
        if socket is None or socket.transport.is_closing() or socket.state is not State.OPEN:
            return False
        socket.protocol.send_binary(data)
        for out in socket.protocol.data_to_send():
            socket.transport.write(out)
        return True

    def _fail_pending(self, sentence: str) -> None:
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_result(m.Refused(pending.request.request_id, 0, sentence))
        self._pending.clear()
