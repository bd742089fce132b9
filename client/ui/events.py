"""What a person does, whatever with: keyboard, gamepad, pointer, gaze and screen reader alike.

A gamepad is keys (its cross is the arrows, its buttons Enter and Escape); a mouse, a laser or a
gaze becomes the widget it points at by `client.ui.surface`.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Key:
    """A key went down: "tab", "enter", "space", "escape", "left", "page-up", "f6", "a"."""

    name: str
    has_shift: bool = False
    has_control: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """Characters came in, from a key or the clipboard."""

    text: str


@dataclass(frozen=True, slots=True)
class Hover:
    """The pointer is over this widget; None where it is over the world."""

    node_id: str | None


@dataclass(frozen=True, slots=True)
class Press:
    """The pointer went down on a widget.

    Attributes:
      along: where on a slider's track, 0 to 1.
      caret: before which letter of a text field.
    """

    node_id: str | None
    along: float | None = None
    caret: int | None = None


@dataclass(frozen=True, slots=True)
class Drag:
    """The pointer moved while down; `along` is where on the pressed widget's track, 0 to 1."""

    along: float


@dataclass(frozen=True, slots=True)
class Release:
    """The pointer went up over this widget."""

    node_id: str | None


Event: TypeAlias = Key | Typed | Hover | Press | Drag | Release
