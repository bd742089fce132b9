"""Where one can go in a room, what can be done there, and how both are called. Pure.

In a consult room each has a seat of their own, and the way to it is offered wherever one stands.
"""

from dataclasses import dataclass
from math import atan2, cos, hypot, sin
from typing import Final, Literal, TypeAlias

from client.clinic_model import ClinicModel
from client.panels.pause_menu import Destination, Place
from client.training.place import screen_of
from world import seats
from world.geometry import FloatArray
from world.people import Role
from world.rooms.layout import Door, Layout, Seat
from world.rooms.names import room_name
from world.route import Spot

USE_DOOR_M: Final = 1.5
USE_SEAT_M: Final = 1.3
"""Nearer than the server asks for (world/requests.py), so that what is offered is not refused."""
AHEAD: Final = 0.5
"""Cosine of how far beside the middle of what one sees something is still before one."""
PASS_M: Final = 0.75
TALK_M: Final = 1.3
FRONT_M: Final = 0.55

PRACTISING: Final = "Behind this door people practise. It is not for patients."
STATION: Final = "station"
"""The destination that is the room's training station."""

Kind: TypeAlias = Literal["seat", "door", "person"]

SEATS_OF: Final = {"doctor": "doctor", "nurse": "doctor", "patient": "patient"}
"""Whose seat in a consult room is called how; companions take what is left."""
SIT_THERE: Final = {
    "doctor": "Press Space to sit down at your desk.",
    "patient": "Press Space to sit down opposite the doctor.",
}
SIT_BESIDE: Final = "Press Space to sit down beside the patient."


@dataclass(frozen=True, slots=True)
class Offer:
    """What the person can do right here, and the words for it."""

    act: Literal["stand", "sit", "go and sit", "pass", "go and pass", "knock", "open", "none"]
    name: str
    sentence: str


def seat_label(name: str) -> str:
    """Returns a seat's name in words: chair-1 is Chair 1, patient is Patient's chair."""
    kind, _, number = name.partition("-")
    whose = f"{kind}'s chair" if kind in ("doctor", "patient", "companion") else kind
    return f"{whose} {number}".strip().capitalize()


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
    seats = (
        Destination(
            f"seat:{seat.name}",
            seat_label(seat.name),
            Place.SEAT,
            _far(head_m, seat.position_m[:2]),
            _why_not(model, seat),
        )
        for seat in layout.seats
        if may_sit(model, seat.name)
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
    screen = screen_of(layout)
    stations = (
        ()
        if screen is None
        else (Destination(STATION, "Training station", Place.STATION,
                          _far(head_m, screen.position_m[:2])),)
    )  # fmt: skip
    return (*stations, *doors, *seats, *people)


def may_sit(model: ClinicModel, seat: str) -> bool:
    """Whether a seat is for this person; behind a desk sits the clinic's staff."""
    return model.me is not None and seats.may_sit(Role(model.me.role), seat)


def offer(model: ClinicModel, layout: Layout, head_m: FloatArray, yaw_rad: float) -> Offer | None:
    """Returns what can be done at the nearest thing within reach and in front, if anything."""
    if model.seat is not None:
        return Offer("stand", model.seat, "Press Space to stand up.")
    found: list[tuple[float, Offer]] = []
    for door in layout.doors:
        far_m = _far(head_m, door.position_m[:2])
        is_near = far_m < USE_DOOR_M and _is_ahead(head_m, door.position_m, yaw_rad)
        if is_near and door.name in model.doors:
            found.append((far_m, door_offer(model, door.name)))
    for seat in _offered_seats(model, layout):
        far_m = _far(head_m, seat.position_m[:2])
        if far_m < USE_SEAT_M and _is_ahead(head_m, seat.position_m, yaw_rad):
            found.append((far_m, Offer("sit", seat.name, "Press Space to sit down here.")))
    nearest = min(found, key=lambda one: one[0], default=(0.0, None))[1]
    return nearest or _offer_from_afar(model, layout)


def _offered_seats(model: ClinicModel, layout: Layout) -> list[Seat]:
    """Returns the free seats that one would take: in a consult room the own one alone."""
    if layout.type == "consult":
        own = meant_seat(model, layout) if _is_busy_here(model) else ""
        return [seat for seat in layout.seats if seat.name == own]
    return [
        seat for seat in layout.seats if may_sit(model, seat.name) and not _why_not(model, seat)
    ]


def _is_busy_here(model: ClinicModel) -> bool:
    """Whether one has still to do in a consult room: staff, and the people of its visit."""
    return model.is_in_visit or may_sit(model, "doctor")


def _offer_from_afar(model: ClinicModel, layout: Layout) -> Offer | None:
    """Returns what one does next in a consult room: sits down, and goes once the visit is over."""
    if layout.type != "consult":
        return None
    if not _is_busy_here(model):
        door = next(iter(model.doors.values()), None)
        where = room_name(door.leads_to) if door else ""
        says = f"Press Space to go out to {where}."
        return Offer("go and pass", door.door, says) if door else None
    seat = meant_seat(model, layout)
    if not seat:
        return None
    return Offer("go and sit", seat, SIT_THERE.get(seat, SIT_BESIDE))


def meant_seat(model: ClinicModel, layout: Layout) -> str:
    """Returns the free seat of a consult room that is this person's; empty for none."""
    if layout.type != "consult" or model.me is None:
        return ""
    free = {seat.name for seat in layout.seats if not _why_not(model, seat)}
    own = SEATS_OF.get(model.me.role)
    if own is not None:
        return own if own in free else ""
    return min((name for name in free if name.startswith("companion")), default="")


def door_offer(model: ClinicModel, name: str) -> Offer:
    """Returns what can be done at a door."""
    door = model.doors[name]
    where = room_name(door.leads_to)
    if door.may_pass:
        return Offer("pass", name, f"Press Space to go to {where}.")
    if door.leads_to.startswith("training-"):
        return Offer("none", name, PRACTISING)
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
    """Returns the own seat of a consult room, else the nearest free one; empty for none."""
    free = [
        seat for seat in layout.seats if may_sit(model, seat.name) and not _why_not(model, seat)
    ]
    if not free:
        return ""
    nearest = min(free, key=lambda seat: _far(head_m, seat.position_m[:2])).name
    return meant_seat(model, layout) or nearest


def _why_not(model: ClinicModel, seat: Seat) -> str:
    """Returns why one cannot sit down there now, as a sentence; empty for no reason."""
    if seat.name == model.seat:
        return "You sit there."
    is_taken = any(person.seat == seat.name for person in model.people.values())
    return "Somebody sits there." if is_taken else ""


def _is_ahead(head_m: FloatArray, at_m: tuple[float, ...], yaw_rad: float) -> bool:
    """Whether a place is before one, not behind one's back."""
    x, y = at_m[0] - float(head_m[0]), at_m[1] - float(head_m[1])
    return y * cos(yaw_rad) - x * sin(yaw_rad) >= AHEAD * hypot(x, y)


def _door_label(model: ClinicModel, name: str) -> str:
    door = model.doors[name]
    state = "" if door.may_pass else ", closed to you" if not door.is_open else ", not for you now"
    return f"Door to {room_name(door.leads_to)}{state}"


def _far(head_m: FloatArray, spot: tuple[float, ...]) -> float:
    return hypot(float(head_m[0]) - spot[0], float(head_m[1]) - spot[1])
