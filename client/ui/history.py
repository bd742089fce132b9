"""A value over the last minutes: when it was measured and what it was, with an axis in even steps.

Where nothing was measured for a while there is a gap: no line is drawn across it.
"""

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class History:
    """The course of one value, compared by identity: what went on is a new one.

    Args:
      ages_s: (n,) how long ago each value was measured, oldest first.
      values: (n,) in the value's own unit.
      span_s: time from the left edge to now, above 0.
      gap_s: values further apart than this are not joined.
      usual: the axis reaches at least from the one to the other.
      step: the axis begins and ends on a multiple of this, above 0.
    """

    __slots__ = ("ages_s", "gap_s", "high", "low", "span_s", "step", "values")

    def __init__(  # noqa: PLR0913, PLR0917 -- a curve and its axis
        self,
        ages_s: FloatArray,
        values: FloatArray,
        span_s: float,
        gap_s: float,
        usual: tuple[float, float],
        step: float,
    ) -> None:
        if ages_s.shape != values.shape or ages_s.ndim != 1:
            raise ValueError(f"got {ages_s.shape} ages of {values.shape} values")
        if not (span_s > 0.0 and step > 0.0):
            raise ValueError(f"got {span_s=} and {step=}")
        self.ages_s, self.values, self.span_s, self.gap_s = ages_s, values, span_s, gap_s
        self.step = step
        shown = values[ages_s <= span_s]
        self.low = step * math.floor(min([usual[0], *shown.tolist()]) / step)
        self.high = step * math.ceil(max([usual[1], *shown.tolist()]) / step)

    def columns(self, width: int) -> FloatArray:
        """Returns the value in each of (width,) columns from the left; NaN where none was."""
        column_s = self.span_s / max(1, width)
        ages_s = self.span_s - (np.arange(width) + 0.5) * column_s
        if not len(self.values):
            return np.full(width, np.nan)
        # np.interp wants rising places: time runs the other way round than age.
        found = np.interp(-ages_s, -self.ages_s, self.values, left=np.nan, right=np.nan)
        after = np.searchsorted(-self.ages_s, -ages_s)
        inside = (after > 0) & (after < len(self.ages_s))
        between = np.zeros(width)
        between[inside] = self.ages_s[after[inside] - 1] - self.ages_s[after[inside]]
        nearest = np.abs(self.ages_s[:, None] - ages_s).min(axis=0)
        return np.where((between > self.gap_s) & (nearest > column_s), np.nan, found)
