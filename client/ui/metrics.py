"""Sizes in pixels at one scale: of dp, of text, and how text breaks into lines."""

from bisect import bisect_right
from dataclasses import dataclass, field

from client.ui.fonts import Typeface
from client.ui.theme import LINE_HEIGHT, TYPE_SCALE
from client.ui.vocabulary import TextStyle

FIGURES = frozenset({TextStyle.FIGURE, TextStyle.NUMERAL})
"""Large already: they grow half as fast as other text, and stand in lower lines."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """How large things are.

    Attributes:
      scale: pixels per dp.
      text_scale: what a person set, 1 to 2 (WCAG 2.2, 1.4.4 asks for 200 %).
    """

    typeface: Typeface = field(default_factory=Typeface)
    scale: float = 1.0
    text_scale: float = 1.0

    def dp(self, size_dp: float) -> int:
        """Returns a size in whole pixels, at least 1 for anything above 0."""
        return max(1, round(size_dp * self.scale)) if size_dp > 0 else 0

    def with_text(self, size_dp: float) -> int:
        """Returns a size in pixels that grows with the text, such as an icon's."""
        return self.dp(size_dp * self.text_scale)

    def half_with_text(self, size_dp: float) -> int:
        """Returns a size in pixels that grows half as fast as the text, such as a list's."""
        return self.dp(size_dp * (0.5 + 0.5 * self.text_scale))

    def text_px(self, style: TextStyle) -> int:
        """Returns the size of a style's letters."""
        size_dp, _ = TYPE_SCALE[style]
        return self.half_with_text(size_dp) if style in FIGURES else self.with_text(size_dp)

    def line_px(self, style: TextStyle) -> int:
        """Returns the height of a line."""
        return round(self.text_px(style) * (1.12 if style in FIGURES else LINE_HEIGHT))

    def width_px(self, text: str, style: TextStyle) -> int:
        """Returns the width of a line of text."""
        _, is_bold = TYPE_SCALE[style]
        return self.typeface.width(text, self.text_px(style), is_bold=is_bold) + self.dp(1)

    def lines(self, text: str, style: TextStyle, width_px: int) -> list[str]:
        """Returns the text broken into lines no wider than that.

        A word that is too long for a line breaks inside; only a single letter may be wider.
        """
        found: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}" if line else word
                if self.width_px(longer, style) <= width_px:
                    line = longer
                    continue
                if line:
                    found.append(line)
                *full, line = self._pieces(word, style, width_px)
                found.extend(full)
            found.append(line)
        return found

    def _pieces(self, word: str, style: TextStyle, width_px: int) -> list[str]:
        """Returns the word in pieces that fit, the last one possibly with room behind it."""
        pieces = []
        while len(word) > 1 and self.width_px(word, style) > width_px:
            lengths = range(1, len(word))
            fitting = bisect_right(
                lengths, width_px, key=lambda length: self.width_px(word[:length], style)
            )
            pieces.append(word[: max(1, fitting)])
            word = word[max(1, fitting) :]
        return [*pieces, word]
