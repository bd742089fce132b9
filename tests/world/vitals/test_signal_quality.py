import numpy as np
import pytest

from world.vitals.observation import Quality
from world.vitals.qrs import QrsDetector
from world.vitals.signal_quality import SignalQuality

TIME_S = np.arange(2500) / 250
RNG = np.random.default_rng(11)
FAULTS = {
    "lead off": (lambda s: np.full(len(s), s[0]), Quality.FLAT),
    "missing": (lambda s: np.full(len(s), np.nan), Quality.GAP),
    "rail": (
        lambda s: np.clip(s + 6 * np.sin(np.pi * TIME_S), -2, 2),
        Quality.CLIPPED | Quality.FLAT,
    ),
    "mains": (lambda s: s + np.sin(2 * np.pi * 50 * TIME_S), Quality.NOISY),
    "muscle": (lambda s: s + 0.5 * RNG.standard_normal(len(s)), Quality.NOISY),
    "motion": (
        lambda s: s + sum(0.5 * np.sin(2 * np.pi * f * TIME_S + f) for f in (5.1, 7.3, 9.7, 11.9)),
        Quality.NOISY,
    ),
}
HARMLESS = {
    "nothing": lambda s: s,
    "wander": lambda s: s + np.sin(2 * np.pi * 0.3 * TIME_S),
    "noise": lambda s: s + 0.05 * RNG.standard_normal(len(s)),
}


def qualities(signal) -> list[Quality]:
    detector = QrsDetector(250)
    told = []
    for start in range(0, len(signal), 250):
        detector.feed(signal[start : start + 250].tolist())
        told.append(detector.quality())
    return told


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_while_it_lasts_and_no_longer(make_ecg, name: str) -> None:
    spoil, bit = FAULTS[name]
    signal, _ = make_ecg(250, 40)
    signal[2500:5000] = spoil(signal[2500:5000])
    told = qualities(signal)
    assert all(q is Quality.GOOD for q in told[2:10] + told[22:])
    spoilt = told[11:20]
    assert sum(bool(q & bit) for q in spoilt) >= 8


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_no_harm_is_not_told(make_ecg, name: str) -> None:
    signal, _ = make_ecg(250, 40)
    signal[2500:5000] = HARMLESS[name](signal[2500:5000])
    assert all(q is Quality.GOOD for q in qualities(signal)[2:])


def test_nothing_seen_is_a_gap() -> None:
    assert Quality.GAP in SignalQuality(250).bits(0.0)


def test_a_missing_sample_is_filled_with_the_one_before() -> None:
    quality = SignalQuality(250)
    assert [quality.fill(v) for v in (1.0, float("nan"), 2.0)] == [1.0, 1.0, 2.0]
