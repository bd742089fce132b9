"""Visits and the people in the clinic, as plain data; what derives from them is looked up here.

`Visits` is the whole truth: who is in which room, and where each visit stands. Nothing that can
be derived (queue, door, party to a room) is stored beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from world.people import Person, Role, RoomId, UserId, VisitId
from world.visit_events import Notice
from world.visit_states import ACTIVE, HOLDING, OPEN, Limits, State


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who belongs to a visit.

    Attributes:
      role: the part in this visit.
      sees_vitals: whether the patient lets this person see the vital signs.
    """

    user_id: UserId
    role: Role
    sees_vitals: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked into a visit and has not agreed: no part of it, and no party to it.

    Attributes:
      role: the part that they would have.
      by: who asks.
    """

    user_id: UserId
    role: Role
    by: UserId


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit from booking to its end.

    Attributes:
      participants: the patient first; a doctor exactly while the visit holds a room, and after
        it has ended.
      asked: who may come along if they agree.
      checked_in_at_s: when the patient came; kept through failed calls, it holds the place.
      room_id: the consult room that the visit holds.
      consult_started_at_s: when patient and doctor last met.
      door_open_until_s: somebody inside opened the door until then.
      absent_since_s: since when patient and doctor are away; who is away follows from their
        rooms, only the moment is kept here.
      told: notices already given for these absences.
      missed_calls_n: how often the patient was called and did not come.
    """

    visit_id: VisitId
    state: State
    participants: tuple[Participant, ...]
    appointment_at_s: float | None = None
    booked_with: UserId | None = None
    checked_in_at_s: float | None = None
    room_id: RoomId | None = None
    consult_started_at_s: float | None = None
    closed_at_s: float | None = None
    door_open_until_s: float = -1.0
    absent_since_s: Mapping[UserId, float] = field(default_factory=dict)
    told: frozenset[Notice] = frozenset()
    missed_calls_n: int = 0
    asked: tuple[Asked, ...] = ()

    @property
    def patient_id(self) -> UserId:
        """Whose visit it is."""
        return self.participants[0].user_id

    @property
    def doctor_id(self) -> UserId | None:
        """Who called the patient; None before a call and after a failed one."""
        return next((p.user_id for p in self.participants if p.role is Role.DOCTOR), None)

    @property
    def due_s(self) -> float:
        """When it is this visit's turn: the later of appointment and check-in."""
        times_s = (self.appointment_at_s, self.checked_in_at_s)
        return max((time_s for time_s in times_s if time_s is not None), default=0.0)

    @property
    def participant_ids(self) -> frozenset[UserId]:
        """All who belong to the visit."""
        return frozenset(p.user_id for p in self.participants)

    def participant(self, user_id: UserId) -> Participant | None:
        """Returns the user's part in this visit, None if there is none."""
        return next((p for p in self.participants if p.user_id == user_id), None)

    def asking(self, user_id: UserId) -> Asked | None:
        """Returns how the user was asked into this visit, None if they were not or have agreed."""
        return next((one for one in self.asked if one.user_id == user_id), None)


@dataclass(frozen=True)
class Visits:
    """Everything that is true about visits and whereabouts at one moment.

    Attributes:
      waiting_room_id: where people arrive and wait.
      consult_room_ids: the rooms into which doctors call.
      people: everybody who is in the clinic or has an open visit.
      visits: the open ones, and the closed ones of the last `limits.history_s`.
      training_room_ids: the rooms in which one practises; no visit is ever in them.

    It never changes, so what is looked up again and again is worked out once and kept.
    """

    waiting_room_id: RoomId
    consult_room_ids: frozenset[RoomId]
    people: Mapping[UserId, Person] = field(default_factory=dict)
    visits: Mapping[VisitId, Visit] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    training_room_ids: frozenset[RoomId] = frozenset()

    def with_person(self, person: Person) -> "Visits":
        """Returns the same with this person as given."""
        return replace(self, people={**self.people, person.user_id: person})

    def with_visit(self, visit: Visit) -> "Visits":
        """Returns the same with this visit as given."""
        return replace(self, visits={**self.visits, visit.visit_id: visit})

    def open(self) -> tuple[Visit, ...]:
        """Returns the visits that can still go on."""
        return self._open

    def of_participant(self, user_id: UserId) -> tuple[Visit, ...]:
        """Returns the open visits to which this user belongs."""
        return self._by_participant.get(user_id, ())

    def that_ask(self, user_id: UserId) -> tuple[Visit, ...]:
        """Returns the open visits into which this user was asked, and has not agreed."""
        return self._by_asked.get(user_id, ())

    def holder(self, room_id: RoomId | None) -> Visit | None:
        """Returns the visit that holds the consult room."""
        return self._by_room.get(room_id) if room_id is not None else None

    def attended_by(self, doctor_id: UserId) -> Visit | None:
        """Returns the visit that keeps this doctor busy."""
        return next((v for v in self.of_participant(doctor_id) if v.doctor_id == doctor_id), None)

    def active_of(self, patient_id: UserId) -> Visit | None:
        """Returns the one visit for which this patient is here."""
        return next(
            (
                visit
                for visit in self.of_participant(patient_id)
                if visit.state in ACTIVE and visit.patient_id == patient_id
            ),
            None,
        )

    def last_closed_of(self, patient_id: UserId) -> Visit | None:
        """Returns the visit of this patient that closed last, as long as it is remembered."""
        return self._last_closed.get(patient_id)

    def inside(self, room_id: RoomId) -> tuple[Person, ...]:
        """Returns whose bodies are in the room, the vanished ones with a held place too."""
        return tuple(p for p in self.people.values() if p.room_id == room_id)

    def is_inside(self, user_id: UserId | None, room_id: RoomId | None) -> bool:
        """Whether this user's body is in this room."""
        person = self.people.get(user_id) if user_id is not None else None
        return person is not None and room_id is not None and person.room_id == room_id

    def is_present(self, user_id: UserId, visit: Visit) -> bool:
        """Whether the user is where the visit needs them: connected, and in a held room inside."""
        person = self.people.get(user_id)
        if person is None or not person.is_connected:
            return False
        return visit.state not in HOLDING or person.room_id == visit.room_id

    @cached_property
    def waiting(self) -> tuple[Visit, ...]:
        """The visits that wait to be called, in the order in which they are due."""
        waiting = (visit for visit in self._open if visit.state is State.CHECKED_IN)
        return tuple(sorted(waiting, key=lambda visit: (visit.due_s, visit.visit_id)))

    @cached_property
    def places(self) -> Mapping[VisitId, int]:
        """The place of each visit that waits, 1 for the next one."""
        return {visit.visit_id: number for number, visit in enumerate(self.waiting, 1)}

    @cached_property
    def _open(self) -> tuple[Visit, ...]:
        return tuple(visit for visit in self.visits.values() if visit.state in OPEN)

    @cached_property
    def _by_room(self) -> Mapping[RoomId, Visit]:
        return {visit.room_id: visit for visit in self._open if visit.room_id is not None}

    @cached_property
    def _by_participant(self) -> Mapping[UserId, tuple[Visit, ...]]:
        found: dict[UserId, tuple[Visit, ...]] = {}
        for visit in self._open:
            for part in visit.participants:
                found[part.user_id] = (*found.get(part.user_id, ()), visit)
        return found

    @cached_property
    def _last_closed(self) -> Mapping[UserId, Visit]:
        closed = (visit for visit in self.visits.values() if visit.closed_at_s is not None)
        return {v.patient_id: v for v in sorted(closed, key=lambda v: v.closed_at_s or 0.0)}

    @cached_property
    def _by_asked(self) -> Mapping[UserId, tuple[Visit, ...]]:
        found: dict[UserId, tuple[Visit, ...]] = {}
        for visit in self._open:
            for one in visit.asked:
                found[one.user_id] = (*found.get(one.user_id, ()), visit)
        return found
