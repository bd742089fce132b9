"""The heart rate, read from an ECG as it comes.

Rules:
* The rate is 60 over the mean of the last eight RR intervals without the shortest and the longest;
  it needs three intervals. One beat missed or found too much therefore moves it little, and a
  change of rate shows whole after eight beats.
* An interval counts only between beats that follow one another in good signal, and from 0.2 to 3 s:
  what lies on both sides of a gap, of noise or of a loose electrode is no interval.
* No rate is told while the signal is bad, for three intervals after it, or when no beat came for
  3 s. It is then absent, with the reason; never 0, and never the last one held.
* It is told once a second of signal.
That the averaging is told to the reader is asked by AAMI EC13; the numbers are ours.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from world.vitals.observation import Quality
from world.vitals.qrs import Beat, QrsDetector

AVERAGED_INTERVALS: Final = 8
NEEDED_INTERVALS: Final = 3
SHORTEST_INTERVAL_S: Final = 0.2
LONGEST_INTERVAL_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Rate:
    """The heart rate at one moment.

    Attributes:
      sample: index of the sample at which it is told, counted from the first one fed.
      per_min: None where it cannot be told; `quality` says why.
    """

    sample: int
    per_min: float | None
    quality: Quality


class HeartRateMeter:
    """Feed millivolts in pieces of any size, NaN for what is missing; get rates."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._detector = QrsDetector(rate_hz)
        self._look_every = max(1, rate_hz // 4)
        self._intervals_s: deque[float] = deque(maxlen=AVERAGED_INTERVALS)
        self._last: Beat | None = None
        self._good_from = 0

    def feed(self, millivolts: Iterable[float]) -> list[Rate]:
        """Returns the rates that fall due in these samples."""
        told: list[Rate] = []
        for value in millivolts:
            for beat in self._detector.feed((value,)):
                self._take(beat)
            sample = self._detector.samples
            is_due = sample % self._rate_hz == 0
            if is_due or sample % self._look_every == 0:
                quality = self._detector.quality()
                if quality:
                    self._forget()
                if is_due:
                    told.append(self._rate(sample - 1, quality))
        return told

    def _take(self, beat: Beat) -> None:
        if beat.quality:
            self._forget()
            return
        if self._last is not None:
            interval_s = (beat.sample - self._last.sample) / self._rate_hz
            if SHORTEST_INTERVAL_S <= interval_s <= LONGEST_INTERVAL_S:
                self._intervals_s.append(interval_s)
            else:
                self._intervals_s.clear()
        self._last = beat

    def _forget(self) -> None:
        self._intervals_s.clear()
        self._last, self._good_from = None, self._detector.samples

    def _rate(self, sample: int, quality: Quality) -> Rate:
        if quality:
            return Rate(sample, None, quality)
        last = self._last.sample if self._last is not None else self._good_from
        if sample - last > LONGEST_INTERVAL_S * self._rate_hz:
            self._intervals_s.clear()
            return Rate(sample, None, Quality.NO_BEATS)
        if len(self._intervals_s) < NEEDED_INTERVALS:
            return Rate(sample, None, Quality.LEARNING)
        return Rate(sample, rate_per_min(self._intervals_s), Quality.GOOD)


def rate_per_min(intervals_s: Iterable[float]) -> float:
    """Returns the rate of at least three RR intervals, the shortest and longest left out."""
    counted = sorted(intervals_s)[1:-1]
    return 60.0 * len(counted) / math.fsum(counted)
