"""Paints the course of a value: an axis in even steps, and the curve up to now."""

import numpy as np
from PIL import Image

from client.ui.history import FloatArray, History
from client.ui.pixels import Rect
from client.ui.theme import Palette
from client.ui.vocabulary import Fill
from client.ui.waveform import covered, curve_px, lay
from client.ui.widgets import Trend

ROOM_SHARE = 0.06
"""Of the height, left free above and below the axis' ends, so that a curve there is seen."""


def paint(image: Image.Image, rect: Rect, trend: Trend, palette: Palette, scale: float) -> None:
    """Paints the curve into a rectangle of the picture; `scale` is pixels per dp."""
    if rect.width < 2 or rect.height < 2:
        return
    history = trend.history
    pixels = np.empty((rect.height, rect.width, 4), np.uint8)
    pixels[:] = (*palette.fills[Fill.INSET], 255)
    steps = np.arange(history.low, history.high + history.step / 2, history.step)
    pixels[line_of(history, steps, rect.height).astype(int), :, :3] = palette.grid_major
    values = history.columns(rect.width)
    before = np.concatenate([values[:1], values[:-1]])
    before = np.where(np.isnan(before), values, before)
    high = line_of(history, np.fmax(values, before), rect.height)
    low = line_of(history, np.fmin(values, before), rect.height)
    lay(pixels, covered(high, low, rect.height, curve_px(scale)), palette.tones[trend.tone])
    image.paste(Image.fromarray(pixels), rect.corners)


def line_of(history: History, values: FloatArray, height: int) -> FloatArray:
    """Returns at which lines from the top (n,) values lie."""
    share = (history.high - values) / (history.high - history.low)
    room = ROOM_SHARE * height
    return np.asarray(room + share * (height - 2 * room))
