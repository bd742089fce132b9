"""Signing in, and that nobody learns from a refusal whether a login exists."""

import asyncio

import pytest
from sqlalchemy import event

from server.auth.passwords import HashCost, Passwords
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.throttle import PER_PAIR, SUCCESSES, Throttle
from tests.server.auth.conftest import CHEAP
from world.errors import NotSignedIn, TooManyRequests
from world.people import Role


async def test_the_right_password_signs_in(sign_in, sessions, user):
    signed_in = await sign_in.sign_in(" Anna ", "correct horse", "10.0.0.1")
    assert signed_in.user_id == user.id
    assert (await sessions.check(signed_in.token)).user_id == user.id


async def refusal(sign_in, login, password="wrong password"):
    with pytest.raises(NotSignedIn) as caught:
        await sign_in.sign_in(login, password, "10.0.0.1")
    return str(caught.value)


async def test_unknown_wrong_and_barred_get_the_same_answer(sign_in, accounts, user, new_account):
    barred = await accounts.add(new_account("bert"), Role.PATIENT)
    await accounts.disable(barred.id, by="installer")
    answers = {
        await refusal(sign_in, "anna"),
        await refusal(sign_in, "nobody"),
        await refusal(sign_in, "bert", "correct horse"),
    }
    assert len(answers) == 1


async def test_unknown_and_wrong_take_the_same_steps(store, sign_in, passwords, user):
    steps = []
    matches = passwords._matches
    passwords._matches = lambda *given: steps.append("argon2") or matches(*given)

    @event.listens_for(store._writer.sync_engine, "before_cursor_execute")
    def count(connection, cursor, statement, *_):
        steps.append(statement)

    await refusal(sign_in, "warm-up")
    steps.clear()
    await refusal(sign_in, "anna")
    known, steps[:] = list(steps), []
    await refusal(sign_in, "nobody")
    assert steps == known
    assert steps.count("argon2") == 1


async def test_too_many_failures_are_slowed_down_for_known_and_unknown_alike(sign_in, user, clock):
    for login in ("anna", "nobody"):
        for _ in range(PER_PAIR.failures):
            await refusal(sign_in, login)
        with pytest.raises(TooManyRequests, match="wait 30 seconds"):
            await sign_in.sign_in(login, "correct horse", "10.0.0.1")
    clock.now_s += PER_PAIR.seconds_each + 1
    await sign_in.sign_in("anna", "correct horse", "10.0.0.1")


async def test_a_try_that_was_not_decided_is_no_failure(store, sessions, throttle, user, clock):
    crowded = Passwords(b"pepper", CHEAP, workers=1, waiting=-1)  # no place is ever free
    try:
        sign_in = SignIn(store, crowded, sessions, throttle, clock)
        for _ in range(2 * PER_PAIR.failures):
            with pytest.raises(TooManyRequests, match="at this moment"):
                await sign_in.sign_in("anna", "correct horse", "10.0.0.1")
    finally:
        crowded.close()


async def test_who_knows_a_password_cannot_take_all_turns(store, sessions, user, bert, clock):
    few = Passwords(b"pepper", CHEAP, workers=1, waiting=2)
    try:
        sign_in = SignIn(store, few, sessions, Throttle(), clock)
        flood = [
            asyncio.create_task(sign_in.sign_in("anna", "correct horse", f"10.0.0.{n}"))
            for n in range(60)
        ]
        await asyncio.sleep(0)
        assert (await sign_in.sign_in("bert", "correct horse", "10.0.1.1")).user_id == bert.id
        results = await asyncio.gather(*flood, return_exceptions=True)
    finally:
        few.close()
    assert len([one for one in results if isinstance(one, TooManyRequests)]) == 58


async def test_signing_in_again_and_again_is_slowed_down(sign_in, user, clock):
    for _ in range(SUCCESSES.failures):
        await sign_in.sign_in("anna", "correct horse", "10.0.0.1")
    with pytest.raises(TooManyRequests, match="wait 6 seconds"):
        await sign_in.sign_in("anna", "correct horse", "10.0.0.2")
    clock.now_s += SUCCESSES.seconds_each
    await sign_in.sign_in("anna", "correct horse", "10.0.0.1")


async def test_a_process_that_is_killed_forgets_no_failure(
    sign_in, user, open_store, passwords, clock
):
    for _ in range(PER_PAIR.failures):
        await refusal(sign_in, "anna")
    store, throttle = await open_store(), Throttle()
    async with store.read() as work:
        throttle.restore(await work.sign_in_failures.everybody(clock.now_s))
    again = SignIn(store, passwords, Sessions(store, clock), throttle, clock)
    with pytest.raises(TooManyRequests, match="wait 30 seconds"):
        await again.sign_in("anna", "correct horse", "10.0.0.1")
    clock.now_s += PER_PAIR.seconds_each + 1
    await again.sign_in("anna", "correct horse", "10.0.0.1")
    async with store.read() as work:
        left = {one.kind: one.failures for one in await work.sign_in_failures.everybody(0.0)}
    assert "pair" not in left
    assert left["account"] == pytest.approx(PER_PAIR.failures - 3.1)


async def test_neither_login_nor_address_lies_beside_the_counters(sign_in, store):
    await refusal(sign_in, "anna")
    async with store.read() as work:
        counts = await work.sign_in_failures.everybody(0.0)
    assert {count.kind for count in counts} == {"pair", "account", "address"}
    assert not [count for count in counts if b"anna" in count.key or b"10.0" in count.key]


async def test_a_stranger_elsewhere_does_not_lock_the_owner_out(sign_in, user):
    for _ in range(PER_PAIR.failures):
        await refusal(sign_in, "anna")
    await sign_in.sign_in("anna", "correct horse", "10.0.0.2")


async def test_an_old_hash_is_renewed_at_sign_in(store, sign_in, sessions, user, clock):
    dearer = Passwords(b"pepper", HashCost(passes=2, memory_kib=64, lanes=1))
    try:
        renewing = SignIn(store, dearer, sessions, Throttle(), clock)
        await renewing.sign_in("anna", "correct horse", "10.0.0.1")
        async with store.read() as work:
            stored = (await work.users.credential("anna")).password_hash
        assert not dearer.is_outdated(stored)
        assert await dearer.is_right(stored, "correct horse")
    finally:
        dearer.close()


async def test_refused_sign_ins_are_in_the_audit_trail(sign_in, store, user):
    await refusal(sign_in, "anna")
    await refusal(sign_in, "nobody")
    async with store.read() as work:
        records = [row.record() for row in await work.audit.read_after(0, 100)]
    refused = [record.subject for record in records if record.outcome == "refused"]
    assert refused == [user.id, "unknown"]


async def test_one_subscriber_has_one_budget(sign_in, user):
    for n in range(PER_PAIR.failures):
        with pytest.raises(NotSignedIn):
            await sign_in.sign_in("anna", "wrong password", f"2001:db8::{n}")
    with pytest.raises(TooManyRequests):
        await sign_in.sign_in("anna", "correct horse", "2001:db8::ffff")
