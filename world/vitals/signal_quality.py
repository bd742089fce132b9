"""Whether the last second of an ECG can be believed.

Rules, each on the last four quarter seconds:
* GAP: more than 2 % of the samples are missing.
* FLAT: three of four quarters move less than 3 microvolt, or the signal has not changed at all for
  60 ms just now: an electrode is off, or the source is frozen. A simulator must add some noise.
* CLIPPED: more than 4 % of the samples stand still for over 60 ms, at the input's limit.
* NOISY: between the beats the QRS band does not come to rest (in three of four quarters its
  smallest level is above a fifth of a beat's), or what is above 40 Hz exceeds 0.05 mV rms and 0.3
  of a beat's envelope, or the signal spans more than 12 mV.
The limits are this project's own, set on spoilt recordings. Ventricular fibrillation also reads as
NOISY: bad quality must never silence an alarm.
"""

import math
from collections import deque
from dataclasses import dataclass

from world.vitals.biquad import Biquad
from world.vitals.observation import Quality

FLAT_MV = 0.003
SPAN_MV = 12.0


@dataclass(slots=True)
class _Quarter:
    """What a quarter of a second held."""

    lowest_mv: float = math.inf
    highest_mv: float = -math.inf
    lowest_level: float = math.inf
    fast_energy: float = 0.0
    frozen: int = 0
    missing: int = 0
    count: int = 0


class SignalQuality:
    """Feed every sample; ask at any time."""

    def __init__(self, rate_hz: float) -> None:
        self._fast = Biquad("high", min(40.0, 0.4 * rate_hz), rate_hz)
        self._per_quarter = max(1, round(0.25 * rate_hz))
        self._frozen_after = max(1, round(0.06 * rate_hz))
        self._quarters: deque[_Quarter] = deque([_Quarter()], maxlen=4)
        self._before_mv = 0.0
        self._same = 0

    @property
    def has_signal(self) -> bool:
        """Returns whether something changed within the last 60 ms."""
        return self._same <= self._frozen_after

    def fill(self, millivolts: float) -> float:
        """Takes in the next sample, NaN for none; returns it, or the one before in its place."""
        quarter = self._quarters[-1]
        if quarter.count == self._per_quarter:
            quarter = _Quarter()
            self._quarters.append(quarter)
        quarter.count += 1
        if not math.isfinite(millivolts):
            quarter.missing += 1
            millivolts = self._before_mv
        self._same = self._same + 1 if millivolts == self._before_mv else 0
        self._before_mv = millivolts
        if self._same > self._frozen_after:
            quarter.frozen += 1
        quarter.lowest_mv = min(quarter.lowest_mv, millivolts)
        quarter.highest_mv = max(quarter.highest_mv, millivolts)
        fast = self._fast.step(millivolts)
        quarter.fast_energy += fast * fast
        return millivolts

    def rest(self, level: float) -> None:
        """Takes in the QRS envelope at the sample that was filled last."""
        self._quarters[-1].lowest_level = min(self._quarters[-1].lowest_level, level)

    def bits(self, beat_level: float) -> Quality:
        """Returns what is wrong with the last second.

        Args:
          beat_level: the envelope's usual peak in a beat; 0 while it is not known.
        """
        quarters = self._quarters
        count = sum(q.count for q in quarters)
        bits = Quality.GOOD
        if count == 0 or sum(q.missing for q in quarters) > 0.02 * count:
            bits |= Quality.GAP
        if not self.has_signal or self._still_quarters() >= 3:
            bits |= Quality.FLAT
        elif sum(q.frozen for q in quarters) > 0.04 * count:
            bits |= Quality.CLIPPED
        if beat_level > 0 and self._is_noisy(beat_level):
            bits |= Quality.NOISY
        return bits

    def _still_quarters(self) -> int:
        return sum(q.highest_mv - q.lowest_mv < FLAT_MV for q in self._quarters)

    def _is_noisy(self, beat_level: float) -> bool:
        quarters = self._quarters
        if len(quarters) < 4:
            return False
        span_mv = max(q.highest_mv for q in quarters) - min(q.lowest_mv for q in quarters)
        resting = sorted(q.lowest_level for q in quarters)[2]
        # The second quietest quarter leaves the QRS itself out.
        fast_mv = math.sqrt(sorted(q.fast_energy / max(q.count, 1) for q in quarters)[1])
        return (
            resting > 0.20 * beat_level
            or fast_mv > max(0.05, 0.3 * beat_level)
            or span_mv > SPAN_MV
        )
