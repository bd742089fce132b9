import dataclasses

import pytest

from sim.thread.lie import Lie
from sim.thread.security import SENTENCE, WEIGHTS, security

SNUG = {"tails_m": (5e-3, 5e-3), "loop_m": 0.02, "fitting_m": 0.02}


def _total(throws, lie=Lie.FLAT, **changes):
    return security(throws, lie, **{**SNUG, **changes}).total


def test_a_snug_surgeons_knot_with_a_third_throw_has_every_point():
    estimate = security((2, -1, 1), Lie.FLAT, **SNUG)
    assert all(value == 1.0 for value in dataclasses.asdict(estimate).values())


def test_knots_rank_as_they_are_known_to_hold():
    assert _total((1,)) == _total((2,)) == _total(()) == 0.0
    assert _total((1, 1)) < _total((1, -1)) < _total((1, -1, 1))
    assert _total((2, 1)) < _total((2, -1))
    assert _total((1, -1), Lie.TIPPED) < _total((1, -1))


def test_handedness_does_not_matter():
    assert _total((-2, 1, -1)) == _total((2, -1, 1))


def test_short_tails_and_slack_loops_cost_points():
    assert _total((1, -1), tails_m=(1e-3, 9e-3)) < _total((1, -1), tails_m=(3e-3, 9e-3))
    assert _total((1, -1), tails_m=(3e-3, 9e-3)) == _total((1, -1))
    assert _total((1, -1), loop_m=0.025) < _total((1, -1), loop_m=0.021) < _total((1, -1))


def test_the_weights_are_shares():
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)
    assert set(WEIGHTS) == {f.name for f in dataclasses.fields(security((), Lie.OPEN, **SNUG))} - {
        "total"
    }


def test_the_screen_says_that_no_pull_was_measured():
    assert "not a measured pull test" in SENTENCE


@pytest.mark.parametrize("wrong", [{"tails_m": (-1e-3, 0.0)}, {"loop_m": -1.0}, {"fitting_m": 0.0}])
def test_lengths_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="Lengths"):
        _total((1, -1), **wrong)
