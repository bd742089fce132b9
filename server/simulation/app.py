"""A simulation process's composition root: the link, the attempts, the clock.

Rules:
* All attempts are stepped together at 60 Hz, each turn at a fixed due time. A turn that is done
  after the next one was due is late and counted; the next ones catch up. More than CATCH_UP_STEPS
  behind, the due times are moved instead, so that a stall makes no burst: simulated time has gone
  slower than the clock then, and that is counted too. No step and no event is ever left out.
* What a turn leaves of the time until the next one goes to playing records again: at least one
  step a turn, so that a score takes no longer than its attempt took.
* One link at a time; a newly proven one replaces the old.
* Without a world the attempts go on with their instruments held still for ORPHANED_S, and end.

What is full and then: above MAX_UNREAD_BYTES that the world does not read the link ends, and the
world is told everything when it is back.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from typing import assert_never

import structlog

from server import telemetry
from server.private_link import NONCE_BYTES, Message, frame, is_same_digest
from server.simulation import control
from server.simulation.attempts import Attempts
from server.simulation.config import SimulationConfig
from server.simulation.governor import Governor
from sim.arrays import STEP_S
from world.errors import RemoteProtocolError
from world.protocol import messages as m

HANDSHAKE_TIMEOUT_S = 5.0
MAX_UNREAD_BYTES = 4_194_304
CATCH_UP_STEPS = 15
ORPHANED_S = 180.0
"""Longer than a trainee's place is held, and than a world takes to be back."""

_log = structlog.get_logger(__name__)


class SimulationServer:
    """One simulation process.

    Args:
      config: its settings.
      procedures: what it offers; compiled already.
    """

    def __init__(self, config: SimulationConfig, procedures: tuple[m.Procedure, ...]) -> None:
        self._config = config
        self._procedures = procedures
        self._run = secrets.token_bytes(NONCE_BYTES)
        self._writer: asyncio.StreamWriter | None = None
        self._links: set[asyncio.Task[None]] = set()
        self._has_work = asyncio.Event()
        self._attempts = Attempts(config, self._send, self._has_work.set)
        self._governor = Governor()
        self._alone_since_s = time.monotonic()

    async def run(self, on_ready: Callable[[int], None]) -> None:
        """Serves until it is cancelled.

        Args:
          on_ready: told the link's port as soon as it listens.
        """
        server = await asyncio.start_server(
            self._accept, "127.0.0.1", self._config.control_port, limit=65_536
        )
        on_ready(server.sockets[0].getsockname()[1])
        try:
            await self._turn_forever()
        finally:
            server.close()
            self._drop_link()
            for task in self._links:
                task.cancel()
            await asyncio.gather(*self._links, return_exceptions=True)
            await self._attempts.close()

    # --- the link

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._on_link(reader, writer))
        self._links.add(task)
        task.add_done_callback(self._links.discard)

    async def _on_link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                await self._greet(reader, writer)
            while writer is self._writer:
                self._on_message(await control.read_to_simulation(reader))
        except (OSError, EOFError, TimeoutError):
            pass
        except RemoteProtocolError as error:
            _log.warning("simulation.link_refused", reason=str(error))
        finally:
            if writer is self._writer:
                self._drop_link()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Proves both ends to each other, then makes this the one link."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        writer.write(frame(control.Challenge(nonce)))
        proof = await control.read_to_simulation(reader)
        if not isinstance(proof, control.Proof):
            raise RemoteProtocolError("the link began without a proof")
        secret = self._config.secret
        if not is_same_digest(proof.digest, control.world_digest(secret, nonce, proof.nonce)):
            raise RemoteProtocolError("the proof is false")
        self._drop_link()
        self._writer = writer
        digest = control.simulation_digest(secret, proof.nonce, nonce)
        self._send(control.Welcome(digest, self._run, self._procedures, self._attempts.held))
        self._attempts.tell_everything()

    def _drop_link(self) -> None:
        writer, self._writer = self._writer, None
        for attempt in self._attempts.running.values():
            attempt.show(())
        if writer is not None:
            self._alone_since_s = time.monotonic()
            writer.close()

    def _send(self, message: Message) -> None:
        """Writes to the world; without a link the message is dropped."""
        # One whose peer was killed is closed before its reader is told; uvloop raises then.
        if self._writer is None or self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            _log.warning("simulation.link_unread")
            self._drop_link()
            return
        self._writer.write(frame(message))

    def _on_message(self, message: control.ToSimulation) -> None:
        match message:
            case control.Begin():
                self._attempts.begin(message)
            case control.Steer() | control.Finish() | control.Show():
                self._direct(message)
            case control.AskKey(attempt_id, tier):
                self._attempts.ask_key(attempt_id, tier)
            case control.Forget(attempt_id):
                self._attempts.forget(attempt_id)
            case control.Proof():
                raise RemoteProtocolError("a second proof on one link")
            case _:
                assert_never(message)

    def _direct(self, message: control.Steer | control.Finish | control.Show) -> None:
        """Hands on what is asked of an attempt; one that has ended meanwhile asks nothing more."""
        attempt = self._attempts.running.get(message.attempt)
        if attempt is None:
            return
        match message:
            case control.Steer(_, inputs, sequence):
                attempt.steer(inputs, sequence)
            case control.Finish():
                attempt.finish()
            case control.Show(_, tiers):
                attempt.show(tiers)

    # --- the clock

    async def _turn_forever(self) -> None:
        due_s = time.monotonic()
        while True:
            if not self._attempts.running and not self._attempts.are_replayed:
                self._has_work.clear()
                await self._has_work.wait()
                due_s = time.monotonic()
            due_s += STEP_S
            await self._rest_until(due_s)
            due_s += self._turn(due_s)

    async def _rest_until(self, due_s: float) -> None:
        """Plays records again for as long as there is time, and lets the link be read."""
        longest_s, is_first = 0.0, True
        while self._attempts.are_replayed:
            began_s = time.monotonic()
            if not is_first and began_s + longest_s > due_s:
                break
            self._attempts.play_again()
            longest_s, is_first = max(longest_s, time.monotonic() - began_s), False
            await asyncio.sleep(0)
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))

    def _turn(self, due_s: float) -> float:
        """Steps all attempts; returns by how much the next due times are to be moved."""
        if not self._attempts.running:
            return 0.0
        began_s = time.monotonic()
        self._attempts.step(self._governor)
        done_s = time.monotonic()
        self._governor.note(done_s - began_s)
        telemetry.SIMULATION_TURN_S.observe(max(0.0, done_s - due_s))
        telemetry.SIMULATION_LATE_STEPS.inc(done_s > due_s + STEP_S)
        self._watch_for_a_world(done_s)
        behind = int((done_s - due_s) / STEP_S)
        if behind <= CATCH_UP_STEPS:
            return 0.0
        telemetry.SIMULATION_SLOWED_STEPS.inc(behind)
        return behind * STEP_S

    def _watch_for_a_world(self, now_s: float) -> None:
        if self._writer is None and now_s - self._alone_since_s > ORPHANED_S:
            for attempt in self._attempts.running.values():
                attempt.finish()
