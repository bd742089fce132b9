"""Where people come in: apart from one another, on free floor, and always in the same places."""

from itertools import combinations
from math import atan2, dist, hypot, pi

import pytest

from client.config import ASSETS
from client.program import load_layouts
from tests.world.small_clinic import ROOM, WAITING, SmallClinic
from world import avatar, route
from world.clinic import RoomPlan
from world.protocol import messages as m
from world.visit_records import Visits
from world.whereabouts import APART_M

LAYOUTS = load_layouts(ASSETS)


@pytest.fixture
def small():
    """Returns the clinic with the rooms that are drawn."""
    small = SmallClinic()
    plans = small.clinic.plans
    real = {
        ROOM: RoomPlan(ROOM, LAYOUTS["consult"], 8, plans[ROOM].leads_to),
        WAITING: RoomPlan(
            WAITING, LAYOUTS["waiting"], 40, {"door-1": (ROOM, "door-1")}
        ),
    }  # fmt: skip
    small.clinic = type(small.clinic)(real, Visits(WAITING, frozenset({ROOM})))
    return small


def before_door(small, who):
    plan = small.clinic.plans[small.room(who)]
    return plan.door("door-1").position_m


def test_patient_and_doctor_and_guests_stand_apart_in_the_consult_room(small):
    staff = [small.come(f"d{n}", "doctor") for n in range(5)]
    for who in staff:
        small.ask(who, m.GoThrough, "door-1", at_m=before_door(small, who))
    bodies = small.clinic.in_room(ROOM)
    assert len(bodies) == 5
    spots = [body.position_m[:2] for body in bodies.values()]
    assert min(dist(a, b) for a, b in combinations(spots, 2)) >= APART_M - 1e-6
    free = route.free_floor(avatar.ground(LAYOUTS["consult"], frozenset()))
    assert all(route.is_free(free, spot) for spot in spots)


def test_who_comes_first_through_a_door_stands_right_inside_it(small):
    who = small.come("d", "doctor")
    small.ask(who, m.GoThrough, "door-1", at_m=before_door(small, who))
    door = LAYOUTS["consult"].doors[0]
    assert dist(small.clinic.bodies[who].position_m[:2], door.position_m[:2]) == pytest.approx(0.7)


def test_the_second_to_come_in_is_not_before_the_eyes_of_the_first(small):
    patient, doctor = (small.come(name, "doctor") for name in ("d1", "d2"))
    for who in (patient, doctor):
        small.ask(who, m.GoThrough, "door-1", at_m=before_door(small, who))
    seer, seen = small.clinic.bodies[patient], small.clinic.bodies[doctor]
    way = [b - a for a, b in zip(seer.position_m, seen.position_m, strict=True)]
    aside_rad = abs(atan2(-way[0], way[1]) - seer.yaw_rad)
    assert 1.2 <= hypot(*way) <= 2.0
    assert min(aside_rad, 2 * pi - aside_rad) > 1.25 / 2  # what a window shows to each side


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_nobody_arrives_in_a_room_on_top_of_another(name):
    layout = LAYOUTS[name]
    spots = [spawn.position_m[:2] for spawn in layout.spawns]
    assert min(dist(a, b) for a, b in combinations(spots, 2)) >= APART_M - 1e-6
    free = route.free_floor(avatar.ground(layout, frozenset()))
    assert all(route.is_free(free, spot) for spot in spots)


def test_who_goes_out_stays_near_the_door_however_many_have_come_out(small):
    staff = [small.come(f"d{n}", "doctor") for n in range(6)]
    for who in staff:
        small.ask(who, m.GoThrough, "door-1", at_m=before_door(small, who))
    for who in staff:
        small.ask(who, m.GoThrough, "door-1", at_m=before_door(small, who))
    door = LAYOUTS["waiting"].doors[0]
    spots = [small.clinic.bodies[who].position_m[:2] for who in staff[:4]]
    assert all(dist(spot, door.position_m[:2]) < 2.0 for spot in spots)
    assert min(dist(a, b) for a, b in combinations(spots, 2)) >= APART_M - 1e-6


def test_arrivals_take_the_free_spawns_in_their_order(small):
    spawns = [spawn.position_m[:2] for spawn in LAYOUTS["waiting"].spawns]
    for number, spot in enumerate(spawns):
        who = small.come(f"p{number}")
        assert small.clinic.bodies[who].position_m[:2] == spot
