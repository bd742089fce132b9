"""What a person hears: each slot's chain, its speaker, and the place where the speaker stands.

Rules:
* Packets and the word of who speaks come by different ways. A slot's packets wait, a few at most,
  until the word is there; packets that came before it, and belong to the new speaker by their
  sequence number, are moved to the new speaker's chain.
* When a slot is freed or changes its speaker, nothing of the old voice is heard any more.
* `render` may be called from a sound card's thread; everything else from the event loop's.
"""

import threading
from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np

from client.voice.receive import BLOCK_SAMPLES, ReceiveChain
from client.voice.spatial import AHEAD, HeadPose, Placement, Sound, SpatialMixer, place
from world.geometry import Vector
from world.protocol.rtp import SILENCE_DBOV, RtpPacket, sequence_delta

MAX_EARLY_PACKETS = 25
"""Packets of a slot that wait for the word of who speaks: half a second, then the oldest goes."""


HEARD_BLOCKS = 100
"""A second of blocks of 10 ms, over which loudness is told; beyond it the oldest goes."""


class Listening:
    """All slots of one listener.

    Args:
      slots: how many voices at most.
    """

    def __init__(self, slots: int) -> None:
        self.is_mono = False
        self.volumes: dict[int, float] = {}
        self._lock = threading.Lock()
        self._mixer = SpatialMixer(slots)
        self._slots = [_Slot() for _ in range(slots)]
        self._listener = HeadPose((0.0, 0.0, 0.0))
        self._mouths: Mapping[int, Vector] = {}
        self._powers: deque[float] = deque(maxlen=HEARD_BLOCKS)

    def push(self, slot: int, packet: RtpPacket, now_s: float) -> None:
        """Takes a packet of a slot."""
        with self._lock:
            self._slots[slot].push(packet, now_s)

    def assign(self, slot: int, speaker: int | None, first_sequence: int | None) -> None:
        """Takes the word of who speaks on a slot, from a sequence number on if it is known."""
        with self._lock:
            self._slots[slot].assign(speaker, first_sequence)

    def set_poses(self, listener: HeadPose, mouths_m: Mapping[int, Vector]) -> None:
        """Takes where everybody is: the own head, and each speaker's mouth."""
        with self._lock:
            self._listener, self._mouths = listener, dict(mouths_m)

    def render(self, now_s: float) -> Sound:
        """Returns the next (480, 2) of what the person hears, left first, -1 to 1."""
        with self._lock:
            sounds = np.stack([slot.pull(now_s) for slot in self._slots])
            mixed = self._mixer.mix(sounds, [self._place(slot.speaker) for slot in self._slots])
        if self.is_mono:
            mixed = np.repeat(mixed.mean(axis=1, keepdims=True), 2, axis=1)
        self._powers.append(float(np.mean(np.square(mixed))))
        return np.clip(mixed, -1.0, 1.0)

    def heard_dbov(self) -> float:
        """Returns the root mean square of the last second, in dB below full scale."""
        powers = list(self._powers)
        power = sum(powers) / len(powers) if powers else 0.0
        return max(SILENCE_DBOV, 10 * float(np.log10(power))) if power > 0 else SILENCE_DBOV

    def chains(self) -> Sequence[tuple[int, ReceiveChain]]:
        """Returns the chain of each speaker who is heard now."""
        return [(s.speaker, s.chain) for s in self._slots if s.speaker is not None]

    def _place(self, speaker: int | None) -> Placement | None:
        if speaker is None:
            return None
        mouth_m = self._mouths.get(speaker)
        placed = AHEAD if mouth_m is None else place(self._listener, mouth_m)
        volume = self.volumes.get(speaker, 1.0)
        return Placement(placed.left_deg, placed.right_deg, placed.gain * volume)


class _Slot:
    def __init__(self) -> None:
        self.speaker: int | None = None
        self.chain = ReceiveChain()
        self._early: deque[tuple[RtpPacket, float]] = deque(maxlen=MAX_EARLY_PACKETS)

    def push(self, packet: RtpPacket, now_s: float) -> None:
        if self.speaker is None:
            self._early.append((packet, now_s))
        else:
            self.chain.push(packet, now_s)

    def assign(self, speaker: int | None, first_sequence: int | None) -> None:
        waiting = list(self._early)
        if first_sequence is not None:
            waiting += self.chain.take_from(first_sequence)
        self._early.clear()
        self.speaker, self.chain = speaker, ReceiveChain()
        for packet, now_s in waiting:
            if first_sequence is None or sequence_delta(packet.sequence, first_sequence) >= 0:
                self.push(packet, now_s)

    def pull(self, now_s: float) -> Sound:
        if self.speaker is None or self.chain.is_idle:
            return np.zeros(BLOCK_SAMPLES, np.float32)
        return self.chain.pull(now_s).astype(np.float32) / np.float32(32_768)
