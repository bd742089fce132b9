"""Bots that cut. Their times are calibrated to a published population, not validated.

1,047 exams had a mean of 139 s and a standard deviation of 54 s; proficient are 98 s with all cuts
within 2 mm of the line (PubMed 22648121, tassl.org/fls.asp). The expert is set to one deviation
faster than the mean, the intermediate to the mean, the novice to one and a half slower.
"""

from functools import cache

import pytest

from sim.procedures.catalog import PROCEDURES
from sim.recording import read
from sim.replay import replayed
from tests.tools.bots.training.judging import assert_skills_are_those_of_the_population
from tools.bots.training.operator import SKILLS
from tools.bots.training.practice import WAYS, practise

CUTTING = PROCEDURES["precision_cutting"]
MEAN_S, DEVIATION_S = 139.0, 54.0
SEEDS = (1, 2, 3, 4)


@cache
def _attempt(skill, seed):
    """Whole attempts; those of even seeds are left-handed."""
    is_left_handed = seed % 2 == 0
    way = WAYS["precision_cutting"](is_left_handed)
    return practise(CUTTING, seed, SKILLS[skill], way, is_left_handed=is_left_handed)


@pytest.mark.timeout(900)
def test_the_expert_cuts_the_circle_out_and_is_proficient_and_its_record_is_replayed_bit_for_bit():
    environment, record = _attempt("expert", 1)
    kinds = [noted.what.kind for noted in environment.noted]
    assert kinds == ["held", "cut out", "area deviation", "line deviation"]
    result = environment.result()
    assert result.is_proficient
    assert abs(result.attempt.time_s - (MEAN_S - DEVIATION_S)) < DEVIATION_S / 2
    assert result.score.composite > 0.85
    assert replayed(read(record)) == result


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_expert_beats_intermediate_beats_novice_and_their_times_are_those_of_the_population():
    results = {name: [_attempt(name, seed)[0].result() for seed in SEEDS] for name in SKILLS}
    assert_skills_are_those_of_the_population(results, MEAN_S, DEVIATION_S)
    for rs in results.values():
        assert all("line deviation" in r.attempt.errors for r in rs)
