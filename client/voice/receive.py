"""From the packets of one slot to its sound: reordering, recovery, concealment, steady delay.

Strategy:
* The timeline is counted in the sender's timestamps. Each decision is taken when the sound card
  asks for samples, never earlier, so that a late packet can still be heard.
* Nothing there: conceal in steps of 10 ms and hold the timeline, up to the longest delay; when a
  later packet shows that the frame was lost, the hold counts as its concealment.
* Sequence goes on but the timestamp jumps: the speaker paused (DTX), and the next words begin at
  the planned delay.
* More than 6 ms off the planned delay: one pitch period is cut or repeated. This also takes up
  the difference between the two machines' clocks.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from client.voice.opus import Decoder, Samples, carries_correction
from client.voice.playout import MOST_S, DelayPlanner
from client.voice.stretch import Period, find_period, lengthen, shorten
from world.protocol.rtp import (
    CLOCK_HZ,
    FRAME_SAMPLES,
    RtpPacket,
    sequence_delta,
    timestamp_delta,
)

BLOCK_SAMPLES = 480
STEP_SAMPLES = 120
"""2.5 ms, the least that Opus conceals."""

MAX_WAITING_PACKETS = 64
"""Beyond it a packet is dropped: more than a second, which no planned delay needs."""

OFF_S, FAR_OFF_S, LATE_S = 0.006, 0.030, 0.010
SIMILAR, ROUGHLY_SIMILAR, QUIET_RMS = 0.75, 0.45, 60.0
FADED_SAMPLES = 3 * FRAME_SAMPLES
"""Concealment longer than 60 ms has faded away."""

JUMP_SAMPLES = 2 * CLOCK_HZ
"""A timestamp so far from where it should be begins a new stream."""


@dataclass(slots=True)
class Counts:
    """What a slot's sound was made of, in frames of 20 ms; late and doubled count packets."""

    played: int = 0
    recovered: int = 0
    concealed: float = 0.0
    faded: float = 0.0
    late: int = 0
    doubled: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    sequence: int
    packet: RtpPacket
    arrival_s: float
    has_correction: bool


class ReceiveChain:
    """One voice: packets in as they come, samples out as the sound card asks."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._decoder, self._planner = Decoder(), DelayPlanner()
        self._waiting: dict[int, _Waiting] = {}
        self._newest: tuple[int, int, float] | None = None
        self._media: int | None = None
        self._sequence = self._ready_samples = self._concealed = self._held = 0
        self._ready: deque[Samples] = deque()

    @property
    def delay_s(self) -> float:
        """How long after the fastest packet of the last 4 s sound is played."""
        return self._planner.delay_s - self._planner.base_s

    @property
    def is_idle(self) -> bool:
        """Whether no packet has come yet."""
        return self._newest is None

    def push(self, packet: RtpPacket, now_s: float) -> None:
        """Takes a packet that came at now_s."""
        sequence, timestamp = self._unwrap(packet, now_s)
        has_correction = carries_correction(packet.payload)
        self._planner.add(sequence, timestamp, now_s, has_correction=has_correction)
        if self._media is not None and timestamp < self._media:
            self.counts.late += 1
        elif timestamp in self._waiting:
            self.counts.doubled += 1
        elif len(self._waiting) < MAX_WAITING_PACKETS:
            self._waiting[timestamp] = _Waiting(sequence, packet, now_s, has_correction)

    def take_from(self, first_sequence: int) -> list[tuple[RtpPacket, float]]:
        """Removes what has not been played from that number on; returns it with arrival times."""
        taken = sorted(
            timestamp
            for timestamp, waiting in self._waiting.items()
            if sequence_delta(waiting.packet.sequence, first_sequence) >= 0
        )
        waiting = [self._waiting.pop(timestamp) for timestamp in taken]
        return [(each.packet, each.arrival_s) for each in waiting]

    def pull(self, now_s: float, count: int = BLOCK_SAMPLES) -> Samples:
        """Returns the next (count,) samples, asked for at now_s by the clock of `push`."""
        while self._ready_samples < count:
            while not self._step(now_s):
                pass
        parts: list[Samples] = []
        needed = count
        while needed:
            part = self._ready.popleft()
            if part.size > needed:
                self._ready.appendleft(part[needed:])
                part = part[:needed]
            parts.append(part)
            needed -= part.size
        self._ready_samples -= count
        return np.concatenate(parts)

    def _unwrap(self, packet: RtpPacket, now_s: float) -> tuple[int, int]:
        """Returns the packet's sequence number and timestamp, counted on across wraps."""
        if self._newest is not None:
            sequence, timestamp, at_s = self._newest
            jump = timestamp_delta(packet.timestamp, timestamp)
            if abs(jump - (now_s - at_s) * CLOCK_HZ) <= JUMP_SAMPLES:
                found = sequence + sequence_delta(packet.sequence, sequence), timestamp + jump
                if jump > 0:
                    self._newest = (*found, now_s)
                return found
            self._restart()
        self._newest = (packet.sequence, packet.timestamp, now_s)
        return packet.sequence, packet.timestamp

    def _restart(self) -> None:
        self._decoder, self._planner = Decoder(), DelayPlanner()
        self._waiting.clear()
        self._newest = self._media = None
        self._concealed = self._held = 0

    def _step(self, now_s: float) -> bool:
        """Makes one decision; returns whether it made sound, and not only moved the timeline."""
        if self._media is None:
            return self._begin(now_s)
        excess_s = now_s - self._media / CLOCK_HZ - self._planner.delay_s
        waiting = self._waiting.pop(self._media, None)
        if waiting is not None:
            self._play(waiting, excess_s)
            return True
        if not self._waiting:
            self._hold(now_s)
            return True
        timestamp = min(self._waiting)
        following = self._waiting[timestamp]
        is_pause = following.sequence == self._sequence + 1
        if is_pause or timestamp < self._media or (timestamp - self._media) % FRAME_SAMPLES:
            return self._bridge(timestamp, now_s, is_pause=is_pause)
        if self._concealed and excess_s > LATE_S:
            # Concealed already and behind the plan: not a second time.
            self._media += FRAME_SAMPLES
            return False
        self._fill(timestamp, following, excess_s)
        return True

    def _begin(self, now_s: float) -> bool:
        first = min(self._waiting, default=None)
        if first is None or now_s - first / CLOCK_HZ < self._planner.delay_s - 0.003:
            self._emit(np.zeros(STEP_SAMPLES, np.int16))
            return True
        self._media, self._sequence = first, self._waiting[first].sequence - 1
        return False

    def _hold(self, now_s: float) -> None:
        """Nothing is known yet of what comes next: late, lost, or a pause."""
        media = self._media or 0
        self._held += BLOCK_SAMPLES
        self._conceal(BLOCK_SAMPLES, is_gap=False)
        if now_s - media / CLOCK_HZ > self._planner.base_s + MOST_S:
            self._media = media + BLOCK_SAMPLES

    def _bridge(self, timestamp: int, now_s: float, *, is_pause: bool) -> bool:
        """Waits for the planned instant of the next packet, and puts the timeline there."""
        self._settle_hold(is_pause=is_pause)
        wait_s = self._planner.delay_s - (now_s - timestamp / CLOCK_HZ)
        if wait_s <= STEP_SAMPLES / CLOCK_HZ / 2 or timestamp < (self._media or 0):
            self._media = timestamp
            return False
        steps = max(1, int(wait_s * CLOCK_HZ) // STEP_SAMPLES)
        self._conceal(min(FRAME_SAMPLES, steps * STEP_SAMPLES), is_gap=not is_pause)
        return True

    def _fill(self, timestamp: int, following: _Waiting, excess_s: float) -> None:
        """A frame is lost: from the copy in the next packet, or concealed."""
        self._settle_hold(is_pause=False)
        lost = self._media or 0
        self._media = lost + FRAME_SAMPLES
        if following.has_correction and timestamp == self._media:
            self.counts.recovered += 1
            self._concealed = 0
            self._emit(self._decoder.recover(following.packet.payload))
        else:
            self._conceal(BLOCK_SAMPLES if excess_s > LATE_S else FRAME_SAMPLES, is_gap=True)

    def _play(self, waiting: _Waiting, excess_s: float) -> None:
        self._settle_hold(is_pause=False)
        samples = self._decoder.decode(waiting.packet.payload)
        self._sequence, self._concealed = waiting.sequence, 0
        self._media = (self._media or 0) + FRAME_SAMPLES
        self.counts.played += 1
        if abs(excess_s) > OFF_S:
            period = find_period(samples)
            if _is_fit(period, excess_s):
                change = shorten if excess_s > 0 else lengthen
                samples = change(samples, period.lag)
        self._emit(samples)

    def _conceal(self, count: int, *, is_gap: bool) -> None:
        self._concealed += count
        if is_gap and self._concealed <= FADED_SAMPLES:
            self.counts.concealed += count / FRAME_SAMPLES
        elif is_gap:
            self.counts.faded += count / FRAME_SAMPLES
        self._emit(self._decoder.conceal(count))

    def _settle_hold(self, *, is_pause: bool) -> None:
        """Now it is known what was held for: speech that was missing, or nothing at all."""
        if not is_pause:
            heard = min(self._held, FADED_SAMPLES)
            self.counts.concealed += heard / FRAME_SAMPLES
            self.counts.faded += (self._held - heard) / FRAME_SAMPLES
        self._held = 0

    def _emit(self, samples: Samples) -> None:
        self._ready.append(samples)
        self._ready_samples += samples.size


def _is_fit(period: Period, excess_s: float) -> bool:
    similar = SIMILAR if abs(excess_s) < FAR_OFF_S else ROUGHLY_SIMILAR
    return period.lag / CLOCK_HZ < abs(excess_s) + 0.003 and (
        period.correlation > similar or period.rms < QUIET_RMS
    )
