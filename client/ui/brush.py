"""What drawing needs at hand: the picture, the colors, the sizes and what a person is doing."""

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw

from client.ui import shapes
from client.ui.boxes import Box, Run
from client.ui.editing import Line
from client.ui.fonts import drawable
from client.ui.icons import icon_mask
from client.ui.metrics import Metrics
from client.ui.pixels import Color, Rect
from client.ui.theme import TYPE_SCALE, Palette, Theme
from client.ui.vocabulary import State, Tone


@dataclass(frozen=True, slots=True)
class Brush:
    """Paints one panel.

    Attributes:
      states: states of each widget, by id.
      lines: text and caret of each text field, by id.
    """

    image: Image.Image
    draw: ImageDraw.ImageDraw
    theme: Theme
    palette: Palette
    metrics: Metrics
    states: Mapping[str, frozenset[State]]
    lines: Mapping[str, Line]

    @property
    def radius(self) -> int:
        """Returns the radius of a control's corners."""
        return self.metrics.dp(self.theme.radius_dp)

    @property
    def edge(self) -> int:
        """Returns the thickness of a control's edge."""
        return self.metrics.dp(self.theme.edge_dp)

    def has(self, box: Box, state: State) -> bool:
        """Returns whether the widget is in that state."""
        return state in self.states.get(box.id, frozenset())

    def tone(self, tone: Tone) -> Color:
        """Returns the color of a tone."""
        return self.palette.tones[tone]

    def fill(self, rect: Rect, radius: int, color: Color) -> None:
        """Paints a rounded rectangle."""
        shapes.fill(self.image, rect, radius, color)

    def outline(self, rect: Rect, radius: int, color: Color, thickness: int = 0) -> None:
        """Paints an edge, as thick as the theme's where not told."""
        shapes.outline(self.image, rect, radius, thickness or self.edge, color)

    def runs(self, box: Box, color: Color | None = None) -> None:
        """Writes the box's own text, in the tones of its lines where no color is given."""
        for run in box.runs:
            self.run(run, color or self.tone(run.tone))

    def run(self, run: Run, color: Color) -> None:
        """Writes one line."""
        self.text(run.text, run.rect, run, color)

    def text(self, text: str, rect: Rect, like: Run, color: Color) -> None:
        """Writes a text at a rectangle's left edge, its letters in the middle of the height."""
        _, is_bold = TYPE_SCALE[like.style]
        text = drawable(text)
        font = self.metrics.typeface.font(text, self.metrics.text_px(like.style), is_bold=is_bold)
        ascent, descent = font.getmetrics()
        baseline = rect.y + (rect.height - ascent - descent) / 2 + ascent
        self.draw.text((rect.x, round(baseline)), text, fill=(*color, 255), font=font, anchor="ls")

    def icon(self, name: str, rect: Rect, color: Color) -> None:
        """Paints an icon."""
        side = min(rect.width, rect.height)
        if side > 0:
            corners = (rect.x, rect.y, rect.x + side, rect.y + side)
            self.image.paste((*color, 255), corners, icon_mask(name, side))
