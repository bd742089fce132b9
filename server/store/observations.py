"""Vital signs as they were measured; the values sealed under the patient's key."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.data_keys import DataKeys, user_subject
from server.store.schema import VITAL_OBSERVATION
from server.store.sealing import Place, seal

_VALUE: Final = struct.Struct("<d")


@dataclass(frozen=True, slots=True)
class VitalObservation:
    """One measured value.

    Attributes:
      id: uuid4 hex.
      patient_id: user id of the patient.
      code: LOINC code of what was measured.
      value: the number, in `unit`.
      unit: UCUM unit.
      device_id: what measured it.
      measured_at_s: when, by the device, in seconds since the epoch.
      received_at_s: when it reached the server.
    """

    id: str
    patient_id: str
    code: str
    value: float = field(repr=False)
    unit: str
    device_id: str
    measured_at_s: float
    received_at_s: float


class VitalObservations:
    """The measured values, within one transaction."""

    def __init__(self, connection: AsyncConnection, data_keys: DataKeys) -> None:
        self._connection = connection
        self._data_keys = data_keys

    async def add(self, observations: Sequence[VitalObservation]) -> None:
        """Adds the observations."""
        if not observations:
            return
        rows = []
        for observation in observations:
            key = await self._data_keys.current(user_subject(observation.patient_id))
            values = {name: getattr(observation, name) for name in VitalObservation.__slots__}
            place = _place(observation.id, observation.patient_id)
            values["value"] = seal(key, place, _VALUE.pack(observation.value))
            rows.append(values)
        await self._connection.execute(insert(VITAL_OBSERVATION), rows)

    async def of_patient(
        self, patient_id: str, code: str, after_s: float, limit: int
    ) -> list[VitalObservation]:
        """Returns at most `limit` values measured after this time, oldest first."""
        statement = (
            select(VITAL_OBSERVATION)
            .where(
                VITAL_OBSERVATION.c.patient_id == patient_id,
                VITAL_OBSERVATION.c.code == code,
                VITAL_OBSERVATION.c.measured_at_s > after_s,
            )
            .order_by(VITAL_OBSERVATION.c.measured_at_s)
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).mappings().all()
        return [await self._observation(row) for row in rows]

    async def _observation(self, row: RowMapping) -> VitalObservation:
        place = _place(row["id"], row["patient_id"])
        (value,) = _VALUE.unpack(await self._data_keys.unseal(place, row["value"]))
        return VitalObservation(**{**row, "value": value})


def _place(observation_id: str, patient_id: str) -> Place:
    return Place("vital_observation", "value", observation_id, user_subject(patient_id))
