"""The whole truth of a clinic at one moment, as plain data: rooms, bodies, profiles, visits.

Nobody changes it: `world/requests.py` returns the next one. Poses are not here but in the motion
lane; what stands here is what must survive a restart, and what can be derived from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from world import doors
from world.geometry import Vector
from world.moderation import Moderation
from world.people import Role, RoomId, UserId
from world.relations import Clinic as Standing
from world.restraint import Deeds, Written
from world.rooms.layout import Door, Layout, Seat
from world.training.station import Training
from world.visit_records import Visits

STANDING_EYES_M = 1.6
SITTING_EYES_M = 1.2
"""Eye heights above the floor.

Source: C. C. Gordon et al., 2012 Anthropometric Survey of U.S. Army Personnel (ANSUR II): mean
eye height standing 1.64 m (men) and 1.52 m (women); sitting 0.80 m and 0.75 m above the seat, on
a seat of 0.43 m.
"""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """One room of the clinic.

    Attributes:
      leads_to: door name to the room behind it and the name of the door on its side.
      capacity: most bodies at once.
    """

    room_id: RoomId
    layout: Layout
    capacity: int
    leads_to: Mapping[str, tuple[RoomId, str]]

    def door(self, name: str) -> Door | None:
        """Returns the named door, None if there is none."""
        return next((door for door in self.layout.doors if door.name == name), None)

    def seat(self, name: str) -> Seat | None:
        """Returns the named seat, None if there is none."""
        return next((seat for seat in self.layout.seats if seat.name == name), None)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the clinic knows of an account.

    Attributes:
      name: the real name; shown only to those whom it concerns.
      alias: the neutral name of the person's own choice.
      appearance: index of the chosen body.
    """

    user_id: UserId
    role: Role
    name: str = field(repr=False)
    alias: str = field(repr=False)
    appearance: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """Somebody's body in a room.

    Attributes:
      slot: its number in the room; means nothing elsewhere.
      seat: the seat it holds, or None.
      position_m: where the head came in or sat down; where it is now, the motion lane knows.
      since_number: the last number of the room's stream when it came in; what was said before
        that is not for this person.
    """

    room_id: RoomId
    slot: int
    seat: str | None
    position_m: Vector
    yaw_rad: float
    stream: str
    since_number: int
    is_muted: bool = True


@dataclass(frozen=True, slots=True)
class Answered:
    """Which requests of a user have been answered: all up to `last`, these with a refusal."""

    last: int = 0
    refused: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Clinic:
    """Everything that is true.

    Attributes:
      plans: the rooms.
      visits: who is where, and how each visit stands.
      profiles: of everybody who has been here since the start, and of who is in a visit.
      bodies: of everybody in a room, those included whose connection is lost for now.
      numbers: stream to the number of its newest event.
      moderation: who has blocked whom, and who would talk with whom.
      next_slots: room to the slot that is tried next.
      training: what goes on at the stations of the training rooms.
      deeds: what was done of late that is not to be done too often.
      written: how much everybody has written of late.
    """

    plans: Mapping[RoomId, RoomPlan]
    visits: Visits
    profiles: Mapping[UserId, Profile] = field(default_factory=dict)
    bodies: Mapping[UserId, Body] = field(default_factory=dict)
    answered: Mapping[UserId, Answered] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    moderation: Moderation = field(default_factory=Moderation)
    next_slots: Mapping[RoomId, int] = field(default_factory=dict)
    training: Training = field(default_factory=Training)
    deeds: Deeds = field(default_factory=dict)
    written: Mapping[UserId, Written] = field(default_factory=dict)

    @property
    def standing(self) -> Standing:
        """What access is decided from."""
        return Standing(self.visits, self.moderation)

    def with_body(self, user_id: UserId, body: Body) -> "Clinic":
        """Returns the same with this body."""
        return replace(self, bodies={**self.bodies, user_id: body})

    def without_body(self, user_id: UserId) -> "Clinic":
        """Returns the same without this person's body."""
        rest = {key: body for key, body in self.bodies.items() if key != user_id}
        return replace(self, bodies=rest)

    def with_profile(self, profile: Profile) -> "Clinic":
        """Returns the same with this profile."""
        return replace(self, profiles={**self.profiles, profile.user_id: profile})

    def in_room(self, room_id: RoomId) -> dict[UserId, Body]:
        """Returns the bodies of one room."""
        return {key: body for key, body in self.bodies.items() if body.room_id == room_id}

    def at_slot(self, room_id: RoomId, slot: int) -> UserId | None:
        """Returns whose body is in that slot of the room, None if nobody's."""
        return next(
            (
                user_id
                for user_id, body in self.bodies.items()
                if body.slot == slot and body.room_id == room_id
            ),
            None,
        )

    def free_slot(self, room_id: RoomId) -> int:
        """Returns a slot of the room that nobody has, other than the one given last."""
        taken = {body.slot for body in self.in_room(room_id).values()}
        slot = self.next_slots.get(room_id, 0)
        while slot in taken:
            slot = (slot + 1) % 4096
        return slot

    def open_doors(self, room_id: RoomId, now_s: float) -> frozenset[str]:
        """Returns the names of the doors of the room that stand open."""
        plan = self.plans[room_id]
        return frozenset(
            name
            for name, (other, _) in plan.leads_to.items()
            if doors.door_is_open(self.visits, _consult_side(self.visits, room_id, other), now_s)
        )


def stream_of(clinic: Clinic, room_id: RoomId) -> str:
    """Returns the stream of what is said in the room now.

    A consult room has one stream per visit, so that nothing of a visit is ever in the stream of
    the next one.
    """
    visit = clinic.visits.holder(room_id)
    return f"visit:{visit.visit_id}" if visit is not None else f"room:{room_id}"


def user_stream(user_id: UserId) -> str:
    """Returns the stream of what concerns one user alone."""
    return f"user:{user_id}"


def _consult_side(visits: Visits, room_id: RoomId, other: RoomId) -> RoomId:
    return other if room_id == visits.waiting_room_id else room_id
