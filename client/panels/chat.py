"""Text chat: what was written, who reads what one writes, and the last lines in passing.

Words go to nobody but the readers for whom they were begun: where others would read them now, and
where they could not be sent, that is said beside them, and they stay until the writer decides.
"""

from dataclasses import dataclass, field, replace

from client.panels import intents
from client.ui.vocabulary import Align, Anchor, Emphasis, Fill, Live, Opening, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Group,
    Heading,
    Intent,
    Log,
    LogEntry,
    Panel,
    Text,
    TextField,
    Widget,
    row,
)

LONGEST_MESSAGE = 500
PASSING_LINES = 2
LOG_DP, SHORT_LOG_DP = 220, 140
ONLY_YOU = "Only you can read on here what stands above."
QUOTED = 80
"""So many letters of what is not sent tell the writer which words are meant."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Words that are on their way, or were not sent.

    Attributes:
      why: why they were not sent, as a sentence; empty while they are on their way.
      is_for_others: whether others would read them now than those for whom they were written.
    """

    number: int
    text: str = field(repr=False)
    why: str = ""
    is_for_others: bool = False


@dataclass(frozen=True, slots=True)
class ChatView:
    """The chat of one room.

    Attributes:
      readers: who reads what is written here, as a sentence.
      lines: what was written, oldest first.
      forgotten: how many older lines there were.
      is_open: whether one is writing; else the last lines are shown in passing.
      written_for: whom the draft was begun for, where others would read it now; else empty.
      is_held_back: whether it was tried to send such a draft.
      past: what was written in the visit that one has left, which is called `past_name`.
      unsent: the oldest words that are not sent, of `unsent_count`.
    """

    readers: str
    lines: tuple[LogEntry, ...] = ()
    forgotten: int = 0
    draft: str = field(default="", repr=False)
    is_open: bool = False
    written_for: str = ""
    is_held_back: bool = False
    unsent: Unsent | None = None
    unsent_count: int = 0
    past: tuple[LogEntry, ...] = ()
    past_name: str = field(default="", repr=False)


def update(view: ChatView, intent: Intent) -> ChatView:
    """Returns the view after what the person did; a sent message leaves the field empty."""
    match intent:
        case intents.TypeMessage(text):
            return replace(view, draft=text, is_held_back=False)
        case intents.SendMessage(text) if text.strip() and view.written_for:
            return replace(view, is_held_back=True)
        case intents.SendMessage(text) | intents.SendToReaders(text) if text.strip():
            return replace(view, draft="", is_held_back=False)
        case intents.Close():
            return replace(view, is_open=False)
        case _:
            return view


def panels(view: ChatView) -> tuple[Panel, ...]:
    """Returns the open chat, or its last lines; nothing where nobody has written."""
    if view.is_open:
        return (_open(view),)
    return (_passing(view),) if view.lines or view.unsent else ()


def _open(view: ChatView) -> Panel:
    send = intents.SendMessage(view.draft)
    return Panel(
        "Chat",
        key="chat",
        anchor=Anchor.BOTTOM_LEFT,
        width_dp=440,
        padding_dp=20,
        dismissed=intents.Close(),
        first_focus="message",
        children=(
            _heading(view),
            _log(view),
            *_unsent(view),
            TextField(
                "Message",
                key="message",
                value=view.draft,
                changed=intents.TypeMessage,
                submitted=send,
                longest=LONGEST_MESSAGE,
                is_invalid=bool(view.written_for),
                description=_who_reads(view),
            ),
            row(_send(view), Button("Close", shortcut="Esc", intent=intents.Close())),
        ),
    )


def _log(view: ChatView) -> Log:
    """Returns what was written; after a visit its words stay above, and it is said to whom."""
    over = (LogEntry(f"{view.past_name} has ended", ONLY_YOU, tone=Tone.MUTED),)
    return Log(
        "Messages",
        key="log",
        entries=(*view.past, *(over if view.past else ()), *view.lines),
        height_dp=SHORT_LOG_DP if view.unsent else LOG_DP,
    )


def _heading(view: ChatView) -> Group:
    put_away = Button(
        "Put the visit's words away",
        key="put-away",
        intent=intents.PutPastAway(),
        emphasis=Emphasis.QUIET,
    )
    return row(
        Heading("Chat", icon="chat"), *((put_away,) if view.past else ()), align=Align.SPREAD
    )


def _who_reads(view: ChatView) -> str:
    """Returns who reads what one writes; of a draft that was begun for others, that too."""
    if not view.written_for:
        return view.readers
    begun = f"ou began this for {view.written_for}."
    return f"{'Not sent: y' if view.is_held_back else 'Y'}{begun} {view.readers}"


def _send(view: ChatView) -> Button:
    if view.written_for:
        send: Intent = intents.SendToReaders(view.draft)
        return Button("Send to these readers", key="send-to-readers", intent=send, grow=1)
    send = intents.SendMessage(view.draft)
    return Button("Send", shortcut="Enter", intent=send, emphasis=Emphasis.PRIMARY, grow=1)


def _unsent(view: ChatView) -> tuple[Widget, ...]:
    one = view.unsent
    if one is None:
        return ()
    if not one.why:
        return (_on_the_way(one, view.unsent_count),)
    again = "Send it here" if one.is_for_others else "Send again"
    more = f" {view.unsent_count - 1} more after this." if view.unsent_count > 1 else ""
    return (
        Group(
            "Not sent",
            key="not-sent",
            fill=Fill.CAUTION,
            padding_dp=10,
            gap_dp=6,
            children=(
                _not_sent(one),
                Text(f"{one.why}{more}", style=TextStyle.SMALL),
                row(
                    Button(again, key="again", icon="again", intent=intents.SendAgain(one.number)),
                    Button("Delete", key="drop", intent=intents.DropUnsent(one.number)),
                ),
            ),
        ),
    )


def _not_sent(one: Unsent) -> Text:
    return Text(f"Not sent: {_quoted(one.text)}", key=f"not-sent-{one.number}", icon="warning",
                tone=Tone.CAUTION, live=Live.ASSERTIVE)  # fmt: skip


def _on_the_way(one: Unsent, count: int) -> Text:
    more = f" and {count - 1} more" if count > 1 else ""
    return Text(f"Being sent: {_quoted(one.text)}{more}", key="on-the-way", icon="hourglass",
                style=TextStyle.SMALL, tone=Tone.MUTED, live=Live.POLITE)  # fmt: skip


def _quoted(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED]} \u2026"


def _passing(view: ChatView) -> Panel:
    first = max(0, len(view.lines) - PASSING_LINES)
    lines = tuple(
        Text(
            f"{line.author}: {line.text}",
            key=f"line-{view.forgotten + number}",
            style=TextStyle.SMALL,
            live=Live.POLITE,
        )
        for number, line in enumerate(view.lines[first:], start=first)
    )
    return Panel(
        "Last messages",
        key="chat-passing",
        anchor=Anchor.BOTTOM_LEFT,
        width_dp=320,
        padding_dp=10,
        gap_dp=4,
        opening=Opening.LEAVES_FOCUS,
        children=(*lines, *_unsent_in_passing(view)),
    )


def _unsent_in_passing(view: ChatView) -> tuple[Widget, ...]:
    one = view.unsent
    if one is None:
        return ()
    if not one.why:
        return (_on_the_way(one, view.unsent_count),)
    what_to_do = Text("Press T to send it again or to delete it.", style=TextStyle.SMALL)
    return _not_sent(one), what_to_do
