"""Bots that ligate. Their times are calibrated to a published population, not validated.

1,047 exams had a mean of 78 s and a standard deviation of 29 s; proficient are 53 s within 1 mm of
the mark with a secure knot (PubMed 22648121, tassl.org/fls.asp). The expert is set to one deviation
faster than the mean, the intermediate to the mean, the novice to one and a half slower.
"""

from functools import cache

import pytest

from sim.procedures.catalog import PROCEDURES
from sim.recording import read
from sim.replay import replayed
from tests.tools.bots.training.judging import assert_skills_are_those_of_the_population
from tools.bots.training import clumsy_ligating
from tools.bots.training.operator import EXPERT, SKILLS
from tools.bots.training.practice import WAYS, practise

LOOP = PROCEDURES["ligating_loop"]
MEAN_S, DEVIATION_S = 78.0, 29.0
SEEDS = (1, 2, 3, 4)
COMMITTED = {
    clumsy_ligating.beside_the_mark: {"mark deviation": (5.0, 7.0)},
    clumsy_ligating.leave_loose: {"mark deviation": (0.0, 30.0), "knot insecurity": (1.0, 1.0)},
}


@cache
def _attempt(skill, seed):
    """Whole attempts; those of even seeds are left-handed."""
    is_left_handed = seed % 2 == 0
    way = WAYS["ligating_loop"](is_left_handed)
    return practise(LOOP, seed, SKILLS[skill], way, is_left_handed=is_left_handed)


@pytest.mark.timeout(600)
def test_the_expert_ligates_at_the_mark_and_is_proficient_only_in_time_and_is_replayed():
    environment, record = _attempt("expert", 1)
    kinds = [noted.what.kind for noted in environment.noted]
    assert kinds == ["tightened", "tail cut", "mark deviation"]
    result = environment.result()
    assert result.attempt.errors["mark deviation"] <= 1.0
    assert abs(result.attempt.time_s - (MEAN_S - DEVIATION_S)) < DEVIATION_S / 2
    assert result.score.composite > 0.85
    assert result.is_proficient is (result.attempt.time_s <= 53.0)
    assert replayed(read(record)) == result


@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", COMMITTED, ids=lambda way: way.__name__)
def test_what_a_clumsy_bot_does_wrong_is_measured_and_nothing_else(way):
    environment, _ = practise(LOOP, 1, EXPERT, way)
    result = environment.result()
    assert environment.is_over
    assert set(result.attempt.errors) == set(COMMITTED[way])
    for kind, (low, high) in COMMITTED[way].items():
        assert low <= result.attempt.errors[kind] <= high
    assert not result.is_proficient


def test_no_error_that_costs_points_is_left_out():
    assert {kind for errors in COMMITTED.values() for kind in errors} == set(LOOP.rules.penalties)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_expert_beats_intermediate_beats_novice_and_their_times_are_those_of_the_population():
    results = {name: [_attempt(name, seed)[0].result() for seed in SEEDS] for name in SKILLS}
    assert_skills_are_those_of_the_population(results, MEAN_S, DEVIATION_S)
