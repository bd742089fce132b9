import numpy as np
import pytest

from server.vitals import recording as recording_module
from server.vitals.recording import Recording, lead_ii
from world.errors import ConfigurationError
from world.vitals.beat_loop import beat_loop
from world.vitals.heart_rate import HeartRateMeter
from world.vitals.qrs import QrsDetector

PUBLISHED_PER_MIN = 61.1


def peaks_by_eye(microvolts) -> list[int]:
    """Returns the R peaks by a rule that shares nothing with the detector."""
    above = np.flatnonzero(microvolts > 600)
    spikes = np.split(above, np.flatnonzero(np.diff(above) > 200) + 1)
    return [int(s[np.argmax(microvolts[s])]) for s in spikes]


def test_the_recording_is_what_it_is_described_to_be(recording: Recording) -> None:
    assert recording.microvolts.shape == (10_000,)
    assert (recording.rate_hz, recording.step_uv) == (1000, 1.25)


@pytest.mark.parametrize("every", [1, 2, 4])
def test_ten_beats_are_found_at_the_right_places(recording: Recording, every: int) -> None:
    signal = recording.microvolts[::every] / 1000
    beats = QrsDetector(1000 // every).feed(signal.tolist())
    places_ms = [beat.sample * every for beat in beats]
    expected = peaks_by_eye(recording.microvolts)
    assert len(expected) == len(places_ms) == 10
    assert np.abs(np.array(places_ms) - expected).max() <= 8
    assert all(not beat.quality for beat in beats)


def test_the_rate_is_the_published_one(recording: Recording) -> None:
    beats = QrsDetector(1000).feed((recording.microvolts / 1000).tolist())
    intervals = np.diff([beat.sample for beat in beats])
    assert 60_000 / intervals.mean() == pytest.approx(PUBLISHED_PER_MIN, abs=0.05)
    told = HeartRateMeter(1000).feed((recording.microvolts / 1000).tolist())
    assert told[-1].per_min == pytest.approx(PUBLISHED_PER_MIN, abs=0.5)


def test_played_round_and_round_no_beat_is_added_and_the_rate_stays(recording: Recording) -> None:
    loop = beat_loop(recording.microvolts, 1000)
    rounds = 7
    signal = (np.tile(loop, rounds) / 1000).tolist()
    beats = QrsDetector(1000).feed(signal)
    assert len(beats) == rounds * 9
    intervals = np.diff([beat.sample for beat in beats])
    original = np.diff(peaks_by_eye(recording.microvolts))
    assert set(intervals) <= set(range(min(original) - 8, max(original) + 9))
    told = HeartRateMeter(1000).feed(signal)
    assert all(abs(r.per_min - PUBLISHED_PER_MIN) <= 0.5 for r in told[6:])


def test_without_pydicoms_test_files_the_setting_is_named(monkeypatch) -> None:
    monkeypatch.setattr(recording_module, "get_testdata_file", lambda *_, **__: None)
    with pytest.raises(ConfigurationError, match="pydicom"):
        lead_ii()
