"""Bots at the peg board. Their times are calibrated to a published population, not validated.

1,047 exams had a mean of 84 s and a standard deviation of 31 s, those who passed 80 s; proficient
are 48 s (PubMed 22648121, tassl.org/fls.asp). The expert is set to about one deviation faster than
the mean, the intermediate to the mean, the novice to one and a half deviations slower.
"""

from functools import cache

import pytest

from sim.procedures.catalog import PROCEDURES
from sim.recording import read
from sim.replay import replayed
from tests.tools.bots.training.judging import assert_skills_are_those_of_the_population
from tools.bots.training.operator import LEFT, RIGHT, SKILLS
from tools.bots.training.peg_transfer import transfer
from tools.bots.training.practice import WAYS, practise

PEGS = PROCEDURES["peg_transfer"]
MEAN_S, DEVIATION_S = 84.0, 31.0
SEEDS = (1, 2, 3, 4, 5, 6)


@cache
def _attempt(skill, seed):
    """Whole attempts; those of even seeds are left-handed."""
    is_left_handed = seed % 2 == 0
    way = WAYS["peg_transfer"](is_left_handed)
    environment, record = practise(PEGS, seed, SKILLS[skill], way, is_left_handed=is_left_handed)
    return environment, record


def _is_clean(environment):
    kinds = [noted.what.kind for noted in environment.noted]
    return (
        kinds.count("placed") == 12
        and kinds.count("all over") == 1
        and not {"dropped outside the field", "not transferred"} & set(kinds)
    )


@pytest.mark.timeout(900)
def test_the_expert_brings_six_rings_over_and_back_in_the_time_of_experts():
    environment, record = _attempt("expert", 1)
    assert environment.is_over
    assert _is_clean(environment)
    kinds = [noted.what.kind for noted in environment.noted]
    assert kinds.count("handed over") >= 12
    result = environment.result()
    assert MEAN_S - 1.5 * DEVIATION_S < result.attempt.time_s < MEAN_S
    assert result.score.composite > 0.85
    assert result.score.economy == 1.0
    assert read(record).step_count == environment.step_count


@pytest.mark.parametrize("is_left_handed", [False, True])
def test_the_better_the_skill_the_sooner_the_first_ring_is_over(is_left_handed):
    hands = (RIGHT, LEFT) if is_left_handed else (LEFT, RIGHT)
    times_s = []
    for skill in SKILLS.values():
        environment, _ = practise(
            PEGS, 1, skill, lambda op: transfer(op, 0, *hands), is_left_handed=is_left_handed
        )
        assert [noted.what.kind for noted in environment.noted][-1] == "placed"
        times_s.append(environment.elapsed_s)
    assert times_s == sorted(times_s)
    assert times_s[-1] > 1.5 * times_s[0]


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_expert_is_reliable_with_either_hand(seed):
    environment, _ = _attempt("expert", seed)
    assert _is_clean(environment)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_expert_beats_intermediate_beats_novice_and_their_times_are_those_of_the_population():
    results = {name: [_attempt(name, seed)[0].result() for seed in SEEDS] for name in SKILLS}
    assert_skills_are_those_of_the_population(results, MEAN_S, DEVIATION_S)
    for expert, novice in zip(results["expert"], results["novice"], strict=True):
        assert expert.attempt.time_s < novice.attempt.time_s
        assert expert.score.composite > novice.score.composite


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_whole_task_is_replayed_bit_for_bit():
    environment, record = _attempt("novice", 1)
    assert replayed(read(record)) == environment.result()
