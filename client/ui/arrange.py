"""How a widget gets its place: a frame goes in, a box comes out.

`arrange` gives a widget a width and gets its box; `natural_width` asks how wide it would like to
be. Both are open tables over the kinds of widgets; what several kinds share stands below them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import singledispatch

from client.ui.boxes import Box, Run
from client.ui.metrics import Metrics
from client.ui.pixels import Rect
from client.ui.vocabulary import Align, TextStyle, Tone
from client.ui.widgets import Widget

TARGET_DP = 48
ICON_GAP_DP = 8
LEAST_LETTERS = 6
FIELD_PADDING_DP = 14
THUMB_DP = 26


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a widget is asked to be, and what its layout may depend on.

    Attributes:
      place: gives the active row of a list or the scroll of a log, by id.
    """

    id: str
    x: int
    y: int
    width: int
    metrics: Metrics
    place: Callable[[str], int]

    def at(self, node_id: str, x: int, y: int, width: int) -> "Frame":
        """Returns a frame for another widget."""
        return replace(self, id=node_id, x=x, y=y, width=width)

    def inside(self, padding: int) -> "Frame":
        """Returns the frame with room left free on every side."""
        return self.at(self.id, self.x + padding, self.y + padding, self.width - 2 * padding)

    def rect(self, height: int) -> Rect:
        """Returns the rectangle of that height."""
        return Rect(self.x, self.y, self.width, height)


@singledispatch
def natural_width(widget: Widget, metrics: Metrics) -> int:
    """Returns the width at which nothing breaks; what stretches says the least that is good."""
    return metrics.dp(220) if widget.grow else 0


@singledispatch
def arrange(widget: Widget, frame: Frame) -> Box:
    """Returns the widget's box: as wide as the frame, as high as it needs."""
    return Box(frame.id, widget, frame.rect(0))


def text_runs(
    text: str, frame: Frame, style: TextStyle, tone: Tone, align: Align = Align.START
) -> tuple[Run, ...]:
    """Returns the lines of a text from the frame's top down; none for an empty text."""
    if not text:
        return ()
    metrics, runs = frame.metrics, []
    for index, line in enumerate(metrics.lines(text, style, frame.width)):
        width = metrics.width_px(line, style)
        spare = max(0, frame.width - width)
        indent = {Align.CENTER: spare // 2, Align.END: spare}.get(align, 0)
        height = metrics.line_px(style)
        rect = Rect(frame.x + indent, frame.y + index * height, width, height)
        runs.append(Run(line, rect, style, tone))
    return tuple(runs)


def name_and_value(  # noqa: PLR0913, PLR0917 - two texts and how each looks
    name: str,
    value: str,
    value_tone: Tone,
    frame: Frame,
    style: TextStyle = TextStyle.LABEL,
    tone: Tone = Tone.NORMAL,
) -> tuple[Run, ...]:
    """Returns a name and its value at the far end, below where they do not fit beside."""
    metrics = frame.metrics
    width = metrics.width_px(value, TextStyle.BODY) + metrics.dp(16) if value else 0
    if metrics.width_px(name, style) + width <= frame.width:
        runs = text_runs(name, frame, style, tone)
        return runs + text_runs(value, frame, TextStyle.BODY, value_tone, Align.END)
    runs = text_runs(name, frame, style, tone)
    below = replace(frame, y=bottom_of(runs, frame.y))
    return runs + text_runs(value, below, TextStyle.BODY, value_tone)


def icon_size_px(metrics: Metrics) -> int:
    """Returns the side of an icon that stands beside text."""
    return metrics.with_text(22)


def icon_room_px(metrics: Metrics) -> int:
    """Returns the room of an icon and the gap behind it."""
    return icon_size_px(metrics) + metrics.dp(ICON_GAP_DP)


def icon_beside(frame: Frame, runs: tuple[Run, ...]) -> tuple[tuple[str, Rect], ...]:
    """Returns the place of an icon at the frame's left edge, level with the first line."""
    size = min(icon_size_px(frame.metrics), runs[0].rect.height)
    middle = runs[0].rect.y + (runs[0].rect.height - size) // 2
    return (("icon", Rect(frame.x, middle, size, size)),)


def least_text_px(metrics: Metrics, text: str = "") -> int:
    """Returns the width below which a text goes under, not beside, something else."""
    least = metrics.width_px("n" * LEAST_LETTERS, TextStyle.BODY)
    return min(least, metrics.width_px(text, TextStyle.BODY)) if text else least


def bottom_of(runs: tuple[Run, ...], otherwise: int) -> int:
    """Returns the lowest edge of the lines; `otherwise` where there is none."""
    return max((run.rect.bottom for run in runs), default=otherwise)


def y_below(runs: tuple[Run, ...], y: int, gap: int) -> int:
    """Returns where something goes that stands a gap below the lines, or at `y` without any."""
    return bottom_of(runs, y - gap) + gap


def height_of(runs: tuple[Run, ...], y: int) -> int:
    """Returns how far the lines reach down from `y`."""
    return bottom_of(runs, y) - y
