"""The voice server's composition root: control link, sessions, forwarder, clock.

Rules:
* One control link at a time; a newly proven one replaces the old. Whenever a link ends or begins,
  every grant is forgotten, so that nothing is heard until the world says so again.
* Messages to the world are written without waiting; a world that does not read them loses its
  link, and gets the present state when it returns.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import assert_never

import structlog

from server.voice import control
from server.voice.config import VoiceConfig
from server.voice.forwarder import Forwarder, SlotChange
from server.voice.sessions import Session
from server.voice.sockets import MediaPorts
from world.errors import RemoteProtocolError

TICK_S = 0.05
SPEAKING_TICKS = 4
SECOND_TICKS = 20
HANDSHAKE_TIMEOUT_S = 5.0
MAX_UNREAD_BYTES = 4_194_304

_log = structlog.get_logger()


class VoiceServer:
    """One voice server process."""

    def __init__(self, config: VoiceConfig) -> None:
        self._config = config
        self._forwarder = Forwarder(self._announce)
        self._ports = MediaPorts(*config.media_ports)
        self._sessions: dict[int, Session] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._links: set[asyncio.Task[None]] = set()
        self._world: bytes | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._speaking: set[int] = set()
        self._unsent_before = 0

    async def run(self, on_ready: Callable[[int], None]) -> None:
        """Serves until it is cancelled.

        Args:
          on_ready: told the control link's port as soon as it listens.
        """
        server = await asyncio.start_server(
            self._accept, "127.0.0.1", self._config.control_port, limit=65_536
        )
        on_ready(server.sockets[0].getsockname()[1])
        try:
            await self._tick_forever()
        finally:
            server.close()
            self._drop_link()
            for member in list(self._sessions):
                self._end_session(member)
            for task in self._links:
                task.cancel()
            await asyncio.gather(*self._links, *self._closing, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._on_link(reader, writer))
        self._links.add(task)
        task.add_done_callback(self._links.discard)

    async def _on_link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                await self._greet(reader, writer)
            while writer is self._writer:
                self._on_message(await control.read_to_voice(reader))
        except (OSError, EOFError, TimeoutError):
            pass
        except RemoteProtocolError as error:
            _log.warning("voice.link_refused", reason=str(error))
        finally:
            if writer is self._writer:
                self._drop_link()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Proves both ends to each other, then makes this the one link."""
        nonce = secrets.token_bytes(control.NONCE_BYTES)
        writer.write(control.frame(control.Challenge(nonce)))
        proof = await control.read_to_voice(reader)
        if not isinstance(proof, control.Proof):
            raise RemoteProtocolError("the link began without a proof")
        expected = control.world_digest(self._config.secret, nonce, proof.nonce)
        if not control.is_same_digest(proof.digest, expected):
            raise RemoteProtocolError("the proof is false")
        self._drop_link()
        if proof.world != self._world:
            self._world = proof.world
            for member in list(self._sessions):
                self._end_session(member)
        digest = control.voice_digest(self._config.secret, proof.nonce, nonce)
        connected = [number for number, s in self._sessions.items() if s.is_connected]
        self._writer = writer
        self._send(control.Welcome(digest, connected))
        _log.info("voice.link_up", members=len(connected))

    def _on_message(self, message: control.ToVoice) -> None:
        now_s = time.monotonic()
        match message:
            case control.Join():
                self._join(message)
            case control.Leave(member):
                self._end_session(member)
            case control.Plan(sequence, sent_s, epochs, grants):
                self._forwarder.apply_plan(epochs, grants)
                self._forwarder.extend_lease(sent_s, now_s)
                self._send(control.Applied(sequence))
            case control.Revoke(sequence, sent_s, pairs):
                self._forwarder.revoke(pairs)
                self._forwarder.extend_lease(sent_s, now_s)
                self._send(control.Applied(sequence))
            case control.Lease(sent_s):
                self._forwarder.extend_lease(sent_s, now_s)
            case control.Proof():
                raise RemoteProtocolError("a second proof on one link")
            case _:
                assert_never(message)

    def _join(self, join: control.Join) -> None:
        self._end_session(join.member)
        if len(self._sessions) >= self._config.max_members:
            self._send(
                control.Unanswered(
                    join.member, join.attempt, "the voice server is full", is_full=True
                )
            )
            return
        session = Session(join.member, join.attempt, self._forwarder, self._send, self._on_over)
        self._sessions[join.member] = session
        self._spawn(self._answer(session, join))

    async def _answer(self, session: Session, join: control.Join) -> None:
        try:
            sdp = await session.answer(self._config, self._ports, join.offer_sdp)
        except RemoteProtocolError as error:
            self._send(control.Unanswered(join.member, join.attempt, str(error), is_full=False))
            await session.close()
        else:
            self._send(control.Answer(join.member, join.attempt, sdp))

    def _end_session(self, member: int) -> None:
        session = self._sessions.get(member)
        if session is not None:
            session.on_lost()

    def _on_over(self, session: Session) -> None:
        if self._sessions.get(session.member) is session:
            del self._sessions[session.member]
            if session.peer is not None:
                self._unsent_before += session.peer.unsent
                self._spawn(session.peer.close())

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        """Runs what ends by itself, and keeps it from being collected meanwhile."""
        task = asyncio.ensure_future(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _drop_link(self) -> None:
        writer, self._writer = self._writer, None
        self._forwarder.reset()
        if writer is not None:
            _log.info("voice.link_down")
            writer.close()

    def _announce(self, change: SlotChange) -> None:
        self._send(
            control.SlotAssigned(
                change.listener, change.slot, change.speaker, change.first_sequence
            )
        )

    def _send(self, message: control.Message) -> None:
        """Writes to the world; without a link the message is dropped."""
        # One whose peer was killed is closed before its reader is told; uvloop raises then.
        if self._writer is None or self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            _log.warning("voice.link_unread")
            self._drop_link()
            return
        self._writer.write(control.frame(message))

    async def _tick_forever(self) -> None:
        next_s, tick = time.monotonic(), 0
        while True:
            next_s, tick = max(next_s + TICK_S, time.monotonic() - 1.0), tick + 1
            await asyncio.sleep(next_s - time.monotonic())
            now_s = time.monotonic()
            self._forwarder.rank(now_s)
            for session in list(self._sessions.values()):
                if session.member % SECOND_TICKS == tick % SECOND_TICKS:
                    session.send_reports(now_s, time.time())
            if tick % SPEAKING_TICKS == 0:
                self._tell_who_speaks(now_s)
            if tick % SECOND_TICKS == 0:
                self._send(self._counts())

    def _tell_who_speaks(self, now_s: float) -> None:
        speaking = self._forwarder.speaking(now_s)
        for member in self._speaking - speaking.keys():
            self._send(control.Speaking(member, None))
        for member, level_dbov in speaking.items():
            self._send(control.Speaking(member, round(level_dbov, 1)))
        self._speaking = set(speaking)

    def _counts(self) -> control.VoiceCounts:
        counts = self._forwarder.counts
        peers = [s.peer for s in self._sessions.values() if s.peer is not None]
        return control.VoiceCounts(
            counts.received,
            counts.forwarded,
            counts.malformed,
            counts.refused,
            counts.denied,
            self._unsent_before + sum(peer.unsent for peer in peers),
            sum(s.is_connected for s in self._sessions.values()),
            time.process_time(),
        )
