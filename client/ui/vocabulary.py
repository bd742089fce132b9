"""The words that widgets are described in: roles, states, actions, tones, places.

Roles and states follow WAI-ARIA 1.2, sections 5.3 and 6, in its words where it has one.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a widget is, as a screen reader says it."""

    TEXT = "text"
    HEADING = "heading"
    BUTTON = "button"
    TEXT_FIELD = "text field"
    TOGGLE = "switch"
    SLIDER = "slider"
    LIST = "list"
    LIST_ITEM = "list item"
    METER = "meter"
    PROGRESS = "progress"
    GROUP = "group"
    PANEL = "panel"
    DIALOG = "dialog"
    WAVEFORM = "waveform"
    CHART = "chart"
    IMAGE = "image"
    LOG = "log"


class State(StrEnum):
    """What can be true of a widget at a moment."""

    FOCUSED = "focused"
    ACTIVE = "active"
    SELECTED = "selected"
    CHECKED = "checked"
    EXPANDED = "expanded"
    DISABLED = "disabled"
    BUSY = "busy"
    INVALID = "invalid"
    HOVERED = "hovered"
    PRESSED = "pressed"


class Action(StrEnum):
    """What a person can do with a widget."""

    ACTIVATE = "activate"
    EDIT = "edit"
    ADJUST = "adjust"
    CHOOSE = "choose"
    SCROLL = "scroll"


class Tone(StrEnum):
    """What a color means; never the only sign of it."""

    NORMAL = "normal"
    MUTED = "muted"
    ACCENT = "accent"
    GOOD = "good"
    CAUTION = "caution"
    DANGER = "danger"
    SIGNAL = "signal"
    PLETH = "pleth"
    BREATH = "breath"
    PRESSURE = "pressure"
    WARMTH = "warmth"


class TextStyle(StrEnum):
    """Steps of the type scale."""

    SMALL = "small"
    BODY = "body"
    LABEL = "label"
    HEADING = "heading"
    TITLE = "title"
    DISPLAY = "display"
    FIGURE = "figure"
    NUMERAL = "numeral"


class Live(StrEnum):
    """How a change of a text is announced (WAI-ARIA 1.2, aria-live)."""

    OFF = "off"
    POLITE = "polite"
    ASSERTIVE = "assertive"


class Flow(StrEnum):
    """How a group places its children."""

    COLUMN = "column"
    ROW = "row"
    GRID = "grid"


class Align(StrEnum):
    """Where children stand in the spare room of a row, or lines in a text."""

    START = "start"
    CENTER = "center"
    END = "end"
    SPREAD = "spread"


class Fill(StrEnum):
    """What is behind a group."""

    NONE = "none"
    CARD = "card"
    INSET = "inset"
    GOOD = "good"
    CAUTION = "caution"
    DANGER = "danger"


class Emphasis(StrEnum):
    """How loudly a button asks to be pressed."""

    PRIMARY = "primary"
    NORMAL = "normal"
    QUIET = "quiet"
    DANGER = "danger"


class Anchor(StrEnum):
    """Where a panel stands on its surface."""

    TOP_LEFT = "top left"
    TOP = "top"
    TOP_RIGHT = "top right"
    CENTER = "center"
    BOTTOM_LEFT = "bottom left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom right"
    FULL = "full"


class Opening(StrEnum):
    """What a panel does with the focus when it appears."""

    TAKES_FOCUS = "takes focus"
    LEAVES_FOCUS = "leaves focus"
    SPARES_TYPING = "spares typing"
    """Takes it unless somebody is typing or answering a dialog; then as soon as that is closed."""
