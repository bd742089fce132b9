"""The part of a text field's line that is seen, so that the caret is always in it."""

from dataclasses import dataclass

from client.ui.editing import Line
from client.ui.metrics import Metrics
from client.ui.pixels import Rect
from client.ui.vocabulary import TextStyle
from client.ui.widgets import TextField

BULLET = "\u2022"
PADDING_DP = 14
CARET_DP = 2
# The frame, which is not painted over.
EDGE_PX = 4
STYLE = TextStyle.BODY


@dataclass(frozen=True, slots=True)
class FieldWindow:
    """What is shown of a line, and where.

    Attributes:
      text: as it is shown, bullets where it is secret.
      rect: where it is seen.
      caret_px: the caret's place from the rectangle's left edge.
      shift_px: how far the text is moved to the left.
    """

    text: str
    rect: Rect
    caret_px: int
    shift_px: int

    def caret_at(self, x: float, metrics: Metrics) -> int:
        """Returns the place in the line that is nearest to a column of pixels."""
        wanted = x - self.rect.x + self.shift_px
        places = range(len(self.text) + 1)
        return min(places, key=lambda place: abs(_width(self.text[:place], metrics) - wanted))

    def span(self, begin: int, end: int, metrics: Metrics) -> Rect:
        """Returns where the letters from one place in the line to another one are seen."""
        left = self.rect.x - self.shift_px + _width(self.text[:begin], metrics)
        right = self.rect.x - self.shift_px + _width(self.text[:end], metrics)
        left, right = max(left, self.rect.x), min(right, self.rect.right)
        return self.rect._replace(x=left, width=max(0, right - left))


def field_window(field: TextField, slot: Rect, line: Line, metrics: Metrics) -> FieldWindow:
    """Returns what is seen of a field's line in its frame."""
    padding = metrics.dp(PADDING_DP)
    inner = slot.grown(-EDGE_PX)
    rect = inner._replace(x=slot.x + padding, width=slot.width - 2 * padding)
    text = BULLET * len(line.text) if field.is_secret else line.text
    before = _width(text[: line.caret], metrics)
    shift = max(0, before + metrics.dp(CARET_DP + 2) - rect.width)
    return FieldWindow(text, rect, before - shift, shift)


def _width(text: str, metrics: Metrics) -> int:
    return metrics.width_px(text, STYLE) if text else 0
