"""Builds the Clinic of a world process: rooms from assets, everything else from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from server import attempt_rows, last_life, ledger
from server.store.presence import Presence
from server.store.store import Store
from server.store.users import User
from world.clinic import Body, Clinic, Profile, RoomPlan, stream_of
from world.errors import ConfigurationError
from world.moderation import Moderation
from world.people import Person, Role, RoomId, UserId
from world.queue import EVIDENCE_MAX_N
from world.rooms.layout import Door, Layout, parse_layout
from world.training.station import Training
from world.visit_records import Visits
from world.visit_states import Limits

WAITING = RoomId("waiting")
WAITING_CAPACITY, CONSULT_CAPACITY, TRAINING_CAPACITY = 300, 8, 24
CONSULT_ROOMS = (RoomId("consult-1"), RoomId("consult-2"))
TRAINING = "training"


def load_plans(assets: Path) -> dict[RoomId, RoomPlan]:
    """Returns the rooms of the clinic: one waiting room, and a room behind each of its doors.

    The first doors lead to the consult rooms, and all others to training rooms, if the assets have
    such a room.

    Raises:
      ConfigurationError: if a layout is missing or broken, or has too few doors.
    """
    waiting, consult = _layout(assets, "waiting"), _layout(assets, "consult")
    if len(waiting.doors) < len(CONSULT_ROOMS) or not consult.doors:
        raise ConfigurationError("room layouts: a consult room has no door to the waiting room")
    inside = consult.doors[0].name
    pairs = list(zip(waiting.doors, CONSULT_ROOMS, strict=False))
    leads_to = {door.name: (room_id, inside) for door, room_id in pairs}
    plans = {WAITING: RoomPlan(WAITING, waiting, WAITING_CAPACITY, leads_to)}
    for door, room_id in pairs:
        back = {inside: (WAITING, door.name)}
        plans[room_id] = RoomPlan(room_id, consult, CONSULT_CAPACITY, back)
    return _with_training(assets, plans, waiting.doors[len(CONSULT_ROOMS) :])


def training_rooms(plans: Mapping[RoomId, RoomPlan]) -> frozenset[RoomId]:
    """Returns those of the rooms in which one practises."""
    return frozenset(room_id for room_id, plan in plans.items() if plan.layout.type == TRAINING)


def _with_training(
    assets: Path, plans: dict[RoomId, RoomPlan], spare: Sequence[Door]
) -> dict[RoomId, RoomPlan]:
    if not spare or not (assets / "rooms" / TRAINING / "layout.json").exists():
        return plans
    layout, waiting = _layout(assets, TRAINING), plans[WAITING]
    if not layout.doors:
        raise ConfigurationError("room layouts: the training room has no door")
    inside, leads_to = layout.doors[0].name, dict(waiting.leads_to)
    for number, door in enumerate(spare, 1):
        room_id = RoomId(f"{TRAINING}-{number}")
        back = {inside: (WAITING, door.name)}
        plans[room_id] = RoomPlan(room_id, layout, TRAINING_CAPACITY, back)
        leads_to[door.name] = (room_id, inside)
    return {**plans, WAITING: replace(waiting, leads_to=leads_to)}


async def take_over(
    store: Store, plans: Mapping[RoomId, RoomPlan], process_id: str, now_s: float
) -> Clinic:
    """Makes this process the clinic's one owner, and returns the clinic as it stands.

    Raises:
      StoreUnavailable: if the store cannot be read or written.
    """
    async with store.write() as work:
        await ledger.claim(work, process_id, now_s)
        await last_life.begin(work, process_id, now_s)
    return await load_clinic(store, plans, now_s)


async def load_clinic(store: Store, plans: Mapping[RoomId, RoomPlan], now_s: float) -> Clinic:
    """Returns the clinic as it was when the last process ended; everybody has just vanished."""
    async with store.read() as work:
        records = await work.visits.not_closed()
        closed = await work.visits.closed_after(now_s - Limits().history_s, EVIDENCE_MAX_N)
        invited = await work.visits.participants([record.id for record in records])
        places = [place for place in await work.presences.everybody() if place.room_id in plans]
        visits = [ledger.visit_from(record, invited) for record in records]
        involved = {place.user_id for place in places}
        involved |= {user_id for visit in visits for user_id in visit.participant_ids}
        involved |= {asked.by for visit in visits for asked in visit.asked}
        users = await work.users.get_many(involved)
        answers = await work.answers.everybody()
        numbers = await work.events.last_numbers()
        blocks = await work.relations.blocks()
        agreements = await work.relations.voice_agreements()
        running = [one for one in await work.attempts.running() if one.room_id in plans]
    remembered = [*visits, *(ledger.visit_from(record, ()) for record in closed)]
    clinic = Clinic(
        plans=plans,
        visits=Visits(
            WAITING,
            frozenset(CONSULT_ROOMS),
            people=_people(places, users, now_s),
            visits={visit.visit_id: visit for visit in remembered},
            training_room_ids=training_rooms(plans),
        ),
        profiles={UserId(user.id): profile_of(user) for user in users.values()},
        answered=ledger.answered_from(answers),
        numbers=numbers,
        moderation=Moderation(ledger.ties_from(blocks), ledger.ties_from(agreements)),
        training=Training({one.room_id: one for one in map(attempt_rows.attempt_from, running)}),
    )
    for place in places:
        if place.user_id in users:
            clinic = _with_place(clinic, place)
    return clinic


def profile_of(user: User) -> Profile:
    """Returns what the rules know of an account."""
    return Profile(UserId(user.id), Role(user.role), user.display_name, user.alias, user.appearance)


def _layout(assets: Path, room_type: str) -> Layout:
    path = assets / "rooms" / room_type / "layout.json"
    try:
        return parse_layout(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"room layout {path}: {error.strerror}") from error


def _people(
    places: list[Presence], users: Mapping[str, User], now_s: float
) -> dict[UserId, Person]:
    return {
        UserId(place.user_id): Person(
            UserId(place.user_id),
            Role(users[place.user_id].role),
            RoomId(place.room_id),
            vanished_at_s=now_s,
        )
        for place in places
        if place.user_id in users
    }


def _with_place(clinic: Clinic, place: Presence) -> Clinic:
    room_id = RoomId(place.room_id)
    slot = clinic.free_slot(room_id)
    body = Body(
        room_id,
        slot,
        place.seat,
        place.position_m,
        place.yaw_rad,
        place.stream or stream_of(clinic, room_id),
        place.since_number,
    )
    return replace(
        clinic.with_body(UserId(place.user_id), body),
        next_slots={**clinic.next_slots, room_id: (slot + 1) % 4096},
    )
