"""A real simulation process and the link to it: what it keeps, tells, and loses when killed."""

import asyncio
import signal
import stat
import uuid
from contextlib import suppress
from itertools import pairwise

import pytest
from msgspec.msgpack import Decoder

from server.private_link import frames
from server.simulation import control
from server.simulation.link import LinkDown, SimulationLink
from server.simulation.records import FINISHED, UNFINISHED, read_record, read_whole
from server.simulation.streams import RATES, WEBSOCKET_HEAD_BYTES
from sim.environment import FIRST_SCOPE, Environment
from sim.instruments.inputs import Inputs, pack
from sim.instruments.trocar import Posture
from sim.procedures.catalog import PROCEDURES
from sim.recording import RecordCutOff
from tests.server.simulation.worker import Told, Worker, begun, linked
from world.protocol.scene_lane import DELTA, HEADER, KEY, SceneDecoder


@pytest.fixture
async def worker(tmp_path):
    worker = Worker(tmp_path)
    await worker.start()
    yield worker
    if worker.process.returncode is None:
        assert await worker.end() == 0


def _asked(step):
    return pack(
        Inputs(
            Posture(0.3 * (step % 40) / 40, 0.0, 0.1, jaw=0.5),
            Posture(-0.2, 0.05 * (step % 30) / 30, 0.09),
            FIRST_SCOPE,
        )
    )


async def _move(link, attempt_id, seconds):
    for step in range(round(seconds * 60)):
        link.send(control.Steer(attempt_id, _asked(step)))
        await asyncio.sleep(1 / 60)


async def test_an_attempt_is_stepped_recorded_scored_again_and_let_go(worker):
    async with linked(worker.port) as (link, told):
        welcome = await told.first(control.Welcome)
        assert [one.name for one in welcome.procedures] == list(PROCEDURES)
        attempt_id = await begun(link, told, seed=7)
        await _move(link, attempt_id, 1.5)
        link.send(control.Finish(attempt_id))
        await told.first(control.Over, attempt_id)
        scored = await told.first(control.Scored, attempt_id)
        assert scored.verdict.is_confirmed
        assert 0 < scored.verdict.time_s < 30
        assert {part.name for part in scored.verdict.parts} >= {"time", "accuracy", "composite"}
        assert told.of(control.Clock, attempt_id)[-1].elapsed_s > 0
        path = worker.records / f"{attempt_id}{FINISHED}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(worker.records.stat().st_mode) == 0o700
        record = read_whole(path)
        assert record.seal == scored.seal
        _assert_it_plays_again(record)
        link.send(control.Forget(attempt_id))
    async with linked(worker.port) as (_, told):
        assert (await told.first(control.Welcome)).attempts == ()


def _assert_it_plays_again(record):
    environment = Environment(PROCEDURES[record.head.procedure], record.head.seed)
    assert environment.state_hash().hex() == record.head.scene_hash
    for block in record.blocks:
        for effort, inputs in block.steps:
            environment.step(inputs, effort)
        assert environment.state_hash() == block.state_hash


async def test_viewers_get_frames_within_the_bytes_of_their_tier_and_late_ones_a_key(worker):
    async with linked(worker.port) as (link, told):
        attempt_id = await begun(link, told)
        link.send(control.Show(attempt_id, ("full", "low")))
        moving = asyncio.create_task(_move(link, attempt_id, 3))
        await told.until(lambda: len(_frames(told, "full")) > 30)
        link.send(control.AskKey(attempt_id, "full"))
        await told.until(lambda: [one for one in told.of(control.SceneFrame) if one.is_asked])
        await moving
        link.send(control.Show(attempt_id, ()))
        await told.until(lambda: len(_frames(told, "low")) > 8)
        for tier in RATES:
            _assert_within_budget([one.frame for one in _frames(told, tier)], RATES[tier])
        early, late = SceneDecoder(), SceneDecoder()
        is_late_here = False
        for event in told.of(control.SceneFrame):
            if event.tier == "full":
                is_late_here |= event.is_asked
                if not event.is_asked:
                    early.read(event.frame)
                if is_late_here:
                    late.read(event.frame)
        assert is_late_here
        assert [body.name for body in late.scene.bodies] == [
            body.name for body in early.scene.bodies
        ]
        assert late.tick == early.tick
        for one, other in zip(late.scene.bodies, early.scene.bodies, strict=True):
            assert (one.position_m == other.position_m).all()


def _frames(told, tier):
    return [one for one in told.of(control.SceneFrame) if one.tier == tier and not one.is_asked]


def _assert_within_budget(frames, rate):
    heads = [HEADER.unpack_from(frame) for frame in frames]
    assert [kind for _, kind, _, _ in heads] == [KEY] + [DELTA] * (len(frames) - 1)
    ticks = [tick for *_, tick in heads]
    gaps = [after - before for before, after in pairwise(ticks)]
    assert min(gaps) >= 60 // rate.frames_per_s
    sizes = [len(frame) + WEBSOCKET_HEAD_BYTES for frame in frames[1:]]
    assert sum(sizes) <= rate.bytes_per_s * (ticks[-1] - ticks[0]) / 60 + rate.bytes_per_s / 60


async def test_attempts_go_on_without_a_world_and_a_new_one_is_told_of_them(worker):
    async with linked(worker.port) as (link, told):
        attempt_id = await begun(link, told)
        await _move(link, attempt_id, 0.5)
    async with linked(worker.port) as (link, told):
        welcome = await told.first(control.Welcome)
        assert welcome.attempts == (attempt_id,)
        await told.first(control.Begun, attempt_id)
        before_s = (await told.first(control.Clock, attempt_id)).elapsed_s
        await told.until(lambda: told.of(control.Clock)[-1].elapsed_s > before_s)
        link.send(control.Finish(attempt_id))
        scored = await told.first(control.Scored, attempt_id)
        assert scored.verdict.is_confirmed
    async with linked(worker.port) as (_, told):
        assert (await told.first(control.Scored, attempt_id)) == scored


async def test_a_killed_process_leaves_a_record_that_reads_up_to_its_last_whole_second(worker):
    async with linked(worker.port) as (link, told):
        attempt_id = await begun(link, told)
        path = worker.records / f"{attempt_id}{UNFINISHED}"
        await told.until(lambda: len(told.of(control.Clock)) > 0)
        await _move(link, attempt_id, 2.5)
        assert await worker.end(signal.SIGKILL) == -signal.SIGKILL
        await told.first(LinkDown)
        record, is_whole = read_record(path)
        assert not is_whole
        assert record.step_count >= 60
        assert record.step_count % 60 == 0
        _assert_it_plays_again(record)
        with pytest.raises(RecordCutOff):
            read_whole(path)
        run = told.of(control.Welcome)[0].run
        await worker.start()
        await told.until(lambda: len(told.of(control.Welcome)) > 1)
        welcome = told.of(control.Welcome)[-1]
        assert welcome.attempts == ()
        assert welcome.run != run
        assert await begun(link, told)


async def test_what_cannot_be_begun_is_said(worker):
    async with linked(worker.port) as (link, told):
        await told.first(control.Welcome)
        attempt_id = uuid.uuid4().hex
        link.send(control.Begin(attempt_id, "no_such_task", 1, is_left_handed=False))
        failed = await told.first(control.Failed, attempt_id)
        assert "cannot begin" in failed.sentence


async def test_a_false_secret_and_a_false_input_open_nothing_and_harm_no_other(worker):
    stranger = SimulationLink(worker.port, b"another secret..", Told())
    with pytest.raises(ConnectionError):
        await stranger._live()
    async with linked(worker.port) as (link, told):
        attempt_id = await begun(link, told)
        link.send(control.Steer(attempt_id, b"\xff" * 29))  # flags that the table does not know
        await told.first(LinkDown)
        await told.until(lambda: len(told.of(control.Welcome)) > 1)
        assert told.of(control.Welcome)[-1].attempts == (attempt_id,)


async def test_a_process_ends_with_who_started_it(worker):
    worker.process.stdin.close()
    async with asyncio.timeout(20):
        assert await worker.process.wait() == 0


async def test_hostile_frames_end_the_link_alone(worker):
    reader, writer = await asyncio.open_connection("127.0.0.1", worker.port)
    await frames.read(reader, Decoder(frames.Challenge))
    writer.write(b"\xff\xff\xff\xff" + b"x" * 100)
    with pytest.raises((EOFError, OSError)):
        await asyncio.wait_for(reader.readexactly(1), 10)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    reader, writer = await asyncio.open_connection("127.0.0.1", worker.port)
    nonce = bytes(frames.NONCE_BYTES)
    writer.write(frames.frame(frames.Proof(nonce, nonce, nonce)))
    await frames.read(reader, Decoder(frames.Challenge))
    with pytest.raises((EOFError, OSError)):
        await asyncio.wait_for(reader.readexactly(1), 10)
    writer.close()
    async with linked(worker.port) as (_, told):
        assert await told.first(control.Welcome)
