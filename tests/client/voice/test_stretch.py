import numpy as np
import pytest

from client.voice.stretch import find_period, lengthen, shorten


def tone(hz, count=960, phase=0.0):
    at = np.arange(count) / 48_000
    wave = sum(np.sin(2 * np.pi * k * hz * at + phase) / k for k in range(1, 6))
    return (4000 * wave).astype(np.int16)


@pytest.mark.parametrize("hz", [100, 150, 220, 380])
def test_the_period_of_a_voice_is_found(hz):
    period = find_period(tone(hz))
    periods = period.lag * hz / 48_000
    assert periods == pytest.approx(round(periods), abs=0.03)
    assert period.correlation > 0.95


def test_noise_has_no_clear_period():
    noise = np.random.default_rng(1).normal(0, 3000, 960).astype(np.int16)
    assert find_period(noise).correlation < 0.75


@pytest.mark.parametrize("change", [shorten, lengthen])
def test_a_voice_stays_smooth_when_a_period_is_cut_or_repeated(change):
    frame = tone(200)
    period = find_period(frame)
    changed = change(frame, period.lag)
    assert abs(changed.size - frame.size) == period.lag
    steps = np.abs(np.diff(changed.astype(int))).max()
    assert steps <= np.abs(np.diff(frame.astype(int))).max() * 1.1


@pytest.mark.parametrize("change", [shorten, lengthen])
def test_the_ends_stay_as_they_were(change):
    frame = tone(123, phase=1.0)
    changed = change(frame, find_period(frame).lag)
    assert changed[0] == frame[0]
    assert changed[-1] == frame[-1]


def test_silence_is_no_error():
    assert find_period(np.zeros(960, np.int16)).rms == 0
