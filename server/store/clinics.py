"""The clinic itself: one row that says what it is called and whether it is a demonstration."""

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import CLINIC
from world.errors import Conflict


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic; `opened_at_s` is seconds since the epoch."""

    name: str
    is_demo: bool
    opened_at_s: float


class Clinics:
    """The clinic's row, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self) -> Clinic | None:
        """Returns the clinic, or None before it is opened."""
        statement = select(CLINIC.c.name, CLINIC.c.is_demo, CLINIC.c.opened_at_s)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return None if row is None else Clinic(**row)

    async def open(self, clinic: Clinic) -> None:
        """Opens the clinic.

        Raises:
          Conflict: if it is open already.
        """
        values = {name: getattr(clinic, name) for name in Clinic.__slots__}
        try:
            await self._connection.execute(insert(CLINIC).values(id=1, **values))
        except IntegrityError as error:
            raise Conflict("This data folder holds a clinic already.") from error
