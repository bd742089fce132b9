"""How a visit takes on a new state: what each state keeps, who is told, who is brought out."""

from collections.abc import Iterable
from dataclasses import replace

from world.people import Role, RoomId, UserId
from world.visit_events import Changed, Effect, Moved, Notice, Notify
from world.visit_records import Participant, Visit, Visits
from world.visit_states import HOLDING, OPEN, State


def change(visits: Visits, visit: Visit, to: State, now_s: float, effects: list[Effect]) -> Visits:
    """Returns the visits with this one in its new state, and what each state needs."""
    effects.append(Changed(visit.visit_id))
    held = visit.room_id
    visit = replace(visit, state=to, absent_since_s={}, told=frozenset())
    if to is State.IN_CONSULT:
        visit = replace(visit, consult_started_at_s=now_s)
        tell(effects, visit, patient_side(visit.participants), Notice.MET)
        tell_text_only(effects, visit, _without_microphone(visits, visit))
    elif to is State.CHECKED_IN:
        came_at_s = now_s if visit.checked_in_at_s is None else visit.checked_in_at_s
        visit = replace(
            visit,
            checked_in_at_s=came_at_s,
            consult_started_at_s=None,
            participants=patient_side(visit.participants),
        )
    elif to not in OPEN:
        visit = replace(visit, closed_at_s=now_s, asked=())
    if to in HOLDING:
        return visits.with_visit(visit)
    visits = visits.with_visit(replace(visit, room_id=None, door_open_until_s=-1.0))
    if to is State.CHECKED_IN:
        return bring_back(visits, visit.participant_ids, held, effects)
    return visits


def bring_back(
    visits: Visits, user_ids: Iterable[UserId], room_id: RoomId | None, effects: list[Effect]
) -> Visits:
    """Returns the visits with those of these users who are in the room back in the waiting room."""
    for user_id in sorted(user_ids):
        if visits.is_inside(user_id, room_id):
            person = replace(visits.people[user_id], room_id=visits.waiting_room_id)
            visits = visits.with_person(person)
            effects.append(Moved(user_id, visits.waiting_room_id))
    return visits


def show_out(
    visits: Visits, room_id: RoomId, staying: frozenset[UserId], effects: list[Effect]
) -> Visits:
    """Returns the visits with all but those who stay brought out of the room, and told so."""
    strangers = {person.user_id for person in visits.inside(room_id)} - staying
    effects.extend(Notify(user_id, Notice.SHOWN_OUT) for user_id in sorted(strangers))
    return bring_back(visits, strangers, room_id, effects)


def tell(
    effects: list[Effect], visit: Visit, whom: Iterable[Participant], notice: Notice | None
) -> None:
    """Adds the notice for each of these participants; None adds nothing."""
    if notice is not None:
        effects.extend(Notify(p.user_id, notice, visit.visit_id, visit.room_id) for p in whom)


def tell_text_only(
    effects: list[Effect], visit: Visit, silent: frozenset[UserId] | set[UserId]
) -> None:
    """Tells those of the visit who have no microphone so, and the others that somebody has none."""
    own = [p for p in visit.participants if p.user_id in silent]
    tell(effects, visit, own, Notice.OWN_TEXT_ONLY)
    others = [p for p in visit.participants if any(one.user_id != p.user_id for one in own)]
    tell(effects, visit, others, Notice.TEXT_ONLY)


def _without_microphone(visits: Visits, visit: Visit) -> set[UserId]:
    here = (visits.people.get(user_id) for user_id in visit.participant_ids)
    return {one.user_id for one in here if one is not None and not one.has_microphone}


def patient_side(participants: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Returns the patient and those who came along."""
    return tuple(p for p in participants if p.role is not Role.DOCTOR)


def doctors_of(participants: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Returns the doctor, if there is one."""
    return tuple(p for p in participants if p.role is Role.DOCTOR)
