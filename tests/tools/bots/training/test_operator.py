import numpy as np
import pytest

from sim.environment import FIRST_POSTURE, Environment
from sim.instruments.inputs import pack
from sim.instruments.station import BOX
from sim.procedures.catalog import PROCEDURES
from tools.bots.training.operator import EXPERT, LEFT, NOVICE, RIGHT, Operator, Skill
from world.geometry import rotate

EXACT = Skill(0.1, 0.0, 0.0, 0.0)
GOAL_M = np.array([-0.02, 0.01, 0.05])


def _operator(skill=EXACT, seed=0):
    operator = Operator(BOX, skill, np.random.default_rng(seed))
    operator.scene = Environment(PROCEDURES["peg_transfer"], 1).scene()
    return operator


def _played(operator, script):
    """Plays a script against an unchanging scene; returns the tips (n, 3) of the left hand."""
    tips_m = []
    asked = next(script, None)
    while asked is not None:
        pack(asked)
        tips_m.append(operator.tip_m(LEFT))
        try:
            asked = script.send(operator.scene)
        except StopIteration:
            break
    return np.array(tips_m)


def test_a_movement_ends_where_it_should_is_straight_and_has_the_speed_of_least_jerk():
    operator = _operator()
    start_m = operator.tip_m(LEFT)
    tips_m = _played(operator, operator.go(LEFT, GOAL_M))
    assert np.allclose(tips_m[-1], GOAL_M)
    way_m = GOAL_M - start_m
    length_m = np.linalg.norm(way_m)
    assert np.abs(np.cross(tips_m - start_m, way_m / length_m)).max() < 1e-9
    speed_m_s = np.linalg.norm(np.diff(tips_m, axis=0), axis=1) * 60
    assert np.isclose(len(tips_m) / 60, length_m / EXACT.speed_m_s, atol=1 / 60)
    # The peak of least jerk is 15/8 of the mean (Flash and Hogan 1985).
    assert np.isclose(speed_m_s.max(), 15 / 8 * EXACT.speed_m_s, rtol=0.05)
    assert np.allclose(operator.tip_m(RIGHT), _operator().tip_m(RIGHT))


def test_a_careful_movement_takes_longer_and_hardly_strays():
    def strays_m(*, is_careful):
        operator = _operator(Skill(0.1, 0.0, 0.0, 0.5))
        start_m = operator.tip_m(LEFT)
        tips_m = _played(operator, operator.go(LEFT, GOAL_M, is_careful=is_careful))
        way_m = (GOAL_M - start_m) / np.linalg.norm(GOAL_M - start_m)
        return np.linalg.norm(np.cross(tips_m - start_m, way_m), axis=1).max(), len(tips_m)

    (far_m, few), (near_m, many) = strays_m(is_careful=False), strays_m(is_careful=True)
    assert near_m < 0.25 * far_m
    assert many > 1.3 * few


@pytest.mark.parametrize("across", [(1.0, 0.0, 0.0), (0.3, 0.9, 0.1), (0.0, 0.5, -0.5)])
def test_after_the_turn_the_jaws_stand_on_both_sides_of_a_direction(across):
    operator = _operator()
    along = operator.along(LEFT, GOAL_M)
    across = np.array(across) - (np.array(across) @ along) * along
    across /= np.linalg.norm(across)
    turn_rad = operator.turn_across(LEFT, GOAL_M, across)
    assert abs(turn_rad) <= np.pi / 2 + 1e-9
    _played(operator, operator.go(LEFT, GOAL_M, turn_rad))
    rotation = operator.pose_at(LEFT, GOAL_M).rotation
    assert np.isclose(abs(rotate(rotation, np.array([0.0, 0.0, 1.0])) @ across), 1.0)


def test_two_hands_move_at_the_same_time_and_the_longer_way_decides():
    operator = _operator()
    alone = len(_played(_operator(), _operator().go(LEFT, GOAL_M)))
    near_m = operator.tip_m(RIGHT) + 0.001
    tips_m = _played(
        operator, operator.together(operator.go(LEFT, GOAL_M), operator.go(RIGHT, near_m))
    )
    assert alone <= len(tips_m) <= alone + 1
    assert np.allclose(operator.tip_m(LEFT), GOAL_M)
    assert np.allclose(operator.tip_m(RIGHT), near_m)


def test_the_same_seed_hesitates_and_trembles_the_same_and_a_novice_more_than_an_expert():
    def ends_m(skill):
        return np.array(
            [
                _played(operator, operator.go(LEFT, GOAL_M))[-1] - GOAL_M
                for operator in (_operator(skill, seed) for seed in range(20))
            ]
        )

    assert np.array_equal(ends_m(NOVICE), ends_m(NOVICE))
    assert ends_m(EXPERT).std() < 0.6 * ends_m(NOVICE).std()


def test_done_is_said_once_and_the_hands_stay():
    operator = _operator()
    asked = next(operator.done())
    assert asked.is_done
    assert asked.left == FIRST_POSTURE
