"""A signal on a monitor: newest samples overwrite the oldest behind a moving gap.

Rules:
* The place of a sample follows from the device's own time, so loss leaves a hole of the right width
  and late blocks still land where they belong.
* A hole or an overlap of at most two samples is no loss but the rounding or drift between a
  device's sample clock and its time stamps; it is bridged, and no longer hole ever is.
* Where nothing has come, there is NaN: a gap is drawn as a gap, and nothing is held or guessed.
"""

import math
from typing import Final

import numpy as np

from world.geometry import FloatArray
from world.vitals.waveform import WaveformBlock, values

BRIDGED_SAMPLES: Final = 2


class Sweep:
    """The last seconds of one signal of one device.

    Args:
      rate_hz: of the signal; blocks of another rate are refused.
      span_s: what the screen holds.
      erased_s: width of the moving gap, at least.
    """

    def __init__(self, rate_hz: int, span_s: float = 10.0, erased_s: float = 0.3) -> None:
        self.rate_hz = rate_hz
        self.size = round(span_s * rate_hz)
        self._erased = round(erased_s * rate_hz)
        # Two seconds more than the screen: samples that came and are not played yet.
        self._ring = np.full(self.size + 2 * rate_hz, np.nan)
        self._origin_s = 0.0
        self._end = 0  # index after the newest sample; 0 while empty

    def add(self, block: WaveformBlock) -> None:
        """Puts a block in its place; what is older than the screen holds is dropped.

        Raises:
          ValueError: if the block has another rate, or half a sample.
        """
        if block.rate_hz != self.rate_hz:
            raise ValueError(f"expected {self.rate_hz} Hz, got {block.rate_hz} Hz")
        samples = values(block)
        start = round((block.start_s - self._origin_s) * self.rate_hz)
        if self._end == 0 or abs(start - self._end) > len(self._ring):
            self._restart(block.start_s)
            start = 0
        self._open(start, samples)
        kept = np.arange(max(start, self._end - len(self._ring), 0), start + len(samples))
        self._ring[kept % len(self._ring)] = samples[len(samples) - len(kept) :]

    def index(self, play_s: float) -> int:
        """Returns where on the screen the newest sample is at the device's time `play_s`."""
        return self._played(play_s) % self.size

    def screen(self, play_s: float) -> FloatArray:
        """Returns (size,) samples from the screen's left to its right, NaN where nothing is.

        Args:
          play_s: the device's time that is played now; see `playback.py`.
        """
        shown = np.full(self.size, np.nan)
        last = self._played(play_s)
        first = max(last + 1 - self.size + self._erased, self._end - len(self._ring), 0)
        at = np.arange(first, min(last + 1, self._end))
        shown[at % self.size] = self._ring[at % len(self._ring)]
        return shown

    def _played(self, play_s: float) -> int:
        # A thousandth of a sample, for times that are not exact in binary.
        return math.floor((play_s - self._origin_s) * self.rate_hz + 1e-3)

    def _restart(self, origin_s: float) -> None:
        self._origin_s, self._end = origin_s, 0
        self._ring[:] = np.nan

    def _open(self, start: int, samples: FloatArray) -> None:
        """Makes room up to the block's end, and bridges a hole that is none."""
        end = start + len(samples)
        if end <= self._end:
            return
        hole = np.arange(self._end, start)
        before = self._ring[(self._end - 1) % len(self._ring)]
        self._ring[np.arange(max(self._end, end - len(self._ring)), end) % len(self._ring)] = np.nan
        if 0 < len(hole) <= BRIDGED_SAMPLES:
            parts = np.arange(1, len(hole) + 1) / (len(hole) + 1)
            self._ring[hole % len(self._ring)] = before + parts * (samples[0] - before)
        self._end = end
