"""A device feed that plays a recorded ECG in real time, through the door that wearables use.

It has a clock of its own, with its own start and drift, and every block says that it is replayed.
A receiver that is slow makes it wait. If it then lags by more than two seconds, what was measured
meanwhile is lost, as in a device with a small memory: the receiver sees a gap, never a burst.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import numpy as np

from server.vitals.recording import Recording
from world.vitals.beat_loop import beat_loop
from world.vitals.catalog import ECG_LEAD_II, SIGNS
from world.vitals.decimation import DELAY_SAMPLES, FACTOR, Decimator
from world.vitals.observation import Quality
from world.vitals.waveform import MISSING, CountArray, WaveformBlock, packed

BLOCK_S: Final = 0.04
LONGEST_LAG_S: Final = 2.0


class ReplayDevice:
    """Plays a 1000 Hz recording as blocks of 40 ms at 250 Hz.

    Args:
      device_id: what it calls itself.
      recording: what it plays, round and round.
      drift_ppm: how much faster its clock runs than ours.
      started_s: what its clock says at the start.
      clock: seconds that run evenly.
      sleep: waits as many of them.

    Attributes:
      is_lead_off: whether the electrode hangs loose: blocks go on, without samples.
    """

    def __init__(  # noqa: PLR0913 - the last four are for those who play tricks with time
        self,
        device_id: str,
        recording: Recording,
        *,
        drift_ppm: float = 0.0,
        started_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if recording.rate_hz != 1000:
            raise ValueError(f"expected a recording of 1000 Hz, got {recording.rate_hz} Hz")
        self.device_id = device_id
        self.is_lead_off = False
        self._step_uv = recording.step_uv
        loop = beat_loop(recording.microvolts, recording.rate_hz)
        self._loop = np.rint(loop / recording.step_uv).astype(np.int16)
        self._pace = 1.0 + drift_ppm * 1e-6
        self._started_s, self._clock, self._sleep = started_s, clock, sleep
        self._decimator = Decimator()
        self._running = asyncio.Event()
        self._running.set()
        self._is_closed = False

    def stop(self) -> None:
        """Sends nothing more until `resume`; its clock runs on."""
        self._running.clear()

    def resume(self) -> None:
        """Goes on with what would be measured now; what was in between is a gap."""
        self._running.set()

    def close(self) -> None:
        """Ends the iteration after the block that is under way."""
        self._is_closed = True
        self._running.set()

    async def __aiter__(self) -> AsyncIterator[WaveformBlock]:
        """Yields blocks as they are measured."""
        began_s = self._clock()
        fast = round(BLOCK_S * 1000)
        sequence = block = settled = first = 0
        self._decimator.reset()
        while not self._is_closed:
            ahead_s = (block + 1) * BLOCK_S - self._passed_s(began_s)
            if not self._running.is_set() or ahead_s < -LONGEST_LAG_S:
                await self._running.wait()
                block = max(block, int(self._passed_s(began_s) / BLOCK_S))
                first, settled = block * fast, 0
                self._decimator.reset()
                continue
            await self._sleep(max(0.0, ahead_s) / self._pace)
            if not self._running.is_set():
                continue
            slow = self._decimator.feed(self._measured(block * fast, fast))
            block += 1
            if len(slow) > 0:
                yield self._block(sequence, first + settled * FACTOR + DELAY_SAMPLES, slow)
                sequence, settled = sequence + 1, settled + len(slow)

    def _passed_s(self, began_s: float) -> float:
        return (self._clock() - began_s) * self._pace

    def _measured(self, first: int, count: int) -> CountArray:
        if self.is_lead_off:
            return np.full(count, MISSING, dtype=np.int16)
        return self._loop[np.arange(first, first + count) % len(self._loop)]

    def _block(self, sequence: int, fast_sample: int, slow: CountArray) -> WaveformBlock:
        quality = Quality.REPLAYED | (Quality.GAP if self.is_lead_off else Quality.GOOD)
        return WaveformBlock(
            code=ECG_LEAD_II,
            unit=SIGNS[ECG_LEAD_II].unit,
            device_id=self.device_id,
            sequence=sequence,
            start_s=self._started_s + fast_sample / 1000,
            rate_hz=1000 // FACTOR,
            step=self._step_uv,
            samples=packed(slow),
            quality=int(quality),
        )
