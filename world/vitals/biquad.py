"""Second-order Butterworth sections, one sample at a time.

Source: the bilinear transform with prewarping, as in R. Bristow-Johnson's Audio EQ Cookbook (W3C
Note, 2021), low- and high-pass at Q = 1/sqrt(2). Plain Python on purpose: a streamed recursion is
done sample by sample, and its result must not depend on how the samples are cut into pieces.
"""

import cmath
import math
from collections.abc import Iterable
from typing import Literal


class Biquad:
    """One section in transposed direct form II."""

    __slots__ = ("_s1", "_s2", "a1", "a2", "b0", "b1", "b2")

    def __init__(self, kind: Literal["low", "high"], cutoff_hz: float, rate_hz: float) -> None:
        angle = 2 * math.pi * cutoff_hz / rate_hz
        alpha = math.sin(angle) / math.sqrt(2)
        middle = 1 - math.cos(angle) if kind == "low" else -(1 + math.cos(angle))
        self.b1 = middle / (1 + alpha)
        self.b0 = self.b2 = abs(self.b1) / 2
        self.a1 = -2 * math.cos(angle) / (1 + alpha)
        self.a2 = (1 - alpha) / (1 + alpha)
        self._s1 = self._s2 = 0.0

    def step(self, sample: float) -> float:
        """Returns the next sample out."""
        out = self.b0 * sample + self._s1
        self._s1 = self.b1 * sample - self.a1 * out + self._s2
        self._s2 = self.b2 * sample - self.a2 * out
        return out

    def response(self, frequency_hz: float, rate_hz: float) -> complex:
        """Returns the transfer function at one frequency."""
        z = cmath.exp(-2j * math.pi * frequency_hz / rate_hz)
        return (self.b0 + z * (self.b1 + z * self.b2)) / (1 + z * (self.a1 + z * self.a2))


def group_delay_samples(sections: Iterable[Biquad], frequency_hz: float, rate_hz: float) -> float:
    """Returns by how many samples the sections in a row delay a burst of that frequency."""
    half_hz = 0.05
    turned = 0.0
    for section in sections:
        above = section.response(frequency_hz + half_hz, rate_hz)
        below = section.response(frequency_hz - half_hz, rate_hz)
        turned += cmath.phase(above / below)
    return -turned / (2 * math.pi * 2 * half_hz) * rate_hz
