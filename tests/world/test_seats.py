from math import hypot

import numpy as np
import pytest

from server.config import ASSETS
from tests.world.small_clinic import SmallClinic
from world import avatar
from world.errors import NotPermitted
from world.people import Role
from world.protocol.motion import resting
from world.rooms.layout import parse_layout
from world.route import free_floor, open_floor, route
from world.seats import may_sit, places_to_stand_up

LAYOUTS = {
    path.parent.name: parse_layout(path.read_bytes())
    for path in sorted((ASSETS / "rooms").glob("*/layout.json"))
}
SEATS = [(kind, seat.name) for kind, layout in LAYOUTS.items() for seat in layout.seats]
STEP_S, STEP_M = 0.05, 0.06
"""A comfortable pace, in the ticks of the world."""
AROUND_M = 1.0
BEFORE_DOOR_M = 0.75


def _end_of_walk(ground, start_m, goal_m):
    """Follows the way by the rules of the server for a minute; returns where one ends."""
    poses, credit_s = resting(1), np.zeros(1)
    poses.head_m[0] = (*start_m, 1.6)
    way = route(free_floor(ground), start_m, goal_m)
    for _ in range(1_200):
        at_m = poses.head_m[0, :2]
        if way and np.hypot(*(way[0] - at_m)) < STEP_M:
            way = way[1:]
        if not way:
            break
        wanted = resting(1)
        far_m = np.hypot(*(way[0] - at_m))
        wanted.head_m[0] = (*(at_m + (way[0] - at_m) * min(1.0, STEP_M / far_m)), 1.6)
        nobody_sits = np.full((1, 3), np.nan)
        poses, credit_s = avatar.step(poses, wanted, credit_s, STEP_S, ground, nobody_sits)
    return poses.head_m[0, :2]


@pytest.mark.parametrize(("kind", "name"), SEATS)
def test_who_gets_up_from_any_seat_can_walk_to_every_door(kind, name):
    layout = LAYOUTS[kind]
    seat = next(seat for seat in layout.seats if seat.name == name)
    start_m = places_to_stand_up(layout)[name]
    assert hypot(start_m[0] - seat.position_m[0], start_m[1] - seat.position_m[1]) < AROUND_M
    ground = avatar.ground(layout, frozenset())
    for door in layout.doors:
        x, y, _ = door.position_m
        goal_m = (
            x + BEFORE_DOOR_M * np.sin(door.yaw_rad),
            y - BEFORE_DOOR_M * np.cos(door.yaw_rad),
        )
        end_m = _end_of_walk(ground, start_m, goal_m)
        assert np.hypot(*(end_m - goal_m)) < 0.1, door.name


def test_a_gap_between_things_is_not_part_of_the_open_floor():
    layout = LAYOUTS["waiting"]
    free = free_floor(avatar.ground(layout, frozenset()))
    free[2, 2] = True
    free[:2, :4] = free[2, [0, 1, 3]] = free[3, :4] = False
    floor = open_floor(free)
    assert free[2, 2]
    assert not floor[2, 2]
    assert floor.sum() > 0.9 * free.sum()


@pytest.mark.parametrize("role", list(Role))
def test_only_who_treats_patients_sits_at_a_desk_whatever_the_program_asks(role):
    is_staff = role in {Role.NURSE, Role.DOCTOR}
    assert may_sit(role, "desk-1") is may_sit(role, "doctor") is is_staff
    assert may_sit(role, "chair-1")
    assert may_sit(role, "patient")
    small = SmallClinic()
    small.come("p", role)
    if is_staff:
        small.sit("p", "desk-1")
        assert small.clinic.bodies["p"].seat == "desk-1"
    else:
        with pytest.raises(NotPermitted, match="staff"):
            small.sit("p", "desk-1")
        assert small.clinic.bodies["p"].seat is None
