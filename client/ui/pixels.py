"""Pictures and places in them: whole pixels, x right, y down, from the top left corner."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Color: TypeAlias = tuple[int, int, int]


class Rect(NamedTuple):
    """A rectangle; right and bottom are the first pixels outside."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Returns the first column outside."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Returns the first line outside."""
        return self.y + self.height

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """Returns left, top, right and bottom."""
        return self.x, self.y, self.right, self.bottom

    def moved(self, right: int, down: int) -> Rect:
        """Returns the rectangle at another place."""
        return Rect(self.x + right, self.y + down, self.width, self.height)

    def grown(self, by: int) -> Rect:
        """Returns the rectangle with `by` more on every side, less where negative."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def holds(self, x: float, y: float) -> bool:
        """Returns whether a point is inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def contains(self, other: Rect) -> bool:
        """Returns whether the whole other rectangle is inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def overlaps(self, other: Rect) -> bool:
        """Returns whether the two share a pixel."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )


class Picture:
    """Pixels to show, compared by identity: a changed picture is a new one.

    Args:
      pixels: (height, width, 4) red, green, blue, alpha.
    """

    __slots__ = ("pixels",)

    def __init__(self, pixels: Pixels) -> None:
        if pixels.ndim != 3 or pixels.shape[2] != 4:
            raise ValueError(f"got pixels of shape {pixels.shape}, expected (height, width, 4)")
        self.pixels = pixels
