"""The own body against the rule of the server, with the server's own motion lane."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.prediction import SNAP_M, Prediction
from server.motion_lane import MotionLane
from world import avatar
from world.geometry import quaternion_from_yaw
from world.protocol.motion import Poses, encode_inputs, resting
from world.rooms.layout import Door, Layout, Seat, Solid

LAYOUT = Layout(
    "consult",
    (6.0, 5.0, 2.8),
    solids=(
        Solid("desk", (2.0, 2.0, 0.0), (3.2, 2.8, 0.8)),
        Solid("cabinet", (0.0, 3.5, 0.0), (0.6, 5.0, 2.0)),
    ),
    seats=(Seat("patient", (4.5, 1.5, 0.0), 0.0),),
    doors=(Door("door-1", (3.0, 0.0, 0.0), math.pi, 1.0, 2.1),),
    panels=(),
    spawns=(),
)
GROUND = avatar.ground(LAYOUT, frozenset({"door-1"}))
START = (1.0, 1.0, 1.6)
SPEED = 1.4


class Viewer:
    is_stale = False

    def send_motion(self, framed):
        return True


class Server:
    """The motion lane with one body; frames go in as a socket would hand them over."""

    def __init__(self):
        self.lane = MotionLane(lambda size: bytes(2))
        self.lane.set_ground("consult-1", GROUND)
        self.row = self.lane.enter("consult-1", 1, START, yaw_rad=0.0)

    def take(self, frame):
        self.lane.inbox[self.row] = bytes(6) + frame

    def tick(self):
        self.lane.tick(0.05)
        return list(self.lane.corrections)


def wish(prediction, direction_rad, dt_s, speed=SPEED):
    wanted = Poses(*(getattr(prediction.poses, name).copy() for name in Poses.__slots__))
    wanted.head_m[0, :2] += np.array([-math.sin(direction_rad), math.cos(direction_rad)]) * (
        speed * dt_s
    )
    wanted.head_rotation[0] = quaternion_from_yaw(np.array(direction_rad))
    return wanted


@settings(deadline=None, max_examples=10)
@given(st.lists(st.floats(-math.pi, math.pi), min_size=1, max_size=8))
def test_whoever_walks_as_fast_as_people_do_is_never_corrected(directions):
    server, prediction = Server(), Prediction(GROUND, START, 0.0)
    now_s, corrections = 0.0, []
    for direction in directions:
        for frame in range(30):
            now_s += 1 / 60
            prediction.advance(wish(prediction, direction, 1 / 60), 1 / 60)
            if (data := prediction.input_due(now_s)) is not None:
                server.take(data)
            if frame % 3 == 2:
                corrections += server.tick()
    assert not corrections
    assert np.allclose(server.lane.head_m(server.row), prediction.head_m, atol=0.08)


def test_a_wall_and_a_closed_door_stop_the_body_at_once():
    prediction = Prediction(GROUND, (3.0, 1.0, 1.6), math.pi)
    for _ in range(120):
        prediction.advance(wish(prediction, math.pi, 1 / 60), 1 / 60)
    assert prediction.head_m[1] == pytest.approx(avatar.BODY_RADIUS_M + avatar.DOOR_DEPTH_M / 2)


def test_inputs_go_out_at_twenty_a_second_whatever_the_frame_rate():
    for frames_hz in (25, 60, 144):
        prediction = Prediction(GROUND, START, 0.0)
        count = sum(
            prediction.input_due(10 + frame / frames_hz) is not None
            for frame in range(frames_hz * 3)
        )
        assert 57 <= count <= 61


def test_a_small_correction_moves_the_body_at_once_and_the_picture_gradually():
    prediction = Prediction(GROUND, START, 0.0)
    prediction.input_due(1.0)
    before_m = prediction.shown_head_m.copy()
    prediction.correct(1, (1.0, 0.8, 1.6), None)
    assert np.allclose(prediction.head_m, (1.0, 0.8, 1.6))
    assert np.allclose(prediction.shown_head_m, before_m)
    for _ in range(60):
        prediction.advance(prediction.poses, 1 / 60)
    assert np.allclose(prediction.shown_head_m, prediction.head_m, atol=1e-3)


def test_what_was_walked_since_the_corrected_input_is_kept():
    prediction = Prediction(GROUND, START, 0.0)
    prediction.input_due(1.0)
    for _ in range(12):
        prediction.advance(wish(prediction, 0.0, 1 / 60), 1 / 60)
    walked_m = prediction.head_m - START
    prediction.correct(1, (1.1, 1.0, 1.6), None)
    assert np.allclose(prediction.head_m, np.array((1.1, 1.0, 1.6)) + walked_m)
    prediction.correct(1, (1.1, 1.0, 1.6), None)
    assert np.allclose(prediction.head_m, np.array((1.1, 1.0, 1.6)) + walked_m)


def test_a_large_correction_and_a_seat_are_shown_at_once():
    prediction = Prediction(GROUND, START, 0.0)
    prediction.input_due(1.0)
    prediction.correct(1, (START[0] + SNAP_M + 0.1, START[1], 1.6), None)
    assert np.allclose(prediction.shown_head_m, prediction.head_m)
    prediction.correct(0, (4.5, 1.5, 1.2), 0.7)
    assert np.allclose(prediction.shown_head_m, (4.5, 1.5, 1.2))
    assert prediction.yaw_rad == pytest.approx(0.7)


def test_a_correction_of_an_input_long_gone_changes_nothing():
    prediction = Prediction(GROUND, START, 0.0)
    prediction.correct(77, (5.0, 4.0, 1.6), None)
    assert np.allclose(prediction.head_m, START)


def test_who_sits_stays_over_the_seat_and_may_lean():
    prediction = Prediction(GROUND, (4.5, 1.5, 1.2), 0.0)
    prediction.seat_m = (4.5, 1.5, 0.0)
    for _ in range(60):
        prediction.advance(wish(prediction, 0.0, 1 / 60), 1 / 60)
    assert np.hypot(*(prediction.head_m[:2] - (4.5, 1.5))) <= avatar.LEAN_M + 1e-9


def test_sequence_numbers_wrap():
    prediction = Prediction(GROUND, START, 0.0)
    prediction._sequence = 0xFFFF
    frame = prediction.input_due(1.0)
    assert frame[:4] == encode_inputs(0, resting(1)).tobytes()[:4]
    prediction.correct(0, (1.0, 1.1, 1.6), None)
    assert np.allclose(prediction.head_m, (1.0, 1.1, 1.6))
