"""Text chat: what was written, who reads what one writes, and the last lines in passing."""

from dataclasses import dataclass, field, replace

from client.panels import intents
from client.ui.vocabulary import Anchor, Emphasis, Live, Opening, TextStyle
from client.ui.widgets import (
    Button,
    Heading,
    Intent,
    Log,
    LogEntry,
    Panel,
    Text,
    TextField,
    row,
)

LONGEST_MESSAGE = 500
PASSING_LINES = 2


@dataclass(frozen=True, slots=True)
class ChatView:
    """The chat of one room.

    Attributes:
      readers: who reads what is written here, as a sentence.
      lines: what was written, oldest first.
      forgotten: how many older lines there were.
      is_open: whether one is writing; else the last lines are shown in passing.
    """

    readers: str
    lines: tuple[LogEntry, ...] = ()
    forgotten: int = 0
    draft: str = field(default="", repr=False)
    is_open: bool = False
    problem: str = ""


def update(view: ChatView, intent: Intent) -> ChatView:
    """Returns the view after what the person did; a sent message leaves the field empty."""
    match intent:
        case intents.TypeMessage(text):
            return replace(view, draft=text, problem="")
        case intents.SendMessage(text) if text.strip():
            return replace(view, draft="")
        case intents.Close():
            return replace(view, is_open=False)
        case _:
            return view


def panels(view: ChatView) -> tuple[Panel, ...]:
    """Returns the open chat, or its last lines; nothing where nobody has written."""
    if view.is_open:
        return (_open(view),)
    return (_passing(view),) if view.lines else ()


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
            Heading("Chat", icon="chat"),
            Log("Messages", key="log", entries=view.lines, height_dp=220),
            TextField(
                "Message",
                key="message",
                value=view.draft,
                changed=intents.TypeMessage,
                submitted=send,
                longest=LONGEST_MESSAGE,
                is_invalid=bool(view.problem),
                description=view.problem or view.readers,
            ),
            row(
                Button("Send", shortcut="Enter", intent=send, emphasis=Emphasis.PRIMARY, grow=1),
                Button("Close", shortcut="Esc", intent=intents.Close()),
            ),
        ),
    )


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
        children=lines,
    )
