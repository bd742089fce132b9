import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from world.vitals.decimation import DELAY_SAMPLES, FACTOR, TAPS, Decimator, taps
from world.vitals.waveform import MISSING


def gain_db(frequency_hz: float) -> float:
    weights = taps() / taps().sum()
    turns = np.exp(-2j * np.pi * frequency_hz / 1000 * np.arange(TAPS))
    return float(20 * np.log10(abs(weights @ turns)))


def test_the_hearts_band_passes_flat() -> None:
    assert max(abs(gain_db(f)) for f in range(41)) < 0.03


def test_what_would_fold_is_sixty_decibels_down() -> None:
    assert max(gain_db(f) for f in range(125, 501)) < -60


def test_a_slow_sine_keeps_its_place_and_size() -> None:
    time_s = np.arange(3000) / 1000
    slow = Decimator().feed(np.rint(8000 * np.sin(2 * np.pi * 10 * time_s)).astype(np.int16))
    expected = 8000 * np.sin(2 * np.pi * 10 * (np.arange(len(slow)) * FACTOR + DELAY_SAMPLES) / 1e3)
    assert np.abs(slow - expected).max() < 8000 * 0.0035  # 0.03 dB


@settings(max_examples=50)
@given(st.lists(st.integers(0, 120), max_size=30), st.integers(0, 1000))
def test_pieces_of_any_size_give_the_same_samples(cuts: list[int], seed: int) -> None:
    fast = np.random.default_rng(seed).integers(-32767, 32768, 1500).astype(np.int16)
    whole = Decimator().feed(fast)
    decimator = Decimator()
    edges = [0, *np.minimum(np.cumsum(cuts), len(fast)).tolist(), len(fast)]
    parts = [decimator.feed(fast[a:b]) for a, b in itertools.pairwise(edges)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_a_missing_sample_spoils_only_its_surroundings() -> None:
    fast = np.full(1000, 100, dtype=np.int16)
    fast[500] = MISSING
    slow = Decimator().feed(fast)
    spoilt = np.flatnonzero(slow == MISSING) * FACTOR + DELAY_SAMPLES
    assert spoilt.min() >= 500 - DELAY_SAMPLES
    assert spoilt.max() <= 500 + DELAY_SAMPLES
    assert (slow[slow != MISSING] == 100).all()


@pytest.mark.parametrize("level", [-32767, 32767])
def test_the_limit_is_not_taken_for_missing(level: int) -> None:
    assert (Decimator().feed(np.full(200, level, dtype=np.int16)) == level).all()


def test_after_a_reset_the_past_is_gone() -> None:
    decimator = Decimator()
    decimator.feed(np.full(100, 9000, dtype=np.int16))
    decimator.reset()
    assert (decimator.feed(np.zeros(100, dtype=np.int16)) == 0).all()
