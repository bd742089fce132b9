"""Every error of the task is committed by a bot, and counted exactly."""

import pytest

from sim.procedures.catalog import PROCEDURES
from tools.bots.training import clumsy
from tools.bots.training.operator import EXPERT
from tools.bots.training.practice import practise

PEGS = PROCEDURES["peg_transfer"]
COMMITTED = {
    clumsy.drop_outside: {"dropped outside the field": 1.0, "not transferred": 5.0},
    clumsy.touch_board: {"board touched": 1.0, "not transferred": 6.0},
    clumsy.keep_in_hand: {"not transferred": 6.0},
    clumsy.give_up: {"not transferred": 6.0},
}


@pytest.mark.parametrize("way", COMMITTED, ids=lambda way: way.__name__)
def test_what_a_clumsy_bot_does_wrong_is_counted_and_nothing_else(way):
    environment, _ = practise(PEGS, 1, EXPERT, way)
    result = environment.result()
    assert environment.is_over
    assert dict(result.attempt.errors) == COMMITTED[way]
    assert not result.is_proficient
    told = [noted.what.kind for noted in environment.noted]
    assert ("not handed over" in told) is (way is clumsy.keep_in_hand)
    assert "handed over" not in told


def test_no_error_that_costs_points_is_left_out():
    assert {kind for errors in COMMITTED.values() for kind in errors} == set(PEGS.rules.penalties)
