"""The event log on both databases."""

import asyncio
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from server.auth.keys import load_keys
from server.store.errors import Fenced
from server.store.event_log import Placed
from server.store.store import Store

ROOT = Path(__file__).parents[3]


@pytest.fixture
def event(new_event):
    return new_event


async def append(store, batch, expected):
    async with store.write() as work:
        return await work.events.append(batch, expected)


async def numbers(store, stream="room:a"):
    async with store.read() as work:
        return [entry.number for entry in await work.events.read_after(stream, 0, 1000)]


async def test_events_are_numbered_from_one_without_a_gap(store, event):
    placed = await append(store, [event("a"), event("b")], {"room:a": 0})
    placed += await append(store, [event("c")], {"room:a": 2})
    assert placed == [Placed("room:a", number, is_new=True) for number in (1, 2, 3)]
    assert await numbers(store) == [1, 2, 3]


async def test_what_is_read_is_what_was_appended(store, event):
    await append(store, [event("a", payload=b"\0\xff"), event("b")], {"room:a": 0})
    async with store.read() as work:
        (entry,) = await work.events.read_after("room:a", 0, 1)
        assert await work.events.last_number("room:a") == 2
        assert await work.events.last_number("room:none") == 0
    assert (entry.stream, entry.number, entry.event_id) == ("room:a", 1, "a")
    assert (entry.sender, entry.at_s, entry.audience) == ("s1", 1.5, "room")
    assert entry.payload == b"\0\xff"


async def test_reading_resumes_after_a_number(store, event):
    await append(store, [event(str(i)) for i in range(10)], {"room:a": 0})
    async with store.read() as work:
        entries = await work.events.read_after("room:a", 4, 3)
    assert [entry.event_id for entry in entries] == ["4", "5", "6"]


async def test_reading_leaves_out_what_is_older(store, event):
    await append(store, [replace(event(str(i)), at_s=float(i)) for i in range(10)], {"room:a": 0})
    async with store.read() as work:
        entries = await work.events.read_after("room:a", 2, 100, since_s=7.0)
    assert [entry.event_id for entry in entries] == ["7", "8", "9"]


async def test_a_writer_that_does_not_know_the_end_is_fenced(store, open_store, event):
    other = await open_store()
    await append(store, [event("a")], {"room:a": 0})
    with pytest.raises(Fenced):
        await append(other, [event("b")], {"room:a": 0})
    assert await numbers(store) == [1]


async def test_a_fenced_batch_leaves_nothing_in_any_stream(store, event):
    await append(store, [event("a")], {"room:a": 0})
    batch = [event("b", stream="user:x"), event("c")]
    with pytest.raises(Fenced):
        await append(store, batch, {"room:a": 0, "user:x": 0})
    assert await numbers(store, "user:x") == []


async def test_a_stream_without_events_in_the_batch_is_fenced_too(store, event):
    await append(store, [event("a")], {"room:a": 0})
    with pytest.raises(Fenced):
        await append(store, [], {"room:a": 0})


async def test_of_two_owners_at_once_one_writes_and_one_is_fenced(store, open_store, event):
    other = await open_store()
    results = await asyncio.gather(
        *(append(s, [event(f"{i}")], {"room:a": 0}) for i, s in enumerate([store, other] * 4)),
        return_exceptions=True,
    )
    fenced = [result for result in results if isinstance(result, Fenced)]
    assert len(fenced) == len(results) - 1
    assert await numbers(store) == [1]


async def test_a_known_event_is_not_written_again(store, event):
    await append(store, [event("a"), event("b")], {"room:a": 0})
    placed = await append(store, [event("b"), event("c")], {"room:a": 2})
    assert placed == [Placed("room:a", 2, is_new=False), Placed("room:a", 3, is_new=True)]


async def test_one_event_twice_in_a_batch_is_written_once(store, event):
    placed = await append(store, [event("a"), event("a")], {"room:a": 0})
    assert placed == [Placed("room:a", 1, is_new=True), Placed("room:a", 1, is_new=False)]


async def test_two_senders_may_choose_the_same_event_id(store, event):
    placed = await append(store, [event("a"), event("a", sender="s2")], {"room:a": 0})
    assert [where.number for where in placed] == [1, 2]


async def test_a_stream_without_an_expected_number_is_our_own_mistake(store, event):
    with pytest.raises(ValueError, match="room:a"):
        await append(store, [event("a")], {})


async def test_events_and_presence_are_written_together_or_not_at_all(store, user, presence, event):
    async def fail_half_way():
        async with store.write() as work:
            await work.events.append([event("a")], {"room:a": 0})
            await work.presences.put([presence(user.id)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()
    async with store.read() as work:
        assert await work.presences.everybody() == []
        assert await work.events.last_number("room:a") == 0


async def test_ten_thousand_events_survive_reopening(store, open_store, event):
    last = 0
    for start in range(0, 10_000, 2500):
        batch = [event(f"{start + i}") for i in range(2500)]
        last = (await append(store, batch, {"room:a": last}))[-1].number
    await store.close()
    again = await open_store()
    async with again.read() as work:
        entries = await work.events.read_after("room:a", 0, 20_000)
    assert [entry.number for entry in entries] == list(range(1, 10_001))


WRITER = """
import asyncio, sys
from pathlib import Path
from server.auth.keys import load_keys
from server.store.audit_chain import AuditRecord
from server.store.event_log import NewEvent
from server.store.store import Store

async def main(url, folder):
    store = await Store.open(url, load_keys(folder / "keys").store, folder / "anchors")
    async with store.read() as work:
        last = await work.events.last_number("room:a")
    while True:
        batch = [NewEvent("room:a", f"{last + i}", "s", 1.0, "", b"x" * 50) for i in range(20)]
        async with store.write() as work:
            placed = await work.events.append(batch, {"room:a": last})
            work.audit.record(AuditRecord(1.0, "world", "batch", "room:a"))
        last = placed[-1].number
        print(last, flush=True)

asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
"""


def write_until_killed(url, folder, batches):
    """Returns the last number that the killed process acknowledged."""
    command = [sys.executable, "-c", WRITER, url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        lines = [process.stdout.readline() for _ in range(batches)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    return int([line for line in lines if line.endswith(b"\n")][-1])


async def test_a_killed_writer_loses_nothing_that_it_acknowledged(database_url, tmp_path):
    for round_number in range(1, 4):
        acknowledged = write_until_killed(database_url, tmp_path, batches=5 * round_number)
        keys = load_keys(tmp_path / "keys").store
        store = await Store.open(database_url, keys, tmp_path / "anchors")
        async with store.read() as work:
            entries = await work.events.read_after("room:a", 0, 100_000)
        assert len(entries) >= acknowledged
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        assert (await store.verify_audit()).faults == ()
        await store.close()
