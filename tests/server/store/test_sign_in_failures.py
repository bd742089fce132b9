"""The counters of failed sign-ins, on both databases."""

import asyncio

import pytest

from server.store import sign_in_failures
from server.store.sign_in_failures import FailureCount


def count(key=b"key", failures=3.0, at_s=100.0, lasts_s=90.0, kind="pair"):
    return FailureCount(kind, key, failures, at_s, at_s + lasts_s)


async def put(store, *counts, now_s=100.0):
    async with store.write() as work:
        await work.sign_in_failures.put(counts, now_s)


async def kept(store, now_s=100.0):
    async with store.read() as work:
        return await work.sign_in_failures.everybody(now_s)


async def test_what_was_counted_is_read_by_the_next_process(store, open_store):
    counts = [count(b"\0\xff"), count(b"\0\xff", 2.0, 101.0, kind="account")]
    await put(store, *counts)
    assert await kept(await open_store()) == counts


async def test_a_counter_is_written_over_and_one_of_nothing_goes(store):
    await put(store, count(), count(b"other"))
    await put(store, count(failures=4.5, at_s=120.0), count(b"other", failures=0.0))
    assert await kept(store) == [count(failures=4.5, at_s=120.0)]


async def test_what_counts_no_longer_is_neither_read_nor_kept(store):
    await put(store, count(), count(b"new", at_s=150.0))
    assert await kept(store, now_s=190.0) == [count(b"new", at_s=150.0)]
    await put(store, now_s=190.0)
    assert await kept(store, now_s=0.0) == [count(b"new", at_s=150.0)]


async def test_there_are_never_too_many_and_the_oldest_go(store, monkeypatch):
    monkeypatch.setattr(sign_in_failures, "MOST_ROWS", 3)
    await put(store, *(count(b"%d" % i, at_s=100.0 + i) for i in range(5)), now_s=105.0)
    assert [one.key for one in await kept(store)] == [b"2", b"3", b"4"]


@pytest.mark.parametrize("keys", [(b"a", b"b"), (b"b", b"a")])
async def test_writers_at_once_do_not_wait_for_each_other_for_ever(store, keys):
    old = [count(b"%d" % i, at_s=0.0) for i in range(20)]
    await put(store, *old, now_s=0.0)
    writing = (put(store, *(count(key) for key in keys), now_s=200.0) for _ in range(8))
    async with asyncio.timeout(20):
        await asyncio.gather(*writing)
    assert await kept(store, now_s=0.0) == []
