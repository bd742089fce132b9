"""What becomes of attempts when the disk, the simulation or somebody's inputs fail."""

import asyncio
import os
import uuid

import pytest
import structlog

from server.simulation import control
from server.simulation.attempts import BROKEN, NOT_BEGUN, NOT_KEPT, NOT_PLAYED, Attempts
from server.simulation.config import SimulationConfig
from server.simulation.governor import Governor
from server.simulation.records import FINISHED, UNFINISHED, read_record, read_whole
from sim.environment import Environment
from sim.instruments.inputs import Inputs, pack
from world.errors import ConfigurationError, RemoteProtocolError

SECRET = bytes(16)


@pytest.fixture
def told():
    return []


@pytest.fixture
def attempts(tmp_path, told):
    config = SimulationConfig(SECRET, tmp_path, attempts_max=2)
    return Attempts(config, told.append, lambda: None)


def _begin(attempts, seed=1):
    attempt_id = uuid.uuid4().hex
    attempts.begin(control.Begin(attempt_id, "peg_transfer", seed, is_left_handed=False))
    return attempt_id


def _of(told, kind):
    return [one for one in told if isinstance(one, kind)]


async def _score(attempts):
    while attempts._closing:  # noqa: ASYNC110 -- the disk's own time
        await asyncio.sleep(0.01)
    while attempts.are_replayed:
        attempts.play_again()


async def test_an_attempt_that_ends_is_scored_from_its_record(attempts, told, tmp_path):
    attempt_id = _begin(attempts)
    for _ in range(70):
        attempts.step(Governor(level=2))
    attempts.running[attempt_id].finish()
    attempts.step(Governor(level=1))
    assert attempt_id not in attempts.running
    assert [one.attempt for one in _of(told, control.Over)] == [attempt_id]
    await _score(attempts)
    [scored] = _of(told, control.Scored)
    assert scored.verdict.is_confirmed
    assert not scored.verdict.is_proficient
    record = read_whole(tmp_path / f"{attempt_id}{FINISHED}")
    efforts = [effort for block in record.blocks for effort, _ in block.steps]
    assert efforts == [2] * 70 + [1]
    assert attempts.held == (attempt_id,)
    attempts.forget(attempt_id)
    assert attempts.held == ()


async def _ended(attempts):
    attempt_id = _begin(attempts)
    attempts.step(Governor())
    attempts.running[attempt_id].finish()
    attempts.step(Governor())
    while attempts._closing:  # noqa: ASYNC110 -- the disk's own time
        await asyncio.sleep(0.01)
    return attempt_id


async def test_a_record_that_does_not_play_again_as_it_went_is_not_confirmed(
    attempts, told, monkeypatch
):
    await _ended(attempts)
    with structlog.testing.capture_logs() as log, monkeypatch.context() as broken:
        broken.setattr(Environment, "state_hash", lambda self: bytes(32))
        await _score(attempts)
    [scored] = _of(told, control.Scored)
    assert not scored.verdict.is_confirmed
    assert not scored.verdict.is_proficient
    assert [line["event"] for line in log] == ["simulation.replay_differs"]


async def test_a_record_whose_step_cannot_be_taken_again_does_not_count(
    attempts, told, monkeypatch
):
    def refuse(self, data, effort=0):
        raise ValueError("what somebody did")

    attempt_id = await _ended(attempts)
    with structlog.testing.capture_logs() as log, monkeypatch.context() as broken:
        broken.setattr(Environment, "step", refuse)
        await _score(attempts)
    assert _of(told, control.Failed) == [control.Failed(attempt_id, NOT_PLAYED)]
    assert [line["event"] for line in log] == ["simulation.replay_refused"]
    assert "somebody" not in str(log)
    assert not attempts.are_replayed


async def test_a_record_of_a_scene_that_is_made_otherwise_now_does_not_count(
    attempts, told, monkeypatch
):
    attempt_id = _begin(attempts)
    attempts.running[attempt_id].finish()
    attempts.step(Governor())
    with structlog.testing.capture_logs(), monkeypatch.context() as broken:
        broken.setattr(Environment, "state_hash", lambda self: bytes(32))
        await _score(attempts)
    assert _of(told, control.Failed) == [control.Failed(attempt_id, NOT_PLAYED)]


async def test_a_changed_record_is_never_scored(attempts, told, tmp_path):
    attempt_id = _begin(attempts)
    for _ in range(65):
        attempts.step(Governor())
    path = tmp_path / f"{attempt_id}{UNFINISHED}"
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(bytes(data))
    attempts.running[attempt_id].finish()
    attempts.step(Governor())
    with structlog.testing.capture_logs():
        await _score(attempts)
    assert [one.sentence for one in _of(told, control.Failed)] == [NOT_KEPT]
    assert not _of(told, control.Scored)


def test_an_attempt_on_which_the_simulation_fails_ends_alone(attempts, told, monkeypatch):
    one, other = _begin(attempts), _begin(attempts)
    step, its_environment = Environment.step, attempts.running[one]._environment

    def fail(self, data, effort=0):
        if self is its_environment:
            raise FloatingPointError("what somebody did")
        return step(self, data, effort)

    with structlog.testing.capture_logs() as log, monkeypatch.context() as broken:
        broken.setattr(Environment, "step", fail)
        attempts.step(Governor())
    assert list(attempts.running) == [other]
    assert [(one.attempt, one.sentence) for one in _of(told, control.Failed)] == [(one, BROKEN)]
    assert "somebody" not in str(log)
    assert "/" not in str(log)


def test_a_full_disk_loses_the_attempt_and_keeps_what_was_written(
    attempts, told, tmp_path, monkeypatch
):
    attempt_id = _begin(attempts)
    for _ in range(60):
        attempts.step(Governor())

    def full(descriptor, data):
        raise OSError(28, "No space left on device")

    with structlog.testing.capture_logs() as log, monkeypatch.context() as broken:
        broken.setattr(os, "write", full)
        for _ in range(60):
            attempts.step(Governor())
    assert attempts.running == {}
    assert [one.sentence for one in _of(told, control.Failed)] == [NOT_KEPT]
    assert str(tmp_path) not in str(log)
    record, is_whole = read_record(tmp_path / f"{attempt_id}{UNFINISHED}")
    assert (record.step_count, is_whole) == (60, False)


def test_more_attempts_than_there_is_room_for_are_refused(attempts, told):
    ids = [_begin(attempts) for _ in range(3)]
    assert list(attempts.running) == ids[:2]
    assert [(one.attempt, one.sentence) for one in _of(told, control.Failed)] == [
        (ids[2], NOT_BEGUN)
    ]


def test_inputs_that_come_together_are_taken_one_by_one_and_of_many_the_newest(attempts):
    running = attempts.running[_begin(attempts)]
    asked = [pack(Inputs(head_roll_rad=number / 10)) for number in range(6)]
    for number, inputs in enumerate(asked, 1):
        running.steer(inputs, number)
    taken = []
    for _ in range(5):
        running.step(0)
        taken.append((running._inputs, running._sequence))
    assert taken == [(asked[3], 4), (asked[4], 5), *3 * [(asked[5], 6)]]


def test_that_it_is_done_stays_whatever_comes_after_it(attempts):
    running = attempts.running[_begin(attempts)]
    running.steer(pack(Inputs(is_done=True)))
    for _ in range(5):
        running.steer(pack(Inputs()))
    with pytest.raises(RemoteProtocolError):
        running.steer(bytes(28))
    running.step(0)
    assert running.is_over


def test_a_second_begin_of_an_attempt_changes_nothing(attempts, told):
    attempt_id = _begin(attempts)
    running = attempts.running[attempt_id]
    attempts.begin(control.Begin(attempt_id, "peg_transfer", 9, is_left_handed=True))
    assert attempts.running == {attempt_id: running}


@pytest.mark.parametrize(
    "wrong", [{"secret": b"short"}, {"control_port": 65_536}, {"attempts_max": 0}]
)
def test_settings_that_do_not_fit_are_refused(tmp_path, wrong):
    with pytest.raises(ConfigurationError):
        SimulationConfig(**{"secret": SECRET, "records": tmp_path, **wrong})
