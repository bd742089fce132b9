"""Makes a batch of changes durable: the difference of two clinics, in one transaction.

Strategy: the desk works out the next Clinic from many requests at once; this module writes what
differs (visits, places, relations, aliases, attempts), the events, which requests were answered,
and the rows of the audit trail (server/audit_rows.py). All of it is committed together, so whatever
was acknowledged is there after a crash, whole, and what cannot be audited does not happen.

Rules: a process that begins to rule over the clinic appends one event to the stream OWNER. Every
batch names the number of that event, whether it has events of its own or not: a process that was
replaced while it slept can write nothing any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server import attempt_rows, audit_rows
from server.store.event_log import NewEvent
from server.store.presence import Presence
from server.store.relations import Report
from server.store.visits import Participant as InvitedRecord
from server.store.visits import VisitRecord
from server.store.work import Work
from world.clinic import Answered, Body, Clinic
from world.moderation import Ties
from world.outcome import Happening, Reported
from world.people import Role, RoomId, UserId, VisitId
from world.protocol.codec import encode_event_body
from world.training.station import Concluded, Reading
from world.visit_records import Asked, Participant, Visit
from world.visit_states import State

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Entry:
    """A happening with the id under which it is logged."""

    happening: Happening
    event_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to become durable together."""

    before: Clinic
    after: Clinic
    entries: Sequence[Entry]
    reports: Sequence[tuple[str, Reported]]
    users: frozenset[UserId]
    now_s: float
    concluded: Sequence[Concluded] = ()
    readings: Sequence[Reading] = ()


async def claim(work: Work, process_id: str, now_s: float) -> None:
    """Makes this process the one that rules over the clinic; any other is fenced from here on."""
    number = await work.events.last_number(OWNER)
    event = NewEvent(OWNER, process_id, "clinic", now_s, "", b"")
    await work.events.append([event], {OWNER: number})


async def record(work: Work, batch: Batch) -> None:
    """Writes the batch.

    Raises:
      Fenced: if another process rules over the clinic now.
      StoreUnavailable: if it cannot be written, or cannot be audited.
    """
    events = [_new_event(entry, batch.now_s) for entry in batch.entries]
    streams = {OWNER, *(event.stream for event in events)}
    numbers = batch.before.numbers
    # First, so that a process that was replaced finds out before it writes over anything.
    await work.events.append(events, {stream: numbers.get(stream, 0) for stream in streams})
    await _record_visits(work, batch)
    await _record_places(work, batch)
    await _record_relations(work, batch)
    before, after = batch.before.training, batch.after.training
    await attempt_rows.write(work, before, after, batch.concluded, batch.now_s)
    await work.answers.put(_answers(batch))
    for row in audit_rows.rows(batch.before, batch.after, batch.reports, batch.users, batch.now_s):
        work.audit.record(row)
    for row in audit_rows.debriefs(batch.before, batch.after, batch.readings, batch.now_s):
        work.audit.record(row)


def _new_event(entry: Entry, now_s: float) -> NewEvent:
    happening = entry.happening
    return NewEvent(
        stream=happening.stream,
        event_id=entry.event_id,
        sender=happening.sender,
        at_s=now_s,
        audience="",
        payload=encode_event_body(happening.body),
    )


async def _record_visits(work: Work, batch: Batch) -> None:
    old, new = batch.before.visits.visits, batch.after.visits.visits
    for visit_id, visit in new.items():
        if old.get(visit_id) is visit:
            continue
        await work.visits.put(visit_record(visit, batch.now_s), guests(visit, batch.now_s))


async def _record_places(work: Work, batch: Batch) -> None:
    old, new = batch.before.bodies, batch.after.bodies
    changed = [user for user in batch.users if user in new and new[user] is not old.get(user)]
    await work.presences.put([_place(user, new[user], batch.now_s) for user in changed])
    for user in batch.users:
        if user in old and user not in new:
            await work.presences.remove(user)


async def _record_relations(work: Work, batch: Batch) -> None:
    relations, now_s = work.relations, batch.now_s
    old, new = batch.before.moderation, batch.after.moderation
    for who, whom in _pairs(new.blocks) - _pairs(old.blocks):
        await relations.block(who, whom, now_s)
    for who, whom in _pairs(old.blocks) - _pairs(new.blocks):
        await relations.unblock(who, whom)
    for who, whom in _pairs(new.agreements) - _pairs(old.agreements):
        await relations.agree_to_voice(who, whom, now_s)
    for who, whom in _pairs(old.agreements) - _pairs(new.agreements):
        await relations.withdraw_voice(who, whom)
    for report_id, report in batch.reports:
        await relations.report(
            Report(
                report_id,
                report.reporter_id,
                report.reported_id,
                report.room_id,
                batch.now_s,
                report.text,
            )
        )
    for user in batch.users:
        profile, known = batch.after.profiles.get(user), batch.before.profiles.get(user)
        if profile is not None and known is not None and profile.alias != known.alias:
            await work.users.rename(user, profile.alias)


def _answers(batch: Batch) -> dict[str, tuple[int, tuple[tuple[int, int, str], ...]]]:
    old, new = batch.before.answered, batch.after.answered
    return {
        user: (answered.last, answered.refused)
        for user, answered in new.items()
        if old.get(user) is not answered
    }


def _pairs(ties: Ties) -> set[tuple[UserId, UserId]]:
    return {(one, other) for one, others in ties.items() for other in others}


def ties_from(pairs: Iterable[tuple[str, str]]) -> Ties:
    """Returns the ties that the store's pairs describe."""
    ties: dict[UserId, frozenset[UserId]] = {}
    for one, other in pairs:
        known = ties.get(UserId(one), frozenset())
        ties[UserId(one)] = known | {UserId(other)}
    return ties


def _place(user: UserId, body: Body, now_s: float) -> Presence:
    return Presence(
        user_id=user,
        room_id=body.room_id,
        seat=body.seat,
        position_m=body.position_m,
        yaw_rad=body.yaw_rad,
        stream=body.stream,
        since_number=body.since_number,
        updated_at_s=now_s,
    )


# --- Records and the world's own form of a visit.


def visit_record(visit: Visit, now_s: float) -> VisitRecord:
    """Returns the row of a visit."""
    return VisitRecord(
        id=visit.visit_id,
        patient_id=visit.patient_id,
        doctor_id=visit.doctor_id or visit.booked_with,
        room_id=visit.room_id,
        state=visit.state.value.replace("-", "_"),
        is_walk_in=visit.appointment_at_s is None,
        created_at_s=now_s,
        booked_for_s=visit.appointment_at_s,
        checked_in_at_s=visit.checked_in_at_s,
        consult_began_at_s=visit.consult_started_at_s,
        closed_at_s=visit.closed_at_s,
        missed_calls_n=visit.missed_calls_n,
    )


def guests(visit: Visit, now_s: float) -> list[InvitedRecord]:
    """Returns the rows of who was asked into a visit, those who have agreed first."""
    came = [
        InvitedRecord(
            visit.visit_id,
            guest.user_id,
            guest.role.value,
            now_s,
            guest.sees_vitals,
            agreed_at_s=now_s,
        )
        for guest in visit.participants
        if guest.role not in {Role.PATIENT, Role.DOCTOR}
    ]
    return came + [
        InvitedRecord(visit.visit_id, asked.user_id, asked.role.value, now_s, invited_by=asked.by)
        for asked in visit.asked
    ]


def visit_from(record: VisitRecord, invited: Iterable[InvitedRecord]) -> Visit:
    """Returns the visit that a row and those who were asked into it describe."""
    invited = [one for one in invited if one.visit_id == record.id]
    state = State(record.state.replace("_", "-"))
    doctor_id = UserId(record.doctor_id) if record.doctor_id else None
    holds = state in {State.CALLED, State.IN_CONSULT, State.ENDED}
    participants = [Participant(UserId(record.patient_id), Role.PATIENT, sees_vitals=True)]
    participants += [
        Participant(UserId(guest.user_id), Role(guest.role), guest.sees_vitals)
        for guest in invited
        if guest.agreed_at_s is not None
    ]
    asked = tuple(
        Asked(UserId(one.user_id), Role(one.role), UserId(one.invited_by))
        for one in invited
        if one.agreed_at_s is None and one.invited_by is not None
    )
    if doctor_id and holds:
        participants.append(Participant(doctor_id, Role.DOCTOR, sees_vitals=True))
    return Visit(
        visit_id=VisitId(record.id),
        state=state,
        participants=tuple(participants),
        appointment_at_s=record.booked_for_s,
        booked_with=None if holds else doctor_id,
        checked_in_at_s=record.checked_in_at_s,
        room_id=RoomId(record.room_id) if record.room_id else None,
        consult_started_at_s=record.consult_began_at_s,
        closed_at_s=record.closed_at_s,
        missed_calls_n=record.missed_calls_n,
        asked=asked,
    )


def answered_from(
    rows: Mapping[str, tuple[int, tuple[tuple[int, int, str], ...]]],
) -> dict[UserId, Answered]:
    """Returns what the store knows of answered requests."""
    return {UserId(user): Answered(last, refused) for user, (last, refused) in rows.items()}
