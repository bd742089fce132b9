"""Observations that nobody sent but that follow from a signal: the heart rate from an ECG."""

from typing import Final

import numpy as np

from world.vitals.catalog import HEART_RATE, SIGNS
from world.vitals.heart_rate import HeartRateMeter
from world.vitals.observation import Observation, Quality
from world.vitals.sweep import BRIDGED_SAMPLES
from world.vitals.waveform import WaveformBlock, values

LOWEST_RATE_HZ: Final = 50
"""A normal QRS complex lasts up to 110 ms (AHA/ACCF/HRS recommendations 2009, part III): coarser
samples have fewer than five of it, and no rate is told from them."""
# A longer gap says nothing about the rhythm before it: start anew.
LONGEST_GAP_S: Final = 2.0


class EcgHeartRate:
    """Feed one device's blocks of one lead, in order, in microvolt; get heart rates."""

    def __init__(self) -> None:
        self._meter: HeartRateMeter | None = None
        self._rate_hz = 0
        self._due_s = 0.0
        self._fed = 0
        self._sequence = 0

    def feed(self, block: WaveformBlock) -> list[Observation]:
        """Returns the heart rates that fall due in this block, one for each second of signal."""
        if block.rate_hz < LOWEST_RATE_HZ:
            self._meter = None
            return []
        hole = round((block.start_s - self._due_s) * block.rate_hz)
        if (
            self._meter is None
            or block.rate_hz != self._rate_hz
            or not -BRIDGED_SAMPLES <= hole <= LONGEST_GAP_S * block.rate_hz
        ):
            self._meter, self._rate_hz, self._fed = HeartRateMeter(block.rate_hz), block.rate_hz, 0
            hole = 0
        lost = np.full(hole if hole > BRIDGED_SAMPLES else 0, np.nan)
        millivolts = np.concatenate([lost, values(block) / 1000.0])
        first = self._fed + len(lost)
        self._fed += len(millivolts)
        self._due_s = block.end_s
        return [
            self._observation(
                block,
                block.start_s + (rate.sample - first) / block.rate_hz,
                rate.per_min,
                rate.quality,
            )
            for rate in self._meter.feed(millivolts.tolist())
        ]

    def _observation(
        self, block: WaveformBlock, time_s: float, per_min: float | None, quality: Quality
    ) -> Observation:
        self._sequence += 1
        return Observation(
            code=HEART_RATE,
            value=per_min,
            unit=SIGNS[HEART_RATE].unit,
            device_id=block.device_id,
            sequence=self._sequence,
            device_time_s=time_s,
            quality=int(quality | (Quality(block.quality) & Quality.REPLAYED)),
        )
