"""The benchmark of training rooms: its arithmetic, and the rooms that it makes."""

import pytest

from server.clinic_loader import load_plans, training_rooms
from tools.bench.training import percentile
from tools.bench.training_rooms import write_rooms

TURNS = {0.001: 10.0, 0.002: 90.0, 0.01: 99.0, float("inf"): 100.0}


@pytest.mark.parametrize(
    ("share", "edge_s"), [(0.05, 0.001), (0.5, 0.002), (0.99, 0.01), (0.991, float("inf"))]
)
def test_a_percentile_is_the_edge_below_which_that_share_lies(share, edge_s):
    assert percentile(TURNS, share) == edge_s


def test_every_training_room_has_a_door_of_its_own(tmp_path):
    plans = load_plans(write_rooms(tmp_path, 3))
    rooms = training_rooms(plans)
    assert rooms == {"training-1", "training-2", "training-3"}
    doors = {door for door, (room, _) in plans["waiting"].leads_to.items() if room in rooms}
    assert len(doors) == 3
    for room_id in rooms:
        assert plans[room_id].leads_to["door-1"][0] == "waiting"
