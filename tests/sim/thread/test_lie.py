import math

import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.thread.knots import KnotName, find_knot
from sim.thread.lie import Lie, find_lie
from sim.thread.shapes import Layout, resampled, tied
from sim.thread.thread import Material, Thread

POST = np.array([[0, -0.06, 0], [0, 1e-5, 0], [0, 0.06, 0]])
DIAMETER = Material().diameter_m


def _apex(thread):
    """The node at the bottom of the post."""
    return int(((thread.points_m - [0, 0, -0.0033]) ** 2).sum(axis=1).argmin())


def _pull(thread, directions, frames, speed=0.1):
    for _ in range(frames):
        for anchor, direction in directions.items():
            target = thread.anchors.target[anchor]
            node = thread.points_m[thread.anchors.node[anchor]]
            if np.linalg.norm(target - node) < 3e-3:
                thread.drive(anchor, target + np.array(direction) * speed * STEP_S)
        thread.step()


def _tightened(throws, friction):
    """A knot round a post, drawn tight by both tails at once, as it should be."""
    points = resampled(tied(throws, Layout()), 100)
    thread = Thread(points, Material(friction=friction), anchors=2, capsules=1)
    thread.place(0, POST[[0, 2]], 3e-3, 0.05)
    side = np.sign(points[0, 0])
    thread.hold(0, 0, limit_n=0.3)
    thread.hold(1, 99, limit_n=0.3)
    _pull(thread, {0: (side, 0, 0.05), 1: (-side, 0, 0.05)}, 150)
    return thread


@pytest.mark.parametrize("throws", [(1, -1), (1, 1)])
def test_a_knot_drawn_by_both_tails_lies_flat(throws):
    thread = _tightened(throws, 0.15)
    shape = find_lie(thread.points_m, _apex(thread), DIAMETER)
    assert shape.lie is Lie.FLAT
    assert shape.straight is None


@pytest.mark.parametrize("tail", [0, 1])
@pytest.mark.parametrize("friction", [0.05, 0.2])
def test_a_square_knot_pulled_by_one_tail_tips_and_is_still_a_square_knot(tail, friction):
    thread = _tightened((1, -1), friction)
    thread.release(1 - tail)
    for _ in range(16):
        _pull(thread, {tail: (0, 0, 1)}, 6, 0.08)
        apex = _apex(thread)
        shape = find_lie(thread.points_m, apex, DIAMETER)
        if shape.lie is Lie.TIPPED:
            break
    assert shape.lie is Lie.TIPPED
    assert shape.straight == tail
    assert find_knot(thread.points_m, apex=apex).name is KnotName.SQUARE


@pytest.mark.parametrize("throws", [(1, -1), (1, 1), (2, -1)])
def test_a_knot_as_it_is_drawn_lies_flat_once_its_strands_are_near(throws):
    small = Layout(twist_m=2.5e-4, gap_m=5e-4, half_turn_m=6e-4, lift_m=3e-4, tail_m=0.02)
    points = resampled(tied(throws, small), 160)
    apex = int(points[:, 2].argmin())
    shape = find_lie(points, apex, DIAMETER)
    assert shape.lie is Lie.FLAT
    turned = find_lie(points[::-1], len(points) - 1 - apex, DIAMETER)
    np.testing.assert_allclose(turned.turning_rad, shape.turning_rad[::-1])


def test_strands_that_are_far_apart_are_open():
    points = resampled(tied((1, -1), Layout(twist_m=2e-3, half_turn_m=4e-3)), 120)
    assert find_lie(points, int(points[:, 2].argmin()), DIAMETER).lie is Lie.OPEN


def test_a_hitch_on_a_straight_strand_turns_by_its_windings():
    # a straight strand along z, and a helix of two turns about it that starts and ends beside it
    z = np.linspace(0, 0.02, 41)
    straight = np.stack([0 * z, 0 * z, z], 1)[::-1]
    angle = np.linspace(0, 4 * math.pi, 60)
    helix = np.stack([4e-4 * np.cos(angle), 4e-4 * np.sin(angle), 0.004 + 1.2e-3 * angle / 6.28], 1)
    joint = np.array([[0, 0, -0.002 * k] for k in range(1, 8)])
    back = np.array([[0.004, 0, -0.014], [0.008, 0, -0.01], [0.008, 0, 0], [0.004, 0, 0.004]])
    points = np.vstack([straight, joint, back, helix, helix[-1:] + np.array([0.01, 0, 0])])
    shape = find_lie(points, 45, DIAMETER)
    assert shape.lie is Lie.TIPPED
    assert shape.straight == 0
    assert shape.turning_rad[1] > 3 * math.pi
