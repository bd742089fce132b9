"""The log of what happened: streams of events, numbered 1, 2, 3, ... without a gap.

Rules:
* An append names the last number of each stream that it knows. If the stream has moved on, nothing
  is written and `Fenced` is raised: two owners of a room cannot both write.
* An event's id is made by its sender. A known id is not written again; its number is returned.
* A payload is sealed under its stream's data key, bound to its stream and number.
* What is purged leaves its number taken. With the last event of a closed visit its key goes too.
* After any other error the outcome is unknown: read the stream's last number before going on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import RowMapping, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import statements
from server.store.data_keys import DataKeys
from server.store.errors import Fenced
from server.store.schema import EVENT, STREAM, VISIT
from server.store.sealing import Place, seal
from server.store.statements import in_batches

Key = tuple[str, str]
_VISIT = "visit:"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append.

    Attributes:
      stream: where it belongs, `room:<id>` or `user:<id>`.
      event_id: made by the sender, the same in each retry.
      sender: user id, or a name of the server's own.
      at_s: when, in seconds since the epoch.
      audience: ids of whom it is for, in the caller's form; holds no names.
      payload: the message's bytes.
    """

    stream: str
    event_id: str
    sender: str
    at_s: float
    audience: str
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LoggedEvent(NewEvent):
    """An event as it stands in its stream."""

    number: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an appended event stands; `is_new` is False if it stood there before."""

    stream: str
    number: int
    is_new: bool


class EventLog:
    """The streams, within one transaction."""

    def __init__(self, connection: AsyncConnection, data_keys: DataKeys) -> None:
        self._connection = connection
        self._data_keys = data_keys

    async def append(self, batch: Sequence[NewEvent], expected: Mapping[str, int]) -> list[Placed]:
        """Appends the events in order; all of them or none.

        Args:
          batch: the events, of any streams.
          expected: the last number of each of these streams, 0 for a new one; a stream without
            an event in the batch is fenced too.

        Returns:
          Where each event of the batch stands, in the batch's order.

        Raises:
          Fenced: if a stream has moved on; nothing is written.
          ValueError: if a stream of the batch is missing from `expected`.
        """
        missing = {event.stream for event in batch} - set(expected)
        if missing:
            raise ValueError(f"no expected number for {sorted(missing)}")
        placed = await self._known(batch)
        numbers = dict(expected)
        fresh: list[tuple[int, NewEvent]] = []
        for event in batch:
            if (event.event_id, event.sender) in placed:
                continue
            numbers[event.stream] += 1
            number = numbers[event.stream]
            placed[event.event_id, event.sender] = Placed(event.stream, number, is_new=True)
            fresh.append((number, event))
        await self._advance(expected, numbers)
        await self._write(fresh)
        return _in_order(batch, placed)

    async def read_after(
        self, stream: str, number: int, limit: int, since_s: float = 0.0
    ) -> list[LoggedEvent]:
        """Returns at most `limit` events of the stream after this number and time, in order."""
        statement = (
            select(EVENT)
            .where(EVENT.c.stream == stream, EVENT.c.number > number, EVENT.c.at_s >= since_s)
            .order_by(EVENT.c.number)
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).mappings().all()
        return [await self._logged(row) for row in rows]

    async def purge(self, before_s: float, limit: int) -> int:
        """Removes the oldest events older than this, at most `limit`; returns how many."""
        oldest = (
            select(EVENT.c.stream, EVENT.c.number)
            .where(EVENT.c.at_s < before_s)
            .order_by(EVENT.c.at_s)
            .limit(limit)
        )
        statement = (
            delete(EVENT)
            .where(tuple_(EVENT.c.stream, EVENT.c.number).in_(oldest))
            .returning(EVENT.c.stream)
        )
        streams = (await self._connection.execute(statement)).scalars().all()
        for stream in await self._over(sorted(set(streams)), before_s):
            await self._data_keys.erase(stream)
        return len(streams)

    async def last_number(self, stream: str) -> int:
        """Returns the number of the stream's newest event, 0 if it has none."""
        statement = select(STREAM.c.last_number).where(STREAM.c.name == stream)
        return int((await self._connection.execute(statement)).scalar_one_or_none() or 0)

    async def last_numbers(self) -> dict[str, int]:
        """Returns the number of the newest event of every stream."""
        rows = await self._connection.execute(select(STREAM.c.name, STREAM.c.last_number))
        return {row.name: row.last_number for row in rows}

    async def _over(self, streams: Sequence[str], before_s: float) -> list[str]:
        """Returns those of visits that closed before this, and of which nothing is left."""
        ids = {
            stream.removeprefix(_VISIT): stream for stream in streams if stream.startswith(_VISIT)
        }
        left = select(EVENT.c.stream).where(EVENT.c.stream.in_(ids.values())).distinct()
        kept = set((await self._connection.execute(left)).scalars())
        closed = select(VISIT.c.id).where(VISIT.c.id.in_(ids), VISIT.c.closed_at_s < before_s)
        over = (await self._connection.execute(closed)).scalars().all()
        return [ids[visit_id] for visit_id in over if ids[visit_id] not in kept]

    async def _known(self, batch: Sequence[NewEvent]) -> dict[Key, Placed]:
        wanted = {(event.event_id, event.sender) for event in batch}
        found: dict[Key, Placed] = {}
        for some in in_batches(sorted({event_id for event_id, _ in wanted})):
            statement = select(
                EVENT.c.event_id, EVENT.c.sender, EVENT.c.stream, EVENT.c.number
            ).where(EVENT.c.event_id.in_(some))
            for row in await self._connection.execute(statement):
                if (row.event_id, row.sender) in wanted:
                    found[row.event_id, row.sender] = Placed(row.stream, row.number, is_new=False)
        return found

    async def _advance(self, expected: Mapping[str, int], numbers: Mapping[str, int]) -> None:
        # In the order of names, so that two writers wait for each other rather than deadlock.
        for stream in sorted(expected):
            if expected[stream] == 0:
                row = statements.insert(self._connection, STREAM).values(name=stream, last_number=0)
                await self._connection.execute(row.on_conflict_do_nothing())
            statement = (
                update(STREAM)
                .where(STREAM.c.name == stream, STREAM.c.last_number == expected[stream])
                .values(last_number=numbers[stream])
            )
            if (await self._connection.execute(statement)).rowcount != 1:
                raise Fenced(f"{stream} is not at {expected[stream]} any more")

    async def _write(self, fresh: Sequence[tuple[int, NewEvent]]) -> None:
        if not fresh:
            return
        await self._data_keys.load(event.stream for _, event in fresh)
        rows = []
        for number, event in fresh:
            key = await self._data_keys.current(event.stream)
            place = _place(event.stream, number)
            rows.append(
                {
                    "stream": event.stream,
                    "number": number,
                    "event_id": event.event_id,
                    "sender": event.sender,
                    "at_s": event.at_s,
                    "audience": event.audience,
                    "payload": seal(key, place, event.payload),
                }
            )
        try:
            await self._connection.execute(insert(EVENT), rows)
        except IntegrityError as error:
            raise Fenced("another writer has just appended one of these events") from error

    async def _logged(self, row: RowMapping) -> LoggedEvent:
        values = dict(row)
        place = _place(row["stream"], row["number"])
        values["payload"] = await self._data_keys.unseal(place, row["payload"])
        return LoggedEvent(**values)


def _in_order(batch: Sequence[NewEvent], placed: Mapping[Key, Placed]) -> list[Placed]:
    seen: set[Key] = set()
    result = []
    for event in batch:
        key = (event.event_id, event.sender)
        where = placed[key]
        result.append(Placed(where.stream, where.number, where.is_new and key not in seen))
        seen.add(key)
    return result


def _place(stream: str, number: int) -> Place:
    return Place("event", "payload", f"{stream}/{number}", stream)
