"""Statements that SQLite and PostgreSQL spell alike and SQLAlchemy's own words do not have."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

# Values in one IN list: SQLite takes 32,766 parameters, PostgreSQL's driver 32,767.
BATCH: Final = 1000
T = TypeVar("T")


def insert(connection: AsyncConnection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Returns the insert of this connection's database; it knows `on_conflict_do_...`."""
    if connection.dialect.name == "postgresql":
        # Loaded where it is used: a world on SQLite that died is back sooner without it.
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 -- see above

        return postgresql.insert(table)
    return sqlite.insert(table)


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Gives the items in pieces that fit one statement."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
