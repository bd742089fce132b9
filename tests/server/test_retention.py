"""What was written is forgotten after its time, on both databases, and nothing else is."""

import asyncio

import pytest

from server import retention
from server.retention import DAY_S, Retention
from server.store.errors import Erased
from server.store.event_log import NewEvent
from server.store.sealing import Place
from server.store.users import User
from server.store.visits import VisitRecord
from world.errors import StoreUnavailable
from world.protocol.session import RESUME_S

NOW_S, KEEP_S = 1_000_000.0, 3 * DAY_S
TEXT = b"it hurts here"
VISIT = "v" * 32


def event(event_id, age_s, stream="room:waiting"):
    return NewEvent(stream, event_id, "s1", NOW_S - age_s, "", TEXT)


@pytest.fixture
def forgetful(store):
    return Retention(store, KEEP_S, lambda: NOW_S)


async def append(store, *events):
    async with store.write() as work:
        streams = {one.stream for one in events}
        numbers = {stream: await work.events.last_number(stream) for stream in streams}
        await work.events.append(events, numbers)


async def left(store, stream="room:waiting"):
    async with store.read() as work:
        return [one.event_id for one in await work.events.read_after(stream, 0, 2_000)]


async def audited(store):
    async with store.read() as work:
        rows = [row.record() for row in await work.audit.read_after(0, 100)]
    return [row for row in rows if row.action == "event.purge"]


async def test_what_is_older_goes_and_what_is_younger_stays(store, forgetful):
    await append(store, event("old", KEEP_S + 1), event("edge", KEEP_S), event("new", 5.0))
    await append(store, event("told", KEEP_S + 1, "user:u1"))
    assert await forgetful.purge() == 2
    assert await left(store) == ["edge", "new"]
    assert await left(store, "user:u1") == []
    assert await forgetful.purge() == 0


async def test_nothing_that_somebody_may_come_back_for_is_ever_removed(store):
    with pytest.raises(ValueError, match="may come back"):
        Retention(store, RESUME_S, lambda: NOW_S)
    await append(store, event("seen", RESUME_S + 2), event("missed", RESUME_S))
    assert await Retention(store, RESUME_S + 1, lambda: NOW_S).purge() == 1
    assert await left(store) == ["missed"]


async def test_numbers_go_on_where_they_were(store, forgetful):
    await append(store, *(event(str(i), KEEP_S + 1) for i in range(3)))
    await forgetful.purge()
    await append(store, event("next", 1.0))
    async with store.read() as work:
        [one] = await work.events.read_after("room:waiting", 0, 10)
        assert (one.number, one.payload) == (4, TEXT)


async def test_the_audit_trail_is_told_how_many_and_nothing_else(store, forgetful, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 4)
    monkeypatch.setattr(retention, "PAUSE_S", 0.0)
    await append(store, *(event(str(i), KEEP_S + 99 - i) for i in range(10)))
    assert await forgetful.purge() == 10
    rows = await audited(store)
    assert [row.details for row in rows] == [{"count": 4}, {"count": 4}, {"count": 2}]
    assert {(row.actor, row.subject) for row in rows} == {("clinic", "events")}
    assert not (await store.verify_audit()).faults


async def test_nothing_is_audited_where_nothing_was_removed(store, forgetful):
    await append(store, event("new", 5.0))
    await forgetful.purge()
    assert await audited(store) == []


@pytest.fixture
async def patient(store):
    user = User("a" * 32, "patient", "p", "real", "alias", 0, is_demo=False, created_at_s=0.0)
    async with store.write() as work:
        await work.users.add(user, None)
    return user


async def visit(store, patient, closed_age_s):
    closed_at_s = None if closed_age_s is None else NOW_S - closed_age_s
    state = "called" if closed_at_s is None else "ended"
    async with store.write() as work:
        await work.visits.put(
            VisitRecord(VISIT, patient.id, None, None, state, True, 1.0, closed_at_s=closed_at_s),
            [],
        )


@pytest.mark.parametrize(
    ("closed_age_s", "ages_s", "is_erased"),
    [
        (KEEP_S + 1, (KEEP_S + 2,), True),
        (KEEP_S + 1, (KEEP_S + 2, KEEP_S - 9), False),
        (KEEP_S - 9, (KEEP_S + 2,), False),
        (None, (KEEP_S + 2,), False),
    ],
)
async def test_the_key_of_a_visit_goes_with_its_last_text(  # noqa: PLR0917
    store, forgetful, patient, closed_age_s, ages_s, is_erased
):
    await visit(store, patient, closed_age_s)
    stream = f"visit:{VISIT}"
    await append(store, *(event(str(age_s), age_s, stream) for age_s in ages_s))
    async with store.write() as work:
        place = Place("event", "payload", f"{stream}/1", stream)
        sealed = await work.data_keys.seal(place, TEXT)
    await forgetful.purge()
    async with store.read() as work:
        if is_erased:
            with pytest.raises(Erased):
                await work.data_keys.unseal(place, sealed)
        else:
            assert await work.data_keys.unseal(place, sealed) == TEXT


async def test_it_begins_at_the_start_and_tries_again_when_the_store_fails(
    store, forgetful, monkeypatch
):
    slept_s, tries = [], []

    async def sleep(seconds):
        slept_s.append(seconds)
        if len(slept_s) == 2:
            raise asyncio.CancelledError

    async def purge():
        tries.append(1)
        if len(tries) == 1:
            raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(retention.asyncio, "sleep", sleep)
    monkeypatch.setattr(forgetful, "purge", purge)
    with pytest.raises(asyncio.CancelledError):
        await forgetful.run()
    assert slept_s == [retention.AGAIN_AFTER_S, DAY_S]
