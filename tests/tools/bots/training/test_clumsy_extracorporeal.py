"""Every error of the extracorporeal knot is committed by a bot, and detected."""

import pytest

from sim.procedures.suture_extracorporeal import EXTRACORPOREAL_KNOT
from tests.tools.bots.training.judging import done_wrong
from tools.bots.training import clumsy_extracorporeal, clumsy_suture
from tools.bots.training.operator import Skill
from tools.bots.training.practice import practise

HASTY = Skill(0.13, 0.0001, 0.0, 0.0)
COMMITTED = {
    clumsy_suture.sew_beside_the_marks: {"mark deviation", "knot slip"},
    clumsy_suture.give_up: {"slit gap", "knot slip"},
    clumsy_suture.tear_off: {"knot slip", "avulsion"},
    clumsy_extracorporeal.leave_a_throw_halfway: {"knot slip"},
    clumsy_extracorporeal.lay_equal_throws: {"knot slip"},
    clumsy_extracorporeal.cut_at_the_knot: {"knot slip"},
    clumsy_extracorporeal.cut_the_stitch: {"knot slip"},
}
SAID = {
    clumsy_extracorporeal.leave_a_throw_halfway: ("throw coming", 1),
    clumsy_extracorporeal.lay_equal_throws: ("throw down", 3),
    clumsy_extracorporeal.cut_at_the_knot: ("end cut", 1),
    clumsy_extracorporeal.cut_the_stitch: ("loop cut", 1),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", COMMITTED, ids=lambda way: way.__name__)
def test_what_a_clumsy_bot_does_wrong_is_found(way):
    environment, _ = practise(EXTRACORPOREAL_KNOT, 1, HASTY, way)
    result = environment.result()
    assert done_wrong(result, EXTRACORPOREAL_KNOT.rules) == COMMITTED[way]
    kind, times = SAID.get(way, ("finished", 0))
    assert [noted.what.kind for noted in environment.noted].count(kind) >= times
    assert environment.is_over
    assert not result.is_proficient
    assert (result.score.composite == 0.0) is ("avulsion" in COMMITTED[way])


def test_no_error_that_costs_points_is_left_out():
    rules = EXTRACORPOREAL_KNOT.rules
    assert set().union(*COMMITTED.values()) == set(rules.penalties) | rules.fatal
