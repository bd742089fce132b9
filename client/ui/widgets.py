"""The kinds of widgets, as frozen values.

A screen is a function from what is to be shown to widgets; nothing is changed in place. What a
person does with them (focus, caret, place in a list) lives in `client.ui.tree`, what they look
like in `client.ui.painter`. Sizes are in dp: one dp is one pixel at scale 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from client.ui.vocabulary import (
    Action,
    Align,
    Anchor,
    Emphasis,
    Fill,
    Flow,
    Live,
    Opening,
    Role,
    TextStyle,
    Tone,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.history import History
    from client.ui.pixels import Picture
    from client.ui.trace import Trace


class Intent:
    """What a person wants, as a value; subclasses are frozen dataclasses."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """What every widget has.

    Attributes:
      name: what it is called, seen and spoken.
      key: tells it from its siblings; role and name where empty.
      description: what is said after the name, such as a hint or what is wrong.
      grow: its share of a row's spare width; 0 keeps its natural width.
    """

    role: ClassVar[Role] = Role.GROUP
    actions: ClassVar[tuple[Action, ...]] = ()

    name: str = field(default="", kw_only=False)
    key: str = ""
    description: str = ""
    is_disabled: bool = False
    is_busy: bool = False
    is_invalid: bool = False
    grow: int = 0
    children: tuple[Widget, ...] = ()

    @property
    def spoken_value(self) -> str:
        """Returns the value as words; empty where there is none."""
        return ""

    @property
    def is_focusable(self) -> bool:
        """Returns whether Tab stops here."""
        return bool(self.actions) and not self.is_disabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Widget):
    """Words; its name is what it says."""

    role: ClassVar[Role] = Role.TEXT

    style: TextStyle = TextStyle.BODY
    tone: Tone = Tone.NORMAL
    align: Align = Align.START
    live: Live = Live.OFF
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Text):
    """The words that name what follows."""

    role: ClassVar[Role] = Role.HEADING

    style: TextStyle = TextStyle.HEADING


@dataclass(frozen=True, slots=True, kw_only=True)
class Button(Widget):
    """Does one thing; `shortcut` is the key that does it from anywhere, shown beside the name."""

    role: ClassVar[Role] = Role.BUTTON
    actions: ClassVar[tuple[Action, ...]] = (Action.ACTIVATE,)

    intent: Intent
    emphasis: Emphasis = Emphasis.NORMAL
    icon: str = ""
    shortcut: str = ""
    is_expanded: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(Widget):
    """One line of text; a secret one is neither shown nor spoken."""

    role: ClassVar[Role] = Role.TEXT_FIELD
    actions: ClassVar[tuple[Action, ...]] = (Action.EDIT,)

    changed: Callable[[str], Intent]
    value: str = field(default="", repr=False)
    submitted: Intent | None = None
    placeholder: str = ""
    longest: int = 200
    is_secret: bool = False
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the text, or only its length where it is secret."""
        if self.is_secret:
            return f"{len(self.value)} characters" if self.value else "empty"
        return self.value or "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle(Widget):
    """A switch that is on or off."""

    role: ClassVar[Role] = Role.TOGGLE
    actions: ClassVar[tuple[Action, ...]] = (Action.ACTIVATE,)

    changed: Callable[[bool], Intent]
    is_checked: bool = False
    shortcut: str = ""

    @property
    def spoken_value(self) -> str:
        """Returns on or off."""
        return "on" if self.is_checked else "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider(Widget):
    """A number between two others, in steps.

    Attributes:
      marks: values that are marked on the track as places to look at.
      spoken: the number in words, where it is no plain one.
    """

    role: ClassVar[Role] = Role.SLIDER
    actions: ClassVar[tuple[Action, ...]] = (Action.ADJUST,)

    changed: Callable[[float], Intent]
    value: float = 0.0
    lowest: float = 0.0
    highest: float = 1.0
    step: float = 0.1
    unit: str = ""
    marks: tuple[float, ...] = ()
    spoken: str = ""
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the number with its unit, or in words."""
        return self.spoken or f"{self.value:g} {self.unit}".strip()

    @property
    def fraction(self) -> float:
        """Returns where the value stands, 0 at the lowest and 1 at the highest."""
        return (self.value - self.lowest) / (self.highest - self.lowest)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem(Widget):
    """One row of a list; `key` is what choosing it reports."""

    role: ClassVar[Role] = Role.LIST_ITEM

    icon: str = ""
    note: str = ""

    @property
    def spoken_value(self) -> str:
        """Returns the note at the row's end."""
        return self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBox(Widget):
    """Rows of which one can be chosen; one stop for Tab, arrows move within.

    Attributes:
      selected: the key of the chosen row; empty for none.
      empty: what is said where there are no rows.
      height_dp: the most it takes at 100 % text; more rows scroll.
    """

    role: ClassVar[Role] = Role.LIST
    actions: ClassVar[tuple[Action, ...]] = (Action.CHOOSE,)

    chosen: Callable[[str], Intent]
    children: tuple[ListItem, ...] = ()
    selected: str = ""
    empty: str = "Nothing here."
    height_dp: int = 240
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the chosen row's name, or how many rows there are."""
        named = [item.name for item in self.children if item.key == self.selected]
        return named[0] if named else (f"{len(self.children)} rows" if self.children else "empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter(Widget):
    """A level between 0 and 1 that moves by itself; `word` says it without color."""

    role: ClassVar[Role] = Role.METER

    level: float = 0.0
    word: str = ""
    tone: Tone = Tone.GOOD
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the word for the level."""
        return self.word or f"{self.level:.0%}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Widget):
    """How far something has come; None where nobody knows."""

    role: ClassVar[Role] = Role.PROGRESS

    fraction: float | None = None
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the share that is done."""
        return "in progress" if self.fraction is None else f"{self.fraction:.0%}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Widget):
    """Widgets that belong together.

    A row that does not fit breaks into more rows, a grid loses columns: nothing is cut off.

    Attributes:
      width_dp: its natural width at 100 % text, in a row; 0 for what its children need.
      align: where the children of a row stand along it.
      rise: where the lower ones among them stand; cells of a grid start at the top.
    """

    role: ClassVar[Role] = Role.GROUP

    flow: Flow = Flow.COLUMN
    columns: int = 2
    width_dp: int = 0
    gap_dp: int = 12
    padding_dp: int = 0
    align: Align = Align.START
    rise: Align = Align.CENTER
    fill: Fill = Fill.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Waveform(Widget):
    """A signal that sweeps over the screen, on the paper's scale."""

    role: ClassVar[Role] = Role.WAVEFORM

    trace: Trace
    state_word: str = ""
    tone: Tone = Tone.SIGNAL
    height_dp: int = 160
    has_grid: bool = True
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the word for the trace's state."""
        return self.state_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend(Widget):
    """The course of a value over the last minutes, with its axis.

    Attributes:
      since: what the left edge is called, such as "5 min ago"; the right edge is now.
    """

    role: ClassVar[Role] = Role.CHART

    history: History
    since: str = ""
    summary: str = ""
    tone: Tone = Tone.SIGNAL
    height_dp: int = 80
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the course in words."""
        return self.summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Widget):
    """An icon by name, or a picture; its name says what it shows, empty for an ornament."""

    role: ClassVar[Role] = Role.IMAGE

    icon: str = ""
    picture: Picture | None = None
    size_dp: int = 24
    tone: Tone = Tone.NORMAL


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a log: who said it, what, and when in words."""

    author: str
    text: str
    note: str = ""
    tone: Tone = Tone.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Widget):
    """What was said, newest last; new entries are announced politely (WAI-ARIA 1.2, log)."""

    role: ClassVar[Role] = Role.LOG
    actions: ClassVar[tuple[Action, ...]] = (Action.SCROLL,)

    entries: tuple[LogEntry, ...] = ()
    empty: str = "Nobody has written yet."
    height_dp: int = 200
    grow: int = 1

    @property
    def spoken_value(self) -> str:
        """Returns the newest entry."""
        return f"{self.entries[-1].author}: {self.entries[-1].text}" if self.entries else "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Group):
    """One picture on a surface: the root of its widgets.

    Attributes:
      width_dp: at 100 % text; 0 for what its children need.
      dismissed: what Escape means here; None leaves the panel for the world.
      first_focus: key of the widget that gets the focus when the panel takes it, and when it
        names another one while the panel has it.
      live: how its appearing is announced.
      is_monitor: painted in the dark colors of a patient monitor.
    """

    role: ClassVar[Role] = Role.PANEL

    anchor: Anchor = Anchor.CENTER
    width_dp: int = 480
    padding_dp: int = 24
    gap_dp: int = 16
    dismissed: Intent | None = None
    opening: Opening = Opening.TAKES_FOCUS
    first_focus: str = ""
    live: Live = Live.OFF
    is_monitor: bool = False
    is_modal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog(Panel):
    """A panel that keeps the focus until it is answered."""

    role: ClassVar[Role] = Role.DIALOG

    live: Live = Live.ASSERTIVE
    is_modal: bool = True


def column(*children: Widget, name: str = "", key: str = "", gap_dp: int = 12) -> Group:
    """Returns the widgets below one another."""
    return Group(name, key=key, children=children, gap_dp=gap_dp)


def row(*children: Widget, name: str = "", gap_dp: int = 12, align: Align = Align.START) -> Group:
    """Returns the widgets beside one another, in more rows where they do not fit."""
    return Group(name, children=children, flow=Flow.ROW, gap_dp=gap_dp, align=align)
