"""Paints every screen in every look into PNG files, to be looked at.

python -m client.panels.gallery --out DIR [--only NAME]
"""

import argparse
from pathlib import Path

from PIL import Image

from client.panels.samples import SAMPLES
from client.ui.fonts import Typeface, found_in
from client.ui.metrics import Metrics
from client.ui.painter import Painter, composed
from client.ui.surface import Surface
from client.ui.theme import CALM, HIGH_CONTRAST, Theme
from client.ui.tree import Tree

WIDTH, HEIGHT = 1280, 720
BACKGROUND = ((178, 190, 186), (120, 132, 130))
FONTS = Path(__file__).parents[2] / "assets" / "fonts"


def painted(name: str, theme: Theme, text_scale: float, typeface: Typeface) -> Image.Image:
    """Returns one screen over a plain background."""
    tree = Tree()
    tree.show(SAMPLES[name]())
    surface = Surface(WIDTH, HEIGHT, Metrics(typeface, text_scale=text_scale), theme)
    paintings = Painter().paint(surface, tree)
    image = _background()
    image.alpha_composite(composed(surface, paintings, tree))
    return image.convert("RGB")


def main() -> None:
    """Paints the gallery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="names that start so")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    typeface = found_in(FONTS)
    for name in SAMPLES:
        if not name.startswith(options.only):
            continue
        for theme in (CALM, HIGH_CONTRAST):
            for percent in (100, 200):
                file = f"{name}-{theme.name.replace(' ', '-')}-{percent}.png"
                painted(name, theme, percent / 100, typeface).save(options.out / file)


def _background() -> Image.Image:
    top, bottom = BACKGROUND
    strip = Image.new("RGBA", (1, 2))
    strip.putdata([(*top, 255), (*bottom, 255)])
    return strip.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)


if __name__ == "__main__":
    main()
