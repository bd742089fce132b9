"""What trainees did is forgotten after its time, rows and records, and nothing else is."""

import os

import pytest

from server import attempt_retention
from server.attempt_retention import AttemptRetention
from server.retention import DAY_S
from server.simulation.records import FINISHED, UNFINISHED
from server.store.attempts import AttemptRecord, AttemptState
from server.store.users import User

NOW_S, KEEP_S = 100 * DAY_S, 30 * DAY_S
TRAINEE = "a" * 32


@pytest.fixture
async def trainee(store):
    user = User(TRAINEE, "trainee", "t", "real", "alias", 0, is_demo=False, created_at_s=0.0)
    async with store.write() as work:
        await work.users.add(user, None)


@pytest.fixture
def forgetful(store, tmp_path, trainee):
    return AttemptRetention(store, tmp_path, KEEP_S, lambda: NOW_S)


async def practise(store, attempt_id, age_s, state=AttemptState.SCORED):
    at_s = NOW_S - age_s
    begun = AttemptRecord(attempt_id, TRAINEE, "training-1", "peg_transfer", 1, False, at_s)
    ended = AttemptRecord(
        attempt_id, TRAINEE, "training-1", "peg_transfer", 1, False, at_s,
        state, at_s, b"s" * 32, b"sealed",
    )  # fmt: skip
    async with store.write() as work:
        await work.attempts.begin(begun)
        if state is not AttemptState.RUNNING:
            await work.attempts.conclude(ended)


async def left(store):
    async with store.read() as work:
        return {one.id for one in await work.attempts.of_trainee(TRAINEE, 100)}


async def audited(store):
    async with store.read() as work:
        rows = [row.record() for row in await work.audit.read_after(0, 100)]
    return [row.details for row in rows if row.action == "attempt.purge"]


def record(folder, name, age_s):
    path = folder / name
    path.write_bytes(b"record")
    os.utime(path, (NOW_S - age_s, NOW_S - age_s))
    return path


async def test_what_is_older_goes_with_its_result_and_what_is_younger_stays(store, forgetful):
    await practise(store, "1" * 32, KEEP_S + 1)
    await practise(store, "2" * 32, KEEP_S + 9, AttemptState.LOST)
    await practise(store, "3" * 32, KEEP_S - 1)
    await practise(store, "4" * 32, KEEP_S + 1, AttemptState.RUNNING)
    assert await forgetful.purge() == 2
    assert await left(store) == {"3" * 32}
    async with store.read() as work:
        assert [one.id for one in await work.attempts.running()] == ["4" * 32]
    assert await forgetful.purge() == 0


async def test_records_go_by_their_age_and_nothing_else_in_the_folder_does(forgetful, tmp_path):
    gone = [record(tmp_path, f"1{end}", KEEP_S + 1) for end in (FINISHED, UNFINISHED)]
    kept = [record(tmp_path, f"2{FINISHED}", KEEP_S - 1), record(tmp_path, "notes", KEEP_S + 1)]
    await forgetful.purge()
    assert [path.exists() for path in gone] == [False, False]
    assert [path.exists() for path in kept] == [True, True]


async def test_the_audit_trail_is_told_how_many(store, forgetful, monkeypatch):
    monkeypatch.setattr(attempt_retention, "BATCH", 2)
    for number in range(3):
        await practise(store, f"{number:032x}", KEEP_S + 1 + number)
    assert await forgetful.purge() == 3
    assert await audited(store) == [{"count": 2}, {"count": 1}]
    await forgetful.purge()
    assert len(await audited(store)) == 2


async def test_a_clinic_without_records_has_none_to_remove(store, tmp_path, trainee):
    nowhere = AttemptRetention(store, tmp_path / "none", KEEP_S, lambda: NOW_S)
    assert await nowhere.purge() == 0
