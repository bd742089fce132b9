"""What the audit trail says of a world process that was killed, and of one that ended in order."""

import json
import time
import uuid

import pytest

from server import last_life, ledger
from server.clinic_loader import load_plans, take_over
from server.config import ASSETS, ServerConfig
from server.store.audit_chain import AuditRecord
from tests.server.living_world import World
from tests.server.test_ledger import Books
from world import views

PLANS = load_plans(ASSETS)


@pytest.fixture
async def books(store):
    return Books(store)


async def _begin(books):
    return await take_over(books.store, PLANS, uuid.uuid4().hex, books.now_s)


async def _rows_since(books, count):
    return (await books.audit())[count:]


def _actions(rows):
    return [(row["action"], row["actor"]) for row in rows]


async def test_after_a_kill_the_trail_says_who_was_there_and_that_the_end_is_unknown(books):
    books.clinic = await _begin(books)
    died = (await books.audit())[-1]["subject"]
    await books.consult()
    p, d, c = (books.ids[who] for who in "pdc")
    before = await books.audit()
    await _begin(books)
    rows = await _rows_since(books, len(before))
    assert rows[0]["action"] == "world.died"
    assert rows[0]["subject"] == died
    assert rows[-1]["action"] == "world.begin"
    assert _actions(rows[1:-1]) == [
        *(("connection.cut", user_id) for user_id in sorted((p, d, c))),
        *(("vitals.close", user_id) for user_id in sorted((p, d))),
    ]
    assert all(row["details"] == {"end": "unknown", "world": died} for row in rows[1:-1])
    assert {row["subject"] for row in rows if row["action"] == "vitals.close"} == {p}
    assert (await books.store.verify_audit()).faults == ()


async def test_what_was_closed_by_a_kill_is_opened_again_to_those_who_come_back(books):
    books.clinic = await _begin(books)
    await books.consult()
    p, d = books.ids["p"], books.ids["d"]
    books.clinic = await _begin(books)
    before = await books.audit()
    await books.do(books.come, p, "patient")
    await books.do(books.come, d, "doctor")
    rows = await _rows_since(books, len(before))
    opened = {(row["actor"], row["subject"]) for row in rows if row["action"] == "vitals.open"}
    assert opened == {(p, p), (d, p)}


async def test_after_an_orderly_end_nothing_is_unknown(books):
    books.clinic = await _begin(books)
    process_id = (await books.audit())[-1]["subject"]
    await books.consult()
    p, d = books.ids["p"], books.ids["d"]
    before = await books.audit()
    async with books.store.write() as work:
        last_life.end(work, process_id, views.watchers(books.clinic), books.now_s)
    await _begin(books)
    rows = await _rows_since(books, len(before))
    assert _actions(rows) == [
        *(("vitals.close", user_id) for user_id in sorted((p, d))),
        ("world.end", "world"),
        ("world.begin", "world"),
    ]
    assert {row["details"].get("end") for row in rows[:2]} == {"world-stopped"}


async def test_the_beginning_is_found_however_long_ago_it_was(books, monkeypatch):
    monkeypatch.setattr(last_life, "PAGE_ROWS", 7)
    await _begin(books)
    async with books.store.write() as work:
        for number in range(20):
            work.audit.record(AuditRecord(1.0, f"v{number}", "vitals.open", "p"))
    await _begin(books)
    closed = [row["actor"] for row in await books.audit() if row["action"] == "vitals.close"]
    assert sorted(closed) == sorted(f"v{number}" for number in range(20))


async def test_a_first_start_has_nothing_to_say_of_an_earlier_life(books):
    await _begin(books)
    assert _actions(await books.audit())[-1:] == [("world.begin", "world")]
    assert not [row for row in await books.audit() if "unknown" in str(row)]


async def test_a_world_process_that_is_told_to_stop_ends_its_life_and_a_fenced_one_does_not(
    tmp_path, database_url
):
    world = World(ServerConfig(data=tmp_path, database_url=database_url, is_plain=True))
    await world.open()
    await world.start()
    await world.person()
    await world.stop()
    assert (await _trail(world))[-1] == "world.end"
    await world.start()
    async with world.store.write() as work:
        await ledger.claim(work, "another-process", time.time())
    await world.stop()
    assert (await _trail(world))[-1] == "world.begin"
    await world.close()


async def _trail(world):
    async with world.store.read() as work:
        return [json.loads(row.body)["action"] for row in await work.audit.read_after(0, 1000)]


def test_what_is_opened_twice_and_closed_once_is_closed():
    rows = [
        AuditRecord(1.0, "d", action, "p")
        for action in ("vitals.open", "vitals.open", "vitals.close")
    ]
    assert last_life.still_open(rows) == []
    assert last_life.still_open(rows[:1]) == [("d", "p")]
