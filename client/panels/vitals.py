"""The vital signs of the person in the room, as a clinician's monitor shows them.

What is not current is never shown as if it were: the large figure is there only while values come
in, and word, icon and color each say how it stands. Metaclinic is not a medical device.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from client.panels import intents, wording
from client.ui.history import History
from client.ui.trace import Trace
from client.ui.vocabulary import Align, Anchor, Fill, Flow, Live, Opening, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Group,
    Heading,
    Panel,
    Text,
    Trend,
    Waveform,
    Widget,
    column,
    row,
)
from world.vitals.observation import State

NAME: Final = "Vital signs"
NOTHING: Final = "--"
SCALE: Final = "25 mm/s \u00b7 10 mm/mV \u00b7 bar 1 mV"
NOT_A_DEVICE: Final = "Metaclinic is not a medical device. Do not use it to watch over a patient."
REPLAYED: Final = "Recording played"
NOT_HERE: Final = "This is not the person in the room."
EMPTY_SPAN_S: Final = 4.0
WIDTH_DP: Final = 640
"""So few that the figures are read from a chair on the other side of the room."""
SIGNAL_DP, NUMBERS_DP, GAP_DP, PADDING_DP = 366, 238, 12, 12
TRACE_DP, TREND_DP = 146, 68
LARGE_DP: Final = 1160
LARGE_TRACE_DP, LARGE_TREND_DP = 312, 104
"""Before all else on the screen: most of a picture of 1280 x 720."""
NOTE_DP: Final = 26
"""What a further line of text takes below the two columns."""
MOST_LARGE: Final = 2
"""With more signs beside it than this, the heart rate's figure gives way."""

STATES: Final = {
    State.LIVE: ("Live", "heart", Tone.GOOD),
    State.STALE: ("Feed stopped", "warning", Tone.CAUTION),
    State.ABSENT: ("No signal", "signal-off", Tone.MUTED),
    State.INVALID: ("Not valid", "warning", Tone.DANGER),
}
FIGURES: Final = {
    (True, True): TextStyle.NUMERAL,
    (True, False): TextStyle.FIGURE,
    (False, True): TextStyle.FIGURE,
    (False, False): TextStyle.TITLE,
}
"""How large the figure is: by whether it is live, and whether there is room."""
FILLS: Final = {State.STALE: Fill.CAUTION, State.INVALID: Fill.DANGER}


@dataclass(frozen=True, slots=True)
class VitalView:
    """A sign's number; the text is what was last measured, empty where there is none."""

    key: str
    name: str
    text: str
    unit: str
    state: State
    age_s: float | None = None
    tone: Tone = Tone.SIGNAL


@dataclass(frozen=True, slots=True)
class SignalView:
    """A signal that sweeps; its trace has NaN where nothing came."""

    name: str
    state: State
    trace: Trace | None = None
    age_s: float | None = None
    tone: Tone = Tone.SIGNAL


@dataclass(frozen=True, slots=True)
class TrendView:
    """The course of the first vital sign; the history is None where none was measured."""

    name: str
    since: str
    summary: str
    history: History | None = None


@dataclass(frozen=True, slots=True)
class VitalsView:
    """What the monitor shows.

    Attributes:
      vitals: the one with the large figure first.
    """

    signal: SignalView
    vitals: tuple[VitalView, ...] = ()
    is_replayed: bool = False
    trend: TrendView | None = None


def panel(view: VitalsView, anchor: Anchor = Anchor.TOP_RIGHT, width_dp: int = WIDTH_DP) -> Panel:
    """Returns the monitor, made for a board of 16 to 9; on one its anchor is full."""
    return Panel(
        NAME,
        key="vitals",
        anchor=anchor,
        width_dp=width_dp,
        padding_dp=PADDING_DP,
        gap_dp=8,
        is_monitor=True,
        opening=Opening.LEAVES_FOCUS,
        children=_monitor(view, TRACE_DP, TREND_DP),
    )


def enlarged(view: VitalsView) -> Panel:
    """Returns the monitor large before the room; Escape and its one button close it."""
    return Panel(
        NAME,
        key="vitals-large",
        width_dp=LARGE_DP,
        padding_dp=2 * PADDING_DP,
        is_monitor=True,
        dismissed=intents.Close(),
        first_focus="close",
        children=(
            *_monitor(view, LARGE_TRACE_DP, LARGE_TREND_DP),
            row(Button("Close", key="close", shortcut="Esc", intent=intents.Close())),
        ),
    )


def _monitor(view: VitalsView, trace_dp: int, trend_dp: int) -> tuple[Widget, ...]:
    first, others = view.vitals[:1], view.vitals[1:]
    is_below = view.is_replayed and bool(others)
    right: list[Widget] = [_vital(one, has_room=len(others) <= MOST_LARGE) for one in first]
    if others:
        right.append(column(*(_line(one) for one in others), name="More signs", gap_dp=2))
    if view.is_replayed and not others:
        right.append(_replayed())
    return (
        Group(
            "Signs",
            children=(
                _curves(view, trace_dp - (NOTE_DP if is_below else 0), trend_dp),
                Group("Numbers", children=tuple(right), width_dp=NUMBERS_DP, grow=1, gap_dp=8),
            ),
            flow=Flow.ROW,
            rise=Align.START,
            gap_dp=GAP_DP,
        ),
        column(
            *((_replayed_line(),) if is_below else ()),
            Text(NOT_A_DEVICE, style=TextStyle.SMALL, tone=Tone.MUTED),
            name="Limits of use",
            gap_dp=2,
        ),
    )


def _curves(view: VitalsView, trace_dp: int, trend_dp: int) -> Group:
    signal = view.signal
    word, icon, tone = STATES[signal.state]
    trace = signal.trace or Trace(np.full(2, np.nan), EMPTY_SPAN_S)
    is_live = signal.state is State.LIVE
    return Group(
        signal.name,
        gap_dp=3,
        width_dp=SIGNAL_DP,
        grow=3,
        children=(
            row(
                Heading(signal.name),
                row(*_state(word, icon, tone, signal), gap_dp=8),
                align=Align.SPREAD,
            ),
            Waveform(
                signal.name,
                key="trace",
                trace=trace,
                state_word=word,
                tone=signal.tone if is_live else Tone.MUTED,
                height_dp=trace_dp,
            ),
            Text(SCALE, style=TextStyle.SMALL, tone=Tone.MUTED),
            *_trend(view, trend_dp),
        ),
    )


def _trend(view: VitalsView, height_dp: int) -> tuple[Widget, ...]:
    trend = view.trend
    if trend is None:
        return ()
    heading = Text(trend.name, key="trend-name", style=TextStyle.LABEL)
    if trend.history is None:
        return heading, Text(trend.summary, key="trend", tone=Tone.MUTED)
    chart = Trend(
        trend.name,
        key="trend",
        history=trend.history,
        since=trend.since,
        summary=trend.summary,
        tone=view.vitals[0].tone if view.vitals else Tone.SIGNAL,
        height_dp=height_dp,
    )
    return heading, chart


def _state(word: str, icon: str, tone: Tone, sign: SignalView | VitalView) -> tuple[Widget, ...]:
    """Returns how a sign stands; the word is announced when it changes, the age only shown."""
    live = Live.POLITE if sign.state is State.LIVE else Live.ASSERTIVE
    texts = [
        Text(
            word,
            key="state",
            description=sign.name,
            icon=icon,
            tone=tone,
            style=TextStyle.LABEL,
            live=live,
        )
    ]
    if sign.state is not State.LIVE and sign.age_s is not None:
        texts.append(Text(f"{wording.age(sign.age_s)} ago", key="age", tone=tone))
    return tuple(texts)


def _vital(vital: VitalView, *, has_room: bool) -> Group:
    word, icon, tone = STATES[vital.state]
    is_live = vital.state is State.LIVE
    figure = vital.text if is_live and vital.text else NOTHING
    notes: list[Widget] = [Text(vital.unit, key="unit", tone=Tone.MUTED)]
    if is_live and vital.age_s is not None:
        age = f"\u00b7 {wording.age(vital.age_s)} old"
        notes.append(Text(age, key="age", tone=Tone.MUTED))
    last: tuple[Widget, ...] = ()
    stands = _state(word, icon, tone, vital)
    if vital.state is State.STALE and vital.text and vital.age_s is not None:
        was = f"Last {vital.text} {vital.unit}, {wording.age(vital.age_s)} ago"
        last = (Text(was, key="last", style=TextStyle.SMALL, tone=tone),)
        stands = stands[:1]
    return Group(
        vital.name,
        key=vital.key,
        fill=FILLS.get(vital.state, Fill.CARD),
        padding_dp=10,
        gap_dp=1,
        children=(
            row(
                Text(vital.name, key="name", style=TextStyle.LABEL),
                row(*stands, gap_dp=8),
                align=Align.SPREAD,
                gap_dp=2,
            ),
            Text(
                figure,
                key="figure",
                style=FIGURES[is_live, has_room],
                tone=vital.tone if is_live else Tone.MUTED,
            ),
            *((row(*notes, gap_dp=6),) if is_live else ()),
            *last,
        ),
    )


def _line(vital: VitalView) -> Group:
    """Returns a sign in one line: its name, and its value or how it stands."""
    word, _, tone = STATES[vital.state]
    is_live = vital.state is State.LIVE and bool(vital.text)
    value: Widget = Text(word, key="figure", style=TextStyle.SMALL, tone=tone)
    if is_live:
        value = row(
            Text(vital.text, key="figure", style=TextStyle.LABEL, tone=vital.tone),
            Text(vital.unit, key="unit", style=TextStyle.SMALL, tone=Tone.MUTED),
            gap_dp=4,
        )
    return Group(
        vital.name,
        key=vital.key,
        children=(Text(vital.name, key="name", style=TextStyle.SMALL), value),
        flow=Flow.ROW,
        align=Align.SPREAD,
        gap_dp=4,
    )


def _replayed() -> Group:
    texts = column(
        Text(REPLAYED, key="replayed", icon="info", style=TextStyle.LABEL, tone=Tone.CAUTION,
             live=Live.POLITE),
        Text(NOT_HERE, style=TextStyle.SMALL, tone=Tone.CAUTION),
        gap_dp=0,
    )  # fmt: skip
    return Group("Recording", children=(texts,), fill=Fill.CAUTION, padding_dp=10)


def _replayed_line() -> Text:
    return Text(
        f"{REPLAYED}: {NOT_HERE[0].lower()}{NOT_HERE[1:]}",
        key="replayed",
        icon="info",
        style=TextStyle.SMALL,
        tone=Tone.CAUTION,
        live=Live.POLITE,
    )
