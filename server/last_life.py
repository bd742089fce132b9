"""What a world process that was killed could not write into the audit trail: how its life ended.

Strategy: every world process begins its part of the trail with one row, and after an orderly end
closes it with another. Whoever takes over reads the trail back to the newest beginning. Where no
end follows it, the process died: then rows are written that say so, of each person who had a place
in the clinic, and of each patient's vital signs that were opened to somebody and never closed.
Their end is given as unknown, since nobody knows what happened between the death and this start.
"""

from collections.abc import Iterable

from server.store.audit_chain import AuditRecord
from server.store.work import Work
from world.people import UserId

BEGUN, ENDED, DIED = "world.begin", "world.end", "world.died"
OPENED, CLOSED, CUT = "vitals.open", "vitals.close", "connection.cut"
WORLD = "world"
UNKNOWN = "unknown"
PAGE_ROWS = 500


async def begin(work: Work, process_id: str, now_s: float) -> None:
    """Begins the life of a process; closes what the one before it left open."""
    rows = await _last_life(work)
    ended = {row.subject for row in rows if row.action == ENDED}
    died = next((row.subject for row in rows if row.action == BEGUN), None)
    if died is not None and died not in ended:
        places = await work.presences.everybody()
        left_open = still_open(rows)
        work.audit.record(AuditRecord(now_s, WORLD, DIED, died))
        details: dict[str, str | int] = {"end": UNKNOWN, "world": died}
        for user_id in sorted(place.user_id for place in places):
            work.audit.record(AuditRecord(now_s, user_id, CUT, user_id, details=details))
        for viewer_id, patient_id in left_open:
            work.audit.record(AuditRecord(now_s, viewer_id, CLOSED, patient_id, details=details))
    work.audit.record(AuditRecord(now_s, WORLD, BEGUN, process_id))


def end(
    work: Work, process_id: str, watchers: Iterable[tuple[UserId, UserId]], now_s: float
) -> None:
    """Ends the life of a process in order.

    Args:
      work: the transaction.
      process_id: of the process.
      watchers: (viewer, patient) of whom vital signs are still open.
      now_s: when.
    """
    for viewer_id, patient_id in sorted(watchers):
        details = {"end": "world-stopped"}
        work.audit.record(AuditRecord(now_s, viewer_id, CLOSED, patient_id, details=details))
    work.audit.record(AuditRecord(now_s, WORLD, ENDED, process_id))


def still_open(rows: Iterable[AuditRecord]) -> list[tuple[str, str]]:
    """Returns (viewer, patient) of all that these rows open and do not close."""
    found: set[tuple[str, str]] = set()
    for row in rows:
        if row.action == OPENED:
            found.add((row.actor, row.subject))
        elif row.action == CLOSED:
            found.discard((row.actor, row.subject))
    return sorted(found)


async def _last_life(work: Work) -> list[AuditRecord]:
    """Returns the trail from the newest beginning of a world on, in order."""
    newest_first: list[AuditRecord] = []
    before = None
    while rows := await work.audit.read_before(before, PAGE_ROWS):
        for row in rows:
            record = row.record()
            newest_first.append(record)
            if record.action == BEGUN:
                return newest_first[::-1]
        before = rows[-1].seq
    return newest_first[::-1]
