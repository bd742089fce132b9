from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scoring.learning import cusum, plateau, progress
from sim.scoring.rules import MOST_ATTEMPTS, TASKS

LONG, SHORT = TASKS["peg_transfer"], TASKS["precision_cutting"]
G, B = True, False


@pytest.mark.parametrize(
    ("rules", "attempts", "expected"),
    [
        (SHORT, [G, B, G, G], (2, 0, 4)),
        (SHORT, [G, B, G, B], (0, 0, None)),
        (LONG, [G, G, *[G, B] * 9, G], (2, 10, 21)),
        (LONG, [G, B, *[G, B] * 20], (0, 0, None)),
        (LONG, [B, G, G, *[G] * 9], (2, 9, None)),
        (LONG, [G] * 12, (2, 10, 12)),
        (LONG, [G] * 40, (2, 10, 12)),
        (LONG, [], (0, 0, None)),
    ],
)
def test_two_in_a_row_come_first_and_then_ten_in_any_order(rules, attempts, expected):
    at = progress(rules, attempts)
    assert (at.in_a_row, at.further, at.reached_at) == expected
    assert at.is_over == (expected[2] is not None)


def test_attempts_beyond_the_curriculums_maximum_do_not_count():
    late = [B] * (MOST_ATTEMPTS - 1) + [G] * 20
    at = progress(SHORT, late)
    assert at.reached_at is None
    assert at.is_over


@given(st.lists(st.booleans(), max_size=100), st.booleans())
def test_another_attempt_never_takes_away_what_was_reached(attempts, another):
    before, after = progress(LONG, attempts), progress(LONG, [*attempts, another])
    if before.reached_at is not None:
        assert after.reached_at == before.reached_at
    assert after.further >= before.further


def test_the_cumulative_sum_is_the_published_one():
    """For failure rates of 5 and 10 % and errors of 10 %: s = 0.072, h = 2.94, by its formulas."""
    curve = cusum([G, G, B, G])
    p, q = log(2), log(0.95 / 0.9)
    assert np.isclose(curve.reward, q / (p + q))
    assert np.isclose(curve.reward, 0.0724, atol=1e-4)
    assert np.isclose(curve.upper, log(9) / (p + q))
    assert np.isclose(curve.upper, 2.94, atol=0.005)
    expected = np.cumsum([-curve.reward, -curve.reward, 1 - curve.reward, -curve.reward])
    assert np.allclose(curve.values, expected)


def test_the_sum_stays_level_at_the_rate_between_and_passes_its_limits_beyond():
    between = round(1 / cusum([G]).reward)
    level = cusum(([G] * (between - 1) + [B]) * 20)
    assert abs(level.values[-1]) < 1.0
    assert cusum([G] * 41).values[-1] < -cusum([G]).lower
    assert cusum([B] * 4).values[-1] > cusum([B]).upper


def test_rates_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="acceptable < unacceptable"):
        cusum([G], acceptable=0.2, unacceptable=0.1)


@pytest.mark.parametrize("turn", [4.0, 6.0])
def test_an_exponential_curve_reaches_its_plateau_where_it_has_fallen_to_a_tenth(turn):
    attempts = np.arange(60)
    times_s = 100 * (1 + 1.5 * np.exp(-attempts / turn))
    found = plateau(list(times_s))
    first = next(k for k in attempts if times_s[k : k + 5].mean() <= 110)
    assert found == first + 1


def test_a_curve_that_still_falls_or_is_short_has_no_plateau():
    assert plateau(list(np.linspace(300, 50, 40))) is None
    assert plateau([100.0] * 9) is None
    assert plateau([100.0] * 10) == 1
