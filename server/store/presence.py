"""Where each person is, so that they find themselves there again after a drop or a restart."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import statements
from server.store.schema import PRESENCE
from server.store.statements import in_batches


@dataclass(frozen=True, slots=True)
class Presence:
    """One person's place.

    Attributes:
      user_id: whose place.
      room_id: the room.
      seat: name of the seat they sit on, or None.
      position_m: floor point in the room, in metres.
      yaw_rad: where they look.
      updated_at_s: when this was so, in seconds since the epoch.
      stream: the event stream that they follow there.
      since_number: the stream's last number when they came in.
      left_at_s: since when they are gone, or None.
    """

    user_id: str
    room_id: str
    seat: str | None
    position_m: tuple[float, float, float]
    yaw_rad: float
    updated_at_s: float
    stream: str = ""
    since_number: int = 0
    left_at_s: float | None = None


class Presences:
    """Everybody's place, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, places: Sequence[Presence]) -> None:
        """Writes these people's places over their old ones."""
        # By user id: two writers then wait for each other rather than deadlock.
        rows = [_row(place) for place in sorted(places, key=lambda place: place.user_id)]
        for some in in_batches(rows):
            statement = statements.insert(self._connection, PRESENCE)
            changed = {name: statement.excluded[name] for name in some[0] if name != "user_id"}
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["user_id"], set_=changed),
                list(some),
            )

    async def everybody(self) -> list[Presence]:
        """Returns the place of everybody who is here or may come back."""
        rows = (await self._connection.execute(select(PRESENCE))).all()
        return [
            Presence(
                user_id=row.user_id,
                room_id=row.room_id,
                seat=row.seat,
                position_m=(row.x_m, row.y_m, row.z_m),
                yaw_rad=row.yaw_rad,
                updated_at_s=row.updated_at_s,
                stream=row.stream,
                since_number=row.since_number,
                left_at_s=row.left_at_s,
            )
            for row in rows
        ]

    async def remove(self, user_id: str) -> None:
        """Forgets where a person was."""
        await self._connection.execute(delete(PRESENCE).where(PRESENCE.c.user_id == user_id))


def _row(place: Presence) -> dict[str, object]:
    x_m, y_m, z_m = place.position_m
    return {
        "user_id": place.user_id,
        "room_id": place.room_id,
        "seat": place.seat,
        "x_m": x_m,
        "y_m": y_m,
        "z_m": z_m,
        "yaw_rad": place.yaw_rad,
        "updated_at_s": place.updated_at_s,
        "stream": place.stream,
        "since_number": place.since_number,
        "left_at_s": place.left_at_s,
    }
