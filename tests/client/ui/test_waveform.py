import numpy as np
import pytest

from client.ui.trace import PAPER_MM_PER_MV, PAPER_MM_PER_S, Trace
from client.ui.waveform import BASELINE, coverage, pixels_per_mm

NAN = float("nan")


def test_the_scale_is_that_of_ecg_paper():
    # Kligfield et al. 2007: 25 mm/s and 10 mm/mV, so one second is as long as 2.5 mV are high.
    assert (PAPER_MM_PER_S, PAPER_MM_PER_MV) == (25.0, 10.0)
    assert pixels_per_mm(Trace(np.zeros(10), 6.0), 600) == pytest.approx(4.0)


def test_one_millivolt_rises_ten_millimeters_above_the_baseline():
    height, width = 200, 600
    samples = np.zeros(600)
    samples[300:] = 1.0
    cover = coverage(Trace(samples, 6.0), width, height)
    lines = np.arange(height) + 0.5

    def level(column):
        return float((cover[:, column] * lines).sum() / cover[:, column].sum())

    assert level(100) == pytest.approx(BASELINE * height, abs=0.05)
    assert level(100) - level(500) == pytest.approx(40.0, abs=0.1)


def test_a_column_without_samples_covers_nothing():
    cover = coverage(Trace(np.full(100, NAN), 6.0), 50, 40)
    assert not cover.any()


def test_a_steep_rise_is_drawn_through():
    samples = np.array([0.0] * 50 + [1.0] * 50)
    cover = coverage(Trace(samples, 4.0), 100, 100)
    column = np.flatnonzero(cover[:, 50] > 0.5)
    assert np.array_equal(column, np.arange(column[0], column[-1] + 1))
    assert len(column) >= 10


def test_a_curve_beyond_the_screen_stays_inside():
    cover = coverage(Trace(np.full(100, 50.0), 6.0), 50, 40)
    assert cover.shape == (40, 50)
    assert not cover.any()
