import math

import numpy as np
import pytest

from client.desktop.walker import (
    BACK,
    FORWARD,
    LEFT,
    RIGHT,
    STUCK_S,
    TURN_LEFT,
    TURN_RIGHT,
    WALK_M_PER_S,
    Walker,
    rotation,
    wrapped,
)
from world.geometry import rotate, yaw_from_quaternion

HEAD = np.array([2.0, 3.0, 1.6])
DT_S = 1 / 60


def play(walker, seconds, head_m=HEAD, *, is_blocked=False):
    head_m = head_m.copy()
    for _ in range(round(seconds / DT_S)):
        poses = walker.wanted(head_m, DT_S, is_seated=False)
        if not is_blocked:
            head_m = poses.head_m[0]
    return head_m


@pytest.mark.parametrize(
    ("movement", "direction"),
    [(FORWARD, (0, 1)), (BACK, (0, -1)), (LEFT, (-1, 0)), (RIGHT, (1, 0))],
)
def test_at_yaw_zero_forward_is_plus_y_and_right_is_plus_x(movement, direction):
    walker = Walker()
    walker.hold(movement, is_held=True)
    moved_m = (play(walker, 1.0) - HEAD)[:2]
    assert np.allclose(moved_m, np.array(direction) * WALK_M_PER_S, atol=1e-6)


def test_two_keys_at_once_are_not_faster_than_one():
    walker = Walker(yaw_rad=1.1)
    walker.hold(FORWARD, is_held=True)
    walker.hold(RIGHT, is_held=True)
    assert np.linalg.norm(play(walker, 1.0) - HEAD) == pytest.approx(WALK_M_PER_S)


def test_keys_turn_and_opposite_keys_do_nothing():
    walker = Walker()
    walker.hold(TURN_LEFT, is_held=True)
    play(walker, 0.5)
    assert walker.yaw_rad > 0
    turned = walker.yaw_rad
    walker.hold(TURN_RIGHT, is_held=True)
    play(walker, 0.5)
    assert walker.yaw_rad == pytest.approx(turned)


def test_a_way_is_walked_to_its_end_and_one_faces_where_one_should():
    walker = Walker()
    walker.follow([(2.0, 5.0), (4.0, 5.0)], facing_rad=math.pi / 2)
    end_m = play(walker, 6.0)
    assert np.allclose(end_m[:2], (4.0, 5.0), atol=0.1)
    assert walker.yaw_rad == pytest.approx(math.pi / 2)
    assert not walker.is_on_way


def test_steering_ends_a_way():
    walker = Walker()
    walker.follow([(9.0, 9.0)])
    walker.hold(BACK, is_held=True)
    assert not walker.is_on_way


def test_what_is_in_the_way_ends_a_way_after_a_while():
    walker = Walker(yaw_rad=0.0)
    walker.follow([(2.0, 6.0)])
    play(walker, STUCK_S + 1.0, is_blocked=True)
    assert not walker.is_on_way


def test_who_sits_does_not_walk_but_looks_about():
    walker = Walker()
    walker.hold(FORWARD, is_held=True)
    walker.hold(TURN_LEFT, is_held=True)
    poses = walker.wanted(HEAD, 0.5, is_seated=True)
    assert np.allclose(poses.head_m[0, :2], HEAD[:2])
    assert poses.head_m[0, 2] == pytest.approx(1.2)
    assert yaw_from_quaternion(poses.head_rotation)[0] > 0


def test_the_mouse_cannot_break_a_neck():
    walker = Walker()
    for _ in range(100):
        walker.look(10, -40)
    assert walker.pitch_rad < math.pi / 2


def test_pitch_up_looks_up():
    assert rotate(rotation(0.4, 0.5), np.array([0.0, 1.0, 0.0]))[2] == pytest.approx(math.sin(0.5))


def test_angles_stay_small():
    assert wrapped(3 * math.pi) == pytest.approx(-math.pi)
    assert wrapped(-0.3) == pytest.approx(-0.3)
