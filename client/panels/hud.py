"""What is always in sight inside: where one is, whether one is heard, and which keys help.

Nothing here takes the focus; what changes is announced. It is kept to strips of one line, for what
is to be seen is the room.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from client.panels import wording
from client.ui.vocabulary import Anchor, Flow, Live, Opening, TextStyle, Tone
from client.ui.widgets import Group, Panel, Text, Widget, row

SHEET_COLUMNS = 4


class Connection(StrEnum):
    """How the clinic is reached."""

    GOOD = "good"
    SLOW = "slow"
    LOST = "lost"
    SILENT = "silent"


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
    Connection.SILENT: ("Connection does not answer", "signal-off", Tone.DANGER),
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
      keys: the few keys that somebody needs who has just come in, and what they do.
      all_keys: every key, for somebody who has asked.
    """

    room_name: str
    connection: Connection = Connection.GOOD
    voice: Voice = Voice.OPEN
    queue: QueueView | None = None
    hint: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    all_keys: tuple[tuple[str, str], ...] = ()


def panels(view: HudView) -> tuple[Panel, ...]:
    """Returns the status, the queue where one waits, what to do now, and keys."""
    found = [_status(view)]
    if view.queue is not None:
        found.append(_queue(view.queue))
    if view.keys or view.hint:
        found.append(_hint(view))
    if view.all_keys:
        found.append(key_sheet(view.all_keys))
    return tuple(found)


def queue_texts(
    queue: QueueView, live: Live, style: TextStyle = TextStyle.BODY
) -> tuple[Widget, ...]:
    """Returns place and expected wait as sentences."""
    place = wording.place(queue.place, queue.waiting)
    wait = wording.wait(queue.low_min, queue.high_min)
    return (
        Text(place, key="place", style=TextStyle.LABEL, icon="people", live=live),
        Text(wait, key="wait", style=style, icon="clock", live=live),
    )


def _status(view: HudView) -> Panel:
    connection, signal, connection_tone = CONNECTIONS[view.connection]
    voice, microphone, voice_tone = VOICES[view.voice]
    # Speaking comes and goes with every word: it is shown, not announced.
    voice_live = Live.OFF if view.voice in (Voice.SPEAKING, Voice.OPEN) else Live.POLITE
    return _strip(
        "Status",
        Anchor.TOP_LEFT,
        Text(view.room_name, key="room", style=TextStyle.LABEL, live=Live.POLITE),
        _small(connection, "signal", signal, connection_tone, Live.POLITE),
        _small(voice, "voice", microphone, voice_tone, voice_live),
        _key("F1", "keys"),
    )


def _queue(queue: QueueView) -> Panel:
    return _strip("Queue", Anchor.TOP_RIGHT, *queue_texts(queue, Live.POLITE, TextStyle.SMALL))


def _hint(view: HudView) -> Panel:
    hint = Text(view.hint, key="hint", style=TextStyle.LABEL, live=Live.POLITE)
    return _strip(
        "What to do now",
        Anchor.BOTTOM,
        *((hint,) if view.hint else ()),
        *((_keys(view.keys),) if view.keys else ()),
    )


def key_sheet(keys: tuple[tuple[str, str], ...]) -> Panel:
    """Returns what every key does, read out to who has asked for it."""
    spoken = ", ".join(f"{key}: {does}" for key, does in keys)
    rows = Group(
        flow=Flow.GRID,
        columns=SHEET_COLUMNS,
        gap_dp=16,
        children=tuple(_key(key, does) for key, does in keys),
    )
    return replace(
        _strip("Keys", Anchor.BOTTOM, rows), description=spoken, live=Live.POLITE, padding_dp=16
    )


def _keys(keys: tuple[tuple[str, str], ...]) -> Group:
    return row(*(_key(key, does) for key, does in keys), name="Keys", gap_dp=16)


def _key(key: str, does: str) -> Group:
    return row(
        Text(key, style=TextStyle.LABEL),
        Text(does, style=TextStyle.SMALL, tone=Tone.MUTED),
        gap_dp=6,
    )


def _small(words: str, key: str, icon: str, tone: Tone, live: Live) -> Text:
    return Text(words, key=key, icon=icon, tone=tone, style=TextStyle.SMALL, live=live)


def _strip(name: str, anchor: Anchor, *children: Widget) -> Panel:
    return Panel(
        name,
        key=f"hud-{name.lower().replace(' ', '-')}",
        anchor=anchor,
        width_dp=0,
        padding_dp=10,
        opening=Opening.LEAVES_FOCUS,
        children=(row(*children, gap_dp=18),),
    )
