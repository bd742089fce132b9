"""A signal as a patient monitor sweeps it: new samples from left to right, old ones erased.

What never arrived is NaN and stays a gap; nothing is interpolated across it.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Paper speed and gain of the standard ECG; source: Kligfield et al., "Recommendations for the
# Standardization and Interpretation of the Electrocardiogram, Part I", Circulation 115 (2007).
PAPER_MM_PER_S = 25.0
PAPER_MM_PER_MV = 10.0


class SweepTrace:
    """The samples of one sweep over the screen.

    Args:
      sample_hz: samples per second, above 0.
      sweep_s: time that fits the screen.
      erase_s: how far ahead of the newest sample the old sweep is erased.
    """

    def __init__(self, sample_hz: float, sweep_s: float, erase_s: float = 0.25) -> None:
        if not 0.0 <= erase_s < sweep_s or sample_hz <= 0.0:
            raise ValueError(f"got {sample_hz=}, {sweep_s=}, {erase_s=}")
        self.sample_hz = sample_hz
        self.sweep_s = sweep_s
        self.revision = 0
        self._samples: FloatArray = np.full(round(sample_hz * sweep_s), np.nan)
        self._erased = round(sample_hz * erase_s)
        self._head = 0

    @property
    def samples(self) -> FloatArray:
        """Returns the (n,) samples from the left edge to the right, NaN where there is none."""
        return self._samples

    @property
    def head_fraction(self) -> float:
        """Returns where the next sample is drawn, 0 at the left edge and 1 at the right."""
        return self._head % len(self._samples) / len(self._samples)

    def put(self, first_index: int, values: FloatArray) -> None:
        """Draws samples, numbered from the start of the signal.

        Skipped numbers stay a gap; late samples fill theirs while it is on the screen.
        """
        last = first_index + len(values)
        self.sweep_to(last)
        oldest = self._head + self._erased - len(self._samples)
        kept = values[max(0, oldest - first_index) :]
        places = np.arange(last - len(kept), last) % len(self._samples)
        self._samples[places] = kept
        self.revision += 1

    def sweep_to(self, index: int) -> None:
        """Moves the erase bar so that `index` is next: what is passed without samples is empty."""
        if index <= self._head:
            return
        first = max(self._head, index - len(self._samples))
        places = np.arange(first, index + self._erased) % len(self._samples)
        self._samples[places] = np.nan
        self._head = index
        self.revision += 1

    def columns(self, width: int) -> tuple[FloatArray, FloatArray]:
        """Returns the lowest and highest value in each of (width,) columns; NaN where empty."""
        return columns(self._samples, width)


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
