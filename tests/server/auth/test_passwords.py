"""Passwords: what is accepted, that the whole counts, and that the pool is bounded."""

import asyncio
import threading

import pytest

from server.auth.passwords import HashCost, Passwords, WeakPassword, check_password
from world.errors import TooManyRequests

CHEAP = HashCost(passes=1, memory_kib=64, lanes=1)


@pytest.mark.parametrize(
    "password", ["eight888", "with\0zero-byte", "пароль-дня", "x" * 200, " spaces count "]
)
async def test_a_password_counts_as_a_whole(passwords, password):
    stored = await passwords.hash(password)
    assert await passwords.is_right(stored, password)
    for other in (password[:-1], password + " ", password[:72] + "y", password.swapcase() + "1"):
        assert not await passwords.is_right(stored, other)


async def test_another_pepper_makes_every_password_wrong(passwords):
    other = Passwords(b"other", CHEAP)
    try:
        assert not await other.is_right(await passwords.hash("correct horse"), "correct horse")
    finally:
        other.close()


async def test_two_hashes_of_one_password_differ_and_name_argon2id(passwords):
    hashes = [await passwords.hash("correct horse") for _ in range(2)]
    assert hashes[0] != hashes[1]
    assert all(made.startswith("$argon2id$v=19$") for made in hashes)


def test_the_cost_is_the_one_that_rfc_9106_recommends():
    assert HashCost() == HashCost(passes=3, memory_kib=65_536, lanes=4)


@pytest.mark.parametrize("stored", [None, "", "no hash"])
async def test_without_a_sound_hash_no_password_is_right(passwords, stored):
    assert not await passwords.is_right(stored, "correct horse")


async def test_a_full_queue_refuses_at_once_and_empties_again():
    pool = Passwords(b"pepper", CHEAP, workers=1, waiting=1)
    gate = threading.Event()
    held = [asyncio.ensure_future(pool._run(gate.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyRequests):
        await pool.hash("correct horse")
    gate.set()
    await asyncio.gather(*held)
    await asyncio.sleep(0)
    assert await pool.hash("correct horse")
    pool.close()


async def test_hashing_leaves_the_event_loop_free(passwords):
    gate = threading.Event()
    waiting = asyncio.ensure_future(passwords._run(gate.wait))
    await asyncio.sleep(0)  # the loop goes on while the pool is held
    assert not waiting.done()
    gate.set()
    await waiting


async def test_somebody_who_stops_waiting_does_not_free_a_place_that_is_in_use():
    pool = Passwords(b"pepper", CHEAP, workers=1, waiting=0)
    gate = threading.Event()
    waiting = asyncio.ensure_future(pool._run(gate.wait))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    with pytest.raises(TooManyRequests):
        await pool.hash("correct horse")
    gate.set()
    pool.close()


@pytest.mark.parametrize(
    "password", ["short77", "x" * 257, "Password1", "metaclinic", "ANNA-LOGIN"]
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(WeakPassword):
        check_password(password, "anna-login ")


@pytest.mark.parametrize("password", ["aaaaaaab", "no digits here", "x" * 256])
def test_no_rules_of_composition(password):
    check_password(password, "anna")
