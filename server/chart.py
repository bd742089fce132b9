"""Keeps measured values in the patient's chart: a thinned trace, written beside the live display.

A value of a sign is kept at most every KEEP_EVERY_S for each patient; what the live panel shows
does not depend on it. A value that comes from a recording says so in the name of its device, so
that nobody takes it for the patient's own later.

What is full and then: above QUEUE_LENGTH values that wait to be written, further ones are not
kept, and counted.
"""

import asyncio
import uuid
from collections import deque

import structlog

from server import telemetry
from server.store.observations import VitalObservation
from server.store.store import Store
from world.errors import StoreUnavailable
from world.vitals.observation import Observation, Quality

KEEP_EVERY_S = 10.0
QUEUE_LENGTH = 1_000
WRITE_EVERY_S = 1.0
BATCH = 200

_log = structlog.get_logger(__name__)


class Chart:
    """The one writer of measured values."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[VitalObservation] = deque()
        self._kept_s: dict[tuple[str, str], float] = {}

    def keep(self, patient_id: str, observation: Observation) -> None:
        """Takes a value to be written later; never waits.

        Raises:
          StoreUnavailable: if too many wait to be written already.
        """
        measured_s, value = observation.measured_s, observation.value
        if value is None or measured_s is None:
            return
        sign = (patient_id, observation.code)
        if measured_s - self._kept_s.get(sign, -KEEP_EVERY_S) < KEEP_EVERY_S:
            return
        if len(self._waiting) >= QUEUE_LENGTH:
            telemetry.UNKEPT.inc()
            raise StoreUnavailable("Measured values cannot be kept now. They are shown live only.")
        self._kept_s[sign] = measured_s
        is_replayed = observation.quality & Quality.REPLAYED
        self._waiting.append(
            VitalObservation(
                id=uuid.uuid4().hex,
                patient_id=patient_id,
                code=observation.code,
                value=value,
                unit=observation.unit,
                device_id=f"{observation.device_id}{'-replayed' if is_replayed else ''}",
                measured_at_s=measured_s,
                received_at_s=observation.received_s or measured_s,
            )
        )

    def forget(self, patient_id: str) -> None:
        """Forgets when a patient who has left was last measured; what waits is written still."""
        self._kept_s = {key: at_s for key, at_s in self._kept_s.items() if key[0] != patient_id}

    async def run(self) -> None:
        """Writes what waits, until cancelled; what cannot be written is tried again."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            try:
                await self.write()
            except StoreUnavailable:
                telemetry.STORE_FAILURES.inc()
                _log.error("chart.not_saved", waiting=len(self._waiting))

    async def write(self) -> None:
        """Writes what waits.

        Raises:
          StoreUnavailable: if it cannot be written; it waits on.
        """
        while self._waiting:
            some = [self._waiting[index] for index in range(min(BATCH, len(self._waiting)))]
            async with self._store.write() as work:
                await work.vitals.add(some)
            for _ in some:
                self._waiting.popleft()
