"""What follows from a request, an arrival, a lost connection or the passing of time.

Strategy: pure functions from one Clinic to an Outcome. Visits go through world/visits.py, whose
effects world/whereabouts.py carries out. A Refusal leaves everything as it was.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import hypot
from typing import TypeAlias, assert_never

from world import access, moderation, naming, restraint, seats
from world.access import Action
from world.clinic import (
    Body,
    Clinic,
    Profile,
    RoomPlan,
    stream_of,
)
from world.errors import Conflict, NotFound, NotPermitted, NotSignedIn, RoomFull
from world.geometry import Vector
from world.moment import Moment
from world.outcome import Outcome, Reported
from world.people import ConnectionId, Person, Role, RoomId, UserId, VisitId
from world.protocol import messages as m
from world.queue import next_for
from world.rooms.layout import Door
from world.training import debrief
from world.training import rules as training
from world.training.news import News
from world.visit_events import (
    AllowVitals,
    Call,
    Cancel,
    CheckIn,
    Connect,
    Depart,
    Disconnect,
    Dismiss,
    End,
    Event,
    GoBack,
    Invite,
    Join,
    Leave,
    MarkNoShow,
    Move,
    OpenDoor,
    SetMicrophone,
    Tick,
    Uncall,
    VisitEvent,
    WalkIn,
)
from world.visit_states import State
from world.whereabouts import put, visit_event

REACH_DOOR_M = 1.6
CHECK_IN_WINDOW_S = 12 * 3600.0
_CHANGES: Mapping[str, type[VisitEvent]] = {
    "end": End,
    "cancel": Cancel,
    "no-show": MarkNoShow,
    "uncall": Uncall,
    "go-back": GoBack,
    "leave": Leave,
}

VisitRequest: TypeAlias = (
    m.CheckIn
    | m.CallPatient
    | m.ChangeVisit
    | m.Invite
    | m.AnswerInvitation
    | m.AllowVitals
    | m.LeaveClinic
)
_RELATING: Mapping[type[m.Message], Action] = {
    m.Block: Action.BLOCK,
    m.AgreeToTalk: Action.AGREE_TO_TALK,
    m.Report: Action.REPORT,
}


# --- People come and go.


def arrive(clinic: Clinic, profile: Profile, connection_id: ConnectionId, now_s: float) -> Outcome:
    """Returns the clinic with this person connected, in the old place if it is still held.

    Raises:
      RoomFull: if there is no place in the waiting room.
    """
    out = Outcome(clinic.with_profile(profile))
    user_id = profile.user_id
    if user_id not in clinic.bodies and _room_is_full(clinic, clinic.visits.waiting_room_id):
        raise RoomFull("The clinic is full. Try again in a few minutes.")
    visit_event(out, Connect(user_id, profile.role, connection_id), None, now_s)
    if user_id not in out.clinic.bodies:
        person = out.clinic.visits.people[user_id]
        put(out, user_id, person.room_id or out.clinic.visits.waiting_room_id)
    training.forget_watcher(out, user_id)
    out.touched.add(user_id)
    return out


def depart(clinic: Clinic, user_id: UserId, connection_id: ConnectionId, now_s: float) -> Outcome:
    """Returns the clinic with this connection lost; the place is held for a while."""
    out = Outcome(clinic)
    visit_event(out, Disconnect(user_id, connection_id), None, now_s)
    training.settle(out)
    out.touched.add(user_id)
    return out


def pass_time(clinic: Clinic, now_s: float) -> Outcome:
    """Returns the clinic after what time alone does."""
    out = Outcome(clinic)
    visit_event(out, Tick(), None, now_s)
    training.settle(out)
    return out


def hear(clinic: Clinic, news: News) -> Outcome:
    """Returns the clinic after what the simulation of a training room tells."""
    out = Outcome(clinic)
    training.hear(out, news)
    return out


# --- Requests.


def handle(clinic: Clinic, user_id: UserId, request: m.Request, moment: Moment) -> Outcome:
    """Returns what follows from one request of somebody who has a body in a room.

    Raises:
      Refusal: if it is not to be; nothing has changed then.
    """
    body = clinic.bodies.get(user_id)
    person = clinic.visits.people.get(user_id)
    if body is None or person is None:
        raise NotSignedIn("You are not in the clinic any more. Sign in again.")
    out = Outcome(clinic)
    match request:
        case m.Say() | m.Knock():
            _speak(out, user_id, body, request, moment)
        case m.Sit() | m.Stand() | m.GoThrough() | m.OpenDoor():
            _move(out, person, body, request, moment)
        case (
            m.CheckIn()
            | m.CallPatient()
            | m.ChangeVisit()
            | m.Invite()
            | m.AnswerInvitation()
            | m.AllowVitals()
            | m.LeaveClinic()
        ):
            _visit(out, person, body, request, moment)
        case m.ChooseAlias() | m.MuteVoice():
            _present(out, person, body, request, moment)
        case m.Block() | m.Report() | m.AgreeToTalk():
            _relate(out, user_id, body, request, moment)
        case m.BeginAttempt() | m.EndAttempt() | m.WatchStation():
            training.handle(out, person, body, request, moment)
        case m.ReadAttempts() | m.ShowReplay() | m.SteerReplay() | m.EndReplay():
            debrief.handle(out, person, body, request, moment)
        case m.OfferVoice():
            raise NotPermitted("Voice is not set up by the rules. Ask the voice server.")
        case _:
            assert_never(request)
    training.settle(out)
    return out


def _speak(
    out: Outcome, user_id: UserId, body: Body, request: m.Say | m.Knock, moment: Moment
) -> None:
    name = out.clinic.profiles[user_id].alias
    match request:
        case m.Say(_, text, written_for):
            _require(out.clinic, user_id, Action.WRITE_CHAT, body.room_id)
            naming.require_text(text)
            stream = stream_of(out.clinic, body.room_id)
            if written_for not in {None, stream}:
                raise Conflict("Others would read this now. Read it again, then send it to them.")
            _write(out, user_id, text, moment)
            out.happen(stream, user_id, m.Said(body.slot, name, text))
        case m.Knock(_, door_name):
            plan = out.clinic.plans[body.room_id]
            _require_near(_door(plan, door_name), moment.head_m)
            other, their_door = plan.leads_to[door_name]
            _require(out.clinic, user_id, Action.KNOCK, other)
            _count(out, ("knock", user_id, other), restraint.KNOCKS, moment)
            knocked = m.Knocked(their_door, name)
            out.happen(stream_of(out.clinic, other), user_id, knocked)


def _move(
    out: Outcome,
    person: Person,
    body: Body,
    request: m.Sit | m.Stand | m.GoThrough | m.OpenDoor,
    moment: Moment,
) -> None:
    plan = out.clinic.plans[body.room_id]
    match request:
        case m.Sit(_, seat_name):
            seats.sit(out, person, body, seat_name, moment)
        case m.Stand():
            seats.stand(out, person.user_id, body)
        case m.GoThrough(_, door_name):
            door = _door(plan, door_name)
            _require_near(door, moment.head_m)
            _go_through(out, person, body, door_name, moment)
        case m.OpenDoor(_, door_name):
            _require_near(_door(plan, door_name), moment.head_m)
            is_outside = body.room_id == out.clinic.visits.waiting_room_id
            room_id = plan.leads_to[door_name][0] if is_outside else body.room_id
            _require(out.clinic, person.user_id, Action.OPEN_DOOR, room_id)
            visit_event(out, OpenDoor(room_id), person, moment.now_s)
    out.touched.add(person.user_id)


def _go_through(out: Outcome, person: Person, body: Body, door_name: str, moment: Moment) -> None:
    other, their_door = out.clinic.plans[body.room_id].leads_to[door_name]
    is_way_out = other == out.clinic.visits.waiting_room_id
    if not is_way_out and _room_is_full(out.clinic, other):
        raise RoomFull("There is no room for another person there. Wait until somebody leaves.")
    if door_name not in out.clinic.open_doors(body.room_id, moment.now_s) and (
        body.room_id in out.clinic.visits.consult_room_ids
    ):
        visit_event(out, OpenDoor(body.room_id), person, moment.now_s)
    visit_event(out, Move(other), person, moment.now_s)
    training.forget_watcher(out, person.user_id)
    door = out.clinic.plans[other].door(their_door)
    put(out, person.user_id, other, door)


def _visit(
    out: Outcome,
    person: Person,
    body: Body,
    request: VisitRequest,
    moment: Moment,
) -> None:
    now_s = moment.now_s
    match request:
        case m.CheckIn():
            visit_event(out, _check_in(out.clinic, person, moment), person, now_s)
        case m.CallPatient(_, room_id, visit_id):
            chosen = VisitId(visit_id) if visit_id else _next_in_line(out.clinic, person.user_id)
            visit_event(out, Call(chosen, RoomId(room_id)), person, now_s)
        case m.ChangeVisit(_, visit_id, change):
            visit_event(out, _CHANGES[change](VisitId(visit_id)), person, now_s)
        case m.AllowVitals(_, visit_id, slot, is_allowed):
            guest_id = _at_slot(out.clinic, body.room_id, slot)
            allow = AllowVitals(VisitId(visit_id), guest_id, is_allowed)
            visit_event(out, allow, person, now_s)
            out.touched.add(guest_id)
        case m.Invite(_, visit_id, slot, is_invited, room_id):
            guest_id = _at_slot(out.clinic, _within_sight(out.clinic, body, room_id), slot)
            visit, role = VisitId(visit_id), _part(out.clinic, person.user_id, guest_id)
            event: Event = Invite(visit, guest_id, role) if is_invited else Dismiss(visit, guest_id)
            visit_event(out, event, person, now_s)
            if is_invited:
                key = ("invite", person.user_id, guest_id)
                _count(out, key, restraint.INVITATIONS, moment)
            out.touched.add(guest_id)
        case m.AnswerInvitation(_, visit_id, agrees):
            visit = VisitId(visit_id)
            answer: Event = Join(visit) if agrees else Dismiss(visit, person.user_id)
            visit_event(out, answer, person, now_s)
        case m.LeaveClinic():
            _go_home(out, person, now_s)
    out.touched.add(person.user_id)


def _part(clinic: Clinic, by: UserId, guest_id: UserId) -> Role:
    """Returns the part that a guest would have in a visit.

    Where one of the two has blocked the other it is one that cannot be asked along, so that the
    answer is that for any stranger, and tells nothing of the block.
    """
    is_blocked = clinic.moderation.is_blocked(by, guest_id)
    return Role.PATIENT if is_blocked else clinic.profiles[guest_id].role


def _check_in(clinic: Clinic, person: Person, moment: Moment) -> Event:
    booked = [
        visit
        for visit in clinic.visits.open()
        if visit.state is State.BOOKED
        and visit.patient_id == person.user_id
        and abs((visit.appointment_at_s or 0.0) - moment.now_s) < CHECK_IN_WINDOW_S
    ]
    if booked:
        first = min(booked, key=lambda visit: visit.appointment_at_s or 0.0)
        return CheckIn(first.visit_id)
    return WalkIn(VisitId(moment.fresh_id), person.user_id)


def _next_in_line(clinic: Clinic, doctor_id: UserId) -> VisitId:
    visit = next_for(clinic.visits, doctor_id)
    if visit is None:
        raise NotFound("Nobody is waiting for you now. The list shows who comes.")
    return visit.visit_id


def _go_home(out: Outcome, person: Person, now_s: float) -> None:
    active = out.clinic.visits.active_of(person.user_id)
    if active is not None and active.patient_id == person.user_id:
        visit_event(out, Leave(active.visit_id), person, now_s)
    visit_event(out, Depart(), out.clinic.visits.people[person.user_id], now_s)


def _present(
    out: Outcome,
    person: Person,
    body: Body,
    request: m.ChooseAlias | m.MuteVoice,
    moment: Moment,
) -> None:
    user_id = person.user_id
    match request:
        case m.ChooseAlias(_, alias):
            alias = naming.alias_of(alias, person.role)
            _count(out, ("name", user_id), restraint.NAMES, moment)
            profile = replace(out.clinic.profiles[user_id], alias=alias)
            out.clinic = out.clinic.with_profile(profile)
        case m.MuteVoice(_, is_muted, has_microphone):
            is_muted = is_muted or not has_microphone
            out.clinic = out.clinic.with_body(user_id, replace(body, is_muted=is_muted))
            if has_microphone != person.has_microphone:
                event = SetMicrophone(is_allowed=has_microphone)
                visit_event(out, event, person, moment.now_s)
    out.touched.add(user_id)


def _relate(
    out: Outcome,
    user_id: UserId,
    body: Body,
    request: m.Block | m.Report | m.AgreeToTalk,
    moment: Moment,
) -> None:
    other_id = _at_slot(out.clinic, body.room_id, request.slot)
    _require(out.clinic, user_id, _RELATING[type(request)], other_id)
    ties = out.clinic.moderation
    match request:
        case m.Block(_, _, is_blocked):
            change = moderation.block if is_blocked else moderation.unblock
            out.clinic = replace(out.clinic, moderation=change(ties, user_id, other_id))
        case m.AgreeToTalk(_, _, agrees):
            change = moderation.agree if agrees else moderation.withdraw
            out.clinic = replace(out.clinic, moderation=change(ties, user_id, other_id))
        case m.Report(_, _, text):
            naming.require_text(text)
            _write(out, user_id, text, moment)
            out.reports.append(Reported(user_id, other_id, body.room_id, text))
    out.touched.update((user_id, other_id))


# --- What is asked of a request.


def _room_is_full(clinic: Clinic, room_id: RoomId) -> bool:
    plan = clinic.plans.get(room_id)
    return plan is not None and len(clinic.in_room(room_id)) >= plan.capacity


def _require(clinic: Clinic, user_id: UserId, action: Action, subject: str) -> None:
    person = clinic.visits.people[user_id]
    refusal = access.may(person, action, subject, clinic.standing)
    if refusal is not None:
        raise refusal


def _count(out: Outcome, key: restraint.Key, limit: restraint.Limit, moment: Moment) -> None:
    deeds = restraint.count(out.clinic.deeds, key, limit, moment.now_s)
    out.clinic = replace(out.clinic, deeds=deeds)


def _write(out: Outcome, user_id: UserId, text: str, moment: Moment) -> None:
    written = restraint.write(out.clinic.written, user_id, text, moment.now_s)
    out.clinic = replace(out.clinic, written=written)


def _door(plan: RoomPlan, name: str) -> Door:
    door = plan.door(name)
    if door is None or name not in plan.leads_to:
        raise NotFound("There is no such door in this room.")
    return door


def _require_near(door: Door, head_m: Vector) -> None:
    if hypot(door.position_m[0] - head_m[0], door.position_m[1] - head_m[1]) > REACH_DOOR_M:
        raise NotPermitted("This door is too far away. Go up to it first.")


def _within_sight(clinic: Clinic, body: Body, room_id: str | None) -> RoomId:
    """Returns the room that is meant: the own one, or the waiting room, whose guests are listed."""
    if room_id in {None, body.room_id}:
        return body.room_id
    if room_id != clinic.visits.waiting_room_id:
        raise NotFound("That person is not in this room any more.")
    return clinic.visits.waiting_room_id


def _at_slot(clinic: Clinic, room_id: RoomId, slot: int) -> UserId:
    user_id = clinic.at_slot(room_id, slot)
    if user_id is None:
        raise NotFound("That person is not in this room any more.")
    return user_id
