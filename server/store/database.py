"""Engines for SQLite and PostgreSQL, and what their errors mean to a person.

SQLite is opened by several processes at once: write-ahead log, every commit flushed to the disk,
and a write transaction takes the write lock at its start (`BEGIN IMMEDIATE`), since a reader that
turns writer half-way is refused without waiting.
"""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from world.errors import ConfigurationError, StoreUnavailable

_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_BEGIN: Final = "metaclinic_begin"
_POSTGRES_FULL: Final = ("53100", "53200", "54000")
_POSTGRES_BUSY: Final = ("40001", "40P01", "55P03", "57014")
_FULL: Final = (
    "The disk that holds the clinic's records is full. Nothing was saved: free some space on it,"
    " then try again."
)
_BUSY: Final = (
    "The clinic's records are held by another program. Nothing was saved: try again in a moment."
)
# Without "nothing was saved": a connection that breaks in a commit leaves that unknown.
_DAMAGED: Final = (
    "The file with the clinic's records is damaged, or is no database. Nothing was changed: move"
    " the file away and restore it from the last backup."
)
_GONE: Final = (
    "The clinic's records cannot be reached now: see that the database runs and its disk is whole,"
    " then try again."
)


def parse_url(url: str) -> URL:
    """Returns the URL with the asynchronous driver.

    Raises:
      ConfigurationError: if it is neither a SQLite file nor a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "database: not a URL; allowed are sqlite:///FILE and postgresql://HOST/NAME"
        ) from None
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS or (backend == "sqlite" and not parsed.database):
        raise ConfigurationError(
            f"database: got {backend}; allowed are sqlite:///FILE and postgresql://HOST/NAME"
        )
    return parsed.set(drivername=_DRIVERS[backend])


def create_engine(url: URL, busy_timeout_s: float) -> AsyncEngine:
    """Returns the engine; SQLite's file is made readable by its owner alone."""
    if url.get_backend_name() == "postgresql":
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)
    _claim_file(Path(str(url.database)))
    engine = create_async_engine(
        url, hide_parameters=True, connect_args={"timeout": busy_timeout_s}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the "begin" event below begins, not the driver
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def reader(engine: AsyncEngine) -> AsyncEngine:
    """Returns the same engine for transactions that see one moment and change nothing."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def writer(engine: AsyncEngine) -> AsyncEngine:
    """Returns the same engine for transactions that write."""
    return engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Gives a connection in a transaction, committed at the end, rolled back on any error.

    Raises:
      StoreUnavailable: if the database cannot begin, run or commit it.
    """
    try:
        async with engine.begin() as connection:
            yield connection
    except (IntegrityError, ProgrammingError):
        raise
    except DBAPIError as error:
        raise StoreUnavailable(explain(error)) from error
    except (PoolTimeoutError, OSError) as error:
        raise StoreUnavailable(_GONE) from error


def explain(error: DBAPIError) -> str:
    """Returns a sentence that says what happened and what to do next."""
    cause = error.orig
    if _sqlite_code(cause) == sqlite3.SQLITE_FULL or _state(cause) in _POSTGRES_FULL:
        return _FULL
    busy = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    if _sqlite_code(cause) in busy or _state(cause) in _POSTGRES_BUSY:
        return _BUSY
    if _sqlite_code(cause) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _DAMAGED
    return _GONE


def _sqlite_code(cause: BaseException | None) -> int:
    # The low byte is the primary result code (sqlite.org/rescode.html).
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF


def _state(cause: BaseException | None) -> str:
    return str(getattr(cause, "sqlstate", ""))


def _claim_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailable(
            f"The clinic's records at {path} cannot be opened ({error.strerror}): see that the"
            " folder exists and belongs to the user who runs the server."
        ) from error
