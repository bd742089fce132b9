"""A simulation process's composition root: the link, the attempts, the clock.

Rules:
* All attempts are stepped together at 60 Hz, each turn at a fixed due time. A turn that is done
  after the next one was due is late and counted; the next ones catch up. More than CATCH_UP_STEPS
  behind, the due times are moved instead, so that a stall makes no burst: simulated time has gone
  slower than the clock then, and that is counted too. No step and no event is ever left out.
* What a turn leaves of the time until the next one goes to playing records again: at least one
  step a turn, so that a score takes no longer than its attempt took. First come those that wait
  for a score, then those that somebody wants to see.
* Without a world the attempts go on with their instruments held still for ORPHANED_S, and end.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import assert_never

import structlog

from server import telemetry
from server.private_link.frames import NONCE_BYTES, Secret
from server.private_link.process_end import ProcessEnd
from server.simulation import control
from server.simulation.attempts import Attempts
from server.simulation.config import SimulationConfig
from server.simulation.governor import Governor
from server.simulation.showings import Showings
from sim.arrays import STEP_S
from world.protocol import messages as m

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
        proof = Secret(config.secret, control.LINK_KIND)
        self._link = ProcessEnd(proof, control.TO_SIMULATION, self)
        self._has_work = asyncio.Event()
        self._attempts = Attempts(config, self._link.send, self._has_work.set)
        self._showings = Showings(config.records, self._link.send, self._has_work.set)
        self._governor = Governor()
        self._alone_since_s = time.monotonic()

    async def run(self, on_ready: Callable[[int], None]) -> None:
        """Serves until it is cancelled.

        Args:
          on_ready: told the link's port as soon as it listens.
        """
        async with self._link.listening(self._config.control_port) as port:
            on_ready(port)
            try:
                await self._turn_forever()
            finally:
                await self._showings.close()
                await self._attempts.close()

    # --- what the link tells

    def on_world(self, run: bytes) -> None:  # noqa: ARG002 -- attempts outlive any world
        """Tells a world that has proven itself how everything stands."""
        held = (*self._attempts.held, *self._showings.held)
        self._link.send(control.Welcome(self._run, self._procedures, held))
        self._attempts.tell_everything()
        self._showings.tell_everything()

    def on_world_gone(self) -> None:
        """Goes on alone, and shows nothing to nobody."""
        self._alone_since_s = time.monotonic()
        for attempt in self._attempts.running.values():
            attempt.show(())
        for showing_id in self._showings.held:
            self._showings.forget(showing_id)

    def on_message(self, message: control.ToSimulation) -> None:
        """Does what the world asks for."""
        match message:
            case control.Begin():
                self._attempts.begin(message)
            case control.Steer() | control.Finish() | control.Show():
                self._direct(message)
            case control.AskKey(attempt_id, tier):
                self._ask_key(attempt_id, tier)
            case control.Forget(attempt_id):
                self._attempts.forget(attempt_id)
                self._showings.forget(attempt_id)
            case control.Film():
                self._showings.begin(message)
            case control.Play():
                self._showings.play(message)
            case _:
                assert_never(message)

    def _direct(self, message: control.Steer | control.Finish | control.Show) -> None:
        """Hands on what is asked of an attempt; one that has ended meanwhile asks nothing more."""
        attempt = self._attempts.running.get(message.attempt)
        if attempt is None:
            if isinstance(message, control.Show) and message.attempt in self._showings.held:
                self._showings.show(message.attempt, message.tiers)
            return
        match message:
            case control.Steer(_, inputs, sequence):
                attempt.steer(inputs, sequence)
            case control.Finish():
                attempt.finish()
            case control.Show(_, tiers):
                attempt.show(tiers)

    def _ask_key(self, attempt_id: str, tier: m.Tier) -> None:
        """Sends the last picture of an attempt or of a showing once more, whole."""
        attempt = self._attempts.running.get(attempt_id)
        key = attempt.key(tier) if attempt else self._showings.key(attempt_id, tier)
        if key is not None:
            self._link.send(control.SceneFrame(attempt_id, tier, True, key))

    # --- the clock

    async def _turn_forever(self) -> None:
        due_s = time.monotonic()
        while True:
            if not (
                self._attempts.running or self._attempts.are_replayed or self._showings.are_watched
            ):
                self._has_work.clear()
                await self._has_work.wait()
                due_s = time.monotonic()
            due_s += STEP_S
            await self._rest_until(due_s)
            due_s += self._turn(due_s)

    async def _rest_until(self, due_s: float) -> None:
        """Plays records again for as long as there is time, and lets the link be read."""
        longest_s, is_first = 0.0, True
        while self._attempts.are_replayed or self._showings.are_filmed:
            began_s = time.monotonic()
            if not is_first and began_s + longest_s > due_s:
                break
            if self._attempts.are_replayed:
                self._attempts.play_again()
            else:
                self._showings.film()
            longest_s, is_first = max(longest_s, time.monotonic() - began_s), False
            await asyncio.sleep(0)
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))

    def _turn(self, due_s: float) -> float:
        """Steps all attempts and films; returns by how much the next due times are to be moved."""
        if not self._attempts.running and not self._showings.are_watched:
            return 0.0
        began_s = time.monotonic()
        self._attempts.step(self._governor)
        self._showings.turn(self._governor.rate_divisor)
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
        if not self._link.is_up and now_s - self._alone_since_s > ORPHANED_S:
            for attempt in self._attempts.running.values():
                attempt.finish()
