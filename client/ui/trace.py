"""A signal as it stands on the screen now: samples from the left edge to the right.

Where there is no sample there is NaN, which is painted as a gap: nothing is interpolated across it.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Paper speed and gain of the standard ECG; source: Kligfield et al., "Recommendations for the
# Standardization and Interpretation of the Electrocardiogram, Part I", Circulation 115 (2007).
PAPER_MM_PER_S = 25.0
PAPER_MM_PER_MV = 10.0


class Trace:
    """One screen of a signal, compared by identity: what moved on is a new one.

    Args:
      samples: (n,) from left to right, in mV, NaN where there is none.
      span_s: time from the left edge to the right, above 0.
    """

    __slots__ = ("samples", "span_s")

    def __init__(self, samples: FloatArray, span_s: float) -> None:
        if samples.ndim != 1 or len(samples) == 0 or not span_s > 0.0:
            raise ValueError(f"got samples of shape {samples.shape} and {span_s=}")
        self.samples = samples
        self.span_s = span_s

    def columns(self, width: int) -> tuple[FloatArray, FloatArray]:
        """Returns the lowest and highest value in each of (width,) columns; NaN where empty."""
        return columns(self.samples, width)


def columns(samples: FloatArray, width: int) -> tuple[FloatArray, FloatArray]:
    """Returns the lowest and highest sample of each column, joined to the column before.

    Args:
      samples: (n,) values from left to right, NaN where there is none.
      width: number of columns.

    Returns:
      Two (width,) arrays; NaN where a column has no sample.
    """
    if len(samples) < width:
        places = np.linspace(0.0, len(samples) - 1.0, width)
        samples = np.interp(places, np.arange(len(samples)), samples)
    starts = np.arange(width) * len(samples) // width
    low = np.fmin.reduceat(samples, starts)
    high = np.fmax.reduceat(samples, starts)
    before = samples[starts[1:] - 1]
    joined = ~np.isnan(before) & ~np.isnan(samples[starts[1:]])
    low[1:] = np.where(joined, np.fmin(low[1:], before), low[1:])
    high[1:] = np.where(joined, np.fmax(high[1:], before), high[1:])
    return low, high
