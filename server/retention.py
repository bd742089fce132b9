"""Forgets what was written in the clinic once nobody needs it any more.

The event log is there so that whoever drops out comes back to what they missed; nothing else reads
it. It is no record of a treatment: what is to be kept of a visit belongs into the clinic's own
records, and a report to the staff keeps its own text. So texts, comings and goings are removed
after some days, at the start and then once a day, and the audit trail is told how many, never
what. Whoever comes back is never affected: the shortest time is far longer than the one in which
a place is held.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from server.store.audit_chain import AuditRecord
from server.store.store import Store
from world.errors import StoreUnavailable
from world.protocol.session import RESUME_S

DAY_S: Final = 86_400.0
AGAIN_AFTER_S: Final = 600.0
"""When the store could not be asked."""
BATCH: Final = 500
"""Events of one transaction: others wait for it to write."""
PAUSE_S: Final = 0.1

_log = structlog.get_logger(__name__)


async def daily(purge: Callable[[], Awaitable[int]], what: str) -> None:
    """Purges now and once a day, until cancelled; earlier again after the store has failed."""
    while True:
        try:
            await purge()
            await asyncio.sleep(DAY_S)
        except StoreUnavailable:
            _log.error("store.not_purged", what=what)
            await asyncio.sleep(AGAIN_AFTER_S)


class Retention:
    """Removes old events.

    Args:
      store: what they lie in.
      keep_s: how long they are kept, in seconds.
      now_s: seconds since the epoch, by a clock that does not jump.
    """

    def __init__(self, store: Store, keep_s: float, now_s: Callable[[], float]) -> None:
        if keep_s <= RESUME_S:
            raise ValueError(f"keep_s is {keep_s}, and who drops out may come back for {RESUME_S}")
        self._store = store
        self._keep_s = keep_s
        self._now_s = now_s

    async def run(self) -> None:
        """Removes them now and once a day, until cancelled."""
        await daily(self.purge, "events")

    async def purge(self) -> int:
        """Removes every event that is too old; returns how many.

        Raises:
          StoreUnavailable: if it cannot be done now; some may be removed already.
        """
        now_s = self._now_s()
        removed = 0
        while count := await self._purge_some(now_s):
            removed += count
            if count < BATCH:
                break
            await asyncio.sleep(PAUSE_S)
        if removed:
            _log.info("events.purged", count=removed)
        return removed

    async def _purge_some(self, now_s: float) -> int:
        async with self._store.write() as work:
            count = await work.events.purge(now_s - self._keep_s, BATCH)
            if count:
                details = {"count": count}
                work.audit.record(
                    AuditRecord(now_s, "clinic", "event.purge", "events", details=details)
                )
        return count
