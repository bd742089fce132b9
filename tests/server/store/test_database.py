"""What the store says when its database cannot go on, and that nothing acknowledged is lost."""

import asyncio
import os
import stat
import subprocess

import pytest
from sqlalchemy import event as on
from sqlalchemy import text

from server.store import database
from server.store.store import Store
from world.errors import ConfigurationError, StoreUnavailable


@pytest.fixture(params=["page limit", "small disk"])
def small_sqlite(request, tmp_path):
    """Gives a folder for a database and a function that makes its room small."""
    if request.param == "page limit":

        async def shrink(store):
            await store._writer.dispose()

            @on.listens_for(store._writer.sync_engine.pool, "connect")
            def limit(connection, _):
                connection.execute("PRAGMA max_page_count = 120")

        yield tmp_path, shrink
    else:
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk; the page limit tests the same")
        folder = tmp_path / "disk"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)]
        subprocess.run(mount, check=True)

        async def leave(store):
            pass

        yield folder, leave
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def database_url(request, tmp_path):
    """SQLite: PostgreSQL's disk and locks are its own to look after."""
    is_small = "small_sqlite" in request.fixturenames
    folder = request.getfixturevalue("small_sqlite")[0] if is_small else tmp_path
    return f"sqlite:///{folder}/clinic.db"


async def test_a_full_disk_is_said_and_loses_nothing_acknowledged(
    small_sqlite, open_store, new_event
):
    store = await open_store()
    await small_sqlite[1](store)
    acknowledged = 0

    async def fill():
        nonlocal acknowledged
        for _ in range(2000):
            batch = [new_event(f"{acknowledged}", payload=b"x" * 2000)]
            async with store.write() as work:
                await work.events.append(batch, {"room:a": acknowledged})
            acknowledged += 1

    with pytest.raises(StoreUnavailable, match="disk that holds the clinic's records is full"):
        await fill()
    assert acknowledged > 0
    async with store.read() as work:
        entries = await work.events.read_after("room:a", 0, 5000)
    assert [entry.number for entry in entries] == list(range(1, acknowledged + 1))


async def test_a_database_that_another_program_holds_is_said(open_store, new_event, tmp_path):
    store = await open_store(busy_timeout_s=0.05)
    other = await open_store()

    async def write():
        async with store.write() as work:
            await work.events.append([new_event("a")], {"room:a": 0})

    async with other.write() as work:
        await work.data_keys.current("room:b")
        with pytest.raises(StoreUnavailable, match="held by another program"):
            await write()
        async with store.read() as reading:  # readers go on
            assert await reading.events.last_number("room:a") == 0
    await write()


async def test_writers_wait_for_each_other_rather_than_fail(open_store, new_event):
    stores = [await open_store() for _ in range(3)]

    async def write(store, stream):
        for i in range(20):
            async with store.write() as work:
                await work.events.append([new_event(f"{stream}{i}", stream)], {stream: i})

    await asyncio.gather(*(write(store, f"room:{i}") for i, store in enumerate(stores)))
    async with stores[0].read() as work:
        assert await work.events.last_numbers() == {"room:0": 20, "room:1": 20, "room:2": 20}


async def test_sqlite_flushes_every_commit_and_checks_foreign_keys(open_store):
    store = await open_store()
    async with database.transaction(store._reader) as connection:
        found = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


async def test_the_file_is_its_owners_alone(open_store, tmp_path):
    store = await open_store()
    async with store.write() as work:
        await work.data_keys.current("room:a")
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("clinic.db*")}
    assert modes == {0o600}


async def test_a_postgresql_that_is_not_there_is_said(store_keys, tmp_path):
    url = f"postgresql://clinic@/clinic?host={tmp_path}"
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await Store.open(url, store_keys, tmp_path / "anchors")


async def test_a_folder_that_cannot_be_written_is_said(store_keys, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await Store.open(f"sqlite:///{tmp_path}/file/c.db", store_keys, tmp_path / "anchors")


@pytest.mark.parametrize("url", ["", "clinic.db", "mysql://host/name", "sqlite://", "sqlite:///"])
def test_other_urls_are_refused(url):
    with pytest.raises(ConfigurationError, match="allowed are sqlite:///FILE"):
        database.parse_url(url)


def test_errors_do_not_show_a_password_in_the_url():
    with pytest.raises(ConfigurationError) as caught:
        database.parse_url("mysql://clinic:zebra@host/name")
    assert "zebra" not in str(caught.value)


async def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path, store_keys):
    path = tmp_path / "clinic.db"
    path.write_bytes(b"not a database" * 1000)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="damaged, or is no database"):
        await Store.open(f"sqlite:///{path}", store_keys, tmp_path / "anchors")
    assert path.read_bytes() == before
