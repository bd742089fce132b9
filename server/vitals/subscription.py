"""What one watcher of one patient has not taken yet.

Bounded, and no watcher can slow the ingest:
* of each sign only the newest observation waits, since a panel shows no other;
* of blocks the newest 250 wait, 10 s at 40 ms; when full the oldest is lost, and shows as a gap.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from server.vitals.source import VitalsItem
from world.vitals.observation import Observation

WAITING_BLOCKS: Final = 250


class Subscription:
    """One watcher's queue; whoever opened it has asked whether the watcher may see the patient.

    Attributes:
      patient_id: whose signs these are.
      lost_blocks: how many blocks were not taken in time.
    """

    def __init__(self, patient_id: str) -> None:
        self.patient_id = patient_id
        self.lost_blocks = 0
        self._observations: dict[str, Observation] = {}
        self._blocks: deque[VitalsItem] = deque(maxlen=WAITING_BLOCKS)
        self._changed = asyncio.Event()
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Returns whether nothing more will come."""
        return self._is_closed

    def offer(self, item: VitalsItem) -> None:
        """Adds an item; never waits. A closed subscription takes nothing."""
        if self._is_closed:
            return
        if isinstance(item, Observation):
            self._observations[item.code] = item
        else:
            self.lost_blocks += len(self._blocks) == self._blocks.maxlen
            self._blocks.append(item)
        self._changed.set()

    def take(self) -> list[VitalsItem]:
        """Returns all that waits, observations first, and leaves nothing."""
        items: list[VitalsItem] = [*self._observations.values(), *self._blocks]
        self._observations.clear()
        self._blocks.clear()
        self._changed.clear()
        return items

    def close(self) -> None:
        """Ends it at once; what waits is dropped, for the watcher may no longer see it."""
        self._is_closed = True
        self.take()
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[VitalsItem]:
        """Yields items as they come, until closed."""
        while not self._is_closed:
            await self._changed.wait()
            for item in self.take():
                if not self._is_closed:
                    yield item
