"""Speech made a little shorter or longer without a change of pitch: one period cut or repeated.

Source: the waveform-similarity overlap-add principle, W. Verhelst and M. Roelands, "An
overlap-add technique based on waveform similarity (WSOLA)", ICASSP 1993.
"""

from typing import NamedTuple

import numpy as np

from client.voice.opus import Samples

LEAST_LAG, MOST_LAG = 120, 600
"""2.5 to 12.5 ms: the periods of voices from 80 to 400 Hz."""

FADE_SAMPLES = 240
_COARSE = 6
_RISING = np.linspace(0, 1, FADE_SAMPLES, dtype=np.float32)


class Period(NamedTuple):
    """How a frame repeats itself: lag in samples, correlation -1 to 1, and its loudness."""

    lag: int
    correlation: float
    rms: float


def find_period(frame: Samples) -> Period:
    """Returns the best period of a frame.

    Searched at 8 kHz, then refined at 48 kHz.

    Args:
      frame: (960,).
    """
    fine = frame.astype(np.float32)
    coarse = fine.reshape(-1, _COARSE).mean(axis=1)
    window, first, last = FADE_SAMPLES // _COARSE, LEAST_LAG // _COARSE, MOST_LAG // _COARSE
    products = np.correlate(coarse[first : last + window], coarse[:window])
    energy = np.concatenate(([0.0], np.cumsum(coarse * coarse, dtype=np.float64)))
    shifted = energy[first + window : first + window + products.size]
    shifted = shifted - energy[first : first + products.size]
    norms = np.sqrt((energy[window] + 1) * (shifted + 1))
    best = int((products / norms).argmax())
    near = (first + best) * _COARSE
    low, high = max(LEAST_LAG, near - _COARSE + 1), min(MOST_LAG, near + _COARSE - 1)
    refined = np.correlate(fine[low : high + FADE_SAMPLES], fine[:FADE_SAMPLES])
    return Period(
        low + int(refined.argmax()),
        float(products[best] / norms[best]),
        float(np.sqrt(energy[-1] / coarse.size)),
    )


def shorten(frame: Samples, lag: int) -> Samples:
    """Returns the frame with one period of `lag` samples cut out: (960,) to (960 - lag,)."""
    x = frame.astype(np.float32)
    faded = x[:FADE_SAMPLES] * (1 - _RISING) + x[lag : lag + FADE_SAMPLES] * _RISING
    return np.concatenate((faded, x[lag + FADE_SAMPLES :])).astype(np.int16)


def lengthen(frame: Samples, lag: int) -> Samples:
    """Returns the frame with one period of `lag` samples repeated: (960,) to (960 + lag,)."""
    x = frame.astype(np.float32)
    faded = x[lag : lag + FADE_SAMPLES] * (1 - _RISING) + x[:FADE_SAMPLES] * _RISING
    return np.concatenate((x[:lag], faded, x[FADE_SAMPLES:])).astype(np.int16)
