"""Where one can go in a room, what can be done there, and how both are called. Pure."""

from dataclasses import dataclass
from math import atan2, cos, hypot, sin
from typing import Final, Literal, TypeAlias

from client.clinic_model import ClinicModel
from client.panels.pause_menu import Destination, Place
from world.geometry import FloatArray
from world.rooms.layout import Door, Layout, Seat
from world.rooms.names import room_name
from world.route import Spot

USE_DOOR_M: Final = 1.5
USE_SEAT_M: Final = 1.3
"""Nearer than the server asks for (world/requests.py), so that what is offered is not refused."""
PASS_M: Final = 0.75
TALK_M: Final = 1.3
FRONT_M: Final = 0.55

Kind: TypeAlias = Literal["seat", "door", "person"]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the person can do right here, and the words for it."""

    act: Literal["stand", "sit", "pass", "knock", "open"]
    name: str
    sentence: str


def seat_label(name: str) -> str:
    """Returns a seat's name in words: chair-1 is Chair 1."""
    return name.replace("-", " ").capitalize()


def destinations(
    model: ClinicModel, layout: Layout, head_m: FloatArray, heads_m: dict[int, FloatArray]
) -> tuple[Destination, ...]:
    """Returns everything that one can go to.

    Args:
      model: what is known of the room.
      layout: of the room.
      head_m: where one is, (3,).
      heads_m: where the others are, by slot.
    """
    taken = {person.seat for person in model.people.values()}
    seats = (
        Destination(
            f"seat:{seat.name}",
            seat_label(seat.name),
            Place.SEAT,
            _far(head_m, seat.position_m[:2]),
            "Somebody sits there." if seat.name in taken else "",
        )
        for seat in layout.seats
    )
    doors = (
        Destination(
            f"door:{door.name}",
            _door_label(model, door.name),
            Place.DOOR,
            _far(head_m, door.position_m[:2]),
        )
        for door in layout.doors
        if door.name in model.doors
    )
    people = (
        Destination(
            f"person:{slot}", person.name, Place.PERSON, _far(head_m, tuple(heads_m[slot].tolist()))
        )
        for slot, person in model.others().items()
        if slot in heads_m
    )
    return (*doors, *seats, *people)


def offer(model: ClinicModel, layout: Layout, head_m: FloatArray) -> Offer | None:
    """Returns what can be done at the nearest thing within reach."""
    if model.seat is not None:
        return Offer("stand", model.seat, "Press Space to stand up.")
    taken = {person.seat for person in model.people.values()}
    found: list[tuple[float, Offer]] = []
    for door in layout.doors:
        far_m = _far(head_m, door.position_m[:2])
        if far_m < USE_DOOR_M and door.name in model.doors:
            found.append((far_m, door_offer(model, door.name)))
    for seat in layout.seats:
        far_m = _far(head_m, seat.position_m[:2])
        if far_m < USE_SEAT_M and seat.name not in taken:
            found.append((far_m, Offer("sit", seat.name, "Press Space to sit down here.")))
    return min(found, key=lambda one: one[0], default=(0.0, None))[1]


def door_offer(model: ClinicModel, name: str) -> Offer:
    """Returns what can be done at a door."""
    door = model.doors[name]
    where = room_name(door.leads_to)
    if door.may_pass:
        return Offer("pass", name, f"Press Space to go to {where}.")
    return Offer("knock", name, f"Press Space to knock on the door of {where}.")


def door_before(model: ClinicModel, layout: Layout, head_m: FloatArray, yaw_rad: float) -> str:
    """Returns the open door that one is walking out of the room through; empty for none."""
    for door in layout.doors:
        state = model.doors.get(door.name)
        if state is None or not (state.is_open and state.may_pass):
            continue
        ahead = cos(yaw_rad - door.yaw_rad)
        if _far(head_m, door.position_m[:2]) < PASS_M and ahead > 0.5:
            return door.name
    return ""


def seat_of(layout: Layout, name: str) -> Seat | None:
    """Returns the named seat."""
    return next((seat for seat in layout.seats if seat.name == name), None)


def door_of(layout: Layout, name: str) -> Door | None:
    """Returns the named door."""
    return next((door for door in layout.doors if door.name == name), None)


def before_door(door: Door) -> Spot:
    """Returns a place right before a door, inside the room."""
    x, y, _ = door.position_m
    return x + FRONT_M * sin(door.yaw_rad), y - FRONT_M * cos(door.yaw_rad)


def beside_person(head_m: FloatArray, other_m: FloatArray) -> tuple[Spot, float]:
    """Returns a place to talk with somebody, and where to look from there."""
    away_x, away_y = float(head_m[0] - other_m[0]), float(head_m[1] - other_m[1])
    length_m = max(hypot(away_x, away_y), 1e-6)
    share = min(TALK_M / length_m, 1.0)
    spot = (float(other_m[0]) + away_x * share, float(other_m[1]) + away_y * share)
    return spot, atan2(away_x, -away_y)


def nearest_free_seat(model: ClinicModel, layout: Layout, head_m: FloatArray) -> str:
    """Returns the name of the nearest seat that nobody holds; empty for none."""
    taken = {person.seat for person in model.people.values()}
    free = [seat for seat in layout.seats if seat.name not in taken]
    if not free:
        return ""
    return min(free, key=lambda seat: _far(head_m, seat.position_m[:2])).name


def _door_label(model: ClinicModel, name: str) -> str:
    door = model.doors[name]
    state = "" if door.may_pass else ", closed to you" if not door.is_open else ", not for you now"
    return f"Door to {room_name(door.leads_to)}{state}"


def _far(head_m: FloatArray, spot: tuple[float, ...]) -> float:
    return hypot(float(head_m[0]) - spot[0], float(head_m[1]) - spot[1])
