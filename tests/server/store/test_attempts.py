"""Attempts on both databases: what is written is what is read, and only its trainee's."""

import uuid
from dataclasses import replace

import pytest

from server.store.attempts import AttemptRecord, AttemptState
from server.store.errors import SealBroken
from server.store.schema import ATTEMPT


@pytest.fixture
def attempt(user):
    def make(began_at_s=1.0, **values):
        settings = {
            "id": uuid.uuid4().hex,
            "trainee_id": user.id,
            "room_id": "training-1",
            "procedure": "peg_transfer",
            "seed": 2**32 - 1,
            "is_left_handed": True,
            **values,
        }
        return AttemptRecord(began_at_s=began_at_s, **settings)

    return make


def _ended(attempt, state=AttemptState.SCORED, result=b"result"):
    return replace(attempt, state=state, ended_at_s=9.0, record_seal=bytes(32), result=result)


async def test_an_attempt_runs_until_it_is_concluded(store, open_store, attempt):
    one, other = attempt(2.0), attempt(1.0)
    async with store.write() as work:
        await work.attempts.begin(one)
        await work.attempts.begin(other)
    again = await open_store()
    async with again.read() as work:
        assert await work.attempts.running() == [other, one]
    async with again.write() as work:
        await work.attempts.conclude(_ended(one))
        await work.attempts.conclude(replace(other, state=AttemptState.LOST, ended_at_s=3.0))
    async with store.read() as work:
        assert await work.attempts.running() == []
        assert await work.attempts.scored(one.trainee_id, "peg_transfer") == [_ended(one)]


async def test_only_what_counts_of_one_trainee_and_one_task_is_scored(store, make_user, attempt):
    somebody = await make_user()
    mine = [attempt(float(at_s)) for at_s in (3, 1, 2)]
    others = [attempt(trainee_id=somebody.id), attempt(procedure="other")]
    uncounted = [attempt(), attempt()]
    async with store.write() as work:
        for one in (*mine, *others, *uncounted):
            await work.attempts.begin(one)
        for one in (*mine, *others):
            await work.attempts.conclude(_ended(one, result=one.id.encode()))
        await work.attempts.conclude(_ended(uncounted[0], AttemptState.UNCONFIRMED))
        found = await work.attempts.scored(mine[0].trainee_id, "peg_transfer")
    assert [one.began_at_s for one in found] == [1.0, 2.0, 3.0]
    assert [one.result for one in found] == [one.id.encode() for one in found]


async def test_a_result_does_not_open_under_another_attempt(store, attempt):
    one, other = attempt(), attempt()
    async with store.write() as work:
        for each in (one, other):
            await work.attempts.begin(each)
            await work.attempts.conclude(_ended(each))
        connection = work.attempts._connection
        row = (
            (await connection.execute(ATTEMPT.select().where(ATTEMPT.c.id == one.id)))
            .mappings()
            .one()
        )
        await connection.execute(
            ATTEMPT.update().where(ATTEMPT.c.id == other.id).values(result=row["result"])
        )
    async with store.read() as work:
        with pytest.raises(SealBroken):
            await work.attempts.scored(one.trainee_id, "peg_transfer")
