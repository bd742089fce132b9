"""Every error of the suturing task is committed by a bot, and detected."""

import pytest

from sim.procedures.suture_intracorporeal import INTRACORPOREAL_KNOT
from tests.tools.bots.training.judging import done_wrong
from tools.bots.training import clumsy_suture
from tools.bots.training.operator import Skill
from tools.bots.training.practice import practise

HASTY = Skill(0.13, 0.0001, 0.0, 0.0)
COMMITTED = {
    clumsy_suture.sew_beside_the_marks: {"mark deviation", "slit gap", "knot slip"},
    clumsy_suture.leave_it_untied: {"slit gap", "knot slip"},
    clumsy_suture.give_up: {"slit gap", "knot slip"},
    clumsy_suture.tear_off: {"slit gap", "knot slip", "avulsion"},
}


@pytest.mark.parametrize("way", COMMITTED, ids=lambda way: way.__name__)
def test_what_a_clumsy_bot_does_wrong_is_found(way):
    environment, _ = practise(INTRACORPOREAL_KNOT, 1, HASTY, way)
    result = environment.result()
    assert done_wrong(result, INTRACORPOREAL_KNOT.rules) == COMMITTED[way]
    assert environment.is_over
    assert not result.is_proficient
    assert (result.score.composite == 0.0) is ("avulsion" in COMMITTED[way])


def test_no_error_that_costs_points_is_left_out():
    rules = INTRACORPOREAL_KNOT.rules
    assert set().union(*COMMITTED.values()) == set(rules.penalties) | rules.fatal
