"""Against closed forms: a minimum-jerk reach, a circle, a line; and the spectrum as an integral.

Minimum-jerk reach of length D in T (T. Flash, N. Hogan, J. Neurosci. 5 (1985) 1688):
v = 30 D/T (s^2 - 2 s^3 + s^4), peak 15/8 D/T, integral of jerk squared 720 D^2/T^5.
"""

from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from sim.scoring.smoothness import log_dimensionless_jerk, sparc

STEP_S = 1 / 1000


def _minimum_jerk_m(duration_s, length_m=0.1, step_s=STEP_S):
    share = np.arange(0, duration_s + step_s / 2, step_s) / duration_s
    way_m = length_m * (10 * share**3 - 15 * share**4 + 6 * share**5)
    return way_m[:, None] * np.array([0.6, 0.0, 0.8])


def _speed(tip_m, step_s=STEP_S):
    return np.linalg.norm(np.diff(tip_m, axis=0), axis=1) / step_s


def test_the_jerk_of_a_minimum_jerk_reach_is_its_closed_form():
    expected = -log(720 / 1.875**2)
    assert np.isclose(log_dimensionless_jerk(_minimum_jerk_m(1.0), STEP_S), expected, atol=0.01)
    assert np.isclose(expected, -5.32, atol=0.005)


@pytest.mark.parametrize("turns", [0.5, 1.0, 3.0])
def test_the_jerk_of_an_even_circle_is_four_logarithms_of_its_angle(turns):
    angle = np.arange(0, 2 * np.pi * turns, 2 * np.pi / 2000)
    circle_m = 0.05 * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    expected = -4 * log(2 * np.pi * turns)
    assert np.isclose(log_dimensionless_jerk(circle_m, STEP_S), expected, atol=0.02)


def test_who_stands_or_goes_evenly_straight_has_no_jerk():
    line_m = np.arange(100)[:, None] * np.array([1e-3, 2e-3, 0.0])
    assert log_dimensionless_jerk(line_m, STEP_S) == 0.0
    assert log_dimensionless_jerk(np.ones((50, 3)), STEP_S) == 0.0


@settings(max_examples=20)
@given(st.floats(0.2, 5.0), st.floats(0.01, 1.0))
def test_neither_measure_depends_on_how_far_the_reach_goes(duration_s, length_m):
    step_s = duration_s / 500
    short, far = (_minimum_jerk_m(duration_s, length_m * factor, step_s) for factor in (1.0, 3.0))
    assert np.isclose(
        log_dimensionless_jerk(short, step_s), log_dimensionless_jerk(far, step_s), atol=1e-6
    )
    assert np.isclose(
        sparc(_speed(short, step_s), step_s).value, sparc(_speed(far, step_s), step_s).value
    )


def _arc_length_of_spectrum(duration_s, cutoff_hz):
    """Returns the arc length of a minimum-jerk reach's exact spectrum."""
    samples = np.linspace(0, duration_s, 4001)
    share = samples / duration_s
    speed = share**2 - 2 * share**3 + share**4

    def amplitude(frequency_hz):
        wave = np.exp(-2j * np.pi * frequency_hz * samples)
        return abs(np.trapezoid(speed * wave, samples)) / np.trapezoid(speed, samples)

    grid = np.linspace(0, cutoff_hz, 4000)
    loud = [amplitude(f) >= 0.05 for f in grid]
    last_hz = grid[np.flatnonzero(loud)[-1]]

    def element(frequency_hz):
        h = 1e-4
        slope = (amplitude(frequency_hz + h) - amplitude(frequency_hz - h)) / (2 * h)
        return np.hypot(1 / last_hz, slope)

    return quad(element, 1e-3, last_hz, limit=200)[0]


def test_the_arc_length_of_a_reach_is_that_of_its_exact_spectrum_and_as_published():
    value = sparc(_speed(_minimum_jerk_m(1.0)), STEP_S).value
    assert np.isclose(value, -_arc_length_of_spectrum(1.0, 20.0), atol=0.02)
    # Straight reaches: about -1.4 to -1.6.
    assert -1.6 <= value <= -1.35


def test_more_and_longer_pauses_are_less_smooth():
    reach = _speed(_minimum_jerk_m(0.6))
    pause = np.zeros(300)
    values = [
        sparc(np.concatenate([reach, *[pause, reach] * stops]), STEP_S).value for stops in range(4)
    ]
    assert all(later < earlier for earlier, later in pairwise(values))


def test_the_cutoff_is_kept_with_the_value_and_changes_it():
    rng = np.random.default_rng(1)
    shaky = _speed(_minimum_jerk_m(1.0)) + 0.1 * rng.normal(size=1000) ** 2
    narrow, wide = sparc(shaky, STEP_S, 10.0), sparc(shaky, STEP_S)
    assert (narrow.cutoff_hz, wide.cutoff_hz) == (10.0, 20.0)
    assert wide.value < narrow.value
    assert sparc(np.zeros(50), STEP_S).value == 0.0


def test_too_few_samples_are_refused():
    with pytest.raises(ValueError, match="two samples"):
        sparc(np.ones(1), STEP_S)
    with pytest.raises(ValueError, match="four samples"):
        log_dimensionless_jerk(np.ones((3, 3)), STEP_S)
