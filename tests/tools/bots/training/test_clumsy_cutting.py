"""Every error of precision cutting is committed by a bot, and counted."""

from functools import cache

import pytest

from sim.procedures.catalog import PROCEDURES
from tools.bots.training import clumsy_cutting
from tools.bots.training.operator import Skill
from tools.bots.training.practice import practise

CUTTING = PROCEDURES["precision_cutting"]
HASTY = Skill(0.9, 0.0002, 0.0, 0.05)
"""No person is so fast; what is wrong about these attempts is not their speed."""
COMMITTED = {
    clumsy_cutting.tear_from_clip: {"torn from clip": (1, 1), "area deviation": (100, 100)},
    clumsy_cutting.cut_wide: {"area deviation": (25, 40), "line deviation": (2.5, 4.5)},
    clumsy_cutting.give_up: {"area deviation": (100, 100)},
}


@cache
def _result(way):
    environment, _ = practise(CUTTING, 1, HASTY, way)
    assert environment.is_over
    return environment.result()


@pytest.mark.parametrize("way", COMMITTED, ids=lambda way: way.__name__)
def test_what_a_clumsy_bot_does_wrong_is_measured_and_nothing_else(way):
    result = _result(way)
    assert set(result.attempt.errors) == set(COMMITTED[way])
    for kind, (low, high) in COMMITTED[way].items():
        assert low <= result.attempt.errors[kind] <= high
    assert not result.is_proficient


def test_who_cuts_beside_the_line_is_not_proficient_however_fast():
    result = _result(clumsy_cutting.cut_wide)
    assert result.attempt.time_s < CUTTING.rules.proficient_s.value
    assert result.score.accuracy < 0.8


def test_no_error_that_costs_points_or_proficiency_is_left_out():
    committed = {kind for errors in COMMITTED.values() for kind in errors}
    assert committed == set(CUTTING.rules.penalties)
