"""A recording of some heartbeats made endless, without a false beat where its end meets its start.

The seam: the cut lies at the same time after the last beat as after the first one, in the rest
after the T wave, where the two sides are most alike; so the interval across the seam is the one
that followed the first beat. The level that the baseline gained in between is taken off evenly over
the loop. The beats are the recording's own; their order in the next round is not a person's.
"""

import numpy as np

from world.geometry import FloatArray
from world.vitals.qrs import QrsDetector

_COMPARED_S = 0.05
# After the T wave's end and before the next P wave, as parts of the first RR interval.
_EARLIEST, _LATEST = 0.42, 0.75


def beat_loop(microvolts: FloatArray, rate_hz: int) -> FloatArray:
    """Returns the (m,) part of the (n,) samples that can be repeated.

    Raises:
      ValueError: with fewer than three beats, or when the recording ends too soon after the last.
    """
    beats = [b.sample for b in QrsDetector(rate_hz).feed((microvolts / 1000.0).tolist())]
    if len(beats) < 3:
        raise ValueError(f"a loop needs at least 3 beats, the recording has {len(beats)}")
    first, last, interval = beats[0], beats[-1], beats[1] - beats[0]
    half = round(_COMPARED_S * rate_hz)
    latest = min(round(_LATEST * interval), len(microvolts) - last - half)
    offsets = range(round(_EARLIEST * interval), latest)
    if len(offsets) == 0:
        raise ValueError("the recording ends before the last beat's T wave is over")

    def around(sample: int) -> FloatArray:
        return microvolts[sample - half : sample + half]

    def unlikeness(offset: int) -> float:
        return float(np.std(around(last + offset) - around(first + offset)))

    offset = min(offsets, key=unlikeness)
    start, end = first + offset, last + offset
    gained = float(np.mean(around(end) - around(start)))
    return microvolts[start:end] - gained * np.arange(end - start) / (end - start)
