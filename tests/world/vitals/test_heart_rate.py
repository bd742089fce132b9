import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from world.vitals.heart_rate import HeartRateMeter, rate_per_min
from world.vitals.observation import Quality


@pytest.mark.parametrize("rate_hz", [250, 1000])
@pytest.mark.parametrize("per_min", [40, 61, 100, 180])
def test_the_rate_is_that_of_the_beats(make_ecg, rate_hz: int, per_min: int) -> None:
    signal, _ = make_ecg(rate_hz, 15, per_min=per_min, jitter=0.0)
    told = HeartRateMeter(rate_hz).feed(signal.tolist())
    assert [r.sample for r in told] == [rate_hz * (k + 1) - 1 for k in range(15)]
    assert told[-1].per_min == pytest.approx(per_min, abs=0.5)


def test_one_false_and_one_missed_beat_move_it_little() -> None:
    assert rate_per_min([1.0] * 6 + [2.0, 0.4]) == 60.0


def test_the_longest_and_the_shortest_are_left_out() -> None:
    assert rate_per_min([0.9, 1.0, 1.4]) == 60.0


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda n, rng: np.full(n, 0.2), Quality.FLAT),
        (lambda n, rng: np.full(n, np.nan), Quality.GAP),
        (lambda n, rng: rng.standard_normal(n), Quality.NOISY),
        (lambda n, rng: 0.01 * rng.standard_normal(n), Quality.NO_BEATS),
    ],
    ids=["flat", "missing", "noise", "no beats"],
)
def test_without_a_signal_there_is_no_rate_and_a_reason(make_ecg, spoil, reason) -> None:
    signal, _ = make_ecg(250, 60)
    signal[5000:7500] = spoil(2500, np.random.default_rng(4))
    told = HeartRateMeter(250).feed(signal.tolist())
    assert all(r.per_min is not None for r in told[6:19])
    assert all(r.per_min is None for r in told[23:29])
    assert all(reason in r.quality for r in told[24:29])
    assert all(r.per_min is not None for r in told[37:])


def test_no_interval_spans_a_gap(make_ecg) -> None:
    signal, _ = make_ecg(250, 60, per_min=60, jitter=0.0)
    signal[5000:5500] = np.nan
    told = HeartRateMeter(250).feed(signal.tolist())
    assert all(abs(r.per_min - 60) < 0.5 for r in told if r.per_min is not None)


def test_pure_noise_has_no_rate() -> None:
    noise = np.random.default_rng(5).standard_normal(250 * 60)
    told = HeartRateMeter(250).feed(noise.tolist())
    assert all(r.per_min is None for r in told)


def test_the_first_seconds_are_learning(make_ecg) -> None:
    told = HeartRateMeter(250).feed(make_ecg(250, 10)[0].tolist())
    assert told[1].quality is Quality.LEARNING
    assert told[1].per_min is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 700), max_size=20), st.integers(0, 5))
def test_pieces_of_any_size_give_the_same_rates(cuts: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    signal = np.convolve(rng.standard_normal(2000), np.ones(9) / 9, "same").tolist()
    whole = HeartRateMeter(250).feed(signal)
    meter = HeartRateMeter(250)
    edges = [0, *np.minimum(np.cumsum(cuts), len(signal)).tolist(), len(signal)]
    parts = [
        rate for a, b in itertools.pairwise(edges) for rate in meter.feed(signal[int(a) : int(b)])
    ]
    assert parts == whole
