"""Who may sit where, and what follows from sitting down and getting up. Pure; both ends use it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from math import cos, hypot, sin

from world import avatar, route
from world.clinic import SITTING_EYES_M, STANDING_EYES_M, Body
from world.errors import Conflict, NotFound, NotPermitted
from world.moment import Moment
from world.outcome import Outcome
from world.people import STAFF, Person, Role, UserId
from world.rooms.layout import Layout
from world.route import Spot

REACH_SEAT_M = 2.0
RISE_M = 0.35
"""So far before the middle of a seat one stands after getting up from it; a choice of the house."""


def may_sit(role: Role, seat_name: str) -> bool:
    """Whether a seat is for this role: at the desks sit those who treat patients."""
    return role in STAFF or not (seat_name.startswith("desk") or seat_name == "doctor")


@lru_cache(maxsize=8)
def places_to_stand_up(layout: Layout) -> Mapping[str, Spot]:
    """Returns where one stands after getting up from each seat of a room.

    Before the seat, or beside it where there is no room for a body: between a chair and its table
    one would be held fast.
    """
    floor = route.open_floor(route.free_floor(avatar.ground(layout, frozenset())))
    places: dict[str, Spot] = {}
    for seat in layout.seats:
        x, y, _ = seat.position_m
        before_m = (x - RISE_M * sin(seat.yaw_rad), y + RISE_M * cos(seat.yaw_rad))
        places[seat.name] = route.nearest_place(floor, before_m) or before_m
    return places


def sit(out: Outcome, person: Person, body: Body, seat_name: str, moment: Moment) -> None:
    """Lets somebody sit down.

    Raises:
      Refusal: if there is no such seat, it is taken, too far away, or for others.
    """
    seat = out.clinic.plans[body.room_id].seat(seat_name)
    if seat is None:
        raise NotFound("There is no such seat in this room. Choose another one.")
    if not may_sit(person.role, seat_name):
        raise NotPermitted("This seat is for the clinic's staff. Choose another one.")
    if any(other.seat == seat_name for other in out.clinic.in_room(body.room_id).values()):
        raise Conflict("This seat is taken. Choose another one.")
    x, y, z = seat.position_m
    if hypot(x - moment.head_m[0], y - moment.head_m[1]) > REACH_SEAT_M:
        raise NotPermitted("This seat is too far away. Go nearer and sit down then.")
    seated = replace(
        body, seat=seat_name, position_m=(x, y, z + SITTING_EYES_M), yaw_rad=seat.yaw_rad
    )
    out.clinic = out.clinic.with_body(person.user_id, seated)
    out.moved.add(person.user_id)


def stand(out: Outcome, user_id: UserId, body: Body) -> None:
    """Lets somebody get up.

    Raises:
      Conflict: if they stand already.
    """
    plan = out.clinic.plans[body.room_id]
    seat = plan.seat(body.seat or "")
    if seat is None:
        raise Conflict("You are standing already.")
    x, y = places_to_stand_up(plan.layout)[seat.name]
    at_m = (x, y, seat.position_m[2] + STANDING_EYES_M)
    out.clinic = out.clinic.with_body(user_id, replace(body, seat=None, position_m=at_m))
    out.moved.add(user_id)
