"""Changing one's own password, on both databases."""

import asyncio

import pytest

from server.auth.password_change import WrongPassword
from server.auth.passwords import WeakPassword
from server.auth.throttle import PER_PAIR, SUCCESSES
from world.errors import NotSignedIn, TooManyRequests
from world.people import Role

OLD, NEW, HERE = "correct horse", "a better horse", "10.0.0.1"


@pytest.fixture
async def token(sessions, user):
    return await sessions.start(user.id)


async def audited(store, user):
    async with store.read() as work:
        rows = [row.record() for row in await work.audit.read_after(0, 100)]
    return [(row.actor, row.outcome) for row in rows if row.action == "user.password"]


async def test_the_new_password_signs_in_and_the_old_one_no_longer(
    password_change, sign_in, token, user
):
    assert await password_change.change(token, OLD, NEW, HERE) == user.id
    assert (await sign_in.sign_in("anna", NEW, HERE)).user_id == user.id
    with pytest.raises(NotSignedIn):
        await sign_in.sign_in("anna", OLD, HERE)


async def test_the_session_that_changes_it_goes_on_and_all_others_end(
    password_change, sessions, token, user
):
    other = await sessions.start(user.id)
    own_ticket, ticket = [await sessions.issue_ticket(one) for one in (token, other)]
    await password_change.change(token, OLD, NEW, HERE)
    assert (await sessions.check(token)).user_id == user.id
    await sessions.consume_ticket(own_ticket)
    for attempt in (
        sessions.check(other),
        sessions.consume_ticket(ticket),
        password_change.change(other, NEW, "another horse", HERE),
    ):
        with pytest.raises(NotSignedIn):
            await attempt


async def test_sessions_of_other_people_are_left_alone(
    password_change, sessions, accounts, new_account, token
):
    bert = await accounts.add(new_account("bert"), Role.PATIENT)
    theirs = await sessions.start(bert.id)
    await password_change.change(token, OLD, NEW, HERE)
    assert (await sessions.check(theirs)).user_id == bert.id


async def test_without_the_old_password_nothing_changes(
    password_change, sign_in, sessions, token, user
):
    other = await sessions.start(user.id)
    with pytest.raises(WrongPassword, match="type it again"):
        await password_change.change(token, "wrong horse", NEW, HERE)
    await sessions.check(other)
    await sign_in.sign_in("anna", OLD, HERE)


@pytest.mark.parametrize("new", ["short", "password", " ANNA", OLD])
async def test_a_weak_password_or_the_old_one_is_refused(password_change, sign_in, token, new):
    with pytest.raises(WeakPassword):
        await password_change.change(token, OLD, new, HERE)
    await sign_in.sign_in("anna", OLD, HERE)


async def test_that_both_are_the_same_is_told_only_to_who_knows_the_old_one(password_change, token):
    with pytest.raises(WrongPassword):
        await password_change.change(token, "wrong horse", "wrong horse", HERE)


async def test_guesses_count_as_those_at_sign_in(password_change, sign_in, token, clock):
    for _ in range(PER_PAIR.failures - 1):
        with pytest.raises(WrongPassword):
            await password_change.change(token, "wrong horse", NEW, HERE)
    with pytest.raises(NotSignedIn):
        await sign_in.sign_in("anna", "wrong horse", HERE)
    with pytest.raises(TooManyRequests, match="wait 30 seconds"):
        await password_change.change(token, OLD, NEW, HERE)
    clock.now_s += PER_PAIR.seconds_each + 1
    await password_change.change(token, OLD, NEW, HERE)


async def test_a_session_that_is_over_changes_nothing(password_change, sessions, sign_in, token):
    await sessions.end(token)
    with pytest.raises(NotSignedIn):
        await password_change.change(token, OLD, NEW, HERE)
    await sign_in.sign_in("anna", OLD, HERE)


async def test_of_two_changes_at_once_one_counts(password_change, sessions, sign_in, token, user):
    other = await sessions.start(user.id)
    results = await asyncio.gather(
        password_change.change(token, OLD, "the first horse", HERE),
        password_change.change(other, OLD, "the second horse", HERE),
        return_exceptions=True,
    )
    assert len([one for one in results if one == user.id]) == 1
    words = ["the first horse", "the second horse"]
    winner = words[results.index(user.id)]
    await sign_in.sign_in("anna", winner, HERE)


async def test_a_sign_in_that_began_with_the_old_password_does_not_outlive_it(
    password_change, passwords, sign_in, token, monkeypatch
):
    is_right = passwords.is_right

    async def slow(stored, password):
        found = await is_right(stored, password)
        monkeypatch.setattr(passwords, "is_right", is_right)
        await password_change.change(token, OLD, NEW, HERE)
        return found

    monkeypatch.setattr(passwords, "is_right", slow)
    with pytest.raises(NotSignedIn):
        await sign_in.sign_in("anna", OLD, HERE)


async def test_a_change_and_a_refused_one_are_in_the_audit_trail(
    password_change, store, token, user
):
    with pytest.raises(WrongPassword):
        await password_change.change(token, "wrong horse", NEW, HERE)
    await password_change.change(token, OLD, NEW, HERE)
    assert await audited(store, user) == [(user.id, "refused"), (user.id, "done")]


async def test_asking_for_the_same_password_again_and_again_is_slowed_down(password_change, token):
    for _ in range(SUCCESSES.failures):
        with pytest.raises(WeakPassword):
            await password_change.change(token, OLD, OLD, HERE)
    with pytest.raises(TooManyRequests, match="wait 6 seconds"):
        await password_change.change(token, OLD, OLD, HERE)


async def test_changes_at_once_take_few_turns(password_change, token):
    tries = (password_change.change(token, OLD, OLD, f"10.0.0.{n}") for n in range(20))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert any(isinstance(one, TooManyRequests) for one in results)
    assert any(isinstance(one, WeakPassword) for one in results)
