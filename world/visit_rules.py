"""Who may cause which event of a visit, and when: the rows of TRANSITIONS plus their conditions.

Order of refusals: a visit that the person may not know of does not exist for them; then who they
are; then in which state the visit is; then what else the event needs.
"""

from collections.abc import Mapping

from world.errors import Conflict, NotFound, NotPermitted, NotSignedIn, Refusal, RoomFull
from world.people import COMPANIONS, Person, Role
from world.visit_events import (
    AllowVitals,
    Book,
    Call,
    CheckIn,
    Dismiss,
    GoBack,
    Invite,
    MarkNoShow,
    VisitEvent,
    WalkIn,
)
from world.visit_records import Visit, Visits
from world.visit_states import TRANSITIONS, Parties, Party, State

PARTICIPANTS_MAX_N = 8
"""Seats of a consult room's circle; a limit of the house."""

_BY_ROLE: Mapping[Role, Party] = {
    Role.DOCTOR: Party.ANY_DOCTOR,
    Role.NURSE: Party.ANY_NURSE,
    Role.ADMIN: Party.ANY_ADMIN,
}
_BY_PART: Mapping[Role, Parties] = {
    Role.PATIENT: frozenset({Party.PATIENT}),
    Role.DOCTOR: frozenset({Party.DOCTOR}),
    Role.CARER: frozenset({Party.CARER, Party.INVITED}),
    Role.INTERPRETER: frozenset({Party.INVITED}),
}
_TOO_LATE: Mapping[State, str] = {
    State.BOOKED: "This visit is only booked. Check in first, or cancel it.",
    State.CHECKED_IN: "This visit waits in the queue. Wait for the call, or choose another step.",
    State.CALLED: "This patient has been called already. Choose the next in the list.",
    State.IN_CONSULT: "This visit is in consult. End it first, or choose another.",
    State.ENDED: "This visit has ended. Start a new one.",
    State.CANCELLED: "This visit was cancelled. Book or start a new one.",
    State.NO_SHOW: "This visit was closed because nobody came. Book or start a new one.",
    State.LEFT: "This visit was left. Start a new one to be seen.",
}


def parties(visit: Visit, person: Person) -> Parties:
    """Returns in which capacities the person can act on the visit."""
    part = visit.participant(person.user_id)
    own = _BY_PART.get(part.role, frozenset()) if part is not None else frozenset[Party]()
    if visit.asking(person.user_id) is not None:
        own |= {Party.ASKED}
    by_role = _BY_ROLE.get(person.role)
    return own if by_role is None else own | {by_role}


def is_named(visit: Visit, person: Person, kind: type[VisitEvent]) -> bool:
    """Whether some row, in whatever state, names this person for such an event."""
    mine = parties(visit, person)
    return any(row.by & mine for (_, event), row in TRANSITIONS.items() if event is kind)


def refuse_event(visits: Visits, event: VisitEvent, by: Person, now_s: float) -> Refusal | None:
    """Returns why this person may not cause this event now, None if they may."""
    visit = visits.visits.get(event.visit_id)
    if visit is None or not parties(visit, by):
        return NotFound("There is no such visit for you. Ask at the desk.")
    if not is_named(visit, by, type(event)):
        return NotPermitted("This step belongs to somebody else in the visit. Ask them to do it.")
    row = TRANSITIONS.get((visit.state, type(event)))
    if row is None:
        return Conflict(_TOO_LATE[visit.state])
    if not row.by & parties(visit, by):
        return NotPermitted("At this point somebody else decides. Ask the visit's doctor.")
    return _refuse_condition(visits, visit, event, by, now_s)


def refuse_new(visits: Visits, event: Book | WalkIn, by: Person) -> Refusal | None:
    """Returns why this person may not open this visit, None if they may."""
    is_own = by.role is Role.PATIENT and by.user_id == event.patient_id
    if not is_own and by.role not in _BY_ROLE:
        return NotPermitted("A visit is opened by the patient or by the desk. Ask at the desk.")
    patient = visits.people.get(event.patient_id)
    if patient is not None and patient.role is not Role.PATIENT:
        return NotPermitted("A visit needs a patient's account. Ask at the desk for one.")
    if event.visit_id in visits.visits:
        return Conflict("This visit exists already. Open it from the list.")
    if isinstance(event, WalkIn) and visits.active_of(event.patient_id) is not None:
        return Conflict("There is a visit already. Go on with it, or leave it first.")
    return None


def _refuse_condition(
    visits: Visits, visit: Visit, event: VisitEvent, by: Person, now_s: float
) -> Refusal | None:
    refusal: Refusal | None = None
    match event:
        case CheckIn() if visits.active_of(visit.patient_id) is not None:
            refusal = Conflict("There is a visit already. Go on with it, or leave it first.")
        case GoBack() if not _may_go_back(visits, visit, now_s):
            refusal = Conflict("The doctor may still come back. Wait a little, or leave.")
        case Call():
            refusal = _refuse_call(visits, event, by)
        case MarkNoShow():
            refusal = _refuse_no_show(visits, visit, now_s)
        case Invite():
            refusal = _refuse_invite(visit, event)
        case Dismiss() | AllowVitals():
            refusal = _refuse_guest(visit, event, by)
        case _:
            pass
    return refusal


def _may_go_back(visits: Visits, visit: Visit, now_s: float) -> bool:
    doctor_id = visit.doctor_id
    since_s = None if doctor_id is None else visit.absent_since_s.get(doctor_id)
    return since_s is not None and now_s - since_s >= visits.limits.doctor_held_s


def _refuse_call(visits: Visits, event: Call, by: Person) -> Refusal | None:
    if not by.is_connected or by.user_id not in visits.people:
        return NotSignedIn("Come into the clinic first, then call the patient.")
    if event.room_id not in visits.consult_room_ids:
        return NotFound("There is no such consult room. Choose one from the list.")
    if visits.holder(event.room_id) is not None:
        return Conflict("This room is in use. Choose another consult room.")
    if visits.attended_by(by.user_id) is not None:
        return Conflict("You have a visit already. End it or take the call back first.")
    return None


def _refuse_no_show(visits: Visits, visit: Visit, now_s: float) -> Refusal | None:
    if visit.appointment_at_s is not None and now_s < visit.appointment_at_s:
        return Conflict("The appointment is not due yet. Wait until its time.")
    if visit.room_id is not None and visits.is_inside(visit.patient_id, visit.room_id):
        return Conflict("The patient is in the room. Go in and meet them.")
    return None


def _refuse_invite(visit: Visit, event: Invite) -> Refusal | None:
    if event.role not in COMPANIONS:
        return NotPermitted("Only a carer or an interpreter can be invited. Choose one.")
    if visit.participant(event.user_id) is not None:
        return Conflict("This person belongs to the visit already. Tell them to come in.")
    if visit.asking(event.user_id) is not None:
        return Conflict("This person was asked already. Wait for the answer.")
    if len(visit.participants) + len(visit.asked) >= PARTICIPANTS_MAX_N:
        return RoomFull("The visit has no free seat. Ask somebody to leave it first.")
    return None


def _refuse_guest(visit: Visit, event: Dismiss | AllowVitals, by: Person) -> Refusal | None:
    is_answer = isinstance(event, Dismiss) and visit.asking(event.user_id) is not None
    part = visit.participant(event.user_id)
    if not is_answer and (part is None or part.role not in COMPANIONS):
        return NotFound("No such guest belongs to this visit. Choose one from its list.")
    is_host = parties(visit, by) & {Party.PATIENT, Party.DOCTOR}
    if not is_host and event.user_id != by.user_id:
        return NotPermitted("You can only leave the visit yourself. Ask the patient or doctor.")
    return None
