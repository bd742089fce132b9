"""The counters of failed sign-ins, so that a restart forgets none of them.

The web process counts in memory (`server.auth.throttle`) and keeps here what it has counted. Rows
live minutes only and each costs whoever makes it a slow hash, so they are few; above MOST_ROWS the
oldest are forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Delete, Select, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import SIGN_IN_FAILURE, as_bytes
from server.store.statements import insert

MOST_ROWS: Final = 20_000
Kind = Literal["pair", "account", "address"]


@dataclass(frozen=True, slots=True)
class FailureCount:
    """One counter.

    Attributes:
      kind: what is counted by: a login at an address, a login, or an address.
      key: the blind index of that.
      failures: how many still counted at `at_s`; 0 for a counter that is to be forgotten.
      at_s: when it was last changed, in seconds since the epoch.
      forgotten_at_s: when none of them counts any more.
    """

    kind: Kind
    key: bytes
    failures: float
    at_s: float
    forgotten_at_s: float


class SignInFailures:
    """The counters, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, counts: Iterable[FailureCount], now_s: float) -> None:
        """Writes the counters over what was there, and drops what counts no longer."""
        # In one order, so that two writers wait for each other rather than deadlock.
        for count in sorted(counts, key=lambda one: (one.kind, one.key)):
            if count.failures <= 0:
                await self._connection.execute(_gone(count))
                continue
            values = {name: getattr(count, name) for name in FailureCount.__slots__}
            row = insert(self._connection, SIGN_IN_FAILURE).values(values)
            changed = {name: row.excluded[name] for name in ("failures", "at_s", "forgotten_at_s")}
            statement = row.on_conflict_do_update(index_elements=["kind", "key"], set_=changed)
            await self._connection.execute(statement)
        await self._drop_forgotten(now_s)

    async def everybody(self, now_s: float) -> list[FailureCount]:
        """Returns the counters that still count, the one changed longest ago first."""
        statement = (
            select(SIGN_IN_FAILURE)
            .where(SIGN_IN_FAILURE.c.forgotten_at_s > now_s)
            .order_by(SIGN_IN_FAILURE.c.at_s)
        )
        rows = (await self._connection.execute(statement)).mappings()
        return [FailureCount(**{**row, "key": as_bytes(row["key"])}) for row in rows]

    async def _drop_forgotten(self, now_s: float) -> None:
        columns = SIGN_IN_FAILURE.c
        old = select(columns.kind, columns.key).where(columns.forgotten_at_s <= now_s)
        await self._connection.execute(_all_of(old))
        count = select(func.count()).select_from(SIGN_IN_FAILURE)
        beyond = int((await self._connection.execute(count)).scalar_one()) - MOST_ROWS
        if beyond > 0:
            oldest = select(columns.kind, columns.key).order_by(columns.at_s).limit(beyond)
            await self._connection.execute(_all_of(oldest))


def _gone(count: FailureCount) -> Delete:
    columns = SIGN_IN_FAILURE.c
    return delete(SIGN_IN_FAILURE).where(columns.kind == count.kind, columns.key == count.key)


def _all_of(chosen: Select[tuple[str, bytes]]) -> Delete:
    # A row that somebody is counting up just now stays, so that nobody waits for anybody.
    free = chosen.with_for_update(skip_locked=True)
    columns = SIGN_IN_FAILURE.c
    return delete(SIGN_IN_FAILURE).where(tuple_(columns.kind, columns.key).in_(free))
