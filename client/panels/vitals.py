"""The vital signs of the person in the room, as a monitor shows them.

What is not current is never shown as if it were: the large figure is there only while values come
in, and word, icon and color each say how it stands. Metaclinic is not a medical device.
"""

from dataclasses import dataclass

import numpy as np

from client.panels import wording
from client.ui.trace import Trace
from client.ui.vocabulary import Align, Anchor, Fill, Flow, Live, Opening, TextStyle, Tone
from client.ui.widgets import Group, Heading, Panel, Text, Waveform, Widget, row
from world.vitals.observation import State

NOTHING = "--"
SCALE = "25 mm/s \u00b7 10 mm/mV \u00b7 large square 0.2 s, 0.5 mV"
NOT_A_DEVICE = "Metaclinic is not a medical device. Do not use it to watch over a patient."
REPLAYED = "A recording is played: this is not the person in the room."
EMPTY_SPAN_S = 4.0
SIGNAL_DP = 430
NUMBERS_DP = 250

STATES = {
    State.LIVE: ("Live", "heart", Tone.GOOD),
    State.STALE: ("Feed stopped", "warning", Tone.CAUTION),
    State.ABSENT: ("No signal", "signal-off", Tone.MUTED),
    State.INVALID: ("Reading not valid", "warning", Tone.DANGER),
}


@dataclass(frozen=True, slots=True)
class VitalView:
    """A sign's number; the text is what was last measured, empty where there is none."""

    key: str
    name: str
    text: str
    unit: str
    state: State
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class SignalView:
    """A signal that sweeps; its trace has NaN where nothing came."""

    name: str
    state: State
    trace: Trace | None = None
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class VitalsView:
    """What the monitor shows."""

    signal: SignalView
    vitals: tuple[VitalView, ...] = ()
    is_replayed: bool = False


def panel(view: VitalsView, anchor: Anchor = Anchor.TOP_RIGHT, width_dp: int = 780) -> Panel:
    """Returns the monitor; on a board in the room the anchor is full."""
    return Panel(
        "Vital signs",
        key="vitals",
        anchor=anchor,
        width_dp=width_dp,
        padding_dp=20,
        gap_dp=12,
        is_monitor=True,
        opening=Opening.LEAVES_FOCUS,
        children=(
            _beside(view),
            *((_replayed(),) if view.is_replayed else ()),
            Text(NOT_A_DEVICE, style=TextStyle.SMALL, tone=Tone.MUTED),
        ),
    )


def _beside(view: VitalsView) -> Group:
    cards = tuple(_vital(one) for one in view.vitals)
    vitals = Group("Numbers", children=cards, width_dp=NUMBERS_DP, grow=1)
    return Group(
        "Signs",
        children=(_signal(view.signal), vitals),
        flow=Flow.ROW,
        rise=Align.START,
        gap_dp=20,
    )


def _signal(signal: SignalView) -> Group:
    word, icon, tone = STATES[signal.state]
    trace = signal.trace or Trace(np.full(2, np.nan), EMPTY_SPAN_S)
    is_live = signal.state is State.LIVE
    return Group(
        signal.name,
        gap_dp=6,
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
                tone=Tone.SIGNAL if is_live else Tone.MUTED,
                height_dp=236,
            ),
            Text(SCALE, style=TextStyle.SMALL, tone=Tone.MUTED),
        ),
    )


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


def _vital(vital: VitalView) -> Group:
    word, icon, tone = STATES[vital.state]
    is_live = vital.state is State.LIVE
    figure = vital.text if is_live and vital.text else NOTHING
    notes: list[Widget] = []
    if is_live and vital.age_s is not None:
        notes.append(Text(f"{wording.age(vital.age_s)} old", key="age", tone=Tone.MUTED))
    if vital.state is State.STALE and vital.text:
        notes.append(Text(f"Last value {vital.text} {vital.unit}", key="last", tone=tone))
    return Group(
        vital.name,
        key=vital.key,
        fill=Fill.CARD,
        padding_dp=14,
        gap_dp=2,
        children=(
            Text(vital.name, key="name", style=TextStyle.LABEL),
            row(
                Text(figure, key="figure", style=TextStyle.FIGURE, tone=_figure_tone(vital)),
                Text(vital.unit, key="unit", tone=Tone.MUTED),
                gap_dp=10,
            ),
            row(*_state(word, icon, tone, vital), *notes, gap_dp=8),
        ),
    )


def _figure_tone(vital: VitalView) -> Tone:
    return Tone.SIGNAL if vital.state is State.LIVE else Tone.MUTED


def _replayed() -> Group:
    text = Text(REPLAYED, key="replayed", icon="info", tone=Tone.CAUTION, live=Live.POLITE)
    return Group("Recording", children=(text,), fill=Fill.CAUTION, padding_dp=12)
