"""Who may do what to whom: one pure function, deny by default.

`may` answers for one actor, one action and one subject (the id of a person, a visit or a room, or
None where the clinic itself is meant). `permitted` answers the same rules for everybody in a room
at once. An action without a rule is refused, and so is everything that is asked by somebody who
is not connected.

Rules:

* Which action needs what stands in world/access_rules.py.
* A room is a unit: its people see each other's bodies and read each other's chat; nobody outside
  gets pose, name, chat, sound or vital signs from inside, however the door stands.
* In a consult room all hear each other, since its door lets in nobody else. In the waiting room
  one hears staff, the people of the own visit (the doctor too, once called), and those with whom
  one has agreed to talk.
* Real names are for the people of a visit, for the staff whom it concerns, and among staff; all
  others meet by a neutral name. The role of staff is shown to those in the room.
* A name that a visit has told is not taken back before eyes: its people keep it after the end as
  long as they are together in a consult room that no other visit holds.
* Who was asked into a visit and has not agreed has no part in it: they are told who asks, by role
  and neutral name, and whose visit it is, by neutral name (world/views.py), and are known to its
  people by their neutral name. Real names come with the yes, to both sides at once.
* Vital signs are seen by their patient, and in consult, inside the room, by the doctor and by
  those guests whom the patient lets.
* A block cuts chat and sound both ways, and who is blocked can ask the other along to no visit.
* Who knocks at a consult room is named to its people only by the real name that they may know, or
  if the knock is by staff (world/views.py).
* In a training room its people hear each other and see who is who. They may practise at its
  station and look on there, from nowhere else; scores, lists of attempts and replays are for who
  practised and for instructors in the room.
* Somebody who does not exist and somebody whom one may not know of give the same answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from world import doors
from world.access_rules import (
    ACQUAINTANCE,
    CLINIC_RULES,
    PERSON_RULES,
    VISIT_RULES,
    Action,
    PersonRule,
)
from world.errors import NotFound, NotPermitted, NotSignedIn, Refusal
from world.people import SCHOOL, STAFF, Person, Role, RoomId, UserId, VisitId
from world.relations import BoolArray, Clinic, Relation, holds, matrix
from world.visit_rules import is_named, parties
from world.visit_states import OPEN, Party, State

__all__ = ["Action", "VisibleName", "may", "permitted", "visible_name"]


@dataclass(frozen=True, slots=True)
class VisibleName:
    """What a viewer reads over somebody's head; badge is the role where it may be shown."""

    text: str
    badge: Role | None


def may(actor: Person, action: Action, subject: str | None, clinic: Clinic) -> Refusal | None:
    """Returns None if the actor may do this to the subject, else the refusal to answer.

    Args:
      actor: who asks; where the clinic knows this person, its own record is judged.
      action: what is asked for.
      subject: id of the person, room or visit that the action is about, else None.
      clinic: the truth to decide from.
    """
    actor = clinic.visits.people.get(actor.user_id, actor)
    if not actor.is_connected:
        return NotSignedIn("You are not connected. Connect again, then retry.")
    if action in PERSON_RULES and subject is not None:
        return _judge_person(PERSON_RULES[action], actor, UserId(subject), clinic)
    if action in ROOM_RULES and subject is not None:
        return ROOM_RULES[action](actor, RoomId(subject), clinic)
    if action in VISIT_RULES and subject is not None:
        return _judge_visit(action, actor, VisitId(subject), clinic)
    if action in CLINIC_RULES and actor.role in CLINIC_RULES[action]:
        return None
    return NotPermitted("Your account is not meant for this. Ask the administrator.")


def permitted(action: Action, people: Sequence[Person], clinic: Clinic) -> BoolArray:
    """Returns what `may` answers for each pair: (n, n), row the actor, column the subject.

    For actions on persons. Computed when somebody enters, leaves, blocks, agrees or changes a
    visit, and kept until then. `people` are the clinic's own records.
    """
    rule = PERSON_RULES[action]
    allowed = np.ones((len(people), len(people)), bool)
    allowed &= np.array([person.is_connected for person in people], bool)[:, None]
    if rule.needs_acquaintance and not rule.all_of & ACQUAINTANCE:
        allowed &= _any(ACQUAINTANCE, people, clinic)
    for relation in rule.all_of:
        allowed &= matrix(relation, people, clinic)
    if rule.any_of:
        allowed &= _any(rule.any_of, people, clinic)
    return allowed & ~_any(rule.none_of, people, clinic)


def visible_name(
    viewer: Person, person: Person, real_name: str, alias: str, clinic: Clinic
) -> VisibleName | None:
    """Returns the name that the viewer may read, None if not even a neutral one.

    Args:
      viewer: who looks.
      person: who is looked at.
      real_name: as the account has it.
      alias: the neutral name that the person chose.
      clinic: the truth to decide from.
    """
    badge = person.role if may(viewer, Action.SEE_ROLE, person.user_id, clinic) is None else None
    if may(viewer, Action.SEE_NAME, person.user_id, clinic) is None:
        return VisibleName(real_name, badge)
    if may(viewer, Action.SEE_AVATAR, person.user_id, clinic) is None:
        return VisibleName(alias, badge)
    return None


def _any(relations: frozenset[Relation], people: Sequence[Person], clinic: Clinic) -> BoolArray:
    found = np.zeros((len(people), len(people)), bool)
    for relation in relations:
        found |= matrix(relation, people, clinic)
    return found


def _judge_person(
    rule: PersonRule, actor: Person, user_id: UserId, clinic: Clinic
) -> Refusal | None:
    subject = actor if user_id == actor.user_id else _known(user_id, clinic)

    def is_so(relation: Relation) -> bool:
        return subject is not None and holds(relation, actor, subject, clinic)

    is_stranger = rule.needs_acquaintance and not any(map(is_so, ACQUAINTANCE))
    if subject is None or is_stranger:
        return NotFound("This person is not here for you. Go where they are, or ask the desk.")
    is_allowed = (
        all(map(is_so, rule.all_of))
        and (not rule.any_of or any(map(is_so, rule.any_of)))
        and not any(map(is_so, rule.none_of))
    )
    return None if is_allowed else rule.refusal()


def _known(user_id: UserId, clinic: Clinic) -> Person | None:
    """Returns the person's record; for one of an open visit who is not here, one without room."""
    person = clinic.visits.people.get(user_id)
    if person is not None:
        return person
    parts = (visit.participant(user_id) for visit in clinic.visits.of_participant(user_id))
    return next((Person(user_id, part.role) for part in parts if part is not None), None)


def _judge_visit(
    action: Action, actor: Person, visit_id: VisitId, clinic: Clinic
) -> Refusal | None:
    visit = clinic.visits.visits.get(visit_id)
    if visit is None or not parties(visit, actor):
        return NotFound("There is no such visit for you. Ask at the desk.")
    kind = VISIT_RULES[action]
    if kind is not None:
        if is_named(visit, actor, kind):
            return None
        return NotPermitted("This step belongs to somebody else in the visit. Ask them to do it.")
    is_own = actor.user_id in visit.participant_ids
    is_waiting = visit.state in {State.BOOKED, State.CHECKED_IN} and actor.role in STAFF
    is_nurse = visit.state in OPEN and Party.ANY_NURSE in parties(visit, actor)
    if is_own or is_waiting or is_nurse:
        return None
    return NotPermitted("This visit is not yours now. Ask its doctor.")


def _judge_entry(actor: Person, room_id: RoomId, clinic: Clinic) -> Refusal | None:
    return doors.may_pass(clinic.visits, actor, room_id)


def _judge_speech(actor: Person, room_id: RoomId, clinic: Clinic) -> Refusal | None:
    if not actor.has_microphone:
        return NotPermitted("Your microphone is off. Allow it in the settings, or use the chat.")
    return _judge_chat(actor, room_id, clinic)


def _judge_chat(actor: Person, room_id: RoomId, _clinic: Clinic) -> Refusal | None:
    if actor.room_id == room_id:
        return None
    return NotPermitted("You are not in this room. Go in first.")


def _judge_knock(actor: Person, room_id: RoomId, clinic: Clinic) -> Refusal | None:
    if room_id not in clinic.visits.consult_room_ids:
        return NotFound("There is no such door. Choose a door in the waiting room.")
    if actor.room_id != clinic.visits.waiting_room_id:
        return NotPermitted("You knock from the waiting room. Go there first.")
    return None


def _judge_opening(actor: Person, room_id: RoomId, clinic: Clinic) -> Refusal | None:
    if room_id not in clinic.visits.consult_room_ids:
        return NotFound("There is no such door. Choose a door in the waiting room.")
    if actor.room_id != room_id:
        return NotPermitted("This door opens from inside. Knock, and wait for an answer.")
    return None


def _judge_station(actor: Person, room_id: RoomId, clinic: Clinic) -> Refusal | None:
    if room_id not in clinic.visits.training_room_ids or actor.role not in SCHOOL:
        return NotFound("There is no station for you here. Ask the administrator.")
    if actor.room_id != room_id:
        return NotPermitted("The station is in another room. Go there first.")
    return None


ROOM_RULES: Mapping[Action, Callable[[Person, RoomId, Clinic], Refusal | None]] = {
    Action.ENTER_ROOM: _judge_entry,
    Action.SPEAK: _judge_speech,
    Action.WRITE_CHAT: _judge_chat,
    Action.KNOCK: _judge_knock,
    Action.OPEN_DOOR: _judge_opening,
    Action.PRACTISE: _judge_station,
    Action.WATCH_STATION: _judge_station,
}
