from math import pi

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.instruments.scope import (
    Scope,
    angle_off_axis_rad,
    apparent_size_rad,
    camera,
    horizon_error_rad,
    level_head_roll_rad,
    sees,
)
from sim.instruments.trocar import Posture, Trocar, pose
from world.geometry import normalize, rotate

SCOPE = Scope()
PLACE = Trocar((0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0))
FORWARD = np.array([0.0, 1.0, 0.0])
postures = st.builds(
    Posture, st.floats(-1, 1), st.floats(-1, 1), st.floats(0.03, 0.25), st.floats(-3, 3)
)


@given(postures, st.floats(-3, 3))
def test_the_view_leaves_the_shaft_by_the_scopes_angle_however_it_is_turned(posture, head_rad):
    view = camera(SCOPE, PLACE, posture, head_rad)
    along = rotate(pose(PLACE, posture).rotation, FORWARD)
    cosine = float((rotate(view.rotation, FORWARD) * along).sum())
    assert np.isclose(np.arccos(cosine), pi / 6)


def test_at_rest_it_looks_down_and_half_a_turn_later_up():
    down = rotate(camera(SCOPE, PLACE, Posture()).rotation, FORWARD)
    assert np.allclose(down, (0, np.cos(pi / 6), -0.5))
    up = rotate(camera(SCOPE, PLACE, Posture(roll_rad=pi)).rotation, FORWARD)
    assert np.allclose(up, (0, np.cos(pi / 6), 0.5))


@given(postures, st.floats(-1.5, 1.5))
def test_the_horizon_error_is_the_turn_of_the_camera_head_from_level(posture, off_rad):
    turned = Trocar((0.0, 0.0, 0.0), tuple(float(x) for x in normalize(np.array((3, -1, 0.4, 1)))))
    view_z = rotate(camera(SCOPE, turned, posture).rotation, FORWARD)[2]
    assume(abs(view_z) < 0.99)
    level_rad = level_head_roll_rad(SCOPE, turned, posture)
    level = camera(SCOPE, turned, posture, level_rad)
    assert abs(horizon_error_rad(level)) < 1e-9
    assert rotate(level.rotation, np.array([0.0, 0.0, 1.0]))[2] > 0
    assert np.isclose(
        horizon_error_rad(camera(SCOPE, turned, posture, level_rad - off_rad)), off_rad
    )


def test_a_picture_that_looks_straight_down_has_no_horizon():
    down = Trocar((0.0, 0.0, 0.0), (np.cos(-pi / 4), np.sin(-pi / 4), 0.0, 0.0))
    assert horizon_error_rad(camera(Scope(view_angle_rad=0.0), down, Posture())) == 0.0


@given(postures, st.floats(0.0, 1.2), st.floats(0, 6.2), st.floats(0.006, 1.0))
def test_what_is_within_half_the_field_of_view_is_seen(posture, off_rad, around_rad, distance_m):
    assume(abs(off_rad - SCOPE.field_of_view_rad / 2) > 1e-6)
    view = camera(SCOPE, PLACE, posture)
    way = np.array(
        [
            np.sin(off_rad) * np.cos(around_rad),
            np.cos(off_rad),
            np.sin(off_rad) * np.sin(around_rad),
        ]
    )
    point_m = (view.position_m + distance_m * rotate(view.rotation, way))[None]
    assert np.isclose(angle_off_axis_rad(view, point_m)[0], off_rad, atol=1e-6)
    assert sees(SCOPE, view, point_m)[0] == (off_rad < SCOPE.field_of_view_rad / 2)


def test_what_is_behind_or_too_near_is_not_seen():
    view = camera(SCOPE, PLACE, Posture())
    ahead = rotate(view.rotation, FORWARD)
    points_m = view.position_m + np.array([[-0.1], [0.001], [0.1]]) * ahead
    assert list(sees(SCOPE, view, points_m)) == [False, False, True]


def test_a_ball_looks_as_large_as_its_tangents_say():
    view = camera(SCOPE, PLACE, Posture())
    center_m = view.position_m + 0.02 * rotate(view.rotation, FORWARD)
    assert np.isclose(apparent_size_rad(view, center_m, 0.01), pi / 3)
    assert apparent_size_rad(view, center_m, 0.05) == pi
