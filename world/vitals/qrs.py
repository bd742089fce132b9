"""Heartbeats found in one ECG lead as it comes, each decided within about 160 ms of its R peak.

Strategy, after Hamilton & Tompkins 1986, IEEE Trans. Biomed. Eng. 33(12):1157-1165, and Hamilton
2002, Computers in Cardiology 29:101-104, on the envelope of Pan & Tompkins (`qrs_envelope.py`):
1. A peak of the envelope is settled when the level halves or 95 ms pass, and stands when no larger
   one follows within 60 ms.
2. It is a beat if it exceeds a threshold between the medians of the last eight beats and of the
   last eight other peaks. Within 200 ms of a beat nothing is; within 360 ms only what is at least
   half as steep, else it is that beat's T wave.
3. If 1.5 times the median RR interval passes without a beat, the largest peak left aside since is
   taken if it exceeds half the threshold.
4. The first two seconds are learned from and then decided all at once. After two seconds of signal
   without a beat the threshold halves, but never below what a 0.15 mV wide QRS of 80 ms yields
   (AAMI EC13 4.2.6.1: no beat at 0.15 mV or less).
The threshold's 0.45, between Hamilton's 0.3125 and 0.475, is ours; see `qrs_envelope.py`.

It tells no rhythm from another, takes fibrillation for noise, and knows no pacemaker.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from world.vitals.observation import Quality
from world.vitals.qrs_envelope import QrsEnvelope
from world.vitals.signal_quality import SignalQuality

THRESHOLD: Final = 0.45
SMALLEST_BEAT_MV: Final = 0.15
KEPT: Final = 8
LEARNED_PEAKS: Final = 63


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat.

    Attributes:
      sample: index of its R peak, counted from the first sample fed.
      decided: index of the sample that settled it.
      quality: of the second before that.
    """

    sample: int
    decided: int
    quality: Quality


class _Peak(NamedTuple):
    """A peak of the envelope: its height, where it is, and the steepest slope before it."""

    height: float
    sample: int
    slope: float


_NO_PEAK: Final = _Peak(0.0, 0, 0.0)


class _Peaks:
    """Rule 1: the peaks of the envelope that stand."""

    def __init__(self, rate_hz: float) -> None:
        self._settle = max(1, round(0.095 * rate_hz))
        self._hold = max(1, round(0.060 * rate_hz))
        self._level = self._steepest = 0.0
        self._rising = self.standing = _NO_PEAK

    def settled(self, sample: int, envelope: QrsEnvelope) -> _Peak | None:
        """Returns the peak that this sample settles, if it does."""
        level, before = envelope.level, self._level
        self._level = level
        self._steepest = max(self._steepest, envelope.slope)
        if level > before and level > self._rising.height:
            self._rising = _Peak(level, sample, self._steepest)
            return None
        peak = self._rising
        fallen = level < 0.5 * peak.height or sample - peak.sample > self._settle
        if peak.height <= 0 or not fallen:
            return None
        self._rising, self._steepest = _NO_PEAK, 0.0
        return peak

    def stand(self, peak: _Peak) -> None:
        """Lets the larger of this peak and the one that waits wait on."""
        if peak.height > self.standing.height:
            self.standing = peak

    def stood(self, sample: int) -> _Peak | None:
        """Returns the peak that waited long enough without a larger one, if any."""
        peak = self.standing
        if peak.height <= 0 or sample - peak.sample < self._hold:
            return None
        self.standing = _NO_PEAK
        return peak


class QrsDetector:
    """Feed millivolts in pieces of any size, NaN for what is missing; get beats."""

    def __init__(self, rate_hz: float) -> None:
        self.rate_hz = rate_hz
        self.samples = 0
        self._envelope = QrsEnvelope(rate_hz)
        self._quality = SignalQuality(rate_hz)
        self._peaks = _Peaks(rate_hz)
        kept = round(4 * rate_hz)
        self._raw: deque[float] = deque(maxlen=kept)
        self._band: deque[float] = deque(maxlen=kept)
        self._beat_heights: deque[float] = deque(maxlen=KEPT)
        self._other_heights: deque[float] = deque(maxlen=KEPT)
        self._intervals: deque[int] = deque(maxlen=KEPT)
        self._learned: list[_Peak] | None = []
        self._floor = smallest_beat_level(rate_hz)
        self._threshold = self._beat_level = 0.0
        self._last: _Peak | None = None
        self._aside = _NO_PEAK
        self._decayed_at, self._decayed = 0, False
        self._learn_for = self._span(2.0)
        self._refractory, self._t_wave = self._span(0.200), self._span(0.360)
        self._around_r = self._span(0.040)
        self._rise = self._envelope.window + self._envelope.lag + self._span(0.020)

    def feed(self, millivolts: Iterable[float]) -> list[Beat]:
        """Returns the beats that these samples settle, in order."""
        found: list[Beat] = []
        for value in millivolts:
            filled = self._quality.fill(float(value))
            self._envelope.step(filled)
            self._quality.rest(self._envelope.level)
            self._raw.append(filled)
            self._band.append(self._envelope.band)
            peak = self._peaks.settled(self.samples, self._envelope)
            if self._learned is None:
                self._follow(peak, found)
            else:
                self._learn(self._learned, peak, found)
            self.samples += 1
        return found

    @property
    def is_learning(self) -> bool:
        """Returns whether the first two seconds have not passed yet."""
        return self._learned is not None

    def quality(self) -> Quality:
        """Returns what is wrong with the last second."""
        if self.is_learning:
            return self._quality.bits(0.0)
        # In a heart that stands still the threshold sinks; rest must not pass for noise then.
        return self._quality.bits(max(self._beat_level, self._floor))

    def _span(self, seconds: float) -> int:
        return max(1, round(seconds * self.rate_hz))

    def _learn(self, learned: list[_Peak], peak: _Peak | None, found: list[Beat]) -> None:
        if peak is not None and len(learned) < LEARNED_PEAKS:
            learned.append(peak)
        if self.samples < self._learn_for:
            return
        # The filters ring for a quarter of a second after their start.
        settled = [p.height for p in learned if p.sample > self._span(0.25)]
        highest = max(settled, default=0.0)
        self._beat_heights.append(highest)
        self._other_heights.append(0.1 * highest)
        self._set_threshold()
        self._decayed_at, self._learned = self.samples, None
        for early in learned:
            self._decide(early, found)

    def _follow(self, peak: _Peak | None, found: list[Beat]) -> None:
        if peak is not None:
            self._peaks.stand(peak)
        standing = self._peaks.stood(self.samples)
        if standing is not None:
            self._decide(standing, found)
        self._search_back(found)
        self._decay()

    def _decide(self, peak: _Peak, found: list[Beat]) -> None:
        last = self._last
        since = peak.sample - last.sample if last is not None else None
        if since is not None and since < self._refractory:
            return
        is_near = since is not None and since < self._t_wave
        is_flat = is_near and last is not None and peak.slope < 0.5 * last.slope
        if peak.height > self._threshold and not is_flat:
            self._accept(peak, found)
            return
        self._other_heights.append(peak.height)
        if not is_near and peak.height > self._aside.height:
            self._aside = peak
        self._set_threshold()

    def _accept(self, peak: _Peak, found: list[Beat]) -> None:
        if self._last is not None:
            self._intervals.append(peak.sample - self._last.sample)
        if self._decayed:
            # The threshold had come down in silence: begin anew, or T waves would pass for beats.
            self._beat_heights.clear()
            self._decayed = False
        self._beat_heights.append(peak.height)
        self._last, self._aside = peak, _NO_PEAK
        self._set_threshold()
        found.append(Beat(self._r_peak(peak.sample), self.samples, self.quality()))

    def _search_back(self, found: list[Beat]) -> None:
        if self._aside.height <= max(0.5 * self._threshold, self._floor):
            return
        last = self._last.sample if self._last is not None else self._learn_for
        usual = _median(self._intervals) if self._intervals else self._learn_for
        if self.samples - last > 1.5 * usual:
            self._accept(self._aside, found)

    def _decay(self) -> None:
        if not self._quality.has_signal:
            self._decayed_at = self.samples
            return
        last = self._last.sample if self._last is not None else self._learn_for
        if self.samples - max(last, self._decayed_at) <= self._learn_for:
            return
        for heights in (self._beat_heights, self._other_heights):
            halved = [0.5 * height for height in heights]
            heights.clear()
            heights.extend(halved)
        self._decayed_at, self._decayed = self.samples - self._learn_for // 2, True
        self._set_threshold()

    def _set_threshold(self) -> None:
        self._beat_level = _median(self._beat_heights)
        other = _median(self._other_heights)
        self._threshold = max(other + THRESHOLD * (self._beat_level - other), self._floor)

    def _r_peak(self, at: int) -> int:
        """Returns where the signal is farthest from its mean, near the band's largest swing."""
        oldest = self.samples + 1 - len(self._raw)
        band = [abs(self._band[i - oldest]) for i in range(max(at - self._rise, oldest), at + 1)]
        first = max(at - self._rise, oldest)
        center = first + band.index(max(band)) - self._envelope.delay
        first, last = max(center - self._around_r, oldest), center + self._around_r
        raw = [self._raw[i - oldest] for i in range(first, min(last, self.samples) + 1)]
        mean = sum(raw) / len(raw)
        return first + max(range(len(raw)), key=lambda i: abs(raw[i] - mean))


def smallest_beat_level(rate_hz: float) -> float:
    """Returns the envelope's peak for the smallest QRS that counts: a triangle of 80 ms."""
    envelope = QrsEnvelope(rate_hz)
    half = max(1, round(0.040 * rate_hz))
    rise = [SMALLEST_BEAT_MV * i / half for i in range(half)]
    highest = 0.0
    for value in [*rise, *(SMALLEST_BEAT_MV - v for v in rise), *[0.0] * round(0.5 * rate_hz)]:
        envelope.step(value)
        highest = max(highest, envelope.level)
    return highest


def _median(numbers: Iterable[float]) -> float:
    ordered = sorted(numbers)
    if not ordered:
        return 0.0
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return float(ordered[middle])
    return math.fsum(ordered[middle - 1 : middle + 1]) / 2
