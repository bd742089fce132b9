"""What is always in sight inside: where one is, whether one is heard, and which keys help.

Nothing here takes the focus; what changes is announced.
"""

from dataclasses import dataclass
from enum import StrEnum

from client.panels import wording
from client.ui.vocabulary import Anchor, Live, Opening, TextStyle, Tone
from client.ui.widgets import Panel, Text, Widget, column, row


class Connection(StrEnum):
    """How the clinic is reached."""

    GOOD = "good"
    SLOW = "slow"
    LOST = "lost"


class Voice(StrEnum):
    """What the microphone does."""

    OPEN = "open"
    SPEAKING = "speaking"
    MUTED = "muted"
    HELD_SHUT = "held shut"
    ABSENT = "absent"


CONNECTIONS = {
    Connection.GOOD: ("Connected", "signal", Tone.GOOD),
    Connection.SLOW: ("Slow connection", "signal", Tone.CAUTION),
    Connection.LOST: ("Not connected", "signal-off", Tone.DANGER),
}
VOICES = {
    Voice.OPEN: ("Microphone on", "microphone", Tone.GOOD),
    Voice.SPEAKING: ("You are speaking", "microphone", Tone.GOOD),
    Voice.MUTED: ("Muted", "microphone-off", Tone.CAUTION),
    Voice.HELD_SHUT: ("Hold V to talk", "microphone-off", Tone.MUTED),
    Voice.ABSENT: ("No microphone: type instead", "microphone-off", Tone.CAUTION),
}


@dataclass(frozen=True, slots=True)
class QueueView:
    """A patient's place in the queue; 1 is called next, None is no place."""

    place: int
    waiting: int
    low_min: float | None = None
    high_min: float | None = None


@dataclass(frozen=True, slots=True)
class HudView:
    """What the screen's edge shows.

    Attributes:
      hint: what one can do right now, as a sentence; empty for nothing.
      keys: the keys worth knowing here and what they do.
    """

    room_name: str
    connection: Connection = Connection.GOOD
    voice: Voice = Voice.OPEN
    queue: QueueView | None = None
    hint: str = ""
    keys: tuple[tuple[str, str], ...] = ()


def panels(view: HudView) -> tuple[Panel, ...]:
    """Returns the status, the queue where one waits, and the line of keys."""
    found = [_status(view)]
    if view.queue is not None:
        found.append(_queue(view.queue))
    if view.keys or view.hint:
        found.append(_help(view))
    return tuple(found)


def queue_texts(queue: QueueView, live: Live) -> tuple[Widget, ...]:
    """Returns place and expected wait as sentences."""
    return (
        Text(
            wording.place(queue.place, queue.waiting),
            key="place",
            style=TextStyle.LABEL,
            icon="people",
            live=live,
        ),
        Text(wording.wait(queue.low_min, queue.high_min), key="wait", icon="clock", live=live),
    )


def _status(view: HudView) -> Panel:
    connection, signal, connection_tone = CONNECTIONS[view.connection]
    voice, microphone, voice_tone = VOICES[view.voice]
    # Speaking comes and goes with every word: it is shown, not announced.
    voice_live = Live.OFF if view.voice in (Voice.SPEAKING, Voice.OPEN) else Live.POLITE
    return _edge(
        "Status",
        Anchor.TOP_LEFT,
        300,
        Text(view.room_name, key="room", style=TextStyle.HEADING, live=Live.POLITE),
        Text(connection, key="signal", icon=signal, tone=connection_tone, live=Live.POLITE),
        Text(voice, key="voice", icon=microphone, tone=voice_tone, live=voice_live),
    )


def _queue(queue: QueueView) -> Panel:
    return _edge("Queue", Anchor.TOP_RIGHT, 340, *queue_texts(queue, Live.POLITE))


def _help(view: HudView) -> Panel:
    keys = tuple(
        row(Text(key, style=TextStyle.LABEL), Text(does, tone=Tone.MUTED), gap_dp=6)
        for key, does in view.keys
    )
    hint = (Text(view.hint, key="hint", style=TextStyle.LABEL, live=Live.POLITE),)
    return _edge(
        "Keys",
        Anchor.BOTTOM,
        560,
        *(hint if view.hint else ()),
        *((row(*keys, name="Keys", gap_dp=20),) if keys else ()),
    )


def _edge(name: str, anchor: Anchor, width_dp: int, *children: Widget) -> Panel:
    content: tuple[Widget, ...] = (column(*children, gap_dp=4),)
    return Panel(
        name,
        key=f"hud-{name.lower()}",
        anchor=anchor,
        width_dp=width_dp,
        padding_dp=14,
        opening=Opening.LEAVES_FOCUS,
        children=content,
    )
