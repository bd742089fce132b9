"""The first half of beat detection: one number a sample that rises with every QRS complex.

Band-pass, slope, moving average, as in Pan & Tompkins 1985, IEEE Trans. Biomed. Eng. 32(3):230-236.
The band of 6 to 15 Hz is ours: Pan and Tompkins have 5 to 15 Hz; it was chosen, with the threshold
of `qrs.py`, on eight public recordings, which are therefore no proof of it.
"""

from collections import deque

from world.vitals.biquad import Biquad, group_delay_samples

LOW_HZ = 6.0
HIGH_HZ = 15.0


class QrsEnvelope:
    """Feed millivolts one at a time.

    Attributes:
      band: the newest band-passed sample, in millivolts.
      slope: its absolute change over 20 ms.
      level: the mean slope of the last 100 ms: the envelope.
      delay: by how many samples `band` lags the signal at 10 Hz, the middle of a QRS.
    """

    def __init__(self, rate_hz: float) -> None:
        self._high = Biquad("high", LOW_HZ, rate_hz)
        self._low = Biquad("low", HIGH_HZ, rate_hz)
        self.delay = round(group_delay_samples([self._high, self._low], 10.0, rate_hz))
        self.lag = max(1, round(0.020 * rate_hz))
        self.window = max(1, round(0.100 * rate_hz))
        self._bands: deque[float] = deque([0.0] * self.lag, maxlen=self.lag)
        self._slopes: deque[float] = deque([0.0] * self.window, maxlen=self.window)
        self._sum = 0.0
        self.band = self.slope = self.level = 0.0

    def step(self, millivolts: float) -> None:
        """Takes in the next sample."""
        band = self._low.step(self._high.step(millivolts))
        slope = abs(band - self._bands[0])
        self._bands.append(band)
        self._sum += slope - self._slopes[0]
        self._slopes.append(slope)
        self.band, self.slope, self.level = band, slope, self._sum / self.window
