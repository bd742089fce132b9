"""Paints a sweeping trace: grid and curve, in whole arrays at once.

The curve of each column reaches from its lowest to its highest sample; how much of a pixel that
covers is its strength. Scale is the paper's: 25 mm/s across and 10 mm/mV up.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from client.ui.pixels import Color, Pixels, Rect
from client.ui.theme import Palette
from client.ui.trace import PAPER_MM_PER_MV, PAPER_MM_PER_S, Trace
from client.ui.vocabulary import Fill, Tone
from client.ui.widgets import Waveform

# Where 0 mV runs, from the top: an ECG reaches higher above its baseline than below.
BASELINE = 0.6
CURVE_DP, LEAST_CURVE_PX = 2.0, 1.9
SMALL_SQUARE_MM = 1.0
LARGE_SQUARE_MM = 5.0
# Below this many pixels small squares only make the ground grey.
LEAST_SMALL_SQUARE_PX = 4.0


def paint(
    image: Image.Image, rect: Rect, wave: Waveform, palette: Palette, scale: float = 1.0
) -> None:
    """Paints the trace into a rectangle of the picture; `scale` is pixels per dp."""
    if rect.width < 2 or rect.height < 2:
        return
    per_mm = pixels_per_mm(wave.trace, rect.width)
    ground = palette.fills[Fill.INSET]
    grid = (palette.grid_minor, palette.grid_major) if wave.has_grid else (ground, ground)
    pixels = _paper(rect.width, rect.height, per_mm, (ground, *grid)).copy()
    if wave.has_grid:
        _mark_millivolt(pixels, per_mm, palette.tones[Tone.MUTED])
    cover = coverage(wave.trace, rect.width, rect.height, curve_px(scale))
    lay(pixels, cover, palette.tones[wave.tone])
    image.paste(Image.fromarray(pixels), rect.corners)


def lay(pixels: Pixels, cover: NDArray[np.float32], color: Color) -> None:
    """Paints a color over (h, w, 4) pixels where a curve covers them, into the pixels given."""
    lines, columns = np.nonzero(cover)
    strength = cover[lines, columns, None]
    under = pixels[lines, columns, :3]
    pixels[lines, columns, :3] = under + (np.array(color, np.float32) - under) * strength


def pixels_per_mm(trace: Trace, width: int) -> float:
    """Returns how many pixels one millimeter of paper is, both across and up."""
    return width / (trace.span_s * PAPER_MM_PER_S)


def curve_px(scale: float) -> float:
    """Returns how thick a curve is."""
    return max(LEAST_CURVE_PX, CURVE_DP * scale)


def coverage(
    trace: Trace, width: int, height: int, thick_px: float = LEAST_CURVE_PX
) -> NDArray[np.float32]:
    """Returns the (height, width) share of each pixel that the curve covers, 0 to 1."""
    low, high = trace.columns(width)
    per_mv = pixels_per_mm(trace, width) * PAPER_MM_PER_MV
    zero = BASELINE * height
    return covered(zero - high * per_mv, zero - low * per_mv, height, thick_px)


def covered(
    top_px: NDArray[np.float64], bottom_px: NDArray[np.float64], height: int, thick_px: float
) -> NDArray[np.float32]:
    """Returns the (height, n) share of each pixel that a curve covers, 0 to 1.

    Args:
      top_px: (n,) highest line of the curve's middle in each column, from the picture's top; NaN
        where there is no curve.
      bottom_px: (n,) the lowest.
      height: of the picture.
      thick_px: how thick the curve is.
    """
    top = (top_px - thick_px / 2).astype(np.float32)
    bottom = (bottom_px + thick_px / 2).astype(np.float32)
    # A column without samples is above the picture, so it covers nothing.
    top = np.where(np.isnan(top), np.float32(-2.0), top)
    bottom = np.where(np.isnan(bottom), np.float32(-1.0), bottom)
    lines = np.arange(height, dtype=np.float32)[:, None]
    share: NDArray[np.float32] = np.clip(
        np.minimum(bottom, lines + 1.0) - np.maximum(top, lines), 0.0, 1.0
    )
    return share


@lru_cache(maxsize=8)
def _paper(width: int, height: int, per_mm: float, colors: tuple[Color, Color, Color]) -> Pixels:
    """Returns the ground with its squares, a large one starting at the baseline."""
    ground, small, large = colors
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = (*ground, 255)
    baseline = BASELINE * height
    for square_mm, color in ((SMALL_SQUARE_MM, small), (LARGE_SQUARE_MM, large)):
        step = square_mm * per_mm
        if step < LEAST_SMALL_SQUARE_PX:
            continue
        columns = np.arange(0.0, width, step).astype(int)
        lines = np.arange(baseline % step, height, step).astype(int)
        pixels[:, columns[columns < width], :3] = color
        pixels[lines[lines < height], :, :3] = color
    return pixels


def _mark_millivolt(pixels: Pixels, per_mm: float, color: Color) -> None:
    """Paints the bar at the left edge that is 1 mV high, as monitors show their scale."""
    height, left, thick = pixels.shape[0], round(2 * per_mm), max(2, round(0.35 * per_mm))
    top = round(BASELINE * height - PAPER_MM_PER_MV * per_mm)
    bottom, foot = round(BASELINE * height), round(1.5 * per_mm)
    if top < 0:
        return
    pixels[top:bottom, left : left + thick, :3] = color
    for line in (top, bottom - thick):
        pixels[line : line + thick, left : left + foot, :3] = color
