import asyncio

import pytest

from server.tick_loop import TickLoop


class FakeClock:
    """A clock that sleeping moves on, and that ends the loop after a time."""

    def __init__(self, end_s):
        self.now_s, self.end_s = 100.0, 100.0 + end_s

    def read(self):
        return self.now_s

    async def sleep(self, seconds):
        self.now_s += seconds
        if self.now_s >= self.end_s:
            raise asyncio.CancelledError


async def _run(clock, tick):
    loop = TickLoop(tick, tick_s=0.05, now_s=clock.read, sleep=clock.sleep)
    with pytest.raises(asyncio.CancelledError):
        await loop.run()
    return loop.count


async def test_an_hour_of_ticks_keeps_the_rate_to_the_tick():
    count = await _run(FakeClock(3600.01), lambda _dt_s: None)
    assert count.done == 72_001
    assert count.late == count.skipped == 0


async def test_a_stall_skips_whole_ticks_and_keeps_the_phase():
    clock, starts = FakeClock(1.0), []

    def tick(_dt_s):
        starts.append(round(clock.now_s - 100, 3))
        if len(starts) == 3:
            clock.now_s += 0.12

    count = await _run(clock, tick)
    assert count.late == 1
    assert count.skipped == 2
    assert starts[:6] == [0.0, 0.05, 0.1, 0.25, 0.3, 0.35]


async def test_a_tick_is_told_how_much_time_has_passed_since_the_one_before():
    clock, told_s = FakeClock(0.5), []

    def tick(dt_s):
        told_s.append(round(dt_s, 3))
        if len(told_s) == 2:
            clock.now_s += 0.08

    await _run(clock, tick)
    assert told_s[:4] == [0.05, 0.05, 0.1, 0.05]
