from dataclasses import replace

import numpy as np
import pytest

from sim.scoring.composite import Expectation, scored
from sim.scoring.motion import Samples, measured
from sim.scoring.rules import TASKS, Attempt

PEGS, KNOT = TASKS["peg_transfer"], TASKS["intracorporeal_knot"]
EXPERT = Expectation(path_m=(0.2, 0.7), peak_force_n=2.0)


def _motion():
    share = np.linspace(0, 1, 601)
    way_m = 0.2 * (10 * share**3 - 15 * share**4 + 6 * share**5)
    tip_m = np.stack([way_m, 0 * way_m, 0 * way_m], axis=1)
    return measured(
        Samples(
            np.stack([tip_m, tip_m], axis=1),
            np.ones((601, 2), bool),
            np.zeros((601, 2), bool),
            np.zeros((601, 2)),
            np.zeros(601),
        )
    )


def test_a_perfect_attempt_has_full_marks_in_every_part():
    score = scored(PEGS, Attempt(48.0, {}), _motion(), EXPERT)
    parts = (score.time, score.accuracy, score.economy, score.smoothness)
    assert parts == (1.0, 1.0, 1.0, 1.0)
    assert (score.in_view, score.gentleness, score.composite) == (1.0, 1.0, 1.0)
    assert score.fls_style == 252.0


def test_the_composite_is_a_third_each_of_time_accuracy_and_handling():
    motion = _motion()
    strong = replace(motion, left=replace(motion.left, peak_force_n=4.0, out_of_view_s=5.0))
    score = scored(PEGS, Attempt(174.0, {"board touched": 50.0}), strong, EXPERT)
    assert np.isclose(score.time, 0.5)
    assert np.isclose(score.accuracy, 0.5)
    assert np.isclose(score.gentleness, 0.5)
    assert np.isclose(score.in_view, 0.5)
    assert np.isclose(score.composite, (0.5 + 0.5 + (1 + 1 + 0.5 + 0.5) / 4) / 3)


def test_damage_is_never_gentle_and_a_void_attempt_is_worth_nothing():
    motion = replace(_motion(), damage_m3=1e-10)
    assert scored(KNOT, Attempt(100.0, {}), motion, EXPERT).gentleness == 0.0
    torn = scored(KNOT, Attempt(100.0, {}, frozenset({"avulsion"})), _motion(), EXPERT)
    assert (torn.composite, torn.fls_style) == (0.0, 0.0)
    assert torn.time == 1.0


@pytest.mark.parametrize("worse", ["time", "errors", "path", "force"])
def test_whatever_is_worse_makes_the_score_worse(worse):
    motion, time_s, errors = _motion(), 100.0, {"board touched": 3.0}
    good = scored(PEGS, Attempt(time_s, errors), motion, EXPERT).composite
    if worse == "time":
        time_s = 150.0
    elif worse == "errors":
        errors = {"board touched": 3.0, "dropped outside the field": 1.0}
    elif worse == "path":
        motion = replace(motion, left=replace(motion.left, path_m=2.0))
    else:
        motion = replace(motion, right=replace(motion.right, peak_force_n=3.0))
    assert scored(PEGS, Attempt(time_s, errors), motion, EXPERT).composite < good
