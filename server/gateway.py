"""From bytes to sessions: who may connect, who is who, and how much each may send.

The gateway knows no rules of rooms. It authenticates, keeps the budgets of world/protocol/session,
closes who breaks the protocol, and hands each request to the desk. Its timers run in one
housekeeping task, so that a thousand connections cost no thousand timers.
"""

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import structlog

from server import telemetry
from server.allowances import Allowances, Buckets, full_buckets
from server.websocket import WebSocket
from world.clinic import Profile
from world.errors import (
    Conflict,
    Refusal,
    RemoteProtocolError,
    RoomFull,
    StoreUnavailable,
    TooManyRequests,
)
from world.people import ConnectionId, UserId
from world.protocol import messages as m
from world.protocol.codec import POLICY_VIOLATION, decode_client_message, encode_server_message
from world.protocol.motion import INPUT_BYTES, LANE
from world.protocol.session import (
    AUTHENTICATE_WITHIN_S,
    FLOOD_MESSAGES,
    NOT_SIGNED_IN,
    ROOM_FULL,
    SIGNED_OUT,
    BudgetClass,
    SessionState,
    require_body,
    require_legal,
)
from world.protocol.steering import STEERING_LANE

HOUSEKEEPING_S = 0.5
PING_AFTER_S, DROP_AFTER_S = 10.0, 20.0
TRY_AGAIN_LATER = 1013
INTERNAL_ERROR = 1011
"""Our own fault ended the session; the client comes back (RFC 6455 7.4.1)."""
MAX_PENDING_REQUESTS = 64
FLOODED = "This program sends too much. Restart it."
NOBODY = UserId("")
MOTION, STEERING = bytes((LANE,)), bytes((STEERING_LANE,))

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Session:
    """One connection's lifetime.

    Attributes:
      sign_in_id: the sign-in that the connection belongs to.
      seen: stream to the last number that the client says it has.
      pending: requests that are not answered yet; above MAX_PENDING_REQUESTS more are refused.
      overdrawn: messages beyond a budget since the last housekeeping.
    """

    socket: WebSocket
    connection_id: ConnectionId
    state: SessionState = SessionState.OPENING
    user_id: UserId = NOBODY
    sign_in_id: str = ""
    profile: Profile | None = None
    device: str | None = None
    seen: dict[str, int] = field(default_factory=dict)
    buckets: Buckets = field(default_factory=dict)
    pending: int = 0
    overdrawn: int = 0
    opened_s: float = 0.0
    pinged_s: float = 0.0

    def send(self, message: m.ServerMessage) -> None:
        """Sends one message of the event lane."""
        self.socket.send(encode_server_message(message))

    def close(self, code: int, reason: str) -> None:
        """Ends the session; the sentence says why and what to do next."""
        self.state = SessionState.CLOSED
        self.socket.close(code, reason)


class Desk(Protocol):
    """What the gateway hands on."""

    async def recognize(self, session: Session, ticket: str) -> None:
        """Finds out who comes."""

    async def admit(self, session: Session) -> None:
        """Lets the person, or the device, in."""

    def ask(self, session: Session, request: m.Request, declined: m.Refused | None = None) -> None:
        """Takes a request, or notice that one was declined; it is answered later."""

    def measure(self, session: Session, message: m.SendObservation | m.SendWaveform) -> None:
        """Takes what a device measured."""

    def lost(self, session: Session) -> None:
        """Takes notice of a connection that is gone."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Where time comes from: the wall clock since the epoch, and the loop's steady one."""

    now_s: Callable[[], float]
    loop_s: Callable[[], float]


class Gateway:
    """All connections of this process.

    Args:
      desk: gets what is asked.
      origins: what a browser's Origin header may say.
      max_per_address: connections that one address may hold.
      new_id: makes connection ids.
      clocks: where time comes from.
      steer: takes what somebody asks of the instruments at a station; raises RemoteProtocolError.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- the composition root's one call, named there
        self,
        desk: Desk,
        origins: tuple[str, ...],
        max_per_address: int,
        new_id: Callable[[], str],
        clocks: Clocks,
        steer: Callable[[Session, bytes], None],
    ) -> None:
        self._desk = desk
        self._steer = steer
        self._origins = origins
        self._max_per_address = max_per_address
        self._new_id = new_id
        self._now_s = clocks.now_s
        self._loop_s = clocks.loop_s
        self._allowances = Allowances()
        self._sessions: dict[WebSocket, Session] = {}
        self._strangers: set[WebSocket] = set()
        self._sockets_of: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def connect(self) -> WebSocket:
        """Returns the protocol of one more connection, for the loop's create_server."""
        return WebSocket(self, self._origins, self._loop_s)

    # --- what the sockets tell

    def connected(self, socket: WebSocket) -> bool:
        """Counts a connection that has said nothing yet; False if its address has too many."""
        self._sockets_of[socket.address] += 1
        self._strangers.add(socket)
        return self._sockets_of[socket.address] <= self._max_per_address

    def opened(self, socket: WebSocket) -> None:
        """Begins a session that has to say who it is."""
        now_s = self._loop_s()
        self._strangers.discard(socket)
        self._sessions[socket] = Session(
            socket, ConnectionId(self._new_id()), buckets=full_buckets(now_s), opened_s=now_s
        )
        telemetry.CONNECTIONS.set(len(self._sessions))

    def received(self, socket: WebSocket, data: bytes) -> None:
        """Takes one message; a hostile one ends its session and nothing else."""
        session = self._sessions.get(socket)
        if session is None or session.state is SessionState.CLOSED:
            return
        try:
            if data[:1] == STEERING:
                require_body(session.state)
                self._steer(session, data)
            elif data[:1] == MOTION and len(data) == INPUT_BYTES:
                # Between two rooms nobody has a body to move: the frame is dropped like a late one.
                require_body(session.state)
            else:
                self._take_message(session, decode_client_message(data))
        except RemoteProtocolError as error:
            telemetry.PROTOCOL_ERRORS.inc()
            _log.info("session.broke_protocol", user=session.user_id, code=error.close_code)
            session.close(error.close_code, "This program does not speak the clinic's protocol.")
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with us, others go on
            _break_off(session, error)

    def flooded(self, socket: WebSocket) -> None:
        """Ends the session of a client that sends more than anybody has a use for."""
        session = self._sessions.get(socket)
        if session is not None:
            telemetry.OVERDRAWN.inc(socket.frames)
            _log.warning("session.flooded", user=session.user_id)
            session.close(POLICY_VIOLATION, FLOODED)

    def closed(self, socket: WebSocket) -> None:
        """Ends the session of a connection that is gone."""
        self._sockets_of[socket.address] -= 1
        if self._sockets_of[socket.address] < 1:
            del self._sockets_of[socket.address]
        self._strangers.discard(socket)
        session = self._sessions.pop(socket, None)
        telemetry.WRITTEN_BYTES.inc(socket.written_bytes)
        telemetry.CONNECTIONS.set(len(self._sessions))
        if session is not None:
            session.state = SessionState.CLOSED
            self._desk.lost(session)

    # --- the one timer

    async def keep_house(self) -> None:
        """Drops who is silent, who floods, and who never says who they are; until cancelled."""
        while True:
            await asyncio.sleep(HOUSEKEEPING_S)
            self.look()

    def look(self) -> None:
        """Looks after every connection once."""
        now_s = self._loop_s()
        for socket in list(self._strangers):
            if now_s - socket.connected_s > AUTHENTICATE_WITHIN_S:
                socket.abort()
        for session in list(self._sessions.values()):
            self._look_after(session, now_s)
        self._allowances.forget_old(now_s)

    # --- who is signed in

    def sign_ins(self) -> set[str]:
        """Returns the sign-ins of all who are connected."""
        return {session.sign_in_id for session in self._sessions.values() if session.sign_in_id}

    def sign_out(self, sign_in_ids: set[str]) -> None:
        """Ends the connections of sign-ins that are over; nothing more reaches them."""
        for session in list(self._sessions.values()):
            if session.sign_in_id in sign_in_ids and session.state is not SessionState.CLOSED:
                _log.info("session.signed_out", user=session.user_id)
                session.close(SIGNED_OUT, "You are signed out. Sign in again to come back.")
                self._desk.lost(session)

    def count(self) -> None:
        """Carries what the sockets counted over into the metrics."""
        for session in self._sessions.values():
            telemetry.WRITTEN_BYTES.inc(session.socket.written_bytes)
            session.socket.written_bytes = 0

    def close_all(self, sentence: str) -> None:
        """Says good-bye to everybody."""
        for session in list(self._sessions.values()):
            session.close(1001, sentence)

    # --- inside

    def _take_message(self, session: Session, message: m.ClientMessage) -> None:
        rule = require_legal(session.state, type(message))
        if session.buckets[rule.budget].take(self._loop_s()):
            self._take(session, message)
        else:
            self._overdraw(session, message)

    def _take(self, session: Session, message: m.ClientMessage) -> None:
        match message:
            case m.Authenticate():
                session.state = SessionState.CLOSED  # one try; the desk opens it again
                session.seen = {seen.stream: seen.number for seen in message.seen}
                session.device = message.device
                self._start(self._authenticate(session, message.ticket))
            case m.Ping():
                session.send(m.Pong(message.sent_s, self._now_s()))
            case m.SendObservation() | m.SendWaveform():
                self._desk.measure(session, message)
            case _:
                self._ask(session, message)

    def _ask(self, session: Session, request: m.Request, declined: m.Refused | None = None) -> None:
        if session.pending >= MAX_PENDING_REQUESTS:
            raise RemoteProtocolError("too many requests at once", close_code=POLICY_VIOLATION)
        session.pending += 1
        self._desk.ask(session, request, declined)

    async def _authenticate(self, session: Session, ticket: str) -> None:
        try:
            await self._desk.recognize(session, ticket)
            if session.socket not in self._sessions:
                return  # gone meanwhile: let in now, it would push out who has come back since
            self._allow(session)
            await self._desk.admit(session)
        except RoomFull as refusal:
            session.close(ROOM_FULL, str(refusal))
        except (StoreUnavailable, TooManyRequests, Conflict) as error:
            session.close(TRY_AGAIN_LATER, str(error))
        except Refusal as refusal:
            session.close(NOT_SIGNED_IN, str(refusal))
        except Exception as error:  # noqa: BLE001 -- nobody else would notice, nor close
            _break_off(session, error)
        else:
            session.socket.is_authenticated = True

    def _allow(self, session: Session) -> None:
        """Gives a session the budgets of its account.

        Raises:
          TooManyRequests: if the account has come too often of late.
        """
        session.buckets = self._allowances.of(session.user_id, self._loop_s())
        if not session.buckets[BudgetClass.ARRIVAL].take(self._loop_s()):
            raise TooManyRequests("You come and go too often. Wait a moment.")

    def _overdraw(self, session: Session, message: m.ClientMessage) -> None:
        session.overdrawn += 1
        telemetry.OVERDRAWN.inc()
        if session.overdrawn > FLOOD_MESSAGES:
            raise RemoteProtocolError(FLOODED, close_code=POLICY_VIOLATION)
        if isinstance(message, m.Authenticate | m.Ping | m.SendObservation | m.SendWaveform):
            return
        sentence = "That was too much at once. Wait a moment and try again."
        declined = m.Refused(message.request_id, TooManyRequests.code, sentence)
        self._ask(session, message, declined)

    def _look_after(self, session: Session, now_s: float) -> None:
        socket = session.socket
        socket.frames = session.overdrawn = 0
        silent_s = now_s - socket.heard_s
        if session.state is SessionState.CLOSED:
            if now_s - session.opened_s > AUTHENTICATE_WITHIN_S and silent_s > PING_AFTER_S:
                socket.abort()
        elif session.state is SessionState.OPENING:
            if now_s - session.opened_s > AUTHENTICATE_WITHIN_S:
                # Not NOT_SIGNED_IN, which is final: a slow machine is to come back.
                session.close(TRY_AGAIN_LATER, "Say who you are within five seconds.")
        elif silent_s > DROP_AFTER_S:
            socket.abort()
        elif silent_s > PING_AFTER_S and now_s - session.pinged_s > PING_AFTER_S / 2:
            session.pinged_s = now_s
            socket.ping()

    def _start(self, work: Coroutine[Any, Any, None] | Awaitable[None]) -> None:
        task = asyncio.ensure_future(cast("Coroutine[Any, Any, None]", work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _break_off(session: Session, error: Exception) -> None:
    """Ends a session for a fault of our own; the log says where it is, and quotes nothing."""
    telemetry.INTERNAL_ERRORS.inc()
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    _log.error("session.internal_error", user=session.user_id, kind=type(error).__name__, at=place)
    session.close(INTERNAL_ERROR, "Something went wrong here. You are brought back in a moment.")
