import numpy as np
import pytest

from client.vital_signs import VitalSigns
from world.protocol import messages as m
from world.vitals.catalog import ECG_LEAD_II, HEART_RATE
from world.vitals.observation import Observation, Quality, State
from world.vitals.waveform import WaveformBlock, packed

NOW_S = 5_000.0


def rate(value=72.0, measured_s=NOW_S, quality=0):
    return m.Observed(
        Observation(HEART_RATE, value, "/min", "ecg-1", 1, 1.0, quality, measured_s, measured_s)
    )


def block(sequence, quality=0):
    samples = packed(np.full(10, 500, np.int16))
    start_s = 10.0 + sequence * 0.04
    return m.Waveform(
        WaveformBlock(
            ECG_LEAD_II, "uV", "ecg-1", sequence, start_s, 250, 2.0, samples, quality, None, None
        )
    )


@pytest.fixture
def signs():
    signs = VitalSigns()
    signs.apply(rate(), NOW_S)
    for sequence in range(50):
        signs.apply(block(sequence), NOW_S + sequence * 0.04)
    return signs


def test_current_values_are_shown_in_the_units_that_people_read(signs):
    view = signs.view(NOW_S + 2.0, NOW_S + 2.0)
    [heart] = view.vitals
    assert (heart.text, heart.unit, heart.state) == ("72", "per min", State.LIVE)
    assert view.signal.state is State.LIVE
    samples = view.signal.trace.samples
    assert np.nanmax(samples) == pytest.approx(1.0)
    assert np.isnan(samples).any()


def test_a_feed_that_stops_becomes_stale_and_then_nothing(signs):
    assert signs.view(NOW_S + 4.0, NOW_S + 8.0).signal.state is State.STALE
    view = signs.view(NOW_S + 60.0, NOW_S + 60.0)
    assert view.signal.state is State.ABSENT
    assert view.signal.trace is None
    assert [one.text for one in view.vitals] == [""]


def test_a_value_is_as_old_as_the_servers_clock_says(signs):
    assert signs.view(NOW_S, NOW_S + 6.0).vitals[0].state is State.STALE
    assert signs.view(NOW_S, NOW_S + 3.0).vitals[0].age_s == pytest.approx(3.0)


def test_a_recording_is_said_to_be_one(signs):
    assert not signs.view(NOW_S, NOW_S).is_replayed
    signs.apply(block(50, int(Quality.REPLAYED)), NOW_S + 2.0)
    assert signs.view(NOW_S, NOW_S).is_replayed


def test_the_course_remembers_what_was_measured_and_nothing_that_no_heart_can_do(signs):
    for number, value in enumerate((70.0, None, 0.0, 900.0, 74.0), 1):
        signs.apply(rate(value, NOW_S + number), NOW_S)
    signs.apply(rate(99.0, NOW_S), NOW_S)
    assert list(signs.rates) == [(NOW_S, 72.0), (NOW_S + 1, 70.0), (NOW_S + 5, 74.0)]
    assert signs.view(NOW_S, NOW_S + 6.0).trend.summary.startswith("70 to 74 per min")


def test_nothing_of_one_patient_is_left_when_the_visit_is_over(signs):
    signs.apply(m.VitalsOver(), NOW_S + 2.0)
    assert not signs.is_seen
    assert not signs.rates
    view = signs.view(NOW_S + 2.0, NOW_S + 2.0)
    assert view.signal.trace is None
    assert [one.text for one in view.vitals] == [""]
