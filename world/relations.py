"""How people in the clinic stand to one another: the words in which access rules are written.

Strategy: a relation is a list of groups, each a set of actors and a set of subjects; it holds
between an actor and a subject if one group has both. One definition then answers for a pair (two
sets are asked) and for a whole room at once (each group fills a block of a matrix), so that the
two cannot differ.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from world.moderation import Moderation
from world.people import STAFF, Person, Role, UserId, VisitId
from world.visit_records import Visit, Visits
from world.visit_states import State

BoolArray: TypeAlias = NDArray[np.bool_]
Users: TypeAlias = frozenset[UserId]
Groups: TypeAlias = Iterator[tuple[Users, Users]]

_NOBODY: Users = frozenset()
_FEW_N = 64
"""Up to so many pairs of a group are noted one by one, which is cheaper than a block."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """Everything that access is decided from."""

    visits: Visits
    moderation: Moderation = field(default_factory=Moderation)


class Relation(Enum):
    """How an actor stands to a subject."""

    SELF = auto()
    SAME_ROOM = auto()
    SAME_CONSULT_ROOM = auto()
    SHARES_VISIT = auto()
    PARTING = auto()
    CONCERNED = auto()
    COLLEAGUE = auto()
    STAFF_IN_ROOM = auto()
    VITALS_ALLOWED = auto()
    AGREED = auto()
    BLOCKED = auto()
    SUBJECT_IS_SILENT = auto()
    EITHER_IS_STAFF = auto()
    SAME_TRAINING_ROOM = auto()
    INSTRUCTED = auto()


def holds(relation: Relation, actor: Person, subject: Person, clinic: Clinic) -> bool:
    """Whether the actor stands so to the subject."""
    people = (actor,) if actor.user_id == subject.user_id else (actor, subject)
    return any(
        actor.user_id in actors and subject.user_id in subjects
        for actors, subjects in _GROUPS[relation](people, clinic)
    )


def matrix(relation: Relation, people: Sequence[Person], clinic: Clinic) -> BoolArray:
    """Returns between whom the relation holds: (n, n), row the actor, column the subject."""
    index = {person.user_id: number for number, person in enumerate(people)}
    count = len(people)
    pairs = np.zeros((count, count), bool)
    few: list[int] = []
    for actors, subjects in _GROUPS[relation](people, clinic):
        rows = [index[user_id] for user_id in actors]
        columns = [index[user_id] for user_id in subjects]
        if len(rows) * len(columns) <= _FEW_N:
            few.extend(row * count + column for row in rows for column in columns)
        else:
            pairs[np.array(rows)[:, None], np.array(columns)] = True
    pairs.ravel()[few] = True
    return pairs


def _ids(people: Sequence[Person], wanted: Callable[[Person], bool] | None = None) -> Users:
    return frozenset(p.user_id for p in people if wanted is None or wanted(p))


def _members(people: Sequence[Person], clinic: Clinic) -> Iterator[tuple[Visit, Users]]:
    """Yields the open visits to which some of these people belong, and who they are."""
    present: dict[VisitId, set[UserId]] = {}
    for person in people:
        for visit in clinic.visits.of_participant(person.user_id):
            present.setdefault(visit.visit_id, set()).add(person.user_id)
    for visit_id, members in present.items():
        yield clinic.visits.visits[visit_id], frozenset(members)


def _itself(people: Sequence[Person], _clinic: Clinic) -> Groups:
    for person in people:
        yield frozenset({person.user_id}), frozenset({person.user_id})


def _same_room(people: Sequence[Person], _clinic: Clinic) -> Groups:
    for room_id in {person.room_id for person in people} - {None}:
        inside = frozenset(p.user_id for p in people if p.room_id == room_id)
        yield inside, inside


def _same_consult_room(people: Sequence[Person], clinic: Clinic) -> Groups:
    rooms = clinic.visits.consult_room_ids
    yield from _same_room([person for person in people if person.room_id in rooms], clinic)


def _shares_visit(people: Sequence[Person], clinic: Clinic) -> Groups:
    for _, members in _members(people, clinic):
        yield members, members


def _parting(people: Sequence[Person], clinic: Clinic) -> Groups:
    """Who were of one visit that has ended, together in a consult room that no other one holds."""
    visits = clinic.visits
    here = {p.user_id: p.room_id for p in people if p.room_id in visits.consult_room_ids}
    here = {one: room_id for one, room_id in here.items() if visits.holder(room_id) is None}
    if not here:
        return
    for visit in visits.visits.values():
        if visit.state is not State.ENDED:
            continue
        present = visit.participant_ids & here.keys()
        for room_id in {here[one] for one in present}:
            together = frozenset(one for one in present if here[one] == room_id)
            yield together, together


def _concerned(people: Sequence[Person], clinic: Clinic) -> Groups:
    """Staff and the people of the visits that wait; a call leaves the nurses and the caller."""
    nurses = _ids(people, lambda person: person.role is Role.NURSE)
    doctors = _ids(people, lambda person: person.role is Role.DOCTOR)
    for visit, members in _members(people, clinic):
        if visit.state in {State.BOOKED, State.CHECKED_IN}:
            yield nurses | doctors, members
        elif visit.state is State.CALLED:
            yield nurses, members


def _colleague(people: Sequence[Person], _clinic: Clinic) -> Groups:
    staff = _ids(people, lambda person: person.role in STAFF)
    yield staff, staff


def _staff_in_room(people: Sequence[Person], clinic: Clinic) -> Groups:
    staff = _ids(people, lambda person: person.role in STAFF)
    for inside, _ in _same_room(people, clinic):
        yield inside, inside & staff


def _vitals_allowed(people: Sequence[Person], clinic: Clinic) -> Groups:
    """Whom the patient's visit allows, while they are inside its room in consult."""
    for visit, members in _members(people, clinic):
        if visit.state is State.IN_CONSULT and visit.room_id is not None:
            inside = frozenset(p.user_id for p in people if p.room_id == visit.room_id)
            allowed = frozenset(p.user_id for p in visit.participants if p.sees_vitals)
            yield allowed & inside, frozenset({visit.patient_id}) & members


def _agreed(people: Sequence[Person], clinic: Clinic) -> Groups:
    present = _ids(people)
    for one in present:
        for other in clinic.moderation.agreements.get(one, _NOBODY) & present:
            if clinic.moderation.is_agreed(one, other):
                yield frozenset({one}), frozenset({other})


def _blocked(people: Sequence[Person], clinic: Clinic) -> Groups:
    present = _ids(people)
    for one in present:
        others = clinic.moderation.blocks.get(one, _NOBODY) & present
        if others:
            yield frozenset({one}), others
            yield others, frozenset({one})


def _subject_is_silent(people: Sequence[Person], _clinic: Clinic) -> Groups:
    silent = _ids(people, lambda p: not (p.has_microphone and p.is_connected))
    yield _ids(people), silent


def _either_is_staff(people: Sequence[Person], _clinic: Clinic) -> Groups:
    present, staff = _ids(people), _ids(people, lambda person: person.role in STAFF)
    yield staff, present
    yield present, staff


def _same_training_room(people: Sequence[Person], clinic: Clinic) -> Groups:
    rooms = clinic.visits.training_room_ids
    yield from _same_room([person for person in people if person.room_id in rooms], clinic)


def _instructed(people: Sequence[Person], clinic: Clinic) -> Groups:
    """Instructors, and whoever is in a training room with them."""
    instructors = _ids(people, lambda person: person.role is Role.INSTRUCTOR)
    for inside, _ in _same_training_room(people, clinic):
        yield inside & instructors, inside


_GROUPS: Mapping[Relation, Callable[[Sequence[Person], Clinic], Groups]] = {
    Relation.SELF: _itself,
    Relation.SAME_ROOM: _same_room,
    Relation.SAME_CONSULT_ROOM: _same_consult_room,
    Relation.SHARES_VISIT: _shares_visit,
    Relation.PARTING: _parting,
    Relation.CONCERNED: _concerned,
    Relation.COLLEAGUE: _colleague,
    Relation.STAFF_IN_ROOM: _staff_in_room,
    Relation.VITALS_ALLOWED: _vitals_allowed,
    Relation.AGREED: _agreed,
    Relation.BLOCKED: _blocked,
    Relation.SUBJECT_IS_SILENT: _subject_is_silent,
    Relation.EITHER_IS_STAFF: _either_is_staff,
    Relation.SAME_TRAINING_ROOM: _same_training_room,
    Relation.INSTRUCTED: _instructed,
}
