"""The voice server's composition root: control link, sessions, forwarder, clock.

Rules:
* Whenever a link to a world ends or begins, every grant is forgotten, so that nothing is heard
  until the world says so again. A world that returns gets the present state.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import assert_never

import structlog

from server.private_link.frames import Secret
from server.private_link.process_end import ProcessEnd
from server.voice import control
from server.voice.config import VoiceConfig
from server.voice.forwarder import Forwarder, SlotChange
from server.voice.sessions import Session
from server.voice.sockets import MediaPorts
from world.errors import RemoteProtocolError

TICK_S = 0.05
SPEAKING_TICKS = 4
SECOND_TICKS = 20

_log = structlog.get_logger()


class VoiceServer:
    """One voice server process."""

    def __init__(self, config: VoiceConfig) -> None:
        self._config = config
        proof = Secret(config.secret, control.LINK_KIND)
        self._link = ProcessEnd(proof, control.TO_VOICE, self)
        self._forwarder = Forwarder(self._announce)
        self._ports = MediaPorts(*config.media_ports)
        self._sessions: dict[int, Session] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._world: bytes | None = None
        self._speaking: set[int] = set()
        self._unsent_before = 0

    async def run(self, on_ready: Callable[[int], None]) -> None:
        """Serves until it is cancelled.

        Args:
          on_ready: told the control link's port as soon as it listens.
        """
        async with self._link.listening(self._config.control_port) as port:
            on_ready(port)
            try:
                await self._tick_forever()
            finally:
                for member in list(self._sessions):
                    self._end_session(member)
                await asyncio.gather(*self._closing, return_exceptions=True)

    # --- what the link tells

    def on_world(self, run: bytes) -> None:
        """Tells a world that has proven itself who is connected; another run's people go."""
        self._forwarder.reset()
        if run != self._world:
            self._world = run
            for member in list(self._sessions):
                self._end_session(member)
        connected = [number for number, s in self._sessions.items() if s.is_connected]
        self._link.send(control.Welcome(connected))
        _log.info("voice.link_up", members=len(connected))

    def on_world_gone(self) -> None:
        """Falls silent."""
        self._forwarder.reset()
        _log.info("voice.link_down")

    def on_message(self, message: control.ToVoice) -> None:
        """Does what the world asks for."""
        now_s = time.monotonic()
        match message:
            case control.Join():
                self._join(message)
            case control.Leave(member):
                self._end_session(member)
            case control.Plan(sequence, sent_s, epochs, grants):
                self._forwarder.apply_plan(epochs, grants)
                self._forwarder.extend_lease(sent_s, now_s)
                self._link.send(control.Applied(sequence))
            case control.Revoke(sequence, sent_s, pairs):
                self._forwarder.revoke(pairs)
                self._forwarder.extend_lease(sent_s, now_s)
                self._link.send(control.Applied(sequence))
            case control.Lease(sent_s):
                self._forwarder.extend_lease(sent_s, now_s)
            case _:
                assert_never(message)

    def _join(self, join: control.Join) -> None:
        self._end_session(join.member)
        if len(self._sessions) >= self._config.max_members:
            self._link.send(
                control.Unanswered(
                    join.member, join.attempt, "the voice server is full", is_full=True
                )
            )
            return
        session = Session(
            join.member, join.attempt, self._forwarder, self._link.send, self._on_over
        )
        self._sessions[join.member] = session
        self._spawn(self._answer(session, join))

    async def _answer(self, session: Session, join: control.Join) -> None:
        try:
            sdp = await session.answer(self._config, self._ports, join.offer_sdp)
        except RemoteProtocolError as error:
            self._link.send(
                control.Unanswered(join.member, join.attempt, str(error), is_full=False)
            )
            await session.close()
        else:
            self._link.send(control.Answer(join.member, join.attempt, sdp))

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

    def _announce(self, change: SlotChange) -> None:
        self._link.send(
            control.SlotAssigned(
                change.listener, change.slot, change.speaker, change.first_sequence
            )
        )

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
                self._link.send(self._counts())

    def _tell_who_speaks(self, now_s: float) -> None:
        speaking = self._forwarder.speaking(now_s)
        for member in self._speaking - speaking.keys():
            self._link.send(control.Speaking(member, None))
        for member, level_dbov in speaking.items():
            self._link.send(control.Speaking(member, round(level_dbov, 1)))
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
