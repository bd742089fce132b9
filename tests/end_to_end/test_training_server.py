"""A whole server with a training room: its own processes, and each of them killed."""

import asyncio
import os
import signal
import stat

import pytest

from server.simulation.records import FINISHED, UNFINISHED, read_record, read_whole
from tests.server.training_world import Practitioner, asked
from tools.bench.subject import started
from tools.bench.training_rooms import write_rooms
from world.protocol import messages as m

WITHIN_S = 60


@pytest.fixture
async def subject(tmp_path):
    options = ("--assets", str(write_rooms(tmp_path / "assets", 1)))
    rooms, roles = ("training-1",) * 2, ("trainee", "instructor")
    async with started(
        2, is_tls=False, tick_hz=20.0, roles=roles, rooms=rooms, options=options
    ) as one:
        yield one


async def _enter(subject, number, client=None):
    """Lets an account in, again if it was in before; a server that is starting is tried again."""
    client = client or Practitioner(subject.world_port)
    seen = {event.stream: event.number for event in client.of(m.Event)}
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                await client.enter(await subject.ticket(subject.tokens[number]), seen.items())
            except (OSError, EOFError, ConnectionError):
                await asyncio.sleep(0.1)
            else:
                return client


def _kill(subject, role):
    pid = subject.pid_of(role)
    os.kill(pid, signal.SIGKILL)
    return pid


async def _is_again(subject, role, old):
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                if subject.pid_of(role) != old:
                    return
            except LookupError:
                pass
            await asyncio.sleep(0.05)


async def _until(client, is_so):
    async with asyncio.timeout(WITHIN_S):  # a first start compiles
        while not is_so():
            client._changed.clear()
            await client._changed.wait()


async def _offered(client):
    await _until(client, lambda: client.of(m.Procedures) and client.of(m.Procedures)[-1].entries)


async def test_an_attempt_outlives_a_killed_world_and_a_killed_simulation_is_told(subject):
    trainee, instructor = await _enter(subject, 0), await _enter(subject, 1)
    await _offered(trainee)
    await trainee.begin()
    await instructor.watch("low")
    await trainee.move(2.5)
    await instructor.until(lambda: instructor.scenes)

    world = _kill(subject, "world")
    await trainee.until_closed()
    await _is_again(subject, "world", world)
    await _enter(subject, 0, trainee)
    await trainee.until(lambda: trainee.of(m.StationView)[-1].state == "running")
    trainee.sequence = 0
    await trainee.move(0.3)
    trainee.steer(asked(0, is_done=True))
    await trainee.until(trainee.overs)
    assert trainee.overs()[0].verdict.is_confirmed
    first = subject.data / "attempts" / f"{trainee.overs()[0].attempt_id}{FINISHED}"
    assert read_whole(first).step_count > 150
    assert stat.S_IMODE(first.stat().st_mode) == 0o600

    await trainee.until(lambda: trainee.of(m.StationView)[-1].state == "free")
    await trainee.begin()
    await trainee.move(1.5)
    simulation = _kill(subject, "simulation")
    await _until(trainee, lambda: len(trainee.overs()) > 1)
    lost = trainee.overs()[1]
    assert lost.verdict is None
    record, is_whole = read_record(subject.data / "attempts" / f"{lost.attempt_id}{UNFINISHED}")
    assert not is_whole
    assert record.step_count >= 60
    await _is_again(subject, "simulation", simulation)
    await _offered(trainee)
    await trainee.begin()
