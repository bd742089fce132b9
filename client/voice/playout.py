"""How long a received voice is held back before it is played.

Strategy: the delay that costs least, latency plus damage, over the packets of the last 4 s. Each
candidate costs its milliseconds, and so much for each percent of frames that would be concealed
or recovered under it, by the measured lateness, loss, and share of packets with correction data.
Nothing older counts, so the delay never only grows.
"""

from collections import deque

import numpy as np

from world.geometry import FloatArray
from world.protocol.rtp import CLOCK_HZ, FRAME_SAMPLES

WINDOW_PACKETS = 200
LEAST_S, MOST_S, STEP_S = 0.020, 0.120, 0.005
FIRST_GUESS_S = 0.040
CONCEALED_COST_MS, GAP_COST_MS = 10.0, 2.0
"""What a percent of concealed frames, and of recovered or concealed ones, is worth in delay."""

STALL_S, RELEASE_S = 0.060, 0.030
"""A pause between arrivals that long is a stall; what comes right after it counts as one."""

MARGIN_S = 0.001
_SEEN = 256


class DelayPlanner:
    """Watches the arrivals of one stream and plans its delay.

    A transit is an arrival time minus the packet's timestamp in seconds: only differences mean
    something, since the clocks of the ends have nothing in common.

    Attributes:
      base_s: the least transit in the window.
      delay_s: the transit at which a packet is to be played.
    """

    def __init__(self) -> None:
        self.base_s = self.delay_s = 0.0
        self._transits: deque[float] = deque(maxlen=WINDOW_PACKETS)
        self._got = np.ones(_SEEN, bool)
        self._newest: int | None = None
        self._last_arrival_s, self._release_s = float("inf"), float("-inf")
        self._correction_share = 0.0
        self._count = 0

    def add(self, sequence: int, timestamp: int, now_s: float, *, has_correction: bool) -> None:
        """Takes note of a packet; sequence and timestamp count on across wraps."""
        transit_s = now_s - timestamp / CLOCK_HZ
        self._note_arrival(sequence)
        # A queue released after a stall is one event; else it would hold the delay up for 4 s.
        if not (self._count and now_s < self._release_s and transit_s > self.delay_s):
            self._transits.append(transit_s)
        if now_s - self._last_arrival_s > STALL_S:
            self._release_s = now_s + RELEASE_S
        self._last_arrival_s = now_s
        self._correction_share += (has_correction - self._correction_share) / 50
        self._count += 1
        if self._count < 20 or self._count % 10 == 1:
            self._plan()

    def _note_arrival(self, sequence: int) -> None:
        if self._newest is None:
            self._newest = sequence - 1
        if sequence > self._newest:
            for missing in range(max(self._newest + 1, sequence - _SEEN + 1), sequence):
                self._got[missing % _SEEN] = False
            self._newest = sequence
        self._got[sequence % _SEEN] = True

    def _plan(self) -> None:
        transits = np.sort(self._transits)
        self.base_s = float(transits[0])
        if len(transits) < 20:
            spread_s = min(MOST_S, float(transits[-1] - transits[0]))
            self.delay_s = self.base_s + max(FIRST_GUESS_S, spread_s)
            return
        candidates = self.base_s + np.arange(LEAST_S, MOST_S + 1e-9, STEP_S)
        cost = (candidates - self.base_s) * 1e3 + self._damage(transits, candidates)
        self.delay_s = float(candidates[cost.argmin()])

    def _damage(self, transits: FloatArray, candidates: FloatArray) -> FloatArray:
        """Returns what the frames concealed and recovered under each candidate cost, in ms."""
        newest = self._newest or 0
        # Oldest first; the last three may only be reordered.
        lost = ~np.roll(self._got, -(newest % _SEEN) - 1)[:-3]
        loss = float(lost.mean())
        loss_after_loss = float((lost[1:] & lost[:-1]).sum() / max(1, lost[:-1].sum()))
        late = 1 - np.searchsorted(transits, candidates + MARGIN_S, "right") / len(transits)
        frame_s = FRAME_SAMPLES / CLOCK_HZ
        next_late = 1 - np.searchsorted(transits, candidates - frame_s, "right") / len(transits)
        recoverable = self._correction_share * (1 - next_late)
        concealed = loss * (1 - recoverable * (1 - loss_after_loss))
        concealed = concealed + (1 - loss) * late * (1 - recoverable * (1 - loss))
        gaps = loss + (1 - loss) * late
        damage: FloatArray = 100 * (CONCEALED_COST_MS * concealed + GAP_COST_MS * gaps)
        return damage
