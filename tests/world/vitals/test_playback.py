import numpy as np
import pytest
from msgspec.structs import replace

from world.vitals.catalog import ECG_LEAD_II
from world.vitals.observation import Quality, State
from world.vitals.playback import Playback
from world.vitals.waveform import WaveformBlock, packed

RATE_HZ = 250


def block(k: int) -> WaveformBlock:
    return WaveformBlock(
        code=ECG_LEAD_II,
        unit="uV",
        device_id="ecg-1",
        sequence=k,
        start_s=5000.0 + 10 * k / RATE_HZ,
        rate_hz=RATE_HZ,
        step=1.0,
        samples=packed([1] * 10),
        quality=int(Quality.REPLAYED),
    )


@pytest.mark.parametrize("drift_ppm", [-200, 0, 200])
def test_a_drifting_device_is_played_without_a_gap_for_ten_minutes(drift_ppm: float) -> None:
    rng = np.random.default_rng(5)
    playback = Playback(1, 10)
    for k in range(15000):
        now_s = (k + 1) * 0.04 / (1 + drift_ppm * 1e-6) + rng.uniform(0, 0.03)
        playback.add(block(k), now_s)
        if k > 300 and k % 500 < 3:
            screen = playback.screen(now_s)
            assert np.isnan(screen).sum() == 75
            assert not np.isnan(screen[playback.index(now_s)])


def test_a_feed_that_stops_turns_stale_then_absent() -> None:
    playback = Playback(1, 10)
    assert playback.state(0.0) is State.ABSENT
    assert playback.age_s(0.0) is None
    for k in range(100):
        playback.add(block(k), 0.04 * (k + 1))
    assert playback.state(4.9) is State.LIVE
    assert playback.state(5.1) is State.STALE
    assert playback.state(14.1) is State.ABSENT
    assert playback.age_s(5.0) == pytest.approx(1.0)
    assert np.isnan(playback.screen(14.1)).all()


def test_nothing_is_shown_before_anything_came() -> None:
    playback = Playback(1, 10)
    assert np.isnan(playback.screen(3.0)).all()
    assert playback.index(3.0) == 0
    assert playback.quality is Quality.GOOD


def test_a_recording_is_known_as_one() -> None:
    playback = Playback(1, 10)
    playback.add(block(0), 0.0)
    assert playback.quality is Quality.REPLAYED


def test_a_device_that_begins_anew_is_played_at_once() -> None:
    playback = Playback(1, 10)
    for k in range(100):
        playback.add(block(k), 0.04 * (k + 1))
    for k in range(100):
        playback.add(replace(block(k), start_s=1.0 + 0.04 * k), 100 + 0.04 * (k + 1))
    assert playback.state(104.0) is State.LIVE
    assert np.count_nonzero(~np.isnan(playback.screen(104.0))) == 981
