import math

import numpy as np
import pytest

from sim.arrays import GRAVITY_M_S2
from sim.thread.eyes import FREE
from sim.thread.thread import SILK, Thread

RADIUS_M, EYES = 0.009, 23
BACK_N = 0.1
UP = np.array([0.0, 0.0, 1.0])


def channelled(friction, cling_n, tail_m=0.03):
    """A thread that comes up on both sides of half a circle of eyes under z = 0."""
    turn = np.linspace(0, math.pi, EYES)
    place = RADIUS_M * np.stack([-np.cos(turn), 0 * turn, -np.sin(turn)], 1)
    way = np.vstack(
        [
            place[0] + np.linspace(tail_m, 1e-3, 60)[:, None] * UP,
            place,
            place[-1] + np.linspace(1e-3, 0.06, 90)[:, None] * UP,
        ]
    )
    at = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))])
    even = np.linspace(0, at[-1], 90)
    points = np.stack([np.interp(even, at, way[:, d]) for d in range(3)], 1)
    thread = Thread(points, eyes=EYES)
    each = thread.eyes
    step = even[1]
    for e in range(EYES):
        k = min(int(at[60 + e] / step), thread.nodes - 2)
        each.segment[e], each.share[e] = k, at[60 + e] / step - k
    each.origin[:] = each.target[:] = place
    each.compliance[:] = 1 / 1500
    each.limit[:] = 2.5
    each.friction[:] = friction
    each.cling[:] = cling_n
    return thread


def pulled(thread, frames=300, speed_m=1.5e-5):
    """Both ends are pulled up: the first with BACK_N, the last steadily; returns both forces."""
    last = thread.nodes - 1
    thread.hold(0, 0, limit_n=BACK_N)
    thread.hold(1, last)
    start, end = thread.points_m[0], thread.points_m[last]
    thread.drive(0, start + 0.02 * UP)
    forces = []
    for k in range(frames):
        thread.drive(1, end + (1.5e-3 + speed_m * k) * UP)
        thread.step()
        forces.append([np.linalg.norm(thread.force_n(a)) for a in (0, 1)])
    return np.array(forces)


@pytest.mark.parametrize("friction", [0.0, 0.15, 0.3])
def test_tension_across_a_channel_grows_as_round_a_capstan(friction):
    forces = pulled(channelled(friction, 0.0))[150:]
    ratio = np.median(forces[:, 1] / forces[:, 0])
    assert ratio == pytest.approx(math.exp(friction * math.pi), rel=0.08)


def test_a_channel_without_friction_takes_what_clings_and_no_more():
    forces = pulled(channelled(0.0, 0.004))[150:]
    lost_n = np.median(forces[:, 1] - forces[:, 0])
    assert lost_n == pytest.approx(0.004 * EYES, rel=0.05)


def test_a_pull_below_friction_moves_nothing():
    thread = channelled(0.3, 0.004)
    last = thread.nodes - 1
    thread.hold(0, 0, limit_n=BACK_N)
    thread.hold(1, last, limit_n=1.5 * BACK_N)
    thread.drive(0, thread.points_m[0] + [0, 0, 0.02])
    thread.drive(1, thread.points_m[last] + [0, 0, 0.02])
    for _ in range(60):
        thread.step()
    before = thread.points_m[[0, last], 2]
    for _ in range(240):
        thread.step()
    assert np.abs(thread.points_m[[0, last], 2] - before).max() < 2e-4


def test_the_forces_on_the_eyes_are_those_of_the_hands_and_the_weight():
    thread = channelled(0.2, 0.002)
    pulled(thread)
    hands = thread.force_n(0) + thread.force_n(1)
    weight = np.array([0, 0, -SILK.mass_kg_m * thread.chain.rest.sum() * GRAVITY_M_S2])
    np.testing.assert_allclose(hands + thread.eyes.force.sum(axis=0), weight, atol=0.01)
    assert np.linalg.norm(hands) > 0.2


def test_a_thread_whose_end_has_passed_is_out_of_every_eye():
    thread = channelled(0.15, 0.002, tail_m=0.004)
    last = thread.nodes - 1
    thread.hold(1, last)
    end = thread.points_m[last]
    for k in range(200):
        thread.drive(1, end + 3e-4 * k * UP)
        thread.step()
    assert (thread.eyes.segment == FREE).all()
    assert not thread.eyes.force.any()


def test_eyes_that_move_take_the_thread_along():
    thread = channelled(0.2, 0.01)
    for k in range(60):
        thread.eyes.target[:, 1] = 1e-4 * (k + 1)
        thread.step()
    x, each = thread.chain.x, thread.eyes
    in_eye = (1 - each.share) * x[:, each.segment] + each.share * x[:, each.segment + 1]
    assert np.abs(in_eye.T - each.target).max() < 2e-4
