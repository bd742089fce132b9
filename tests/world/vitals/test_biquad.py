import math

import pytest

from world.vitals.biquad import Biquad, group_delay_samples


@pytest.mark.parametrize(("kind", "passed_hz"), [("low", 0.01), ("high", 124.9)])
def test_the_cutoff_is_three_decibels_down(kind: str, passed_hz: float) -> None:
    section = Biquad(kind, 10.0, 250.0)
    assert abs(section.response(10.0, 250.0)) == pytest.approx(math.sqrt(0.5))
    assert abs(section.response(passed_hz, 250.0)) == pytest.approx(1.0, abs=1e-3)


def test_streamed_samples_follow_the_transfer_function() -> None:
    section = Biquad("low", 15.0, 250.0)
    out = [section.step(math.sin(2 * math.pi * 20 * n / 250)) for n in range(2000)]
    assert max(out[1000:]) == pytest.approx(abs(section.response(20.0, 250.0)), rel=5e-3)


def test_group_delay_is_that_of_the_closed_form() -> None:
    # Butterworth of second order at 0 Hz: sqrt(2) / (2 pi fc).
    section = Biquad("low", 15.0, 100_000.0)
    delay_s = group_delay_samples([section], 0.1, 100_000.0) / 100_000.0
    assert delay_s == pytest.approx(math.sqrt(2) / (2 * math.pi * 15.0), rel=1e-3)
