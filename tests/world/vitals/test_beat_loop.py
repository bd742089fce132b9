import numpy as np
import pytest

from world.vitals.beat_loop import beat_loop
from world.vitals.qrs import QrsDetector


def test_a_loop_holds_whole_beats_and_none_is_added_at_its_seam(make_ecg) -> None:
    signal, beats = make_ecg(1000, 10, per_min=61)
    loop = beat_loop(1000 * signal, 1000)
    rounds = 6
    found = QrsDetector(1000).feed((np.tile(loop, rounds) / 1000).tolist())
    assert len(found) == rounds * (len(beats) - 1)
    intervals = np.diff([b.sample for b in found])
    assert set(intervals.tolist()) <= set(range(800, 1200))


def test_the_seam_is_no_step(make_ecg) -> None:
    signal, _ = make_ecg(1000, 10, wander_mv=0.5, noise_mv=0.0)
    loop = beat_loop(1000 * signal, 1000)
    assert abs(loop[0] - loop[-1]) < 15.0
    assert abs((loop[1] - loop[0]) - (loop[-1] - loop[-2])) < 5.0


def test_too_few_beats_make_no_loop(make_ecg) -> None:
    with pytest.raises(ValueError, match="3 beats"):
        beat_loop(1000 * make_ecg(1000, 2)[0], 1000)


def test_a_recording_cut_right_after_a_beat_makes_no_loop(make_ecg) -> None:
    signal, beats = make_ecg(1000, 10)
    with pytest.raises(ValueError, match="T wave"):
        beat_loop(1000 * signal[: int(beats[-1]) + 250], 1000)
