import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from world import geometry as g

seeds = st.integers(0, 2**32 - 1)


def _rotations(seed, count=50):
    return g.normalize(np.random.default_rng(seed).normal(size=(count, 4)))


@given(st.floats(-3.1, 3.1))
def test_yaw_survives_the_way_through_a_quaternion(yaw_rad):
    assert np.isclose(g.yaw_from_quaternion(g.quaternion_from_yaw(np.array([yaw_rad])))[0], yaw_rad)


def test_a_body_at_yaw_zero_looks_along_y_and_a_quarter_turn_looks_along_minus_x():
    forward = np.array([0.0, 1.0, 0.0])
    turned = g.rotate(g.quaternion_from_yaw(np.array(np.pi / 2)), forward)
    assert np.allclose(turned, [-1, 0, 0])


def test_looking_up_or_down_keeps_the_yaw_of_the_body():
    for pitch in (np.pi / 2, -np.pi / 2, 1.2):
        look = np.array([np.cos(pitch / 2), np.sin(pitch / 2), 0, 0])
        both = g.multiply(g.quaternion_from_yaw(np.array(0.7)), look)
        assert np.isclose(g.yaw_from_quaternion(both[None])[0], 0.7, atol=1e-6)


@given(seeds)
def test_turning_by_a_product_is_turning_twice(seed):
    a, b = _rotations(seed), _rotations(seed + 1)
    vector = np.random.default_rng(seed).normal(size=(50, 3))
    assert np.allclose(g.rotate(g.multiply(a, b), vector), g.rotate(a, g.rotate(b, vector)))


@given(seeds)
def test_slerp_keeps_unit_length_and_a_steady_angle(seed):
    a, b = _rotations(seed), _rotations(seed + 7)
    half = g.slerp(a, b, np.full(50, 0.5))
    assert np.allclose(np.linalg.norm(half, axis=1), 1)
    assert np.allclose(g.angle_between(a, half), g.angle_between(a, b) / 2, atol=1e-5)
    assert np.allclose(g.angle_between(g.slerp(a, b, np.zeros(50)), a), 0, atol=1e-5)


def test_a_rotation_of_length_zero_becomes_the_identity():
    assert g.normalize(np.zeros((2, 4))).tolist() == [[1, 0, 0, 0]] * 2
