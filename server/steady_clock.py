"""Seconds since the epoch that never jump while the process lives.

A machine's clock may be set forward or back at any time. Time-outs of visits must not all ripen
then, nor may events go back in time, so the wall clock is read once and monotonic time is added.
A jump is said in the log; the next start of the process takes the new time.
"""

import asyncio
from collections.abc import Callable

import structlog

LOOK_S = 5.0
JUMP_S = 2.0

_log = structlog.get_logger(__name__)


class SteadyClock:
    """The wall clock of the start, carried on by a monotonic one.

    Args:
      wall_s: the machine's clock, seconds since the epoch.
      monotonic_s: a clock that nobody sets.
    """

    def __init__(self, wall_s: Callable[[], float], monotonic_s: Callable[[], float]) -> None:
        self._wall_s = wall_s
        self._monotonic_s = monotonic_s
        self._offset_s = wall_s() - monotonic_s()
        self._known_jump_s = 0.0

    def now_s(self) -> float:
        """Returns seconds since the epoch."""
        return self._offset_s + self._monotonic_s()

    def jump_s(self) -> float | None:
        """Returns by how much the machine's clock has been set since this was last asked."""
        ahead_s = self._wall_s() - self.now_s()
        jump_s = ahead_s - self._known_jump_s
        if abs(jump_s) < JUMP_S:
            return None
        self._known_jump_s = ahead_s
        return jump_s

    async def watch(self) -> None:
        """Says in the log when the machine's clock was set, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            jump_s = self.jump_s()
            if jump_s is not None:
                _log.warning("clock.jumped", seconds=round(jump_s, 1))
