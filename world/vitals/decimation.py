"""From 1000 to 250 samples a second, without folding fast noise into the heart's band.

The filter: 45 taps, linear phase, sinc with its -6 dB point at 82.5 Hz under a Kaiser window of
beta 5.65 (Kaiser 1974: 60 dB). Flat within 0.03 dB to 40 Hz, the monitoring bandwidth of
IEC 60601-2-27; at least 60 dB down from 125 Hz on, where folding begins. It delays by 22 ms, which
the caller takes off the time stamps. Whole-number taps and counts make the result exact, hence the
same however the samples are cut into pieces.
"""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from world.vitals.waveform import MISSING, CountArray

FACTOR: Final = 4
TAPS: Final = 45
DELAY_SAMPLES: Final = (TAPS - 1) // 2  # of the fast signal
_UNIT: Final = 2**18

WholeArray: TypeAlias = npt.NDArray[np.int64]


def taps() -> WholeArray:
    """Returns (45,) filter taps, in units of 2**-18, with a sum of exactly 1."""
    places = np.arange(TAPS) - DELAY_SAMPLES
    cutoff = 2 * 82.5 / 1000
    shape = np.sinc(cutoff * places) * np.kaiser(TAPS, 5.65)
    whole: WholeArray = np.floor(shape / shape.sum() * _UNIT + 0.5).astype(np.int64)
    whole[DELAY_SAMPLES] += _UNIT - whole.sum()
    return whole


class Decimator:
    """Feed counts at 1000 Hz, get counts at 250 Hz.

    The k-th sample out belongs to the time of fast sample 4 k + DELAY_SAMPLES, counted from the
    start or the last reset. A missing sample makes those missing that would need it.
    """

    def __init__(self) -> None:
        self._taps = taps()
        self._waiting = np.zeros(0, dtype=np.int64)

    def reset(self) -> None:
        """Forgets the past; the next sample is number 0."""
        self._waiting = np.zeros(0, dtype=np.int64)

    def feed(self, counts: CountArray) -> CountArray:
        """Returns the (m,) slow samples that (n,) more fast ones settle."""
        joined = np.concatenate([self._waiting, counts.astype(np.int64)])
        ready = max(0, (len(joined) - TAPS) // FACTOR + 1)
        self._waiting = joined[ready * FACTOR :]
        if ready == 0:
            return np.zeros(0, dtype=np.int16)
        windows = np.lib.stride_tricks.sliding_window_view(joined, TAPS)[::FACTOR][:ready]
        sums: WholeArray = windows @ self._taps
        slow = np.clip((sums + _UNIT // 2) // _UNIT, MISSING + 1, -MISSING - 1)
        slow[(windows == MISSING).any(axis=1)] = MISSING
        return slow.astype(np.int16)
