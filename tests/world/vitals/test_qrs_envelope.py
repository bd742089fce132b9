import math

import pytest

from world.vitals.qrs_envelope import QrsEnvelope


def level_of_sine(frequency_hz: float, rate_hz: float) -> float:
    envelope = QrsEnvelope(rate_hz)
    for n in range(round(4 * rate_hz)):
        envelope.step(math.sin(2 * math.pi * frequency_hz * n / rate_hz))
    return envelope.level


@pytest.mark.parametrize("rate_hz", [250.0, 1000.0])
def test_the_complex_stands_out_from_wander_and_mains(rate_hz: float) -> None:
    complex_level = level_of_sine(10.0, rate_hz)
    assert level_of_sine(0.3, rate_hz) < 0.001 * complex_level
    assert level_of_sine(50.0, rate_hz) < 0.1 * complex_level


def test_a_constant_leaves_nothing() -> None:
    envelope = QrsEnvelope(250.0)
    for _ in range(1000):
        envelope.step(5.0)
    assert envelope.level == pytest.approx(0.0, abs=1e-9)
