import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arrays import STEP_S
from sim.scoring.motion import (
    IDLE_M_S,
    Samples,
    beginnings,
    depth_error_m,
    economy,
    measured,
    path_length_m,
)

COUNT = 601


def _samples(left_m, right_m, **given_values):
    count = len(left_m)
    values = {
        "is_seen": np.ones((count, 2), bool),
        "is_colliding": np.zeros((count, 2), bool),
        "force_n": np.zeros((count, 2)),
        "damage_m3": np.zeros(count),
    }
    return Samples(np.stack([left_m, right_m], axis=1), **(values | given_values))


def _line(length_m, count=COUNT):
    return np.linspace(0, 1, count)[:, None] * np.array([0.0, length_m, 0.0])


def _still(count=COUNT):
    return np.zeros((count, 3))


@pytest.mark.parametrize("radius_m", [0.01, 0.05])
def test_a_circle_is_as_long_as_its_circumference_and_a_line_as_its_length(radius_m):
    angle = np.linspace(0, 2 * np.pi, COUNT)
    circle_m = radius_m * np.stack([np.cos(angle), 0 * angle, np.sin(angle)], axis=1)
    assert np.isclose(path_length_m(circle_m), 2 * np.pi * radius_m, rtol=1e-4)
    assert np.isclose(path_length_m(_line(0.3)), 0.3)
    motion = measured(_samples(circle_m, _line(0.3)))
    assert np.isclose(motion.left.path_m, 2 * np.pi * radius_m, rtol=1e-4)
    assert np.isclose(motion.right.path_m, 0.3)
    assert np.isclose(motion.duration_s, 10.0)
    assert motion.bimanual == 1.0


def test_idle_time_and_bimanual_share_tell_who_moved_when():
    half = COUNT // 2
    first = np.concatenate([_line(0.2, half + 1), np.tile(_line(0.2, 2)[-1], (half, 1))])
    motion = measured(_samples(first, _line(0.3)))
    assert np.isclose(motion.left.idle_s, half * STEP_S, atol=2 * STEP_S)
    assert motion.right.idle_s == 0.0
    assert np.isclose(motion.bimanual, 0.5, atol=0.01)
    nobody = measured(_samples(_still(), _still()))
    assert nobody.bimanual == 0.0
    assert np.isclose(nobody.left.idle_s, 10.0)
    slow = measured(_samples(_line(0.9 * IDLE_M_S * 10), _still()))
    assert np.isclose(slow.left.idle_s, 10.0)


def test_touches_and_views_are_counted_by_their_beginnings_and_timed():
    colliding = np.zeros((COUNT, 2), bool)
    colliding[10:20, 0] = colliding[30:31, 0] = colliding[600:, 0] = True
    seen = np.ones((COUNT, 2), bool)
    seen[:60, 1] = seen[100:130, 1] = False
    motion = measured(_samples(_line(0.1), _line(0.1), is_colliding=colliding, is_seen=seen))
    assert (motion.left.collisions, motion.right.collisions) == (3, 0)
    assert (motion.left.out_of_view, motion.right.out_of_view) == (0, 2)
    assert np.isclose(motion.right.out_of_view_s, 1.5)


def test_force_is_averaged_over_touch_only_and_damage_is_that_at_the_end():
    force_n, damage_m3 = np.zeros((COUNT, 2)), np.linspace(0, 2e-9, COUNT)
    force_n[100:200, 0] = 2.0
    force_n[200:300, 0] = 4.0
    motion = measured(_samples(_line(0.1), _still(), force_n=force_n, damage_m3=damage_m3))
    assert (motion.left.peak_force_n, motion.left.mean_force_n) == (4.0, 3.0)
    assert (motion.right.peak_force_n, motion.right.mean_force_n) == (0.0, 0.0)
    assert motion.damage_m3 == 2e-9


@given(st.lists(st.booleans(), min_size=1))
def test_beginnings_are_the_runs_of_truth(states):
    runs = "".join("x" if state else " " for state in states).split()
    assert beginnings(np.array(states)) == len(runs)


@pytest.mark.parametrize(("path_m", "expected"), [(1.0, 0.5), (2.0, 1.0), (3.0, 1.0), (6.0, 0.5)])
def test_both_shorter_and_longer_ways_than_the_experts_are_worse(path_m, expected):
    assert economy(path_m, (2.0, 3.0)) == expected


def test_depth_error_is_how_far_the_tip_went_beyond_the_target_along_the_view():
    view = np.array([0.0, 0.6, -0.8])
    target_m = np.array([0.01, 0.02, 0.03])
    beyond = target_m + 0.007 * view
    approach_m = np.linspace(target_m - 0.05 * view, beyond, 20) + np.array([0.004, 0, 0])
    assert np.isclose(depth_error_m(approach_m, target_m, view), 0.007)
    assert depth_error_m(approach_m[:5], target_m, view) == 0.0


def test_an_attempt_of_three_steps_is_too_short():
    with pytest.raises(ValueError, match="too short"):
        measured(_samples(_line(0.1, 3), _line(0.1, 3)))
