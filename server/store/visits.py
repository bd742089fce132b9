"""Visits and who takes part in them; which state may follow which is for `world` to decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import statements
from server.store.schema import VISIT, VISIT_PARTICIPANT
from server.store.statements import in_batches
from world.errors import Conflict, NotFound

CLOSED_STATES: Final = ("ended", "cancelled", "no_show", "left")


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """One visit as it is stored; every `_at_s` is seconds since the epoch, None if not yet.

    Attributes:
      id: uuid4 hex.
      patient_id: user id.
      doctor_id: user id, or None as long as nobody has taken it.
      room_id: the consult room, or None.
      state: booked, checked_in, called, in_consult, ended, cancelled, no_show or left.
      is_walk_in: came without an appointment.
      created_at_s: when it was booked, or walked in.
      booked_for_s: the appointment's time.
      checked_in_at_s: when the patient checked in.
      called_at_s: when the patient was last called.
      consult_began_at_s: when the consult began.
      closed_at_s: when it ended, was cancelled, or the patient left.
      missed_calls_n: how often the patient was called and did not come.
      version: counts the changes; a change made from an older one is refused.
    """

    id: str
    patient_id: str
    doctor_id: str | None
    room_id: str | None
    state: str
    is_walk_in: bool
    created_at_s: float
    booked_for_s: float | None = None
    checked_in_at_s: float | None = None
    called_at_s: float | None = None
    consult_began_at_s: float | None = None
    closed_at_s: float | None = None
    missed_calls_n: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody beside patient and doctor who was asked into a visit.

    Attributes:
      agreed_at_s: when they agreed, and with that took part; None as long as they have not.
      invited_by: who asks, as long as they have not agreed.
    """

    visit_id: str
    user_id: str
    role: str
    invited_at_s: float
    sees_vitals: bool = False
    agreed_at_s: float | None = None
    invited_by: str | None = None


class Visits:
    """The visits, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, visit: VisitRecord) -> None:
        """Adds a visit.

        Raises:
          Conflict: if there is one of this id.
        """
        try:
            await self._connection.execute(insert(VISIT).values(_values(visit)))
        except IntegrityError as error:
            raise Conflict(f"visit {visit.id} cannot be added: it is there already") from error

    async def save(self, visit: VisitRecord) -> VisitRecord:
        """Writes a changed visit and returns it with its new version.

        Raises:
          Conflict: if it was changed since this version was read.
        """
        saved = replace(visit, version=visit.version + 1)
        statement = (
            update(VISIT)
            .where(VISIT.c.id == visit.id, VISIT.c.version == visit.version)
            .values(_values(saved))
        )
        if (await self._connection.execute(statement)).rowcount != 1:
            raise Conflict(f"visit {visit.id} was changed by somebody else: look at it again")
        return saved

    async def put(self, visit: VisitRecord, participants: Sequence[Participant]) -> None:
        """Writes a visit and who takes part, over whatever was there but its `created_at_s`.

        For the one process that rules over visits, whose appends to the event log are fenced.
        """
        row = statements.insert(self._connection, VISIT).values(_values(visit))
        kept = {"id", "created_at_s", "version"}
        changed: dict[str, object] = {
            name: row.excluded[name] for name in _values(visit) if name not in kept
        }
        changed["version"] = VISIT.c.version + 1
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["id"], set_=changed)
        )
        gone = delete(VISIT_PARTICIPANT).where(
            VISIT_PARTICIPANT.c.visit_id == visit.id,
            VISIT_PARTICIPANT.c.user_id.not_in([guest.user_id for guest in participants]),
        )
        await self._connection.execute(gone)
        for participant in participants:
            await self.invite(participant)

    async def get(self, visit_id: str) -> VisitRecord:
        """Returns the visit.

        Raises:
          NotFound: if there is none.
        """
        found = await self._select(VISIT.c.id == visit_id)
        if not found:
            raise NotFound(f"there is no visit {visit_id}")
        return found[0]

    async def not_closed(self) -> list[VisitRecord]:
        """Returns the visits that are booked or go on, oldest first."""
        return await self._select(VISIT.c.state.not_in(CLOSED_STATES))

    async def closed_after(self, at_s: float, limit: int) -> list[VisitRecord]:
        """Returns at most `limit` visits that had a consult and closed since, newest first."""
        statement = (
            select(VISIT)
            .where(VISIT.c.closed_at_s > at_s, VISIT.c.consult_began_at_s.is_not(None))
            .order_by(VISIT.c.closed_at_s.desc())
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).mappings()
        return [VisitRecord(**row) for row in rows]

    async def of_patient(self, patient_id: str) -> list[VisitRecord]:
        """Returns every visit of a patient, oldest first."""
        return await self._select(VISIT.c.patient_id == patient_id)

    async def invite(self, participant: Participant) -> None:
        """Lets a carer, interpreter or observer take part, or changes what they may see."""
        values = {name: getattr(participant, name) for name in Participant.__slots__}
        row = statements.insert(self._connection, VISIT_PARTICIPANT).values(values)
        changed = {
            "role": row.excluded.role,
            "sees_vitals": row.excluded.sees_vitals,
            "invited_by": row.excluded.invited_by,
            "agreed_at_s": func.coalesce(VISIT_PARTICIPANT.c.agreed_at_s, row.excluded.agreed_at_s),
        }
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["visit_id", "user_id"], set_=changed)
        )

    async def participants(self, visit_ids: Iterable[str]) -> list[Participant]:
        """Returns who was invited to these visits."""
        found: list[Participant] = []
        for some in in_batches(sorted(set(visit_ids))):
            statement = (
                select(VISIT_PARTICIPANT)
                .where(VISIT_PARTICIPANT.c.visit_id.in_(some))
                .order_by(VISIT_PARTICIPANT.c.invited_at_s)
            )
            rows = (await self._connection.execute(statement)).mappings()
            found.extend(Participant(**row) for row in rows)
        return found

    async def _select(self, condition: ColumnElement[bool]) -> list[VisitRecord]:
        statement = select(VISIT).where(condition).order_by(VISIT.c.created_at_s, VISIT.c.id)
        rows = (await self._connection.execute(statement)).mappings()
        return [VisitRecord(**row) for row in rows]


def _values(visit: VisitRecord) -> dict[str, object]:
    return {name: getattr(visit, name) for name in VisitRecord.__slots__}
