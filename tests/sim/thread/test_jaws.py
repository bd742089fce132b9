import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.thread.jaws import GRIP_COMPLIANCE_M_N, JAW_M, SLACK_M, Jaws
from sim.thread.thread import Thread


def _held(limit_n=0.5):
    """A thread tied down at one end; jaws above its other end."""
    thread = Thread(np.linspace([0, 0, 0], [0.06, 0, 0], 41))
    thread.hold(3, 0)
    jaws = Jaws(thread, 0, np.array([0.06, 0, 0.02]), np.array([0, 0, 1.0]), limit_n=limit_n)
    return thread, jaws


def _lead(thread, jaws, aim, frames, speed=0.2):
    for _ in range(frames):
        is_there = jaws.lead(np.asarray(aim, float), speed)
        thread.step()
    return is_there


def _take(thread, jaws, node):
    jaws.spread(node)
    for _ in range(60):
        if jaws.lead(thread.points_m[node], 0.2):
            break
        thread.step()
    jaws.close(node)


def test_an_empty_tip_moves_at_its_speed_and_arrives():
    thread, jaws = _held()
    _lead(thread, jaws, [0.06, 0.05, 0.02], 3)
    assert jaws.tip_m[1] == pytest.approx(3 * 0.2 * STEP_S)
    assert _lead(thread, jaws, [0.06, 0.05, 0.02], 20)


def test_a_hand_that_pulls_too_far_is_held_back_by_the_thread():
    thread, jaws = _held()
    _take(thread, jaws, 40)
    _lead(thread, jaws, [0.2, 0, 0], 60)
    apart = np.linalg.norm(jaws.tip_m - thread.points_m[40])
    assert apart <= SLACK_M + 0.5 * GRIP_COMPLIANCE_M_N + 1e-9
    assert np.linalg.norm(thread.force_n(0)) == pytest.approx(0.5, rel=0.05)
    assert thread.points_m[40, 0] < 0.062


def test_what_lies_in_the_jaws_passes_the_shaft_until_it_is_clear():
    thread, jaws = _held()
    _take(thread, jaws, 30)
    beside = round(JAW_M / thread.chain.rest.mean())
    assert tuple(thread.capsules.skips[0]) == (30 - beside, 30 + beside)
    jaws.open()
    assert thread.capsules.skips[0, 0] >= 0
    _lead(thread, jaws, [0.045, 0, 0.05], 30)
    assert tuple(thread.capsules.skips[0]) == (-1, -1)


def test_a_let_go_thread_is_free_of_the_hand():
    thread, jaws = _held()
    _take(thread, jaws, 40)
    jaws.open()
    _lead(thread, jaws, [0.06, 0, 0.08], 30)
    assert thread.points_m[40, 2] < 0.0
    assert jaws.node == -1
