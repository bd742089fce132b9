"""Databases for tests: a SQLite file, and a real PostgreSQL started once for the whole run."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.store.database import create_engine, parse_url, transaction, writer
from server.store.keys import StoreKeys
from server.store.schema_version import upgrade_to_head
from server.store.store import Store
from tests.server.fuzz_house import FuzzHouse

OpenStore = Callable[..., Coroutine[Any, Any, Store]]


class Postgres:
    """A PostgreSQL server of our own: no network, no password, nothing flushed to the disk."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._numbers = count(1)
        self._as_user: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = pwd.getpwnam(_unprivileged())
            os.chown(folder, account.pw_uid, account.pw_gid)
            ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
            self._as_user = ["setpriv", *ids]
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        data = self.folder / "data"
        self._run(
            "initdb", "-D", str(data), "-U", "clinic", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip
        settings = ["listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=60"]
        command = [str(self._programs / "postgres"), "-D", str(data), "-k", str(self.folder)]
        command += [part for setting in settings for part in ("-c", setting)]
        # The server ends with the tests, however they end.
        command = [*(self._as_user or ["setpriv"]), "--pdeathsig=QUIT", *command]
        with (self.folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self._wait()

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=20)

    def new_database(self) -> str:
        """Returns the URL of an empty schema; its owner's connections see nothing else."""
        name = f"clinic_{next(self._numbers)}"
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._add_owner(name))
        finally:
            loop.close()
        return f"postgresql://{name}@/postgres?host={self.folder}"

    async def _add_owner(self, name: str) -> None:
        connection = await asyncpg.connect(
            host=str(self.folder), user="clinic", database="postgres"
        )
        await connection.execute(f"CREATE ROLE {name} LOGIN")
        await connection.execute(f"CREATE SCHEMA {name} AUTHORIZATION {name}")
        await connection.close()

    def _wait(self) -> None:
        ready = [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder)]
        for _ in range(400):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.05)
        pytest.fail("PostgreSQL did not start:\n" + (self.folder / "server.log").read_text())

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as_user, str(self._programs / program), *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.fail("PostgreSQL is missing; type: apt-get install --yes postgresql")
    folder = Path(tempfile.mkdtemp(prefix="clinic-pg-", dir="/tmp"))
    server = Postgres(found[-1].parent, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def store_keys() -> StoreKeys:
    return StoreKeys(os.urandom(32), os.urandom(32), os.urandom(32), Ed25519PrivateKey.generate())


@pytest.fixture(scope="session")
def migrated_file(store_keys, tmp_path_factory) -> bytes:
    """A SQLite database as the migrations leave it."""
    folder = tmp_path_factory.mktemp("migrated")

    async def migrate() -> None:
        engine = create_engine(parse_url(f"sqlite:///{folder}/clinic.db"), 1.0)
        async with transaction(writer(engine)) as connection:
            await connection.run_sync(upgrade_to_head)
        await engine.dispose()

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(migrate())
    finally:
        loop.close()
    return (folder / "clinic.db").read_bytes()


@pytest.fixture
def sqlite_url(migrated_file, tmp_path) -> str:
    """A SQLite database of the test's own."""
    (tmp_path / "clinic.db").write_bytes(migrated_file)
    (tmp_path / "clinic.db").chmod(0o600)
    return f"sqlite:///{tmp_path}/clinic.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
async def open_store(database_url, store_keys, tmp_path) -> AsyncIterator[OpenStore]:
    """Opens a store on the test's database; each call acts as one more process."""
    opened = []

    async def open_one(**options: Any) -> Store:
        settings = {"keys": store_keys, "anchors": tmp_path / "anchors", **options}
        store = await Store.open(database_url, **settings)
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store) -> Store:
    return await open_store()


@pytest.fixture
async def house() -> AsyncIterator[FuzzHouse]:
    house = FuzzHouse()
    yield house
    await house.close()


def _unprivileged() -> str:
    names = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
