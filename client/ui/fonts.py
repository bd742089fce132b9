"""Typefaces: how wide a text is and which font draws it.

The regular and bold fonts come from files; without them Pillow's own font is taken, which knows
western European letters only. Further files are tried for letters that the first lacks.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from pathlib import Path

from PIL import ImageFont

MISSING_LETTER = "\U0010ffff"
SHAPING = frozenset(
    "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd"
)
"""The joiners, and Prepended_Concatenation_Mark (Unicode Character Database, PropList.txt)."""
Font = ImageFont.FreeTypeFont


class Typeface:
    """Fonts of one look in every size.

    Args:
      regular: font file; None for Pillow's own.
      bold: font file for names and headings; None for the regular one.
      fallbacks: font files for letters that those lack, in order.
    """

    def __init__(
        self,
        regular: Path | None = None,
        bold: Path | None = None,
        fallbacks: Sequence[Path] = (),
    ) -> None:
        self._regular: tuple[Path | None, ...] = (regular, *fallbacks)
        self._bold: tuple[Path | None, ...] = (bold or regular, *fallbacks)

    def font(self, text: str, size_px: int, *, is_bold: bool) -> Font:
        """Returns the first font that has every letter of the text, else the first of all."""
        files = self._bold if is_bold else self._regular
        fonts = (_loaded(file, size_px) for file in files)
        if len(files) == 1 or text.isascii():
            return next(fonts)
        return next((one for one in fonts if _covers(one, text)), _loaded(files[0], size_px))

    def width(self, text: str, size_px: int, *, is_bold: bool) -> int:
        """Returns the width of a line in pixels, rounded up."""
        text = drawable(text)
        return _width(self.font(text, size_px, is_bold=is_bold), text)


def drawable(text: str) -> str:
    """Returns the text as it is drawn, whoever wrote it.

    What ends a line or is no letter, which shaping refuses, becomes a space. What is not seen, or
    turns the writing direction, is left out; but joiners stay, which shape the letters of some
    scripts, and so do the signs that stand over numbers.
    """
    if text.isprintable():
        return text
    seen = (letter for letter in text if not _is_unseen(letter))
    return "".join(" " if _is_refused(letter) else letter for letter in seen)


def found_in(folder: Path) -> Typeface:
    """Returns the typeface from a folder of .ttf files, told by "bold" in their names."""
    files = sorted(folder.glob("*.ttf")) if folder.is_dir() else []
    upright = [file for file in files if "italic" not in file.name.lower()]
    bold = [file for file in upright if "bold" in file.name.lower() or "700" in file.name]
    regular = [file for file in upright if file not in bold]
    return Typeface(regular[0] if regular else None, bold[0] if bold else None, tuple(regular[1:]))


@lru_cache(maxsize=128)
def _loaded(file: Path | None, size_px: int) -> Font:
    if file is not None:
        return ImageFont.truetype(str(file), size_px)
    font = ImageFont.load_default(size_px)
    if not isinstance(font, Font):
        raise TypeError("Pillow was built without FreeType, which draws all text")
    return font


@lru_cache(maxsize=4096)
def _width(font: Font, text: str) -> int:
    return ceil(font.getlength(text))


def _is_refused(letter: str) -> bool:
    is_separator = unicodedata.bidirectional(letter) == "B"
    return is_separator or unicodedata.category(letter) in ("Cc", "Cs")


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" and letter not in SHAPING


def _covers(font: Font, text: str) -> bool:
    return all(_has_letter(font, letter) for letter in set(text) if not letter.isspace())


@lru_cache(maxsize=4096)
def _has_letter(font: Font, letter: str) -> bool:
    """Returns whether a letter is drawn differently from one that no font has."""
    return bytes(font.getmask(letter)) != bytes(font.getmask(MISSING_LETTER))
