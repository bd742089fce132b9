"""What is left out when a core is too slow, and in which order."""

from hypothesis import given
from hypothesis import strategies as st

from server.simulation.governor import (
    DOWN_AFTER_TURNS,
    LEVELS,
    RATE_DIVISORS,
    UP_AFTER_TURNS,
    Governor,
)
from sim.arrays import STEP_S
from sim.procedures.procedure import EFFORTS


def _note(governor, load, turns):
    for _ in range(turns):
        governor.note(load * STEP_S)


def test_the_solver_does_less_before_pictures_become_rare():
    governor, seen = Governor(), []
    for _ in range(LEVELS + 2):
        seen.append((governor.effort, governor.rate_divisor))
        _note(governor, 1.5, DOWN_AFTER_TURNS)
    efforts = [(effort, 1) for effort in range(EFFORTS)]
    rates = [(EFFORTS - 1, divisor) for divisor in RATE_DIVISORS]
    assert seen == [*efforts, *rates, rates[-1], rates[-1]]


def test_ease_takes_it_back_more_slowly_than_overload_brought_it():
    governor = Governor()
    _note(governor, 1.5, 2 * DOWN_AFTER_TURNS)
    _note(governor, 0.2, UP_AFTER_TURNS - 1)
    assert governor.level == 2
    _note(governor, 0.2, UP_AFTER_TURNS + 1)
    assert governor.level == 0


def test_a_single_hitch_changes_nothing():
    governor = Governor()
    for _ in range(100):
        _note(governor, 5.0, 1)
        _note(governor, 0.4, 20)
    assert governor.level == 0


def test_between_ease_and_overload_a_level_stays():
    governor = Governor()
    _note(governor, 1.5, DOWN_AFTER_TURNS)
    _note(governor, 0.7, 10 * UP_AFTER_TURNS)
    assert governor.level == 1


@given(st.lists(st.floats(0, 5), max_size=400))
def test_the_level_stays_within_its_bounds_and_moves_one_at_a_time(loads):
    governor = Governor()
    for load in loads:
        before = governor.level
        _note(governor, load, 1)
        assert abs(governor.level - before) <= 1
        assert 0 <= governor.level < LEVELS
        assert 0 <= governor.effort < EFFORTS
