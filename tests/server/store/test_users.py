"""Accounts on both databases."""

import pytest

from world.errors import Conflict, NotFound


async def test_what_is_read_is_what_was_added(store, make_user):
    user = await make_user(login="Anna", display_name="Ännchen", alias="Blue Heron")
    async with store.read() as work:
        assert await work.users.get(user.id) == user
        assert await work.users.get_many([user.id, "0" * 32]) == {user.id: user}
        assert await work.users.with_role("patient") == [user]
        assert await work.users.with_role("doctor") == []


async def test_a_login_is_taken_in_every_spelling(make_user):
    await make_user(login="Anna")
    with pytest.raises(Conflict):
        await make_user(login=" aNNA")


async def test_a_credential_is_found_by_login_alone(store, make_user):
    user = await make_user(login="Anna")
    async with store.read() as work:
        found = await work.users.credential("anna ")
        assert (found.user_id, found.password_hash, found.is_disabled) == (user.id, "hash", False)
        assert await work.users.credential("anne") is None


async def test_changes_last(store, make_user):
    user = await make_user()
    async with store.write() as work:
        await work.users.rename(user.id, "Red Kite")
        await work.users.set_appearance(user.id, 4)
        await work.users.set_password_hash(user.id, "new")
        await work.users.disable(user.id, 9.0)
    async with store.read() as work:
        changed = await work.users.get(user.id)
        credential = await work.users.credential(user.login)
    assert (changed.alias, changed.appearance, changed.disabled_at_s) == ("Red Kite", 4, 9.0)
    assert (credential.password_hash, credential.is_disabled) == ("new", True)


async def test_nobody_can_be_read_or_changed(store):
    async with store.write() as work:
        for attempt in (work.users.get("0" * 32), work.users.rename("0" * 32, "x")):
            with pytest.raises(NotFound):
                await attempt


async def test_a_demo_account_counts_until_it_is_barred(store, make_user):
    await make_user()
    async with store.read() as work:
        assert not await work.users.has_demo()
    user = await make_user(is_demo=True)
    async with store.write() as work:
        assert await work.users.has_demo()
        await work.users.disable(user.id, 1.0)
        assert not await work.users.has_demo()


async def test_an_unknown_role_is_refused_by_the_database(make_user):
    with pytest.raises(Conflict):
        await make_user(role="superuser")


async def test_names_do_not_show_in_descriptions(make_user):
    user = await make_user(login="zebra1", display_name="zebra2", alias="zebra3")
    assert "zebra" not in repr(user)
