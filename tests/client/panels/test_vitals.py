from dataclasses import replace

import numpy as np
import pytest

from client.panels import vitals
from client.panels.vitals import NOTHING, SignalView, VitalsView, VitalView
from client.ui.trace import Trace
from client.ui.vocabulary import Tone
from client.ui.widgets import Text
from world.vitals.observation import State

TRACE = Trace(np.zeros(100), 6.0)
RATE = VitalView("heart-rate", "Heart rate", "72", "per min", State.LIVE, 1.0)
LIVE = VitalsView(SignalView("ECG, lead II", State.LIVE, TRACE, 0.1), (RATE,))


def stood(state, age_s):
    return VitalsView(
        SignalView("ECG, lead II", state, TRACE, age_s), (replace(RATE, state=state, age_s=age_s),)
    )


@pytest.fixture
def monitor(desk):
    return desk(LIVE, vitals.panel)


def figure(monitor):
    (node,) = [node for node in monitor.tree.nodes if node.widget.key == "figure"]
    return node.widget.name


def test_a_live_value_is_shown_with_unit_and_age(monitor):
    assert figure(monitor) == "72"
    assert "per min" in monitor.tree.describe()
    assert "1 s old" in monitor.tree.describe()


@pytest.mark.parametrize("state", [State.STALE, State.ABSENT, State.INVALID])
def test_what_is_not_current_is_never_the_figure(monitor, state):
    monitor.show(stood(state, 12.0))
    assert figure(monitor) == NOTHING


def test_a_stopped_feed_says_so_with_its_age_and_the_last_value_as_last(monitor):
    monitor.show(stood(State.STALE, 12.0))
    outline = monitor.tree.describe()
    for words in ("Feed stopped", "12 s ago", "Last value 72 per min"):
        assert words in outline
    assert monitor.tree.find("waveform").widget.tone is not Tone.SIGNAL


def test_every_state_has_a_word_an_icon_and_a_color_of_its_own():
    words, icons, tones = zip(*vitals.STATES.values(), strict=True)
    assert set(vitals.STATES) == set(State)
    assert len(set(words)) == len(set(tones)) == len(State)
    assert all(icons)


def test_a_feed_that_stops_is_announced_at_once_and_its_growing_age_is_not(monitor):
    monitor.said()
    monitor.show(stood(State.STALE, 5.0))
    assert "Feed stopped. Heart rate" in monitor.said()
    monitor.show(stood(State.STALE, 6.0))
    assert monitor.said() == []


def test_scale_and_limits_of_use_are_always_said(monitor):
    for state in State:
        monitor.show(stood(state, 3.0))
        outline = monitor.tree.describe()
        assert "25 mm/s" in outline
        assert "10 mm/mV" in outline
        assert "not a medical device" in outline


def test_a_recording_is_called_one(monitor):
    monitor.show(replace(LIVE, is_replayed=True))
    assert vitals.REPLAYED in monitor.tree.describe()


def test_a_value_that_never_came_is_no_zero(monitor):
    view = VitalView("o", "Oxygen saturation", "", "%", State.ABSENT)
    monitor.show(VitalsView(SignalView("ECG, lead II", State.ABSENT), (view,)))
    texts = [node.widget.name for node in monitor.tree.nodes if isinstance(node.widget, Text)]
    assert "0" not in texts
    assert figure(monitor) == NOTHING


def test_the_monitor_never_takes_the_focus(monitor):
    assert monitor.tree.focused is None
