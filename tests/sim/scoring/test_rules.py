import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scoring.rules import (
    TASKS,
    Attempt,
    is_proficient,
    is_void,
    penalty_points,
    raw_score,
    unverified,
)

PUBLISHED = {
    "peg_transfer": (300, 48, 2, 10),
    "precision_cutting": (300, 98, 2, 0),
    "ligating_loop": (180, 53, 2, 0),
    "extracorporeal_knot": (420, 136, 2, 0),
    "intracorporeal_knot": (600, 112, 2, 10),
}
every_task = pytest.mark.parametrize("name", TASKS)


@every_task
def test_the_table_says_what_the_reference_says(name):
    rules = TASKS[name]
    stated = (rules.limit_s.value, rules.proficient_s.value, rules.consecutive, rules.further)
    assert stated == PUBLISHED[name]
    assert "FLS-style" in rules.title


@every_task
def test_at_the_limit_and_later_the_score_is_nothing_and_before_it_what_is_left(name):
    rules = TASKS[name]
    limit_s = rules.limit_s.value
    assert raw_score(rules, Attempt(limit_s, {})) == 0.0
    assert raw_score(rules, Attempt(float("nan"), {})) == 0.0
    assert raw_score(rules, Attempt(limit_s - 1, {})) == 1.0
    assert raw_score(rules, Attempt(rules.proficient_s.value, {})) == (
        limit_s - rules.proficient_s.value
    )


@every_task
@given(st.floats(0, 700), st.data())
def test_no_error_and_no_second_ever_raises_a_score(name, time_s, data):
    rules = TASKS[name]
    amounts = st.floats(0, 50)
    errors = {kind: data.draw(amounts) for kind in rules.penalties}
    worse = {kind: amount + data.draw(amounts) for kind, amount in errors.items()}
    score = raw_score(rules, Attempt(time_s, errors))
    assert raw_score(rules, Attempt(time_s, worse)) <= score
    assert raw_score(rules, Attempt(time_s + 1, errors)) <= score
    if is_proficient(rules, Attempt(time_s, worse)):
        assert is_proficient(rules, Attempt(time_s, errors))


@every_task
def test_a_proficient_attempt_is_fast_and_clean_up_to_what_is_allowed(name):
    rules = TASKS[name]
    allowed = {kind: penalty.allowed.value for kind, penalty in rules.penalties.items()}
    assert is_proficient(rules, Attempt(rules.proficient_s.value, allowed))
    assert not is_proficient(rules, Attempt(rules.proficient_s.value + 0.1, allowed))
    for kind, amount in allowed.items():
        beyond = allowed | {kind: amount + 0.1}
        assert not is_proficient(rules, Attempt(rules.proficient_s.value, beyond))


@pytest.mark.parametrize("name", ["extracorporeal_knot", "intracorporeal_knot"])
def test_a_drain_that_is_torn_off_makes_everything_void(name):
    attempt = Attempt(60.0, {}, frozenset({"avulsion"}))
    assert is_void(TASKS[name], attempt)
    assert raw_score(TASKS[name], attempt) == 0.0
    assert not is_proficient(TASKS[name], attempt)


def test_what_no_source_says_is_named_for_the_trainee():
    assert "time limit: unverified" in unverified(TASKS["ligating_loop"])
    assert not any(line.startswith("time limit") for line in unverified(TASKS["peg_transfer"]))
    assert "points for slit gap: own" in unverified(TASKS["intracorporeal_knot"])
    assert not any(
        "proficiency time" in line for rules in TASKS.values() for line in unverified(rules)
    )


def test_one_of_six_pegs_lost_costs_its_share_of_a_hundred():
    attempt = Attempt(100.0, {"dropped outside the field": 3})
    assert penalty_points(TASKS["peg_transfer"], attempt) == 50.0
    assert raw_score(TASKS["peg_transfer"], attempt) == 150.0


def test_an_error_that_the_task_does_not_know_is_refused():
    with pytest.raises(ValueError, match="has no error"):
        penalty_points(TASKS["peg_transfer"], Attempt(1.0, {"slit gap": 1.0}))
    with pytest.raises(ValueError, match="0 or above"):
        penalty_points(TASKS["peg_transfer"], Attempt(1.0, {"board touched": -1.0}))
