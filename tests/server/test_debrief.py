"""Looking back in a training room: real store, real sockets, a real simulation process."""

import asyncio
import signal

import numpy as np
import pytest

from server.simulation.records import FINISHED, read_whole
from sim.replay import Replay
from tests.server.test_proctor import House
from tests.server.training_world import TrainingWorld
from world.protocol import messages as m
from world.protocol.scene_lane import SceneDecoder


@pytest.fixture
async def house(tmp_path, sqlite_url):
    world = TrainingWorld(tmp_path, sqlite_url)
    await world.open()
    await world.worker.start()
    house = House(world)
    await house.fill()
    await house.practise()
    yield house
    await world.close()
    if world.worker.process.returncode is None:
        await world.worker.end()


async def accepted(client, make):
    answer = await client.answer(make)
    assert isinstance(answer, m.Accepted), answer


async def audited(house, action):
    async with house.world.store.read() as work:
        rows = [row.record() for row in await work.audit.read_after(0, 1000)]
    return [row for row in rows if row.action == action]


def slot_of(client):
    return client.of(m.RoomView)[-1].own_slot


def steps_shown(client):
    decoder, steps = SceneDecoder(), []
    for scene in client.scenes:
        decoder.read(scene)
        steps.append(decoder.hands.taken)
    return decoder, steps


async def test_a_trainee_reads_their_own_attempts_and_an_instructor_those_of_a_trainee(house):
    trainee, instructor, nurse = house.trainee, house.instructor, house.nurse
    await accepted(trainee, m.ReadAttempts)
    await trainee.until(lambda: trainee.of(m.AttemptsView))
    [view] = trainee.of(m.AttemptsView)
    [over] = trainee.overs()
    [entry] = view.entries
    assert view.trainee is None
    assert (entry.attempt_id, entry.procedure, entry.state) == (
        over.attempt_id, "peg_transfer", "scored",
    )  # fmt: skip
    assert entry.time_s == over.verdict.time_s
    assert entry.composite == next(
        part.value for part in over.verdict.parts if part.name == "composite"
    )
    assert entry.has_record
    assert not entry.is_proficient
    assert [(one.procedure, one.progress) for one in view.progress] == [
        ("peg_transfer", over.progress)
    ]
    assert await audited(house, "attempts.read") == []

    await accepted(instructor, lambda n: m.ReadAttempts(n, slot_of(trainee)))
    await instructor.until(lambda: instructor.of(m.AttemptsView))
    [seen] = instructor.of(m.AttemptsView)
    assert (seen.trainee, seen.entries, seen.progress) == (
        slot_of(trainee), view.entries, view.progress,
    )  # fmt: skip
    [row] = await audited(house, "attempts.read")
    assert row.subject == house.trainee_id

    refused = await nurse.answer(lambda n: m.ReadAttempts(n, slot_of(trainee)))
    assert isinstance(refused, m.Refused)
    await accepted(nurse, m.ReadAttempts)
    await nurse.until(lambda: nurse.of(m.AttemptsView))
    assert nurse.of(m.AttemptsView)[-1].entries == ()


async def test_a_replay_shows_the_record_to_the_room_and_goes_where_it_is_put(house):
    trainee, instructor = house.trainee, house.instructor
    attempt_id = trainee.overs()[0].attempt_id
    trainee.scenes.clear()
    await trainee.watch("full")
    await accepted(instructor, lambda n: m.ShowReplay(n, attempt_id, slot_of(trainee)))
    await trainee.until(lambda: trainee.of(m.StationView)[-1].state == "replaying")
    await trainee.until(lambda: trainee.of(m.ReplayView) and len(trainee.scenes) > 8)
    record = read_whole(house.world.worker.records / f"{attempt_id}{FINISHED}")
    await trainee.until(lambda: trainee.of(m.ReplayView)[-1].ready_s > 2.5)
    view = trainee.of(m.ReplayView)[-1]
    assert view.duration_s == pytest.approx(record.step_count / 60)
    assert (view.procedure, view.may_steer) == ("peg_transfer", True)
    await house.nurse.until(lambda: house.nurse.of(m.ReplayView))
    assert not house.nurse.of(m.ReplayView)[-1].may_steer
    [row] = await audited(house, "attempt.show")
    assert (row.subject, row.details["trainee"]) == (attempt_id, house.trainee_id)

    await accepted(trainee, lambda n: m.SteerReplay(n, False, 1.0, 2.0))
    await trainee.until(lambda: not trainee.of(m.ReplayView)[-1].is_playing)
    await trainee.until(lambda: steps_shown(trainee)[1][-1] == 120)
    await asyncio.sleep(1.2)
    decoder, steps = steps_shown(trainee)
    assert steps[-1] == 120
    replay = Replay(record)
    for _ in range(120):
        replay.advance()
    for shown, real in zip(decoder.scene.bodies, replay.environment.scene().bodies, strict=True):
        assert shown.name == real.name
        assert np.abs(shown.position_m - real.position_m).max() < 2e-4

    await accepted(instructor, lambda n: m.SteerReplay(n, True, 4.0, 0.5))
    await trainee.until(lambda: min(steps_shown(trainee)[1][len(steps) :], default=999) < 60)
    await trainee.until(lambda: not trainee.of(m.ReplayView)[-1].is_playing)
    last = record.step_count - record.step_count % 4
    await trainee.until(lambda: steps_shown(trainee)[1][-1] == last)
    await accepted(trainee, m.EndReplay)
    await trainee.until(lambda: trainee.of(m.StationView)[-1].state == "free")


async def test_nobody_is_shown_what_is_not_theirs_or_has_no_record(house):
    attempt_id = house.trainee.overs()[0].attempt_id
    refused = await house.nurse.answer(
        lambda n: m.ShowReplay(n, attempt_id, slot_of(house.trainee))
    )
    assert isinstance(refused, m.Refused)
    for told_id in (attempt_id, "f" * 32):
        count = len(house.nurse.of(m.Event))
        await accepted(house.nurse, lambda n, told_id=told_id: m.ShowReplay(n, told_id))
        await house.nurse.until(lambda count=count: len(house.nurse.of(m.Event)) > count)
        assert house.nurse.of(m.Event)[-1].body.sentence.startswith("There is no record")
        await house.nurse.until(lambda: house.nurse.of(m.StationView)[-1].state == "free")
    assert house.nurse.of(m.ReplayView) == []


async def test_a_replay_goes_on_after_its_simulation_was_killed(house):
    trainee, worker = house.trainee, house.world.worker
    await trainee.watch("full")
    await accepted(trainee, lambda n: m.ShowReplay(n, trainee.overs()[0].attempt_id))
    await trainee.until(lambda: trainee.of(m.ReplayView))
    await worker.end(signal.SIGKILL)
    count = len(trainee.scenes)
    await worker.start()
    await trainee.until(lambda: len(trainee.scenes) > count + 10)
    assert trainee.of(m.StationView)[-1].state == "replaying"
