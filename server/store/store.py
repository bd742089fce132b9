"""The store: opens the database and hands out transactions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from server.store import database
from server.store.audit import AnchorFile, AuditTrail, AuditVerdict
from server.store.data_keys import CLINIC_SUBJECT, KeyWrapping
from server.store.errors import AuditUnavailable
from server.store.keys import StoreKeys
from server.store.schema_version import upgrade_to_head
from server.store.work import Work

_log = structlog.get_logger(__name__)


class Store:
    """The clinic's records; used by several processes at once, each with a store of its own.

    Use `await Store.open(...)`, then `async with store.write() as work:` for all that changes
    something and `store.read()` for the rest.
    """

    def __init__(self, engine: AsyncEngine, keys: StoreKeys, trail: AuditTrail) -> None:
        self._reader = database.reader(engine)
        self._writer = database.writer(engine)
        self._keys = keys
        self._wrapping = KeyWrapping(keys)
        self._trail = trail

    @classmethod
    async def open(
        cls,
        url: str,
        keys: StoreKeys,
        anchors: Path,
        *,
        busy_timeout_s: float = 5.0,
        anchor_every: int = 64,
    ) -> Self:
        """Returns the open store, its database migrated to this program's schema.

        Args:
          url: `sqlite:///FILE` or `postgresql://HOST/NAME`.
          keys: the secrets that belong to this database.
          anchors: the file that mirrors the audit anchors; best on another disk.
          busy_timeout_s: how long SQLite waits for another process that writes.
          anchor_every: how many audit rows may pass without an anchor.

        Raises:
          StoreUnavailable: if the database cannot be reached.
          ConfigurationError: if the URL, the keys or the schema's version do not fit.
        """
        engine = database.create_engine(database.parse_url(url), busy_timeout_s)
        store = cls(engine, keys, AuditTrail(keys, AnchorFile(anchors), anchor_every))
        try:
            async with database.transaction(store._writer) as connection:
                await connection.run_sync(upgrade_to_head)
            async with store.write() as work:
                await work.data_keys.current(CLINIC_SUBJECT)  # the wrong key files fail here
            await store._catch_up()
        except BaseException:
            await engine.dispose()
            raise
        return store

    async def close(self) -> None:
        """Anchors what is not anchored and closes the connections."""
        try:
            async with self.write() as work:
                await work.audit.anchor()
        finally:
            await self._writer.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Work]:
        """Gives a transaction that may change things; committed when the block ends well.

        Raises:
          StoreUnavailable: if it cannot be begun, run, audited or committed.
        """
        async with database.transaction(self._writer) as connection:
            work = Work(connection, self._keys, self._wrapping, self._trail)
            yield work
            await work.audit.finish()
        try:
            await work.audit.committed()
        except AuditUnavailable:
            _log.warning("audit.anchor_file_behind")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Gives a transaction that sees one moment and changes nothing.

        Raises:
          StoreUnavailable: if the database cannot be read.
        """
        async with database.transaction(self._reader) as connection:
            yield Work(connection, self._keys, self._wrapping, self._trail)

    def login_index(self, login: str) -> bytes:
        """Returns what a login is found by; tells nothing about it without the keys."""
        return self._keys.login_index(login)

    def address_index(self, address: str) -> bytes:
        """Returns what a network address is counted by; tells nothing about it without the keys."""
        return self._keys.address_index(address)

    async def verify_audit(self) -> AuditVerdict:
        """Returns whether the audit trail is as it was written."""
        async with database.transaction(self._reader) as connection:
            return await self._trail.verify(connection)

    async def ping(self) -> None:
        """Returns if the database answers.

        Raises:
          StoreUnavailable: if it does not.
        """
        async with database.transaction(self._reader) as connection:
            await connection.execute(text("SELECT 1"))

    async def _catch_up(self) -> None:
        async with database.transaction(self._reader) as connection:
            missing = await self._trail.not_mirrored(connection)
        try:
            await self._trail.mirror(missing)
        except AuditUnavailable:
            _log.warning("audit.anchor_file_behind")
