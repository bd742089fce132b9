import numpy as np
import pytest

from client.panels import readings
from world.vitals.catalog import DIASTOLIC, ECG_LEAD_II, HEART_RATE, SIGNS, SYSTOLIC
from world.vitals.observation import Observation, Quality, State, reading
from world.vitals.playback import Playback
from world.vitals.waveform import WaveformBlock, packed


def observed(value, quality=0):
    return Observation(
        HEART_RATE, value, "/min", "device-1", 0, 0.0, quality, measured_s=100.0, received_s=100.0
    )


def fed(count=100, quality=0):
    playback = Playback(stale_after_s=1.0, absent_after_s=10.0)
    for number in range(count):
        block = WaveformBlock(
            ECG_LEAD_II, "uV", "device-1", number, number * 0.04, 250, 1.0,
            packed([1000] * 10), quality,
        )  # fmt: skip
        playback.add(block, number * 0.04 + 0.04)
    return playback


@pytest.mark.parametrize("sign", list(SIGNS.values()), ids=lambda sign: sign.code)
def test_every_sign_has_a_name_and_a_unit_in_words(sign):
    assert readings.NAMES[sign.name_key]
    assert readings.UNITS[sign.unit]


def test_a_reading_keeps_state_value_and_age():
    view = readings.vital(reading(HEART_RATE, observed(71.6), 101.0))
    assert (view.text, view.unit, view.state, view.age_s) == ("72", "per min", State.LIVE, 1.0)
    stale = readings.vital(reading(HEART_RATE, observed(71.6), 112.0))
    assert (stale.text, stale.state) == ("72", State.STALE)
    assert readings.vital(reading(HEART_RATE, observed(None), 101.0)).text == ""
    assert readings.vital(reading(HEART_RATE, observed(0.0), 101.0)).state is State.INVALID


def test_the_trace_is_in_millivolts_and_ages():
    playback = fed()
    view = readings.ecg(playback, 4.0)
    assert view.state is State.LIVE
    assert np.nanmax(view.trace.samples) == pytest.approx(1.0)
    assert readings.ecg(playback, 7.0).state is State.STALE


def test_the_course_of_the_heart_rate_ends_now_and_says_its_range():
    measured = [(1_000.0 - age_s, 60.0 + age_s / 50) for age_s in range(400, 0, -1)]
    view = readings.trend(measured, 1_000.0)
    assert view.summary == "60 to 66 per min in the last 5 min"
    assert view.history.ages_s.max() <= readings.TREND_S
    assert (view.history.low, view.history.high) == (40.0, 120.0)
    columns = view.history.columns(300)
    assert columns[-2] == pytest.approx(60.0, abs=0.1)
    assert columns[0] == pytest.approx(66.0, abs=0.1)


def test_before_anything_was_measured_there_is_no_course():
    view = readings.trend([(10.0, 60.0)], 1_000.0)
    assert view.history is None
    assert view.summary == "Nothing was measured yet."


def test_every_sign_has_a_color_of_the_theme():
    assert {sign.color for sign in SIGNS.values()} == set(readings.TONES)


def test_both_blood_pressures_are_one_line_and_as_old_as_the_worse():
    def pressure(code, value, measured_s):
        one = Observation(code, value, "mm[Hg]", "cuff", 0, 0.0, 0, measured_s, measured_s)
        return reading(code, one, 10_000.0)

    found = (
        pressure(SYSTOLIC, 121.0, 9_990.0),
        reading(HEART_RATE, observed(72.0), 101.0),
        pressure(DIASTOLIC, 79.0, 9_000.0),
    )
    view = readings.monitor(Playback(1.0, 10.0), found, 5.0)
    assert [(one.name, one.text) for one in view.vitals] == [
        ("Blood pressure", "121/79"),
        ("Heart rate", "72"),
    ]
    assert view.vitals[0].state is State.STALE


def test_without_a_signal_there_is_none():
    view = readings.monitor(Playback(1.0, 10.0), (), 5.0)
    assert (view.signal.state, view.signal.trace) == (State.ABSENT, None)


@pytest.mark.parametrize(("quality", "is_replayed"), [(0, False), (Quality.REPLAYED, True)])
def test_a_replayed_signal_is_called_one(quality, is_replayed):
    view = readings.monitor(fed(quality=int(quality)), (), 4.0)
    assert view.is_replayed is is_replayed
