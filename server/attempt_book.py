"""Reads trainees' attempts out of the store for who has asked and may see them.

A list is sent once for each request, after that has been audited. Who has meanwhile lost the right
to it, by leaving the room, is sent nothing: access is asked anew at the moment of sending.

What is full and then: one list a reader is being read; the newest request takes the place of one
that is not answered yet.
"""

import asyncio
from collections.abc import Callable

import structlog

from server import attempt_rows, telemetry
from server.audience import Audience
from server.store.store import Store
from world import access
from world.access import Action
from world.clinic import Clinic
from world.errors import StoreUnavailable
from world.people import UserId
from world.protocol import messages as m
from world.training.station import Reading

LONGEST_LIST, COUNTED = 100, 1_000
"""So many entries are told, and so many attempts, the newest, make the curves."""
UNREAD = m.Notice("warning", "The attempts cannot be read now. Wait a moment, and ask again.")

_log = structlog.get_logger(__name__)


class AttemptBook:
    """What trainees have practised, for those who may see it.

    Args:
      store: where it lies.
      audience: how to reach people.
    """

    def __init__(self, store: Store, audience: Audience) -> None:
        self._store, self._audience = store, audience
        self._reading: dict[UserId, asyncio.Task[None]] = {}

    def read(self, reading: Reading, clinic: Callable[[], Clinic]) -> None:
        """Sends a list to who reads it, in its own time.

        Args:
          reading: who reads whose.
          clinic: the truth by which it is judged when the list has been read.
        """
        before = self._reading.pop(reading.reader_id, None)
        if before is not None:
            before.cancel()
        task = asyncio.ensure_future(self._read(reading, clinic))
        self._reading[reading.reader_id] = task
        task.add_done_callback(lambda done: self._forget(reading.reader_id, done))

    async def close(self) -> None:
        """Ends what is being read."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, reader_id: UserId, done: asyncio.Task[None]) -> None:
        if self._reading.get(reader_id) is done:
            del self._reading[reader_id]

    async def _read(self, reading: Reading, clinic: Callable[[], Clinic]) -> None:
        try:
            async with self._store.read() as work:
                found = await work.attempts.of_trainee(reading.trainee_id, COUNTED)
        except StoreUnavailable:
            telemetry.STORE_FAILURES.inc()
            _log.error("attempts.not_read")
            self._send(reading, UNREAD)
            return
        reader = clinic().visits.people.get(reading.reader_id)
        if reader is None or (
            access.may(reader, Action.SEE_SCORE, reading.trainee_id, clinic().standing) is not None
        ):
            return
        is_own = reading.trainee_id == reading.reader_id
        slot = self._audience.slot_seen(reading.reader_id, reading.trainee_id)
        if slot is None and not is_own:
            return
        entries = attempt_rows.listed(found[:LONGEST_LIST])
        told = m.AttemptsView(None if is_own else slot, entries, attempt_rows.standings(found))
        self._send(reading, told)

    def _send(self, reading: Reading, message: m.ServerMessage) -> None:
        session = self._audience.session_of(reading.reader_id)
        if session is not None:
            session.send(message)
