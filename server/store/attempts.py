"""Attempts at the stations of training rooms; their results sealed under the trainee's key.

The record of an attempt is a file (server/simulation/records.py); its last seal stands here, so
that a changed record is found out.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.data_keys import DataKeys, user_subject
from server.store.schema import ATTEMPT, as_bytes
from server.store.sealing import Place, seal


class AttemptState(StrEnum):
    """What has become of an attempt."""

    RUNNING = "running"
    SCORED = "scored"
    UNCONFIRMED = "unconfirmed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt.

    Attributes:
      id: uuid4 hex; its record's file has this name.
      seed: variant of the scene.
      record_seal: the last seal of the record; None if it has none.
      result: what it came to, as whoever stored it has written it; None if there is nothing.
    """

    id: str
    trainee_id: str
    room_id: str
    procedure: str
    seed: int
    is_left_handed: bool
    began_at_s: float
    state: AttemptState = AttemptState.RUNNING
    ended_at_s: float | None = None
    record_seal: bytes | None = None
    result: bytes | None = field(default=None, repr=False)


class Attempts:
    """The attempts, within one transaction."""

    def __init__(self, connection: AsyncConnection, data_keys: DataKeys) -> None:
        self._connection = connection
        self._data_keys = data_keys

    async def begin(self, attempt: AttemptRecord) -> None:
        """Adds an attempt that has no result yet."""
        values = {name: getattr(attempt, name) for name in AttemptRecord.__slots__}
        values |= {"state": attempt.state.value, "result": None}
        await self._connection.execute(insert(ATTEMPT).values(values))

    async def conclude(self, attempt: AttemptRecord) -> None:
        """Writes what has become of an attempt that was begun."""
        values: dict[str, object] = {
            "state": attempt.state.value,
            "ended_at_s": attempt.ended_at_s,
            "record_seal": attempt.record_seal,
        }
        if attempt.result is not None:
            key = await self._data_keys.current(user_subject(attempt.trainee_id))
            place = _place(attempt.id, attempt.trainee_id)
            values["result"] = seal(key, place, attempt.result)
        await self._connection.execute(
            update(ATTEMPT).where(ATTEMPT.c.id == attempt.id).values(values)
        )

    async def running(self) -> list[AttemptRecord]:
        """Returns the attempts that have no end, oldest first."""
        statement = (
            select(ATTEMPT)
            .where(ATTEMPT.c.state == AttemptState.RUNNING.value)
            .order_by(ATTEMPT.c.began_at_s, ATTEMPT.c.id)
        )
        rows = (await self._connection.execute(statement)).mappings().all()
        return [await self._attempt(row) for row in rows]

    async def scored(self, trainee_id: str, procedure: str) -> list[AttemptRecord]:
        """Returns the attempts of a trainee at a task that count, oldest first."""
        statement = (
            select(ATTEMPT)
            .where(
                ATTEMPT.c.trainee_id == trainee_id,
                ATTEMPT.c.procedure == procedure,
                ATTEMPT.c.state == AttemptState.SCORED.value,
            )
            .order_by(ATTEMPT.c.began_at_s, ATTEMPT.c.id)
        )
        rows = (await self._connection.execute(statement)).mappings().all()
        return [await self._attempt(row) for row in rows]

    async def of_trainee(self, trainee_id: str, limit: int) -> list[AttemptRecord]:
        """Returns the attempts of a trainee that have an end, newest first, so many at most."""
        statement = (
            select(ATTEMPT)
            .where(
                ATTEMPT.c.trainee_id == trainee_id,
                ATTEMPT.c.state != AttemptState.RUNNING.value,
            )
            .order_by(ATTEMPT.c.began_at_s.desc(), ATTEMPT.c.id)
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).mappings().all()
        return [await self._attempt(row) for row in rows]

    async def find(self, attempt_id: str) -> AttemptRecord | None:
        """Returns an attempt, None if there is none of that id."""
        statement = select(ATTEMPT).where(ATTEMPT.c.id == attempt_id)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return await self._attempt(row) if row is not None else None

    async def purge(self, before_s: float, limit: int) -> int:
        """Removes the oldest attempts that ended before this, at most `limit`; returns how many."""
        oldest = (
            select(ATTEMPT.c.id)
            .where(ATTEMPT.c.ended_at_s < before_s)
            .order_by(ATTEMPT.c.ended_at_s)
            .limit(limit)
        )
        statement = delete(ATTEMPT).where(ATTEMPT.c.id.in_(oldest)).returning(ATTEMPT.c.id)
        return len((await self._connection.execute(statement)).scalars().all())

    async def _attempt(self, row: RowMapping) -> AttemptRecord:
        values = dict(row)
        if row["result"] is not None:
            place = _place(row["id"], row["trainee_id"])
            values["result"] = await self._data_keys.unseal(place, row["result"])
        if row["record_seal"] is not None:
            values["record_seal"] = as_bytes(row["record_seal"])
        return AttemptRecord(**{**values, "state": AttemptState(row["state"])})


def _place(attempt_id: str, trainee_id: str) -> Place:
    return Place("attempt", "result", attempt_id, user_subject(trainee_id))
