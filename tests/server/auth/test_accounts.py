"""Invitations make one account each; barred accounts stay barred."""

import asyncio
from dataclasses import replace

import pytest

from server.auth.accounts import INVITATION_LIFE_S
from server.auth.passwords import WeakPassword
from server.auth.throttle import PER_PAIR
from world.errors import Conflict, NotFound, NotPermitted, TooManyRequests
from world.people import Role

HERE = "10.0.0.1"


async def test_an_invitation_makes_an_account_of_its_role(accounts, store, new_account, sign_in):
    user = await accounts.accept(await accounts.invite(Role.DOCTOR), new_account(), HERE)
    async with store.read() as work:
        assert (await work.users.get(user.id)).role == "doctor"
    assert (await sign_in.sign_in("anna", "correct horse", "a")).user_id == user.id


async def test_of_many_who_accept_one_invitation_at_once_one_gets_an_account(accounts, new_account):
    code = await accounts.invite(Role.DOCTOR)
    results = await asyncio.gather(
        *(accounts.accept(code, new_account(f"login-{i}"), HERE) for i in range(2)),
        return_exceptions=True,
    )
    assert len([result for result in results if not isinstance(result, Exception)]) == 1
    assert len([result for result in results if isinstance(result, NotFound)]) == 1


async def test_an_expired_or_invented_invitation_makes_none(accounts, new_account, clock):
    old, used = [await accounts.invite(Role.NURSE) for _ in range(2)]
    await accounts.accept(used, new_account("first"), HERE)
    for code, why in ((used, "used already"), ("invented", "does not know this code")):
        with pytest.raises(NotFound, match=why):
            await accounts.accept(code, new_account(), HERE)
    clock.now_s += INVITATION_LIFE_S
    with pytest.raises(NotFound, match="has expired"):
        await accounts.accept(old, new_account(), HERE)


async def test_looking_at_an_invitation_says_its_role_and_leaves_it_open(accounts, new_account):
    code = await accounts.invite(Role.NURSE)
    assert await accounts.invited_role(code) == "nurse"
    await accounts.accept(code, new_account(), HERE)
    with pytest.raises(NotFound, match="used already"):
        await accounts.invited_role(code)


async def test_a_taken_login_or_weak_password_leaves_the_invitation_open(
    accounts, user, new_account
):
    code = await accounts.invite(Role.NURSE)
    with pytest.raises(Conflict):
        await accounts.accept(code, new_account(), HERE)
    weak = new_account("bert")
    object.__setattr__(weak, "password", "password")
    with pytest.raises(WeakPassword):
        await accounts.accept(code, weak, HERE)
    assert (await accounts.accept(code, new_account("bert"), HERE)).role == "nurse"


async def test_a_stranger_cannot_be_barred(accounts):
    with pytest.raises(NotFound):
        await accounts.disable("0" * 32, by="installer")


@pytest.mark.parametrize(
    "names",
    [
        {"alias": "\u200b"},
        {"alias": "Doctor"},
        {"display_name": "\u3164"},
        {"display_name": "a\nb"},
    ],
)
async def test_a_name_that_is_none_or_is_like_staff_makes_no_account(accounts, new_account, names):
    code = await accounts.invite(Role.CARER)
    with pytest.raises(NotPermitted, match="Choose a"):
        await accounts.accept(code, replace(new_account(), **names), HERE)
    named = replace(new_account(), alias=" Swan ", display_name="Dr.  Ada Marsh")
    user = await accounts.accept(code, named, HERE)
    assert (user.display_name, user.alias) == ("Dr. Ada Marsh", "Swan")


async def test_a_taken_login_costs_no_hash_and_only_a_few_tries(
    accounts, passwords, user, new_account, monkeypatch
):
    code, other = [await accounts.invite(Role.NURSE) for _ in range(2)]

    async def never(_):
        raise AssertionError("a taken login was hashed for")

    with monkeypatch.context() as patched:
        patched.setattr(passwords, "hash", never)
        for _ in range(PER_PAIR.failures):
            with pytest.raises(Conflict, match="choose another"):
                await accounts.accept(code, new_account(), HERE)
    with pytest.raises(TooManyRequests, match="wait 30 seconds"):
        await accounts.accept(code, new_account("bert"), HERE)
    await accounts.accept(other, new_account("carl"), HERE)
