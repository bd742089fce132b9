"""Turns at the slow hashes."""

import asyncio

import pytest

from server.auth.errors import TryLater
from server.auth.turns import LONGEST_LINE, PER_ACCOUNT, PER_ADDRESS, Turns


async def waiting(turns, account, address, gate, inside):
    async with turns.taken(account, address):
        inside.append((account, address))
        await gate.wait()


async def start(turns, gate, inside, keys):
    tasks = [asyncio.create_task(waiting(turns, *key, gate, inside)) for key in keys]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


def assert_nobody_is_left(turns):
    assert (turns._lines, turns._at_address, turns._of_account) == ({}, {}, {})


async def test_one_account_has_few_turns_wherever_it_comes_from():
    turns, gate, inside = Turns(), asyncio.Event(), []
    tasks = await start(turns, gate, inside, [(b"anna", b"%d" % n) for n in range(PER_ACCOUNT)])
    with pytest.raises(TryLater):
        async with turns.taken(b"anna", b"elsewhere"):
            pass
    gate.set()
    await asyncio.gather(*tasks)
    async with turns.taken(b"anna", b"elsewhere"):
        pass


async def test_one_address_has_few_turns_and_a_line_that_is_not_long():
    turns, gate, inside = Turns(), asyncio.Event(), []
    keys = [(b"%d" % n, b"here") for n in range(PER_ADDRESS + LONGEST_LINE)]
    tasks = await start(turns, gate, inside, keys)
    assert inside == keys[:PER_ADDRESS]
    with pytest.raises(TryLater):
        async with turns.taken(b"anna", b"here"):
            pass
    async with turns.taken(b"anna", b"there"):
        pass
    gate.set()
    await asyncio.gather(*tasks)
    assert sorted(inside) == sorted(keys)
    assert_nobody_is_left(turns)


async def test_who_leaves_the_line_gives_the_place_back():
    turns, gate, inside = Turns(), asyncio.Event(), []
    keys = [(b"%d" % n, b"here") for n in range(PER_ADDRESS + 1)]
    tasks = await start(turns, gate, inside, keys)
    tasks[-1].cancel()
    gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert inside == keys[:PER_ADDRESS]
    assert_nobody_is_left(turns)
