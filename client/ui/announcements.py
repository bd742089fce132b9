"""What is spoken: of each widget, and when something changes without being asked."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from client.ui.nodes import Node
from client.ui.vocabulary import Live, Role, State
from client.ui.widgets import Button, Log, LogEntry, Panel, Text

# When nobody listens, the oldest is forgotten: old news is worth least.
LONGEST_QUEUE = 64
SILENT_ROLES = frozenset({Role.TEXT, Role.GROUP})
SPOKEN_STATES = (State.SELECTED, State.EXPANDED, State.DISABLED, State.BUSY, State.INVALID)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A sentence to speak; an assertive one interrupts."""

    text: str
    urgency: Live


class Announcer:
    """The queue of what is to be spoken."""

    def __init__(self) -> None:
        self._queue: deque[Announcement] = deque(maxlen=LONGEST_QUEUE)

    def say(self, text: str, urgency: Live = Live.POLITE) -> None:
        """Appends a sentence, unless it is empty."""
        if text and urgency is not Live.OFF:
            self._queue.append(Announcement(text, urgency))

    def take(self) -> tuple[Announcement, ...]:
        """Returns what waits, assertive first, and forgets it."""
        waiting = sorted(self._queue, key=lambda one: one.urgency is not Live.ASSERTIVE)
        self._queue.clear()
        return tuple(waiting)

    def say_changes(self, before: Mapping[str, Node], after: Iterable[Node]) -> None:
        """Appends what live regions say now and did not say before."""
        for node in after:
            old = before.get(node.id)
            widget = node.widget
            was = old.widget if old else None
            if isinstance(widget, Text) and (was is None or was.name != widget.name):
                self.say(_sentence(widget.name, widget.description), widget.live)
            elif isinstance(widget, Log) and isinstance(was, Log):
                for entry in _new_entries(was.entries, widget.entries):
                    self.say(f"{entry.author}: {entry.text}")
            elif isinstance(widget, Panel) and was is None:
                self.say(_sentence(widget.name, widget.description), widget.live)
            elif widget.is_invalid and (was is None or was.description != widget.description):
                self.say(_sentence(widget.name, widget.description), Live.ASSERTIVE)


def spoken(node: Node) -> str:
    """Returns what is spoken of a widget: name, role, value, states, description."""
    widget = node.widget
    role = "" if widget.role in SILENT_ROLES else str(widget.role)
    states = [str(state) for state in SPOKEN_STATES if state in node.states]
    shortcut = f"key {widget.shortcut}" if isinstance(widget, Button) and widget.shortcut else ""
    parts = (widget.name, role, widget.spoken_value, *states, shortcut, widget.description)
    return ", ".join(part for part in parts if part)


def outline(nodes: Iterable[Node]) -> str:
    """Returns the tree as indented text, one widget a line."""
    return "\n".join("  " * node.depth + _outlined(node) for node in nodes)


def _outlined(node: Node) -> str:
    widget = node.widget
    value = f" = {widget.spoken_value}" if widget.spoken_value else ""
    states = "".join(f" [{state}]" for state in State if state in node.states)
    description = f" ({widget.description})" if widget.description else ""
    return f'{widget.role} "{widget.name}"{value}{states}{description}'


def _new_entries(before: tuple[LogEntry, ...], after: tuple[LogEntry, ...]) -> tuple[LogEntry, ...]:
    """Returns what follows the last entry known; a log may forget its oldest."""
    for overlap in range(min(len(before), len(after)), 0, -1):
        if before[-overlap:] == after[:overlap]:
            return after[overlap:]
    return after


def _sentence(name: str, description: str) -> str:
    return f"{name}. {description}" if name and description else name or description
