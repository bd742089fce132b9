"""Doors and ways, derived from the visits: who may pass, and whether a door stands open.

Rules:

* Everybody may always go back to the waiting room.
* A room that a visit holds lets in that visit's people only, however its door stands.
* A free consult room stands open and lets in doctors and nurses.
* A held room's door stands open until patient and doctor are both inside, and again as soon as
  one of them is out. From inside it can be opened for a moment, to go out or to let in who knocks.
* A training room stands open and lets in those whom it is for: patients and their companions are
  not among them.
* An open door leaks nothing: sight and sound end at the room (see world/access.py).
"""

from world.errors import NotFound, NotPermitted, Refusal
from world.people import SCHOOL, STAFF, Person, RoomId
from world.visit_records import Visits


def may_pass(visits: Visits, person: Person, room_id: RoomId) -> Refusal | None:
    """Returns None if the person may go through the door into the room, else why not."""
    if room_id in {visits.waiting_room_id, person.room_id}:
        return None
    is_for_training = room_id in visits.training_room_ids
    if room_id not in visits.consult_room_ids and not is_for_training:
        return NotFound("There is no such room. Choose a door in the waiting room.")
    if person.room_id != visits.waiting_room_id:
        return NotPermitted("This door is in the waiting room. Go back there first.")
    return _to_practise(person) if is_for_training else _to_visit(visits, person, room_id)


def _to_practise(person: Person) -> Refusal | None:
    if person.role in SCHOOL:
        return None
    return NotPermitted("This room is for the clinic's people who practise. Take a seat here.")


def _to_visit(visits: Visits, person: Person, room_id: RoomId) -> Refusal | None:
    visit = visits.holder(room_id)
    if visit is not None and person.user_id not in visit.participant_ids:
        return NotPermitted("This room is in use. Wait until you are called, or knock.")
    if visit is None and person.role not in STAFF:
        return NotPermitted("This door opens when you are called. Take a seat until then.")
    return None


def door_is_open(visits: Visits, room_id: RoomId, now_s: float) -> bool:
    """Whether the leaf of the consult room's door stands open."""
    visit = visits.holder(room_id)
    if visit is None:
        return True
    both = (visit.patient_id, visit.doctor_id)
    is_complete = all(visits.is_inside(user_id, room_id) for user_id in both)
    return not is_complete or now_s < visit.door_open_until_s
