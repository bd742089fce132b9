"""Sessions and tickets: once, for a while, and only as long as the account may do anything."""

import asyncio

import pytest

from server.auth.sessions import MOST_PER_USER, TICKETS, SessionLimits, Sessions
from world.errors import NotSignedIn, TooManyRequests


async def test_a_token_opens_its_session(sessions, user):
    token = await sessions.start(user.id)
    assert (await sessions.check(token)).user_id == user.id


@pytest.mark.parametrize("token", ["", ".", "x.y", "\0.\0", "a" * 4000])
async def test_a_token_that_was_never_given_opens_nothing(sessions, user, token):
    with pytest.raises(NotSignedIn):
        await sessions.check(token)


async def test_the_secret_of_one_session_does_not_open_another(sessions, user):
    one, other = [await sessions.start(user.id) for _ in range(2)]
    with pytest.raises(NotSignedIn):
        await sessions.check(one.split(".")[0] + "." + other.split(".")[1])


async def test_a_ticket_opens_one_socket_for_its_user(sessions, user):
    token = await sessions.start(user.id)
    found, session = await sessions.consume_ticket(await sessions.issue_ticket(token))
    assert found == user
    assert token.startswith(session.id)


async def test_of_many_who_use_one_ticket_at_once_one_gets_in(sessions, user, open_store, clock):
    ticket = await sessions.issue_ticket(await sessions.start(user.id))
    doors = [sessions, Sessions(await open_store(), clock)] * 4
    results = await asyncio.gather(
        *(door.consume_ticket(ticket) for door in doors), return_exceptions=True
    )
    assert len([result for result in results if not isinstance(result, Exception)]) == 1
    assert all(isinstance(r, NotSignedIn) for r in results if isinstance(r, Exception))


async def test_a_ticket_is_too_old_after_thirty_seconds(sessions, user, clock):
    ticket = await sessions.issue_ticket(await sessions.start(user.id))
    clock.now_s += 30.0
    with pytest.raises(NotSignedIn):
        await sessions.consume_ticket(ticket)


async def test_a_ticket_does_not_outlive_its_session(store, user, clock):
    short = Sessions(store, clock, SessionLimits(life_s=10.0))
    token = await short.start(user.id)
    clock.now_s += 9.0
    ticket = await short.issue_ticket(token)
    clock.now_s += 2.0
    with pytest.raises(NotSignedIn):
        await short.consume_ticket(ticket)


async def test_signing_out_ends_the_session_and_its_tickets(sessions, user):
    token = await sessions.start(user.id)
    ticket = await sessions.issue_ticket(token)
    await sessions.end(token)
    for attempt in (sessions.consume_ticket(ticket), sessions.check(token), sessions.end(token)):
        with pytest.raises(NotSignedIn):
            await attempt


async def test_a_barred_account_loses_sessions_tickets_and_sockets(sessions, user, accounts):
    token = await sessions.start(user.id)
    session = await sessions.check(token)
    ticket = await sessions.issue_ticket(token)
    assert await sessions.still_live([session.id, "unknown"]) == {session.id}
    await accounts.disable(user.id, by="installer")
    assert await sessions.still_live([session.id]) == set()
    for attempt in (sessions.consume_ticket(ticket), sessions.check(token)):
        with pytest.raises(NotSignedIn):
            await attempt


async def test_a_session_started_while_the_account_is_barred_opens_nothing(
    sessions, user, accounts
):
    await accounts.disable(user.id, by="installer")
    with pytest.raises(NotSignedIn):
        await sessions.check(await sessions.start(user.id))


async def test_an_idle_session_ends_and_a_used_one_does_not(store, user, clock):
    sessions = Sessions(store, clock, SessionLimits(idle_s=100.0, life_s=1000.0))
    idle, used = [await sessions.start(user.id) for _ in range(2)]
    clock.now_s += 60.0
    await sessions.touch([used.split(".")[0]])
    clock.now_s += 60.0
    assert (await sessions.check(used)).user_id == user.id
    with pytest.raises(NotSignedIn):
        await sessions.check(idle)


async def test_a_session_ends_at_last_however_much_it_is_used(store, user, clock):
    sessions = Sessions(store, clock, SessionLimits(idle_s=1000.0, life_s=100.0))
    token = await sessions.start(user.id)
    clock.now_s += 100.0
    with pytest.raises(NotSignedIn):
        await sessions.check(token)


async def test_sessions_outlive_the_process(sessions, user, open_store, clock):
    token = await sessions.start(user.id)
    again = Sessions(await open_store(), clock)
    assert (await again.check(token)).user_id == user.id


async def test_starting_and_ending_a_session_is_in_the_audit_trail(sessions, user, store):
    token = await sessions.start(user.id)
    await sessions.end(token)
    async with store.read() as work:
        records = [row.record() for row in await work.audit.read_after(0, 100)]
    session_id = token.split(".")[0]
    found = [(r.actor, r.action) for r in records if r.subject == session_id]
    assert found == [(user.id, "session.start"), (user.id, "session.end")]


async def test_of_too_many_sessions_the_oldest_ends(sessions, user, bert, clock, store):
    tokens = []
    for whose in (bert, *[user] * (MOST_PER_USER + 1)):
        tokens.append(await sessions.start(whose.id))
        clock.now_s += 1.0
    with pytest.raises(NotSignedIn):
        await sessions.check(tokens.pop(1))
    for token in tokens:
        await sessions.check(token)
    async with store.read() as work:
        records = [row.record() for row in await work.audit.read_after(0, 100)]
    assert [r.action for r in records].count("session.end") == 1


async def test_a_stranger_takes_no_lock_from_who_writes(sessions, store):
    async with store.write() as work:
        await work.sessions.touch(["0" * 32], 1.0)
        for attempt in (sessions.issue_ticket, sessions.end):
            with pytest.raises(NotSignedIn):
                async with asyncio.timeout(2.0):
                    await attempt("0" * 32 + ".secret")


async def test_one_session_gets_tickets_for_reconnecting_and_no_flood(sessions, user, clock):
    token, other = [await sessions.start(user.id) for _ in range(2)]
    for _ in range(TICKETS.failures):
        await sessions.issue_ticket(token)
    with pytest.raises(TooManyRequests, match="wait 2 seconds"):
        await sessions.issue_ticket(token)
    await sessions.issue_ticket(other)
    clock.now_s += TICKETS.seconds_each
    await sessions.issue_ticket(token)
