"""The schema that the migrations make is the one that is declared."""

import asyncio
import subprocess
import sys

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from sqlalchemy.exc import StatementError

from server.store import database, schema_version
from server.store.schema import METADATA, USER, SealedBytes
from server.store.schema_version import newest, upgrade_to_head, version
from server.store.store import Store
from world.errors import ConfigurationError

PATIENT, CARER, VISIT = "a" * 32, "b" * 32, "c" * 32


def description(connection):
    """Returns all that the database says of its tables, in comparable form."""
    inspector = inspect(connection)
    tables = set(inspector.get_table_names()) - {"alembic_version"}
    return {
        table: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            ),
            "primary": inspector.get_pk_constraint(table),
            "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(map(index_description, inspector.get_indexes(table))),
        }
        for table in tables
    }


def index_description(index):
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/migrated.db"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def other_database_url(empty_database_url, tmp_path, request):
    if empty_database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/declared.db"
    return request.getfixturevalue("postgres").new_database()


async def found_version(url):
    engine = database.create_engine(database.parse_url(url), 1.0)
    async with database.transaction(engine) as connection:
        found = await connection.run_sync(version)
    await engine.dispose()
    return found


async def described(url, make):
    engine = database.create_engine(database.parse_url(url), 1.0)
    async with database.transaction(database.writer(engine)) as connection:
        await connection.run_sync(make)
    async with database.transaction(engine) as connection:
        found = await connection.run_sync(description)
    await engine.dispose()
    return found


async def test_migrations_lead_to_the_declared_schema(empty_database_url, other_database_url):
    migrated = await described(empty_database_url, upgrade_to_head)
    declared = await described(other_database_url, METADATA.create_all)
    assert set(migrated) == set(METADATA.tables)
    assert migrated == declared


async def test_migrating_twice_changes_nothing(empty_database_url):
    first = await described(empty_database_url, upgrade_to_head)
    assert await described(empty_database_url, upgrade_to_head) == first


async def test_the_version_of_this_program_is_where_the_migrations_end(empty_database_url):
    assert await found_version(empty_database_url) is None
    await described(empty_database_url, upgrade_to_head)
    assert await found_version(empty_database_url) == newest()


async def test_a_database_that_is_up_to_date_is_not_asked_for_its_migrations(
    empty_database_url, monkeypatch
):
    await described(empty_database_url, upgrade_to_head)
    monkeypatch.setattr(schema_version, "_migrate", pytest.fail)
    await described(empty_database_url, upgrade_to_head)


def test_a_world_on_sqlite_loads_neither_migrations_nor_the_other_database():
    loaded = "import server.world_process, sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    names = done.stdout.split()
    assert "sqlalchemy.dialects.sqlite" in names
    assert not {"alembic", "sqlalchemy.dialects.postgresql", "argon2", "starlette", "aiortc"} & {
        *names
    }


def first_schema_with_a_companion(connection):
    """Makes the database of the first program, with a visit to which somebody came along."""
    config = Config()
    config.set_main_option("script_location", str(schema_version._MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    user = text(
        'INSERT INTO "user" (id, login_index, login, display_name, alias, role, appearance,'
        " is_demo, created_at_s) VALUES (:id, :login, :sealed, :sealed, :sealed, :role, 0, :no, 1)"
    )
    for user_id, role in ((PATIENT, "patient"), (CARER, "carer")):
        values = {"id": user_id, "login": role.encode(), "sealed": b"", "role": role, "no": False}
        connection.execute(user, values)
    visit = text(
        "INSERT INTO visit (id, patient_id, state, is_walk_in, created_at_s, missed_calls_n,"
        " version) VALUES (:visit, :patient, 'checked_in', :yes, 1, 0, 1)"
    )
    connection.execute(visit, {"visit": VISIT, "patient": PATIENT, "yes": True})
    along = text("INSERT INTO visit_participant VALUES (:visit, :carer, 'carer', :no, 7.0)")
    connection.execute(along, {"visit": VISIT, "carer": CARER, "no": False})


async def test_who_came_along_before_anybody_was_asked_still_does(
    empty_database_url, store_keys, tmp_path
):
    await described(empty_database_url, first_schema_with_a_companion)
    store = await Store.open(empty_database_url, store_keys, tmp_path / "anchors")
    async with store.read() as work:
        [carer] = await work.visits.participants([VISIT])
    assert (carer.user_id, carer.agreed_at_s, carer.invited_by) == (CARER, 7.0, None)
    await store.close()


async def test_processes_that_open_an_empty_database_at_once_share_it(
    empty_database_url, store_keys, tmp_path, new_event
):
    opening = (Store.open(empty_database_url, store_keys, tmp_path / "anchors") for _ in range(4))
    stores = await asyncio.gather(*opening)
    for number, store in enumerate(stores):
        async with store.write() as work:
            assert (await work.data_keys.current("room:a")).version == 1
            assert await work.events.last_number("room:a") == number
            await work.events.append([new_event(f"{number}")], {"room:a": number})
    for store in stores:
        await store.close()


async def test_a_database_of_a_newer_program_is_refused(store, open_store):
    async with database.transaction(store._writer) as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="newer"):
        await open_store()
    async with database.transaction(store._writer) as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")


async def test_a_sealed_column_binds_nothing_but_sealed_values(store):
    with pytest.raises((TypeError, StatementError), match="expected Sealed"):
        async with store.write() as work:
            await work.users._connection.execute(USER.insert().values(id="x", login="plain"))


def test_what_a_person_wrote_or_is_called_lies_in_sealed_columns_only():
    sealed = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, SealedBytes)
    }
    assert sealed == {
        ("answers", "refused"),
        ("user", "login"),
        ("user", "display_name"),
        ("user", "alias"),
        ("report", "text"),
        ("event", "payload"),
        ("vital_observation", "value"),
        ("attempt", "result"),
    }
