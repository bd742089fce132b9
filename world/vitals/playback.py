"""One signal played on a panel at the pace at which it was measured.

What is played lags a fixed time behind the device, so that uneven arrival does not show; the pace
is the device's own, so that the picture neither runs dry nor falls behind when the clocks drift.
Sensor to panel is this lag, and what the block's length and the device's filter take before it.
"""

from typing import Final

from world.geometry import FloatArray
from world.vitals.device_clock import DeviceClock
from world.vitals.observation import Quality, State
from world.vitals.sweep import Sweep
from world.vitals.waveform import WaveformBlock

# Blocks of 40 ms, and as much again for uneven arrival.
PLAYOUT_DELAY_S: Final = 0.08
SPAN_S: Final = 10.0


class Playback:
    """A monitor's trace of one signal.

    Args:
      stale_after_s: the age of the newest sample from which the trace is stale.
      absent_after_s: the age from which there is no trace.
      delay_s: how far the picture lags behind the device.
      span_s: what the screen holds.
    """

    def __init__(
        self,
        stale_after_s: float,
        absent_after_s: float,
        delay_s: float = PLAYOUT_DELAY_S,
        span_s: float = SPAN_S,
    ) -> None:
        self._stale_after_s, self._absent_after_s = stale_after_s, absent_after_s
        self._delay_s, self._span_s = delay_s, span_s
        self._clock = DeviceClock()
        self._newest: WaveformBlock | None = None
        self.sweep: Sweep | None = None

    def add(self, block: WaveformBlock, now_s: float) -> None:
        """Takes in a block that arrived at `now_s`, by any clock that runs evenly."""
        newest = self._newest
        if (
            newest is None
            or self.sweep is None
            or block.sequence == 0
            or (block.device_id, block.rate_hz) != (newest.device_id, newest.rate_hz)
        ):
            self._clock, self.sweep = DeviceClock(), Sweep(block.rate_hz, self._span_s)
            newest = block
        self._clock.hear(block.end_s, now_s)
        self.sweep.add(block)
        self._newest = block if block.end_s >= newest.end_s else newest

    def screen(self, now_s: float) -> FloatArray:
        """Returns the samples from the screen's left to its right, NaN where nothing is."""
        if self.sweep is None:
            return Sweep(1).screen(0.0)
        return self.sweep.screen(self._clock.device_time_s(now_s) - self._delay_s)

    def index(self, now_s: float) -> int:
        """Returns where on the screen the newest sample shown is."""
        if self.sweep is None:
            return 0
        return self.sweep.index(self._clock.device_time_s(now_s) - self._delay_s)

    def age_s(self, now_s: float) -> float | None:
        """Returns how old the newest sample that came is, None if none ever came."""
        if self._newest is None:
            return None
        return max(0.0, self._clock.device_time_s(now_s) - self._newest.end_s)

    def state(self, now_s: float) -> State:
        """Returns how the trace stands now."""
        age = self.age_s(now_s)
        if age is None or age >= self._absent_after_s:
            return State.ABSENT
        return State.STALE if age >= self._stale_after_s else State.LIVE

    @property
    def quality(self) -> Quality:
        """Returns what the device said of the newest block."""
        return Quality(self._newest.quality) if self._newest is not None else Quality.GOOD
