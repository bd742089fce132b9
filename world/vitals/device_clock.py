"""When a device's time is on our clock.

Strategy: devices are not synchronized, and their crystals are wrong by tens of ppm. Each arrival
tells one thing: the offset between the clocks is at most (arrival - device time), since nothing
arrives before it was measured. The smallest such difference is the estimate; it is let rise slowly,
faster than any crystal drifts, so that both directions of drift are followed.

What it cannot know: the shortest transit time stays in the offset, and a device whose first message
is an old one looks prompt. A device clock that is set back makes values look old, never fresh; such
a device begins anew.
"""

from typing import Final

# Crystals of clocks are specified to some +-100 ppm; the rise must be well above that.
RISE_PER_S: Final = 500e-6


class DeviceClock:
    """Follows the offset between one device's clock and ours."""

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._heard_s = 0.0

    def hear(self, device_time_s: float, now_s: float) -> None:
        """Takes in that something measured at `device_time_s` is here at `now_s`."""
        seen_s = now_s - device_time_s
        if self._offset_s is not None:
            risen_s = RISE_PER_S * max(0.0, now_s - self._heard_s)
            seen_s = min(seen_s, self._offset_s + risen_s)
        self._offset_s, self._heard_s = seen_s, now_s

    def our_time_s(self, device_time_s: float) -> float:
        """Returns when `device_time_s` was, by our clock.

        Raises:
          ValueError: before anything was heard from the device.
        """
        return device_time_s + self._offset()

    def device_time_s(self, now_s: float) -> float:
        """Returns the device's time at our `now_s`, less the shortest transit time.

        Raises:
          ValueError: before anything was heard from the device.
        """
        return now_s - self._offset()

    def _offset(self) -> float:
        if self._offset_s is None:
            raise ValueError("nothing was heard from the device yet")
        return self._offset_s
