"""Carries out on bodies and streams what the visit machine decides.

Every change of a visit goes through `visit_event`, so that bodies are where world/visits.py says,
each bound to the stream of its room as the visit there stands.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import cos, dist, hypot, pi, sin
from typing import assert_never

from world import avatar, moderation, route, visits
from world.clinic import STANDING_EYES_M, Body, Clinic, stream_of, user_stream
from world.geometry import Vector
from world.outcome import Outcome
from world.people import Person, RoomId, UserId
from world.protocol import messages as m
from world.rooms.layout import Door, Layout, Spawn
from world.visit_events import (
    Changed,
    CloseConnection,
    Effect,
    Event,
    Gone,
    Moved,
    Notice,
    Notify,
)

CLINIC = "clinic"
INSIDE_DOOR_M = 0.7
"""Where one stands after a door: half a step and a body's radius inside."""
APART_M = 1.2
"""So far from one another people come in, where there is room for it: the near end of the social
distance, E. T. Hall, "The Hidden Dimension" (1966), ch. 10; nearer, a head fills one's sight."""
NEAR_DOOR_M = 2.5
"""Who comes through a door stands no farther inside than this, and no farther aside."""
PACE_M = 0.3
_ANNOUNCED: Mapping[Notice, m.Announcement] = {
    Notice.CALLED: "called",
    Notice.CALLED_AGAIN: "called-again",
    Notice.MET: "met",
    Notice.ENDED: "ended",
}
"""What is spoken too: who waits may not look at the screen."""


def visit_event(out: Outcome, event: Event, by: Person | None, now_s: float) -> None:
    """Lets something happen to the visits, and everything that follows from it.

    Raises:
      Refusal: if the rules do not allow it; nothing has changed then.
    """
    before = out.clinic.visits
    after, effects = visits.apply(before, event, by, now_s)
    if after is before and not effects:
        return
    out.clinic = replace(out.clinic, visits=after)
    for effect in effects:
        _carry_out(out, effect)
    _follow_streams(out)


def _follow_streams(out: Outcome) -> None:
    """Binds the bodies in rooms that a visit took or left to the stream of the room as it is now.

    Who was inside before is not part of what was said in the new stream before.
    """
    for user_id, body in out.clinic.bodies.items():
        stream = stream_of(out.clinic, body.room_id)
        if stream != body.stream:
            since = out.clinic.numbers.get(stream, 0)
            rebound = replace(body, stream=stream, since_number=since)
            out.clinic = out.clinic.with_body(user_id, rebound)


def _carry_out(out: Outcome, effect: Effect) -> None:
    match effect:
        case Notify(user_id, notice, visit_id, room_id):
            sentence, spoken = notice.sentence(room_id), _ANNOUNCED.get(notice)
            told = m.Told(sentence, visit_id, spoken, room_id if spoken else None)
            out.happen(user_stream(user_id), CLINIC, told)
        case Moved(user_id, room_id):
            put(out, user_id, room_id)
        case Gone(user_id):
            _take_away(out, user_id)
        case Changed(visit_id):
            visit = out.clinic.visits.visits[visit_id]
            changed = m.VisitChanged(visit_id, visit.state.value, visit.room_id)
            for user_id in sorted(visit.participant_ids):
                out.happen(user_stream(user_id), CLINIC, changed)
                out.touched.add(user_id)
        case CloseConnection(connection_id, reason):
            out.closing.append((connection_id, reason))
        case _:
            assert_never(effect)


def put(out: Outcome, user_id: UserId, room_id: RoomId, door: Door | None = None) -> None:
    """Puts a body into a room: inside the door, or at a spawn.

    Whether there is a place is asked before: who is brought back must never be refused.
    """
    _take_away(out, user_id)
    position_m, yaw_rad = _arrival(out.clinic, room_id, door)
    slot = out.clinic.free_slot(room_id)
    stream = stream_of(out.clinic, room_id)
    body = Body(
        room_id,
        slot,
        None,
        position_m,
        yaw_rad,
        stream,
        since_number=out.clinic.numbers.get(stream, 0),
    )
    next_slots = {**out.clinic.next_slots, room_id: (slot + 1) % 4096}
    out.clinic = replace(out.clinic.with_body(user_id, body), next_slots=next_slots)
    came = m.Came(slot, out.clinic.profiles[user_id].alias)
    out.happen(stream, user_id, came)
    out.moved.add(user_id)
    out.touched.add(user_id)


def _take_away(out: Outcome, user_id: UserId) -> None:
    body = out.clinic.bodies.get(user_id)
    if body is None:
        return
    out.clinic = out.clinic.without_body(user_id)
    ties = moderation.end_agreements(out.clinic.moderation, user_id)
    out.clinic = replace(out.clinic, moderation=ties)
    went = m.Went(body.slot, out.clinic.profiles[user_id].alias)
    out.happen(body.stream, user_id, went)
    out.touched.add(user_id)


def _arrival(clinic: Clinic, room_id: RoomId, door: Door | None) -> tuple[Vector, float]:
    """Returns the first place where nobody has come in or sits; else the one with most room."""
    layout, others = clinic.plans[room_id].layout, clinic.in_room(room_id).values()
    taken = [body.position_m[:2] for body in others]
    begin = len(taken) % len(layout.spawns)
    spawns = (*layout.spawns[begin:], *layout.spawns[:begin])
    places = spawns if door is None else (*_inside(door, layout), *spawns)

    def room_m(place: Spawn) -> float:
        nearest_m = min((dist(place.position_m[:2], spot) for spot in taken), default=APART_M)
        return min(round(nearest_m, 3), APART_M)

    chosen = max(places, key=room_m)
    x, y, z = chosen.position_m
    return (x, y, z + STANDING_EYES_M), chosen.yaw_rad


def _inside(door: Door, layout: Layout) -> tuple[Spawn, ...]:
    """Returns places inside a door: right before it, then whatever is free, the nearest first."""
    x, y, z = door.position_m
    sine, cosine, yaw_rad = sin(door.yaw_rad), cos(door.yaw_rad), _turned_round(door.yaw_rad)
    paces = round(NEAR_DOOR_M / PACE_M)
    offsets_m = [
        (INSIDE_DOOR_M + PACE_M * inward, PACE_M * aside)
        for inward in range(paces)
        for aside in range(-paces, paces + 1)
    ]
    spots = [
        (x + inward * sine + aside * cosine, y - inward * cosine + aside * sine)
        for inward, aside in sorted(offsets_m, key=lambda offset: round(hypot(*offset), 3))
    ]
    first, *others = (Spawn((*spot, z), yaw_rad) for spot in spots)
    free = route.free_floor(avatar.ground(layout, frozenset()))
    return (first, *(one for one in others if route.is_free(free, one.position_m[:2])))


def _turned_round(yaw_rad: float) -> float:
    return yaw_rad - pi if yaw_rad > 0 else yaw_rad + pi
