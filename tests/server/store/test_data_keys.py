"""Data keys: swaps between places are seen, rotation keeps the old readable, erasure does not."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from server.store import database
from server.store.data_keys import user_subject
from server.store.errors import Erased, SealBroken
from server.store.keys import StoreKeys
from server.store.users import User
from world.errors import ConfigurationError


async def attack(store, sql, **values):
    async with database.transaction(store._writer) as connection:
        await connection.execute(text(sql), values)


async def read(store, user_id) -> User:
    async with store.read() as work:
        return await work.users.get(user_id)


SWAPS = {
    "column": """UPDATE "user" SET alias = display_name WHERE id = :a""",
    "row": """UPDATE "user" SET alias = (SELECT alias FROM "user" WHERE id = :b) WHERE id = :a""",
    "wrapped key": """UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key
                      WHERE subject = 'user:' || :b) WHERE subject = 'user:' || :a""",
    "cut": """UPDATE "user" SET alias = substr(alias, 1, length(alias) - 1) WHERE id = :a""",
}


@pytest.mark.parametrize("sql", SWAPS.values(), ids=SWAPS.keys())
async def test_a_swap_within_the_database_is_seen(store, make_user, sql):
    a, b = await make_user(), await make_user()
    await attack(store, sql, a=a.id, b=b.id)
    with pytest.raises(SealBroken):
        await read(store, a.id)
    if ":b" in sql:
        assert await read(store, b.id) == b


async def test_giving_a_patients_value_to_another_patient_is_seen(store, make_user, observation):
    a, b = await make_user(), await make_user()
    async with store.write() as work:
        await work.vitals.add([observation(a.id)])
    await attack(store, "UPDATE vital_observation SET patient_id = :b", b=b.id)
    async with store.write() as work:
        await work.data_keys.current(user_subject(b.id))
        with pytest.raises(SealBroken):
            await work.vitals.of_patient(b.id, "8867-4", 0.0, 10)


async def test_reordering_the_events_of_a_stream_is_seen(store, new_event):
    async with store.write() as work:
        await work.events.append([new_event("a"), new_event("b")], {"room:a": 0})
    for old, new in ((1, 99), (2, 1), (99, 2)):
        await attack(store, "UPDATE event SET number = :new WHERE number = :old", old=old, new=new)
    async with store.read() as work:
        with pytest.raises(SealBroken):
            await work.events.read_after("room:a", 0, 10)


async def test_after_rotation_old_fields_open_and_new_ones_use_the_new_key(store, user):
    async with store.write() as work:
        await work.data_keys.rotate(user_subject(user.id))
        await work.users.rename(user.id, "new alias")
    read_back = await read(store, user.id)
    assert (read_back.display_name, read_back.alias) == (user.display_name, "new alias")
    async with database.transaction(store._reader) as connection:
        row = (await connection.execute(text('SELECT login, alias FROM "user"'))).one()
    assert [bytes(blob)[1:5] for blob in row] == [b"\0\0\0\1", b"\0\0\0\2"]


async def test_erasing_one_subject_leaves_the_others_readable(store, open_store, make_user):
    other = await open_store()
    a, b = await make_user(), await make_user()
    assert await read(other, a.id) == a
    async with store.write() as work:
        await work.data_keys.erase(user_subject(a.id))
    for each in (store, other):
        with pytest.raises(Erased):
            await read(each, a.id)
        assert await read(each, b.id) == b


async def test_a_key_made_after_erasure_does_not_take_the_old_version(store, user):
    async with store.write() as work:
        await work.data_keys.erase(user_subject(user.id))
    async with store.write() as work:
        assert (await work.data_keys.current(user_subject(user.id))).version == 2


async def test_a_key_of_a_transaction_that_was_rolled_back_is_never_used_again(store):
    async def fail_half_way():
        async with store.write() as work:
            await work.data_keys.current("room:a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()
    async with store.read() as work:
        assert await work.data_keys._versions("room:a") == {}


async def test_other_key_files_are_refused_when_the_store_is_opened(store, open_store):
    keys = StoreKeys(*(os.urandom(32) for _ in range(3)), Ed25519PrivateKey.generate())
    with pytest.raises(ConfigurationError, match="restore the key files"):
        await open_store(keys=keys)


def test_keys_of_the_wrong_length_are_refused():
    with pytest.raises(ValueError, match="audit_mac has 16 bytes"):
        StoreKeys(bytes(32), bytes(32), bytes(16), Ed25519PrivateKey.generate())


def test_spelling_variants_of_a_login_are_one_login(store_keys):
    variants = ["Anna", " anna", "ANNA ", "\uff41nna"]
    assert len({store_keys.login_index(login) for login in variants}) == 1
    assert store_keys.login_index("anne") != store_keys.login_index("anna")
