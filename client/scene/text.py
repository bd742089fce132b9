"""Text that stands in the room: letters drawn by Pillow on a plate, as a textured rectangle.

The plate gives every text the same contrast wherever it hangs, and the texture's smaller copies
keep it readable far away. A rectangle is drawn in front of what is behind it, like any surface.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from panda3d.core import NodePath, TransparencyAttrib
from PIL import Image, ImageDraw, ImageFont

from client.scene.files import Pixels
from client.scene.geometry import quad_node
from client.scene.textures import picture_texture
from client.scene.tiers import Tier

Rgba = tuple[int, int, int, int]

LETTER_PIXELS = 96
MAXIMUM_PIXELS = 2048


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text looks.

    Attributes:
      letter_height_m: height of a line's letters.
      color: of the letters.
      plate: of the ground behind them; alpha 0 for none.
      is_bold: the stronger face.
      is_facing: turns to the camera about the upright axis.
    """

    letter_height_m: float = 0.10
    color: Rgba = (255, 255, 255, 255)
    plate: Rgba = (14, 30, 36, 225)
    is_bold: bool = True
    is_facing: bool = True


class WorldText:
    """One text in the room; its middle is at the node's origin.

    Args:
      parent: where it hangs.
      fonts: folder of the bundled typeface.
      tier: for its filtering.
      style: how it looks.
    """

    def __init__(self, parent: NodePath, fonts: Path, tier: Tier, style: TextStyle) -> None:
        self.node: NodePath = parent.attach_new_node("text")
        self._fonts, self._tier, self._style = fonts, tier, style
        self._shown: str | None = None
        if style.is_facing:
            self.node.set_billboard_axis()

    def set_text(self, text: str) -> None:
        """Shows a text of one or more lines; nothing is done if it is shown already."""
        if text == self._shown:
            return
        self._shown = text
        self.node.get_children().detach()
        if not text:
            return
        image = drawn_text(text, self._fonts, self._style)
        height, width = image.shape[:2]
        scale = self._style.letter_height_m / _pixels(text)
        plate = self.node.attach_new_node(quad_node("text", width * scale, height * scale))
        plate.set_texture(picture_texture("text", image, self._tier, is_linear=False))
        plate.set_shader_off(1)
        plate.set_transparency(TransparencyAttrib.M_alpha)
        plate.set_bin("transparent", 10)

    def close(self) -> None:
        """Takes the text away."""
        self.node.remove_node()


def drawn_text(text: str, fonts: Path, style: TextStyle) -> Pixels:
    """Returns letters on their plate: (h, w, 4) bytes, rows from the top down.

    A text too long for one texture is drawn with smaller letters, never cut off.
    """
    pixels = _pixels(text)
    font = _font(fonts, "bold" if style.is_bold else "regular", pixels)
    measure = ImageDraw.Draw(Image.new("RGBA", (1, 1)))
    left, top, right, bottom = measure.multiline_textbbox((0, 0), text, font, align="center")
    margin = round(pixels * 0.35)
    size = (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin)
    image = Image.new("RGBA", size, (*style.plate[:3], 0))
    draw = ImageDraw.Draw(image)
    if style.plate[3]:
        draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), margin, fill=style.plate)
    letters = Image.new("RGBA", size, (*style.color[:3], 0))
    ImageDraw.Draw(letters).multiline_text(
        (margin - left, margin - top), text, style.color, font, align="center"
    )
    return np.asarray(Image.alpha_composite(image, letters))


def contrast(first: Rgba, second: Rgba) -> float:
    """Returns the contrast ratio of two opaque colors, 1 to 21.

    Source: W3C, Web Content Accessibility Guidelines 2.2, "contrast ratio".
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Rgba) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in color[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _pixels(text: str) -> int:
    """Letter size at which the longest line still fits one texture."""
    longest = max((len(line) for line in text.splitlines()), default=1)
    lines = max(text.count("\n") + 1, 1)
    by_width = MAXIMUM_PIXELS / max(longest * 0.75 + 1, 1)
    return max(8, round(min(LETTER_PIXELS, by_width, MAXIMUM_PIXELS / (lines * 1.4 + 1))))


@cache
def _font(fonts: Path, weight: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts / f"atkinson-hyperlegible-{weight}.ttf", pixels)
