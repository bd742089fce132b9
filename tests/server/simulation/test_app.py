"""The clock and the link of a simulation process, without a process."""

import time
import uuid

import pytest

from server.simulation import control
from server.simulation.app import CATCH_UP_STEPS, ORPHANED_S, SimulationServer
from server.simulation.config import SimulationConfig
from sim.arrays import STEP_S


@pytest.fixture
async def server(tmp_path):
    server = SimulationServer(SimulationConfig(bytes(16), tmp_path), ())
    server._attempts.begin(control.Begin(uuid.uuid4().hex, "peg_transfer", 1, is_left_handed=False))
    return server


class Gone:
    """A connection whose peer was killed, as uvloop has it before its reader is told."""

    def is_closing(self):
        return True

    def write(self, data):
        raise RuntimeError("the handler is closed")


async def test_a_peer_that_was_killed_stops_no_step(server):
    server._writer = Gone()
    server._turn(time.monotonic())
    [attempt] = server._attempts.running.values()
    assert attempt._environment.step_count == 1


async def test_a_few_late_steps_are_caught_up_and_a_stall_makes_no_burst(server):
    late_s = (CATCH_UP_STEPS // 2) * STEP_S
    assert server._turn(time.monotonic() - late_s) == 0.0
    stalled = 40 * CATCH_UP_STEPS
    moved_s = server._turn(time.monotonic() - stalled * STEP_S)
    assert stalled - 1 <= moved_s / STEP_S <= stalled + CATCH_UP_STEPS


async def test_attempts_that_no_world_asks_for_end_in_the_end(server):
    [attempt] = server._attempts.running.values()
    server._turn(time.monotonic())
    assert not attempt.is_over
    server._alone_since_s -= ORPHANED_S
    server._turn(time.monotonic())
    server._turn(time.monotonic())
    assert attempt.is_over
    await server._attempts.close()
