"""Where a station stands in its room, whichever wall its screen hangs on."""

from math import cos, hypot, pi, sin

import pytest

from client.training.place import BEFORE_SCREEN_M, STANDING_M, screen_of, stand_of, trolley_of
from tools.bench.training_rooms import training_layout
from world.rooms.layout import Panel
from world.training.rules import REACH_STATION_M


@pytest.mark.parametrize("yaw_rad", [pi, pi / 2, 0.0, -pi / 2])
def test_trolley_and_trainee_stand_in_line_before_the_screen_and_look_at_it(yaw_rad):
    screen = Panel("station", (2.0, 3.0, 2.2), yaw_rad, 1.5, 0.8)
    away = (-sin(yaw_rad), cos(yaw_rad))
    for (x, y), far_m in (
        (trolley_of(screen)[0], BEFORE_SCREEN_M),
        (stand_of(screen)[0], BEFORE_SCREEN_M + STANDING_M),
    ):
        assert (x - 2.0, y - 3.0) == pytest.approx((far_m * away[0], far_m * away[1]))
    (x, y), facing_rad = stand_of(screen)
    assert hypot(x - 2.0, y - 3.0) < REACH_STATION_M
    assert (-sin(facing_rad), cos(facing_rad)) == pytest.approx((-away[0], -away[1]))


def test_a_training_room_has_a_screen():
    assert screen_of(training_layout()).name == "station"
