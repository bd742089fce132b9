"""Training rooms whole: a real store, real sockets, real simulation processes; and kills."""

import asyncio
import signal

import numpy as np
import pytest
import structlog

from server.simulation.records import FINISHED, UNFINISHED, read_record, read_whole
from server.store.attempts import AttemptState
from tests.server.raw_client import frame
from tests.server.training_world import Practitioner, TrainingWorld, asked
from world.errors import Conflict
from world.protocol import messages as m
from world.protocol import steering
from world.protocol.codec import POLICY_VIOLATION, decode_server_message, encode_server_message
from world.protocol.scene_lane import HEADER
from world.protocol.steering import STEERING_LANE


@pytest.fixture
async def world(tmp_path, sqlite_url):
    world = TrainingWorld(tmp_path, sqlite_url)
    await world.open()
    await world.worker.start()
    yield world
    await world.close()
    if world.worker.process.returncode is None:
        await world.worker.end()


async def _enter(world, token):
    client = Practitioner(world.port)
    await client.enter(await _ticket(world, token))
    return client


async def _ticket(world, token):
    connection, _, task = world.connect(token)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return await connection.get_ticket()


async def _come_back(world, client, token):
    seen = [(one.stream, one.number) for one in client.of(m.Event)]
    client.scenes.clear()
    await client.enter(await _ticket(world, token), dict(seen).items())


class House:
    """Two training rooms with people in them, and the corridor."""

    def __init__(self, world):
        self.world, self.trainee_id = world, ""

    async def fill(self):
        user, trainee_token = await self.world.stands("trainee")
        self.trainee_id = user.id
        _, instructor_token = await self.world.stands("instructor")
        _, nurse_token = await self.world.stands("nurse")
        _, next_door_token = await self.world.stands("doctor", room="training-2")
        _, patient_token = await self.world.account()
        await self.world.start()
        self.trainee = await _enter(self.world, trainee_token)
        self.instructor = await _enter(self.world, instructor_token)
        self.nurse = await _enter(self.world, nurse_token)
        self.next_door = await _enter(self.world, next_door_token)
        self.corridor = await _enter(self.world, patient_token)

    async def practise(self):
        """An attempt that all in the room watch, one of them late, until it is scored."""
        await self.next_door.watch("full")
        await self.trainee.begin()
        await self.trainee.watch("full")
        await self.instructor.watch("low")
        moving = asyncio.ensure_future(self.trainee.move(3))
        await self.trainee.until(lambda: len(self.trainee.scenes) > 20)
        await self.nurse.watch("full")
        await self.nurse.until(lambda: len(self.nurse.scenes) > 5)
        await self.instructor.until(lambda: len(self.instructor.scenes) > 3)
        await moving
        await self.trainee.until(lambda: self.trainee.of(m.StationView)[-1].elapsed_s >= 1)
        self.view = self.instructor.of(m.StationView)[-1]
        assert isinstance(await self.trainee.answer(m.EndAttempt), m.Accepted)
        await self.trainee.until(self.trainee.overs)
        await self.trainee.until(lambda: self.trainee.of(m.StationView)[-1].state == "free")


async def test_a_trainee_practises_is_watched_and_is_scored(world):
    house = House(world)
    await house.fill()
    refused = await house.corridor.answer(lambda n: m.WatchStation(n, "full"))
    assert isinstance(refused, m.Refused)
    assert house.next_door.of(m.RoomView)[-1].room_id == "training-2"
    await house.practise()
    _assert_the_room_saw_it(house)
    _assert_the_score_is_whole(house)
    await _assert_the_record_is_kept(house)


def _assert_the_room_saw_it(house):
    trainee, nurse = house.trainee, house.nurse
    view = house.view
    assert (view.state, view.procedure, view.limit_s) == ("running", "peg_transfer", 300.0)
    assert view.trainee == trainee.of(m.RoomView)[-1].own_slot
    for client in (trainee, nurse, house.instructor):
        assert {body.name for body in client.seen().scene.bodies} >= {"ring_0", "peg_board"}
    assert trainee.seen().tick == nurse.seen().tick
    next_door, corridor = house.next_door, house.corridor
    assert next_door.scenes == corridor.scenes == []
    assert corridor.of(m.StationView) == corridor.of(m.Happened) == corridor.of(m.Procedures) == []
    assert {one.state for one in next_door.of(m.StationView)} == {"free"}
    assert next_door.of(m.Happened) == []


def _assert_the_score_is_whole(house):
    [over] = house.trainee.overs()
    assert over.verdict.is_confirmed
    assert {part.name for part in over.verdict.parts} >= {"time", "accuracy", "composite"}
    assert any("not transferred" in one.kind for one in over.verdict.mistakes)
    assert over.verdict.unverified
    assert over.progress.attempts == 1
    assert (over.progress.needed_in_a_row, over.progress.in_a_row) == (2, 0)
    assert house.instructor.overs() == [over]
    assert house.nurse.overs() == house.next_door.overs() == house.corridor.overs() == []


async def _assert_the_record_is_kept(house):
    async with house.world.store.read() as work:
        [kept] = await work.attempts.scored(house.trainee_id, "peg_transfer")
    path = house.world.worker.records / f"{kept.id}{FINISHED}"
    assert read_whole(path).seal == kept.record_seal
    assert kept.id == house.trainee.overs()[0].attempt_id
    assert house.trainee_id.encode() not in path.read_bytes()


async def test_what_happens_is_told_to_the_room_alone(world):
    _, trainee_token = await world.stands("trainee")
    _, next_door_token = await world.stands("trainee", room="training-2")
    await world.start()
    trainee, next_door = await _enter(world, trainee_token), await _enter(world, next_door_token)
    await trainee.begin()
    await trainee.move(0.5)
    trainee.steer(asked(0, is_done=True))
    await trainee.until(trainee.overs)
    told = trainee.of(m.Happened)
    assert {one.kind for one in told} == {"not transferred"}
    assert all(one.is_error for one in told)
    assert "A ring was not over" in told[0].sentence
    assert next_door.of(m.Happened) == []
    for one in told:
        assert decode_server_message(encode_server_message(one)) == one


async def test_scenes_tell_which_input_they_took_and_how_the_hands_stand(world):
    _, token = await world.stands("trainee")
    await world.start()
    trainee = await _enter(world, token)
    await trainee.begin()
    await trainee.watch("full")
    await trainee.move(0.5)
    await trainee.until(lambda: trainee.seen().hands.taken == trainee.sequence)
    left, right = trainee.seen().hands.openings
    assert left == pytest.approx(0.5, abs=0.01)
    assert right == 0.0


async def test_who_drops_comes_back_to_the_running_attempt_and_steers_it_on(world):
    _, token = await world.stands("trainee")
    await world.start()
    trainee = await _enter(world, token)
    await trainee.begin()
    await trainee.watch("full")
    await trainee.move(1)
    await trainee.leave()
    await asyncio.sleep(1.2)  # the attempt goes on, holding still
    await _come_back(world, trainee, token)
    await trainee.until(lambda: trainee.of(m.StationView)[-1].elapsed_s >= 2)
    assert trainee.of(m.StationView)[-1].state == "running"
    await trainee.watch("full")
    before_m = await _tool_m(trainee)
    trainee.sequence = 0  # a new connection counts anew
    await trainee.move(0.7)
    await trainee.until(lambda: np.abs(_position(trainee) - before_m).max() > 1e-3)
    trainee.steer(asked(0, is_done=True))
    await trainee.until(trainee.overs)
    assert trainee.overs()[0].verdict.is_confirmed


async def _tool_m(client):
    await client.until(lambda: client.scenes)
    return _position(client)


def _position(client):
    return next(
        one for one in client.seen().scene.bodies if one.name.startswith("left_")
    ).position_m


async def test_a_killed_simulation_is_said_to_have_lost_the_attempt_and_the_next_one_runs(world):
    user, token = await world.stands("trainee")
    await world.start()
    trainee = await _enter(world, token)
    await trainee.begin()
    attempt_id = await _running_id(world)
    await trainee.move(1.5)
    await world.worker.end(signal.SIGKILL)
    await trainee.until(lambda: trainee.of(m.Procedures)[-1].entries == ())
    refused = await trainee.answer(lambda n: m.BeginAttempt(n, "peg_transfer"))
    assert refused.code == Conflict.code
    await world.worker.start()
    await trainee.until(trainee.overs)
    [over] = trainee.overs()
    assert (over.verdict, over.progress) == (None, None)
    assert "lost" in over.sentence
    assert over.attempt_id == attempt_id
    record, is_whole = read_record(world.worker.records / f"{attempt_id}{UNFINISHED}")
    assert not is_whole
    assert record.step_count >= 60
    await trainee.begin()
    trainee.steer(asked(0, is_done=True))
    await trainee.until(lambda: len(trainee.overs()) > 1)
    assert trainee.overs()[1].verdict.is_confirmed
    assert trainee.overs()[1].progress.attempts == 1
    async with world.store.read() as work:
        assert [one.id for one in await work.attempts.scored(user.id, "peg_transfer")] == [
            trainee.overs()[1].attempt_id
        ]


async def _running_id(world):
    async with world.store.read() as work:
        [attempt] = await work.attempts.running()
    assert attempt.state is AttemptState.RUNNING
    return attempt.id


async def test_an_attempt_outlives_the_world_and_is_scored_by_the_next_one(world):
    _, token = await world.stands("trainee")
    await world.start()
    trainee = await _enter(world, token)
    await trainee.begin()
    await trainee.move(1)
    attempt_id = await _running_id(world)
    await world.stop()
    await world.start()
    await trainee.until_closed()
    await _come_back(world, trainee, token)
    await trainee.until(lambda: trainee.of(m.StationView)[-1].state == "running")
    assert await _running_id(world) == attempt_id
    await trainee.watch("full")
    await trainee.until(lambda: len(trainee.scenes) > 5)
    trainee.sequence = 0
    await trainee.move(0.3)
    trainee.steer(asked(0, is_done=True))
    await trainee.until(trainee.overs)
    assert trainee.overs()[0].attempt_id == attempt_id
    assert trainee.overs()[0].verdict.is_confirmed


async def test_an_attempt_that_no_simulation_has_any_more_is_given_up(world, monkeypatch):
    monkeypatch.setattr("server.proctor.RECLAIM_S", 0.5)
    _, token = await world.stands("trainee")
    await world.start()
    trainee = await _enter(world, token)
    await trainee.begin()
    await world.worker.end(signal.SIGKILL)
    await trainee.until(trainee.overs)
    assert trainee.overs()[0].verdict is None
    assert trainee.of(m.StationView)[-1].state in {"running", "free"}
    await trainee.until(lambda: trainee.of(m.StationView)[-1].state == "free")


async def test_a_watcher_who_does_not_read_misses_frames_and_gets_a_key_frame_afterwards(world):
    _, trainee_token = await world.stands("trainee")
    _, watcher_token = await world.stands("instructor")
    await world.start()
    trainee, watcher = await _enter(world, trainee_token), await _enter(world, watcher_token)
    await trainee.begin()
    await watcher.watch("full")
    await watcher.until(lambda: len(watcher.scenes) > 3)
    stalled = pytest.MonkeyPatch()
    socket = _socket_of(world, watcher)
    stalled.setattr(type(socket), "is_stalled", property(lambda self: self is socket))
    await trainee.move(0.3)
    count = len(watcher.scenes)
    await trainee.move(0.5)
    assert len(watcher.scenes) <= count + 1  # one may have been on its way
    stalled.undo()
    await trainee.move(0.5)
    await watcher.until(lambda: len(watcher.scenes) > count + 5)
    kinds = [HEADER.unpack_from(scene)[1] for scene in watcher.scenes[count:]]
    assert 0 in kinds
    watcher.seen()  # every delta follows what was there


def _socket_of(world, client):
    for task in asyncio.all_tasks():
        frame = task.get_coro().cr_frame if hasattr(task.get_coro(), "cr_frame") else None
        gateway = frame.f_locals.get("gateway") if frame is not None else None
        if gateway is not None and hasattr(gateway, "_sessions"):
            user_id = client.of(m.Welcome)[-1].user_id
            return next(s.socket for s in gateway._sessions.values() if s.user_id == user_id)
    raise AssertionError("the world runs in this process")


HOSTILE = {
    "short": bytes((STEERING_LANE,)) + bytes(10),
    "long": bytes((STEERING_LANE,)) + bytes(40),
    "alone": bytes((STEERING_LANE,)),
    "unknown flags": steering.encode(1, b"\xff" * 29),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_steering_frame_closes_its_sender_alone(world, kind):
    _, trainee_token = await world.stands("trainee")
    _, other_token = await world.stands("trainee")
    await world.start()
    trainee, other = await _enter(world, trainee_token), await _enter(world, other_token)
    await trainee.begin()
    with structlog.testing.capture_logs() as log:
        other.write(frame(HOSTILE[kind]))
        assert await other.until_closed() in {1002, POLICY_VIOLATION}
    assert "session.broke_protocol" in {line["event"] for line in log}
    await trainee.move(0.2)
    assert isinstance(await trainee.answer(m.EndAttempt), m.Accepted)


async def test_who_steers_what_is_not_theirs_moves_nothing(world):
    _, trainee_token = await world.stands("trainee")
    _, other_token = await world.stands("trainee")
    await world.start()
    trainee, other = await _enter(world, trainee_token), await _enter(world, other_token)
    await trainee.begin()
    await trainee.watch("full")
    before_m = await _tool_m(trainee)
    await other.move(0.5)
    other.steer(asked(0, is_done=True))
    await asyncio.sleep(0.3)
    # What is held still settles by less than a millimeter; what was asked is centimeters.
    assert np.abs(_position(trainee) - before_m).max() < 1e-3
    assert trainee.of(m.StationView)[-1].state == "running"
    await trainee.move(0.5)
    await trainee.until(lambda: np.abs(_position(trainee) - before_m).max() > 5e-3)


async def test_a_clinic_without_training_rooms_has_no_proctor_and_no_station(tmp_path, sqlite_url):
    world = TrainingWorld(tmp_path, sqlite_url, rooms=0)
    await world.open()
    await world.start()
    try:
        _, token = await world.account("trainee")
        trainee = await _enter(world, token)
        refused = await trainee.answer(lambda n: m.BeginAttempt(n, "peg_transfer"))
        assert isinstance(refused, m.Refused)
        trainee.steer(asked(0))
        assert isinstance(await trainee.answer(lambda n: m.Say(n, "still here")), m.Accepted)
        assert trainee.of(m.StationView) == []
    finally:
        await world.close()
