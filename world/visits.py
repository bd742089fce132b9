"""The visit machine: one event in, the next truth and its effects out.

The rules stand as tables in `world/visit_states.py`, who may do what in `world/visit_rules.py`;
this module applies them. The caller owns the one `Visits`, passes the time, keeps what is
returned and carries out the effects in order. A refused event changes nothing. Times are seconds
of one clock that does not run backward.

One account twice: the newer connection takes over body, room and visit; the older is closed with
`CloseReason.TAKEN_OVER`, and its late `Disconnect` is of no consequence.
Microphone denied: no rule of a visit asks for a microphone; its people are told to use the text.
"""

from collections.abc import Mapping
from dataclasses import replace

from world import doors
from world.errors import NotPermitted, NotSignedIn
from world.people import Person, Role, RoomId, UserId
from world.visit_changes import (
    bring_back,
    change,
    doctors_of,
    patient_side,
    show_out,
    tell,
    tell_text_only,
)
from world.visit_events import (
    AllowVitals,
    Book,
    Call,
    Cancel,
    Changed,
    CloseConnection,
    CloseReason,
    Connect,
    Depart,
    Disconnect,
    Dismiss,
    Effect,
    End,
    Event,
    GoBack,
    Gone,
    Invite,
    Join,
    Leave,
    MarkNoShow,
    Move,
    Moved,
    Notice,
    Notify,
    OpenDoor,
    SetMicrophone,
    Tick,
    Uncall,
    VisitEvent,
    WalkIn,
)
from world.visit_records import Asked, Participant, Visit, Visits
from world.visit_rules import refuse_event, refuse_new
from world.visit_states import TRANSITIONS, State
from world.visit_time import pass_time, settle

_TOLD: Mapping[type[VisitEvent], tuple[Notice | None, Notice | None]] = {
    Call: (Notice.CALLED, None),
    Uncall: (Notice.CALL_TAKEN_BACK, Notice.VISIT_RETURNED),
    GoBack: (None, Notice.VISIT_RETURNED),
    End: (Notice.ENDED, None),
    Leave: (None, Notice.PATIENT_LEFT),
    Cancel: (Notice.NOT_TAKING_PLACE, Notice.VISIT_OVER),
    MarkNoShow: (Notice.NOT_TAKING_PLACE, Notice.VISIT_OVER),
}
"""What the patient's side and the doctor are told, save the one who caused it."""


def apply(
    visits: Visits, event: Event, by: Person | None, now_s: float
) -> tuple[Visits, tuple[Effect, ...]]:
    """Returns the visits after the event, and what is to be done about it.

    Args:
      visits: the truth so far.
      event: what happens.
      by: who causes it; None for `Connect`, `Disconnect` and `Tick`, which the server causes.
      now_s: the time of the event.

    Raises:
      Refusal: if the rules do not allow it; nothing has changed then.
    """
    effects: list[Effect] = []
    visits = pass_time(visits, now_s, effects)
    if by is not None:
        visits = _act(visits, event, by, now_s, effects)
    else:
        visits = _serve(visits, event, now_s, effects)
    visits = settle(visits, now_s, effects)
    return visits, tuple(effects)


def _serve(visits: Visits, event: Event, now_s: float, effects: list[Effect]) -> Visits:
    match event:
        case Connect():
            return _connect(visits, event, effects)
        case Disconnect():
            return _disconnect(visits, event, now_s)
        case Tick():
            return visits
        case _:
            raise NotSignedIn("Sign in first; the server does not know who asks.")


def _act(visits: Visits, event: Event, by: Person, now_s: float, effects: list[Effect]) -> Visits:
    match event:
        case Move() | Depart() | OpenDoor() | SetMicrophone():
            here = visits.people.get(by.user_id)
            if here is None or not here.is_connected:
                raise NotSignedIn("You are not in the clinic. Connect again.")
            return _body(visits, event, here, now_s, effects)
        case Book() | WalkIn():
            return _begin(visits, event, by, now_s, effects)
        case VisitEvent():
            return _advance(visits, event, by, now_s, effects)
        case _:
            raise NotPermitted("Only the server itself can say this. Use the clinic's program.")


# People: arriving, vanishing, walking.


def _connect(visits: Visits, event: Connect, effects: list[Effect]) -> Visits:
    known = visits.people.get(event.user_id)
    if known is None:
        effects.append(Moved(event.user_id, visits.waiting_room_id))
        return visits.with_person(
            Person(event.user_id, event.role, visits.waiting_room_id, event.connection_id)
        )
    older = known.connection_id
    if older is not None and older != event.connection_id:
        effects.append(CloseConnection(older, CloseReason.TAKEN_OVER))
    return visits.with_person(Person(event.user_id, event.role, known.room_id, event.connection_id))


def _disconnect(visits: Visits, event: Disconnect, now_s: float) -> Visits:
    person = visits.people.get(event.user_id)
    if person is None or person.connection_id != event.connection_id:
        return visits
    return visits.with_person(replace(person, connection_id=None, vanished_at_s=now_s))


def _body(
    visits: Visits,
    event: Move | Depart | OpenDoor | SetMicrophone,
    person: Person,
    now_s: float,
    effects: list[Effect],
) -> Visits:
    match event:
        case Move(room_id):
            refusal = doors.may_pass(visits, person, room_id)
            if refusal is not None:
                raise refusal
            _tell_of_patient(visits, person, room_id, effects)
            return visits.with_person(replace(person, room_id=room_id))
        case Depart():
            effects.append(Gone(person.user_id))
            people = {key: other for key, other in visits.people.items() if other is not person}
            return replace(visits, people=people)
        case OpenDoor(room_id):
            if person.room_id != room_id:
                raise NotPermitted("This door opens from inside. Knock, and wait for an answer.")
            visit = visits.holder(room_id)
            until_s = now_s + visits.limits.door_open_s
            return visits.with_visit(replace(visit, door_open_until_s=until_s)) if visit else visits
        case SetMicrophone(is_allowed):
            if not is_allowed:
                _tell_text_only(visits, person, effects)
            return visits.with_person(replace(person, has_microphone=is_allowed))


def _tell_of_patient(
    visits: Visits, person: Person, room_id: RoomId, effects: list[Effect]
) -> None:
    """Tells a doctor who is elsewhere that the called patient has come."""
    visit = visits.holder(room_id)
    if visit is None or visit.state is not State.CALLED or visit.patient_id != person.user_id:
        return
    if not visits.is_inside(visit.doctor_id, room_id):
        tell(effects, visit, doctors_of(visit.participants), Notice.PATIENT_INSIDE)


def _tell_text_only(visits: Visits, person: Person, effects: list[Effect]) -> None:
    """Tells the people of a consult that has begun; the others learn of it when they meet."""
    for visit in visits.of_participant(person.user_id):
        if visit.state is State.IN_CONSULT:
            tell_text_only(effects, visit, {person.user_id})


# Visits: beginning, advancing.


def _begin(
    visits: Visits, event: Book | WalkIn, by: Person, now_s: float, effects: list[Effect]
) -> Visits:
    refusal = refuse_new(visits, event, by)
    if refusal is not None:
        raise refusal
    patient = (Participant(event.patient_id, Role.PATIENT, sees_vitals=True),)
    effects.append(Changed(event.visit_id))
    match event:
        case Book():
            return visits.with_visit(
                Visit(
                    event.visit_id,
                    State.BOOKED,
                    patient,
                    appointment_at_s=event.appointment_at_s,
                    booked_with=event.booked_with,
                )
            )
        case WalkIn():
            return visits.with_visit(
                Visit(event.visit_id, State.CHECKED_IN, patient, checked_in_at_s=now_s)
            )


def _advance(
    visits: Visits, event: VisitEvent, by: Person, now_s: float, effects: list[Effect]
) -> Visits:
    refusal = refuse_event(visits, event, by, now_s)
    if refusal is not None:
        raise refusal
    visit = visits.visits[event.visit_id]
    to = TRANSITIONS[visit.state, type(event)].to
    if isinstance(event, Call):
        doctor = Participant(by.user_id, Role.DOCTOR, sees_vitals=True)
        called = (*visit.participants, doctor)
        visit = replace(visit, room_id=event.room_id, participants=called)
    to_patient, to_doctor = _TOLD.get(type(event), (None, None))
    others = tuple(p for p in visit.participants if p.user_id != by.user_id)
    tell(effects, visit, patient_side(others), to_patient)
    tell(effects, visit, doctors_of(others), to_doctor)
    match event:
        case Call(_, room_id):
            visits = change(visits, visit, to, now_s, effects)
            return show_out(visits, room_id, visit.participant_ids, effects)
        case Invite() | Join() | Dismiss() | AllowVitals():
            return _keep_company(visits, visit, event, by, effects)
        case _:
            return change(visits, visit, to, now_s, effects)


def _keep_company(
    visits: Visits,
    visit: Visit,
    event: Invite | Join | Dismiss | AllowVitals,
    by: Person,
    effects: list[Effect],
) -> Visits:
    effects.append(Changed(visit.visit_id))
    match event:
        case Invite(_, user_id, role):
            asked = (*visit.asked, Asked(user_id, role, by.user_id))
            return visits.with_visit(replace(visit, asked=asked))
        case Join():
            return _join(visits, visit, by, effects)
        case AllowVitals(_, user_id, is_allowed):
            guests = tuple(
                replace(p, sees_vitals=is_allowed) if p.user_id == user_id else p
                for p in visit.participants
            )
            return visits.with_visit(replace(visit, participants=guests))
        case Dismiss(_, user_id):
            return _dismiss(visits, visit, user_id, by, effects)


def _join(visits: Visits, visit: Visit, by: Person, effects: list[Effect]) -> Visits:
    asked = visit.asking(by.user_id)
    if asked is None:
        raise ValueError(f"{by.user_id} was not asked into {visit.visit_id}")
    joined = Notice.JOINED_CALLED if visit.room_id else Notice.JOINED
    effects.append(Notify(by.user_id, joined, visit.visit_id, visit.room_id))
    effects.append(Notify(asked.by, Notice.COMES_ALONG, visit.visit_id))
    guests = (*visit.participants, Participant(by.user_id, asked.role))
    return visits.with_visit(replace(_unasked(visit, by.user_id), participants=guests))


def _dismiss(
    visits: Visits, visit: Visit, user_id: UserId, by: Person, effects: list[Effect]
) -> Visits:
    asked = visit.asking(user_id)
    if asked is not None:
        is_answer = user_id == by.user_id
        whom, notice = (asked.by, Notice.STAYS_AWAY) if is_answer else (user_id, Notice.NOT_INVITED)
        effects.append(Notify(whom, notice, visit.visit_id))
        return visits.with_visit(_unasked(visit, user_id))
    effects.append(Notify(user_id, Notice.DISMISSED, visit.visit_id))
    others = tuple(p for p in visit.participants if p.user_id != user_id)
    visits = visits.with_visit(replace(visit, participants=others))
    return bring_back(visits, [user_id], visit.room_id, effects)


def _unasked(visit: Visit, user_id: UserId) -> Visit:
    return replace(visit, asked=tuple(one for one in visit.asked if one.user_id != user_id))
