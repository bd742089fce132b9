from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from world import avatar
from world.protocol.motion import resting
from world.rooms.layout import Layout, Solid
from world.route import free_floor, route

WALL = Solid(name="wall", min_m=(4.0, 0.0, 0.0), max_m=(4.3, 5.0, 2.0))
SHELF = Solid(name="shelf", min_m=(0.0, 0.0, 1.9), max_m=(8.0, 6.0, 2.2))
ROOM = Layout("waiting", (8.0, 6.0, 3.0), (WALL, SHELF), (), (), (), ())
GROUND = avatar.ground(ROOM, frozenset())
FREE = free_floor(GROUND)


def _walk(start_m, corners_m):
    """Walks the way by the rules of the server; returns where one ends."""
    poses, credit_s = resting(1), np.zeros(1)
    poses.head_m[0] = (*start_m, 1.6)
    for corner_m in corners_m:
        for _ in range(200):
            wanted = resting(1)
            wanted.head_m[0] = (*corner_m, 1.6)
            poses, credit_s = avatar.step(
                poses, wanted, credit_s, 0.05, GROUND, np.full((1, 3), np.nan)
            )
            if np.hypot(*(poses.head_m[0, :2] - corner_m)) < 0.02:
                break
    return poses.head_m[0, :2]


def test_the_way_leads_round_the_wall_in_few_straight_lines():
    corners_m = route(FREE, (2.0, 1.0), (6.0, 1.0))
    assert corners_m[-1] == (6.0, 1.0)
    assert 3 <= len(corners_m) <= 7
    length_m = sum(np.hypot(*np.subtract(a, b)) for a, b in pairwise(corners_m))
    assert length_m < 11.5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_who_follows_a_way_arrives(seed):
    cells = np.argwhere(FREE)
    start, goal = np.random.default_rng(seed).choice(cells, 2) * 0.1
    corners_m = route(FREE, tuple(start), tuple(goal))
    assert corners_m
    assert np.hypot(*(_walk(start, corners_m) - goal)) < 0.1


def test_a_goal_inside_the_wall_leads_to_a_place_beside_it():
    corners_m = route(FREE, (2.0, 1.0), (4.1, 1.0))
    assert 0.2 < abs(corners_m[-1][0] - 4.15) < 0.6


def test_a_goal_that_cannot_be_reached_leads_as_near_as_one_can_get():
    closed = Solid(name="closed", min_m=(4.0, 0.0, 0.0), max_m=(4.3, 6.0, 2.0))
    room = Layout("waiting", (8.0, 6.0, 3.0), (closed,), (), (), (), ())
    free = free_floor(avatar.ground(room, frozenset()))
    end_m = route(free, (2.0, 1.0), (6.0, 1.0))[-1]
    assert end_m[1] == 1.0
    assert 3.5 < end_m[0] < 4.0


def test_a_room_without_free_floor_has_no_way():
    assert route(np.zeros((5, 5), bool), (0.1, 0.1), (0.3, 0.3)) == []


@pytest.mark.parametrize("start_m", [(-3.0, -3.0), (99.0, 99.0)])
def test_a_start_outside_the_room_begins_at_its_edge(start_m):
    assert route(FREE, start_m, (2.0, 2.0))[-1] == (2.0, 2.0)
