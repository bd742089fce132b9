import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from world.vitals.observation import Quality
from world.vitals.qrs import Beat, QrsDetector, smallest_beat_level


def beats_of(signal, rate_hz: int) -> list[Beat]:
    return QrsDetector(rate_hz).feed(signal.tolist())


def samples_of(beats: list[Beat]) -> list[int]:
    return [beat.sample for beat in beats]


@pytest.mark.parametrize("rate_hz", [125, 250, 360, 500, 1000])
@pytest.mark.parametrize("per_min", [45, 70, 150])
def test_every_beat_and_nothing_else_is_found_at_its_place(make_ecg, rate_hz, per_min) -> None:
    signal, expected = make_ecg(rate_hz, 30, per_min=per_min)
    found = samples_of(beats_of(signal, rate_hz))
    assert len(found) == len(expected)
    assert np.abs(np.array(found) - expected).max() <= max(1, 0.004 * rate_hz)


@pytest.mark.parametrize("gain", [0.2, 4.0, -1.0])
def test_size_and_direction_do_not_matter(make_ecg, gain: float) -> None:
    signal, expected = make_ecg(250, 30)
    assert len(beats_of(gain * signal, 250)) == len(expected)


@pytest.mark.parametrize(
    "spoilt", [{"wander_mv": 1.0}, {"noise_mv": 0.05}, {"jitter": 0.2}], ids=str
)
def test_wander_noise_and_an_uneven_rhythm_cost_no_beat(make_ecg, spoilt) -> None:
    signal, expected = make_ecg(250, 60, **spoilt)
    found = np.array(samples_of(beats_of(signal, 250)))
    assert len(found) == len(expected)
    assert np.abs(found - expected).max() <= 3


@pytest.fixture(scope="module", params=[250, 1000])
def gapped(request, make_ecg) -> tuple[int, list[float], list[Beat]]:
    rate_hz = request.param
    signal = make_ecg(rate_hz, 8)[0].tolist()
    signal[700:760] = [float("nan")] * 60
    return rate_hz, signal, QrsDetector(rate_hz).feed(signal)


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=40))
def test_pieces_of_any_size_give_the_same_beats(gapped, cuts: list[int]) -> None:
    rate_hz, signal, expected = gapped
    detector = QrsDetector(rate_hz)
    edges = [0, *np.minimum(np.cumsum(cuts), len(signal)).tolist(), len(signal)]
    found = [
        beat
        for a, b in itertools.pairwise(edges)
        for beat in detector.feed(signal[int(a) : int(b)])
    ]
    assert found == expected


@pytest.mark.parametrize("noise_mv", [0.0, 0.004, 0.01])
def test_a_flat_line_has_no_beats(noise_mv: float) -> None:
    noise = noise_mv * np.random.default_rng(1).standard_normal(250 * 60)
    assert beats_of(noise, 250) == []


def test_a_heart_that_stops_yields_no_more_beats(make_ecg) -> None:
    signal, expected = make_ecg(250, 20)
    silence = 0.01 * np.random.default_rng(2).standard_normal(250 * 60)
    found = samples_of(beats_of(np.concatenate([signal, silence]), 250))
    assert len(found) == len(expected)


def test_beats_are_found_again_after_a_gap(make_ecg) -> None:
    signal, expected = make_ecg(250, 60)
    signal[5000:7500] = np.nan
    found = np.array([b.sample for b in beats_of(signal, 250) if not b.quality])
    assert not ((found > 5050) & (found < 7500)).any()
    assert np.abs(found[found > 7800] - expected[expected > 7800]).max() <= 2


def test_a_beat_is_decided_within_a_fifth_of_a_second(make_ecg) -> None:
    beats = beats_of(make_ecg(250, 60)[0], 250)
    late = [b.decided - b.sample for b in beats if b.sample > 2 * 250]
    assert max(late) <= 0.2 * 250


def test_a_tall_t_wave_is_no_beat(make_ecg) -> None:
    signal, expected = make_ecg(250, 30, per_min=60)
    time = np.arange(len(signal))
    for beat in expected:
        signal += 0.6 * np.exp(-0.5 * ((time - beat - 0.27 * 250) / (0.045 * 250)) ** 2)
    assert len(beats_of(signal, 250)) == len(expected)


def test_one_small_beat_is_found_by_searching_back(make_ecg) -> None:
    signal, expected = make_ecg(250, 30, jitter=0.0, wander_mv=0.0, noise_mv=0.005)
    center = int(expected[15])
    signal[center - 20 : center + 20] *= 0.35
    found = samples_of(beats_of(signal, 250))
    assert len(found) == len(expected)


def test_the_floor_does_not_depend_on_the_rate() -> None:
    levels = [smallest_beat_level(rate) for rate in (250, 500, 1000)]
    assert max(levels) / min(levels) < 1.1


def test_learning_ends_after_two_seconds() -> None:
    detector = QrsDetector(250)
    detector.feed([0.0] * 500)
    assert detector.is_learning
    detector.feed([0.0])
    assert not detector.is_learning
    assert Quality.FLAT in detector.quality()
