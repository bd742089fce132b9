"""The fixed tick of all rooms of this process. A late loop skips ticks, never bursts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(slots=True)
class TickCount:
    """What became of the ticks.

    Attributes:
      done: ticks that ran.
      late: ticks whose last frame was written after the next tick was due.
      skipped: ticks left out to catch up.
    """

    done: int = 0
    late: int = 0
    skipped: int = 0


class TickLoop:
    """Calls a tick at a fixed rate.

    Args:
      tick: the work; awaits nothing.
      tick_s: the period, in seconds.
      now_s: monotonic clock, in seconds.
      sleep: waits that many seconds.
    """

    def __init__(
        self,
        tick: Callable[[float], None],
        *,
        tick_s: float,
        now_s: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._tick = tick
        self._tick_s = tick_s
        self._now_s = now_s
        self._sleep = sleep
        self.count = TickCount()

    async def run(self) -> None:
        """Ticks until cancelled."""
        due_s = self._now_s()
        last_s = due_s - self._tick_s
        while True:
            started_s = self._now_s()
            self._tick(started_s - last_s)
            last_s = started_s
            self.count.done += 1
            due_s += self._tick_s
            late_s = self._now_s() - due_s
            if late_s > 0:
                missed = int(late_s // self._tick_s) + 1
                self.count.late += 1
                self.count.skipped += missed
                due_s += missed * self._tick_s
            await self._sleep(max(0.0, due_s - self._now_s()))
