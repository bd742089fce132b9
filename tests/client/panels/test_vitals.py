from dataclasses import replace

import numpy as np
import pytest

from client.config import ASSETS
from client.panels import intents, vitals
from client.panels.vitals import NOTHING, SignalView, TrendView, VitalsView, VitalView
from client.ui.fonts import found_in
from client.ui.history import History
from client.ui.metrics import Metrics
from client.ui.surface import Surface
from client.ui.trace import Trace
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor, Tone
from client.ui.widgets import Text
from world.vitals.observation import State

TRACE = Trace(np.zeros(100), 6.0)
RATE = VitalView("heart-rate", "Heart rate", "72", "per min", State.LIVE, 1.0)
OTHERS = (
    ("o", "Oxygen saturation", "100", "%"),
    ("b", "Breathing rate", "28", "per min"),
    ("t", "Temperature", "38.8", "\u00b0C"),
    ("p", "Blood pressure", "188/128", "mmHg"),
)
LIVE = VitalsView(SignalView("ECG, lead II", State.LIVE, TRACE, 0.1), (RATE,))


def stood(state, age_s):
    return VitalsView(
        SignalView("ECG, lead II", state, TRACE, age_s), (replace(RATE, state=state, age_s=age_s),)
    )


@pytest.fixture
def monitor(desk):
    return desk(LIVE, vitals.panel)


@pytest.fixture(scope="module")
def board():
    """Places a panel on a board of 16 to 9, as wide as the monitor wants."""
    typeface = found_in(ASSETS / "fonts")

    def place(panel):
        surface = Surface(960, 540, Metrics(typeface, 960 / vitals.WIDTH_DP))
        tree = Tree()
        tree.show((panel,))
        [placed] = surface.place(tree)
        return placed

    return place


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
    for words in ("Feed stopped", "12 s ago", "Last 72 per min, 12 s ago"):
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


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("others", range(5))
@pytest.mark.parametrize("is_replayed", [False, True])
def test_all_that_a_monitor_can_show_fits_on_its_board(state, others, is_replayed, board):
    more = tuple(VitalView(*one, state, 29.0) for one in OTHERS[:others])
    rate = replace(RATE, text="128", state=state, age_s=29.0)
    history = History(np.array([9.0]), np.array([128.0]), 300.0, 5.0, (40.0, 120.0), 20.0)
    trend = TrendView("Heart rate, last 5 min", "5 min ago", "128", history)
    signal = SignalView("ECG, lead II", state, TRACE, 29.0)
    view = VitalsView(signal, (rate, *more), is_replayed, trend)
    placed = board(vitals.panel(view, Anchor.FULL))
    assert not placed.is_scrolling
    assert placed.box.rect.height > 0.9 * placed.rect.height


def test_the_course_of_the_heart_rate_is_drawn_and_said(monitor):
    history = History(np.array([9.0]), np.array([72.0]), 300.0, 5.0, (40.0, 120.0), 20.0)
    trend = TrendView("Heart rate, last 5 min", "5 min ago", "70 to 74 per min", history)
    monitor.show(replace(LIVE, trend=trend))
    assert monitor.tree.find("chart").widget.spoken_value == "70 to 74 per min"
    monitor.show(replace(LIVE, trend=replace(trend, summary="Nothing yet.", history=None)))
    assert not monitor.tree.find_all("chart")
    assert "Nothing yet." in monitor.tree.describe()


def test_a_sign_has_the_color_that_the_catalog_names(monitor):
    pleth = VitalView("o", "Oxygen saturation", "98", "%", State.LIVE, 1.0, Tone.PLETH)
    monitor.show(replace(LIVE, vitals=(RATE, pleth)))
    tones = [node.widget.tone for node in monitor.tree.nodes if node.widget.key == "figure"]
    assert tones == [Tone.SIGNAL, Tone.PLETH]


def test_the_monitor_never_takes_the_focus(monitor):
    assert monitor.tree.focused is None


def test_the_large_monitor_says_the_same_larger_and_closes_with_one_key(desk):
    screen = desk(LIVE, vitals.enlarged)
    small = desk(LIVE, vitals.panel)
    assert set(small.tree.describe().split()) <= set(screen.tree.describe().split())
    surface = Surface(1280, 720, Metrics(found_in(ASSETS / "fonts")))
    [large] = surface.place(screen.tree)
    assert large.rect.width > 1_100
    assert large.rect.height <= 720
    trace = screen.tree.find("waveform").widget
    assert trace.height_dp >= 2 * small.tree.find("waveform").widget.height_dp
    for key in ("escape", "enter"):
        screen.keys(key)
    assert screen.intents == [intents.Close(), intents.Close()]
