from math import inf, nan, pi, remainder

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.instruments import trocar as t
from sim.instruments.trocar import Posture, Trocar, aimed, pose, step, within_limits
from world.geometry import normalize, rotate

angles = st.floats(-2 * pi, 2 * pi)
anything = st.floats(allow_nan=True, allow_infinity=True)
wild = st.builds(Posture, anything, anything, anything, anything, anything, st.booleans())
allowed = st.builds(
    Posture,
    st.floats(-t.SWING_LIMIT_RAD, t.SWING_LIMIT_RAD),
    st.floats(-t.SWING_LIMIT_RAD, t.SWING_LIMIT_RAD),
    st.floats(t.SHALLOWEST_M, t.DEEPEST_M),
    st.floats(-3.1, 3.1),
    st.floats(0, 1),
    st.booleans(),
)
coordinates = st.tuples(*[st.floats(-3, 3)] * 3)
rotations = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: sum(x * x for x in q) > 0.01)
trocars = st.builds(
    lambda pivot, q: Trocar(pivot, tuple(float(x) for x in normalize(np.array(q)))),
    coordinates,
    rotations,
)
STRAIGHT = Trocar((0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0))


def _values(posture):
    return np.array(
        [posture.yaw_rad, posture.pitch_rad, posture.insertion_m, posture.roll_rad, posture.jaw]
    )


@given(trocars, allowed)
def test_aiming_at_the_tip_gives_the_posture_back(place, posture):
    again = aimed(place, pose(place, posture).tip_m, posture)
    assert np.allclose(_values(again), _values(posture), atol=1e-9)


@given(trocars, allowed)
def test_the_shaft_always_goes_through_the_pivot(place, posture):
    at = pose(place, posture)
    back_m = at.tip_m - posture.insertion_m * rotate(at.rotation, np.array([0.0, 1.0, 0.0]))
    assert np.allclose(back_m, place.pivot_m, atol=1e-12)
    assert np.isclose(np.linalg.norm(at.rotation), 1)


def test_yaw_is_to_the_left_pitch_is_up_and_roll_turns_about_the_shaft():
    assert np.allclose(pose(STRAIGHT, Posture(insertion_m=0.1)).tip_m, (0, 0.1, 0))
    left = pose(STRAIGHT, Posture(yaw_rad=pi / 6, insertion_m=0.1)).tip_m
    assert np.allclose(left, (-0.05, 0.1 * np.sqrt(3) / 2, 0))
    up = pose(STRAIGHT, Posture(pitch_rad=pi / 6, insertion_m=0.1)).tip_m
    assert np.allclose(up, (0, 0.1 * np.sqrt(3) / 2, 0.05))
    rolled = pose(STRAIGHT, Posture(roll_rad=pi / 2, insertion_m=0.1))
    assert np.allclose(rolled.tip_m, (0, 0.1, 0))
    assert np.allclose(rotate(rolled.rotation, np.array([0.0, 0.0, 1.0])), (1, 0, 0))


@given(allowed, wild, st.floats(1e-3, 0.1))
def test_no_wish_brings_an_instrument_beyond_its_limits_or_speeds(current, wanted, dt_s):
    after = step(current, wanted, dt_s)
    assert after == within_limits(after)
    assert np.isfinite(_values(after)).all()
    way_m = np.linalg.norm(pose(STRAIGHT, after).tip_m - pose(STRAIGHT, current).tip_m)
    assert way_m <= t.TIP_SPEED_M_S * dt_s * (1 + 1e-9)
    assert abs(after.jaw - current.jaw) <= t.JAW_SPEED_PER_S * dt_s * (1 + 1e-9)
    turn_rad = abs(remainder(after.roll_rad - current.roll_rad, 2 * pi))
    assert turn_rad <= t.ROLL_SPEED_RAD_S * dt_s * (1 + 1e-9)
    swing_rad = np.hypot(after.yaw_rad - current.yaw_rad, after.pitch_rad - current.pitch_rad)
    assert swing_rad <= t.SWING_SPEED_RAD_S * dt_s * (1 + 1e-9)


@settings(max_examples=30)
@given(allowed, allowed)
def test_every_allowed_wish_is_reached_and_then_kept(current, wanted):
    for _ in range(60):
        current = step(current, wanted, 1 / 30)
    assert np.allclose(_values(current), _values(wanted), atol=1e-12)
    assert current.is_active == wanted.is_active
    assert step(current, wanted, 1 / 60) == step(step(current, wanted, 1 / 60), wanted, 1 / 60)


def test_a_fast_hand_moves_the_tip_at_the_speed_limit_and_not_much_slower():
    far = Posture(yaw_rad=0.5, insertion_m=0.2)
    start = Posture(insertion_m=0.2)
    after = step(start, far, 1 / 60)
    way_m = np.linalg.norm(pose(STRAIGHT, after).tip_m - pose(STRAIGHT, start).tip_m)
    assert np.isclose(way_m, t.TIP_SPEED_M_S / 60, rtol=1e-3)


def test_the_shaft_turns_the_shorter_way():
    after = step(Posture(roll_rad=3.0), Posture(roll_rad=-3.0), 1 / 120)
    assert np.isclose(after.roll_rad, 3.1)


def test_what_is_no_number_asks_for_nothing():
    current = Posture(0.1, 0.2, 0.1, 0.3, 0.4)
    assert step(current, Posture(nan, inf, -inf, nan, nan), 1 / 60) == current


def test_misuse_is_answered_with_what_to_do():
    with pytest.raises(ValueError, match="must take time"):
        step(Posture(), Posture(), 0.0)
    with pytest.raises(ValueError, match="inside the body"):
        aimed(STRAIGHT, np.zeros(3), Posture())


@given(trocars, allowed)
def test_rotating_the_trocar_rotates_the_tip_with_it(place, posture):
    in_place = pose(place, posture)
    local = pose(STRAIGHT, posture)
    expected_m = np.array(place.pivot_m) + rotate(np.array(place.rotation), local.tip_m)
    assert np.allclose(in_place.tip_m, expected_m, atol=1e-12)
