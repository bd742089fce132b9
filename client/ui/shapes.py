"""Rounded rectangles with smooth edges, painted into Pillow pictures."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from client.ui.pixels import Color, Rect


def fill(image: Image.Image, rect: Rect, radius: int, color: Color) -> None:
    """Paints a rounded rectangle: masks only where its corners are."""
    radius = min(radius, rect.width // 2, rect.height // 2)
    if rect.width <= 0 or rect.height <= 0:
        return
    middle = rect._replace(y=rect.y + radius, height=rect.height - 2 * radius)
    image.paste((*color, 255), middle.corners)
    if radius > 0:
        mask = rounded_mask(rect.width, 2 * radius, radius)
        _paste_ends(image, rect, radius, color, mask)


def outline(image: Image.Image, rect: Rect, radius: int, thickness: int, color: Color) -> None:
    """Paints the edge of a rounded rectangle, `thickness` pixels inwards."""
    if rect.width <= 2 * thickness or rect.height <= 2 * thickness:
        fill(image, rect, radius, color)
        return
    end = max(thickness, min(radius, rect.width // 2, rect.height // 2))
    if 2 * end > rect.height:
        end = rect.height // 2
    side = Rect(rect.x, rect.y + end, thickness, rect.height - 2 * end)
    image.paste((*color, 255), side.corners)
    image.paste((*color, 255), side.moved(rect.width - thickness, 0).corners)
    mask = _outline_mask(rect.width, 2 * end, radius, thickness)
    _paste_ends(image, rect, end, color, mask)


def _paste_ends(image: Image.Image, rect: Rect, end: int, color: Color, mask: Image.Image) -> None:
    """Paints the upper and the lower half of a mask at the ends of a rectangle."""
    top = rect._replace(height=end)
    bottom = top.moved(0, rect.height - end)
    image.paste((*color, 255), top.corners, mask.crop((0, 0, rect.width, end)))
    image.paste((*color, 255), bottom.corners, mask.crop((0, end, rect.width, 2 * end)))


@lru_cache(maxsize=96)
def rounded_mask(width: int, height: int, radius: int) -> Image.Image:
    """Returns how much of each pixel a rounded rectangle covers, 0 to 255."""
    radius = min(radius, width // 2, height // 2)
    mask = np.full((height, width), 255, np.uint8)
    if radius > 0:
        middles = radius - (np.arange(radius) + 0.5)
        distance = np.hypot(middles[:, None], middles[None, :])
        corner = (np.clip(radius + 0.5 - distance, 0.0, 1.0) * 255.0).astype(np.uint8)
        mask[:radius, :radius] = corner
        mask[:radius, -radius:] = corner[:, ::-1]
        mask[-radius:, :radius] = corner[::-1]
        mask[-radius:, -radius:] = corner[::-1, ::-1]
    return Image.fromarray(mask)


@lru_cache(maxsize=96)
def _outline_mask(width: int, height: int, radius: int, thickness: int) -> Image.Image:
    outer = np.array(rounded_mask(width, height, radius))
    inner_width, inner_height = width - 2 * thickness, height - 2 * thickness
    if inner_width > 0 and inner_height > 0:
        inner = rounded_mask(inner_width, inner_height, max(0, radius - thickness))
        hole = outer[thickness : height - thickness, thickness : width - thickness]
        hole -= np.minimum(hole, np.asarray(inner))
    return Image.fromarray(outer)


@lru_cache(maxsize=16)
def shadow(width: int, height: int, radius: int, reach: int) -> Image.Image:
    """Returns a soft dark shape to lay under a panel, `reach` pixels larger on every side."""
    x = _distance_outside(width, radius, reach)
    y = _distance_outside(height, radius, reach)
    away = np.hypot(x[None, :], y[:, None]) - radius
    strength = np.clip(1.0 - away / reach, 0.0, 1.0) ** 2
    pixels = np.zeros((*strength.shape, 4), np.uint8)
    pixels[..., 3] = (strength * 70.0).astype(np.uint8)
    return Image.fromarray(pixels)


def _distance_outside(length: int, radius: int, reach: int) -> NDArray[np.float64]:
    """Returns how far each pixel is from the straight part of a side."""
    places = np.arange(-reach, length + reach, dtype=np.float64) + 0.5
    outside = np.maximum(radius - places, places - (length - radius))
    clipped: NDArray[np.float64] = np.maximum(0.0, outside)
    return clipped
