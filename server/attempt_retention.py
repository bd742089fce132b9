"""Forgets what trainees did at the stations once its time has passed.

An attempt is its row, with the sealed result, and its record, a file. Rows go first, in one
transaction with the line of the audit trail that says how many; files go by their age, so that one
whose row is gone already, or that never had a whole one, is not left behind.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from server.retention import BATCH, daily
from server.simulation.records import FINISHED, UNFINISHED
from server.store.audit_chain import AuditRecord
from server.store.store import Store

RECORDS: Final = frozenset({FINISHED, UNFINISHED})

_log = structlog.get_logger(__name__)


class AttemptRetention:
    """Removes old attempts.

    Args:
      store: where their rows lie.
      records: folder of their files.
      keep_s: how long they are kept, in seconds.
      now_s: seconds since the epoch, by a clock that does not jump.
    """

    def __init__(
        self, store: Store, records: Path, keep_s: float, now_s: Callable[[], float]
    ) -> None:
        self._store, self._records = store, records
        self._keep_s, self._now_s = keep_s, now_s

    async def run(self) -> None:
        """Removes them now and once a day, until cancelled."""
        await daily(self.purge, "attempts")

    async def purge(self) -> int:
        """Removes every attempt that is too old; returns how many rows went.

        Raises:
          StoreUnavailable: if it cannot be done now; some may be removed already.
        """
        now_s = self._now_s()
        before_s, removed = now_s - self._keep_s, 0
        while count := await self._purge_some(before_s, now_s):
            removed += count
        files = await asyncio.to_thread(_remove, self._records, before_s)
        if removed or files:
            _log.info("attempts.purged", count=removed, files=files)
        return removed

    async def _purge_some(self, before_s: float, now_s: float) -> int:
        async with self._store.write() as work:
            count = await work.attempts.purge(before_s, BATCH)
            if count:
                details = {"count": count}
                work.audit.record(
                    AuditRecord(now_s, "clinic", "attempt.purge", "attempts", details=details)
                )
        return count


def _remove(folder: Path, before_s: float) -> int:
    """Removes the records that were last written before this; returns how many."""
    removed = 0
    for path in sorted(folder.glob("*")) if folder.exists() else ():
        try:
            is_old = path.suffix in RECORDS and path.stat().st_mtime < before_s
            if is_old:
                path.unlink()
                removed += 1
        except OSError:
            _log.error("attempts.record_not_removed", attempt=path.stem)
    return removed
