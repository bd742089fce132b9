"""Where sound comes from and goes to: the seam, and devices that need no sound card.

Rules:
* A device calls back; the callback must not block, and may run in a thread of its own.
* All times are of `time.perf_counter`, which is fine enough for sound on every system.
* All sound is 48 kHz: 960 mono samples of 16 bits in a frame in, 480 stereo floats in a block out.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np

from client.voice.opus import Samples
from client.voice.receive import BLOCK_SAMPLES
from client.voice.spatial import Sound
from world.errors import ClinicError
from world.protocol.rtp import CLOCK_HZ, FRAME_SAMPLES

Deliver = Callable[[Samples], None]
"""Takes the next frame, (960,)."""

Render = Callable[[float], Sound]
"""Returns the block, (480, 2), to be played from that time on."""

MAX_BEHIND_S = 0.2
MAX_QUEUED_S = 60.0


class DeviceUnavailable(ClinicError):
    """There is no such sound device, or it cannot be opened; the text says what to do."""


class DeviceDenied(DeviceUnavailable):
    """The system does not let this program use the device."""


class AudioInput(Protocol):
    """A microphone, or what stands in for one."""

    def start(self, deliver: Deliver) -> None:
        """Begins to deliver frames.

        Raises:
          DeviceUnavailable: if there is no device.
        """

    def stop(self) -> None:
        """Ends the delivery; may be called more than once."""


class AudioOutput(Protocol):
    """Headphones, or what stands in for them."""

    def start(self, render: Render) -> None:
        """Begins to ask for blocks.

        Raises:
          DeviceUnavailable: if there is no device.
        """

    def stop(self) -> None:
        """Ends the asking; may be called more than once."""


class Metronome:
    """Calls back at a fixed pace on the event loop, in the place of a sound card's clock.

    Args:
      period_s: between two beats.
      beat: told the time at which it should have come. Beats that are late by less than
        MAX_BEHIND_S are made up for, later ones are left out.
    """

    def __init__(self, period_s: float, beat: Callable[[float], None]) -> None:
        self._period_s, self._beat = period_s, beat
        self._handle: asyncio.TimerHandle | None = None
        self._due_s = 0.0

    def start(self) -> None:
        """Begins with the first beat one period from now."""
        self._due_s = time.perf_counter() + self._period_s
        self._arm()

    def stop(self) -> None:
        """Ends the beats."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _arm(self) -> None:
        wait_s = max(0.0, self._due_s - time.perf_counter())
        self._handle = asyncio.get_running_loop().call_later(wait_s, self._run)

    def _run(self) -> None:
        now_s = time.perf_counter()
        self._due_s = max(self._due_s, now_s - MAX_BEHIND_S)
        while self._due_s <= now_s and self._handle is not None:
            due_s, self._due_s = self._due_s, self._due_s + self._period_s
            self._beat(due_s)
        if self._handle is not None:
            self._arm()


class NoMicrophone:
    """An input of a machine whose sound card is not used; it never opens."""

    def start(self, deliver: Deliver) -> None:
        """Says that there is none.

        Raises:
          DeviceUnavailable: always.
        """
        del deliver
        raise DeviceUnavailable(
            "No microphone: this program was started without sound. Start it anew without "
            "--no-sound to speak."
        )

    def stop(self) -> None:
        """Does nothing."""


class SpeechSource:
    """An input that says what it is given, and is silent in between: a bot's mouth."""

    def __init__(self) -> None:
        self._frames: deque[Samples] = deque()
        self._metronome: Metronome | None = None

    @property
    def is_speaking(self) -> bool:
        """Whether something is still to be said."""
        return bool(self._frames)

    def say(self, samples: Samples) -> None:
        """Queues speech at 48 kHz.

        Raises:
          ValueError: if more than MAX_QUEUED_S would wait.
        """
        count = -(-samples.size // FRAME_SAMPLES)
        if (len(self._frames) + count) * FRAME_SAMPLES > MAX_QUEUED_S * CLOCK_HZ:
            raise ValueError(f"more than {MAX_QUEUED_S:.0f} s of speech would wait")
        padded = np.zeros(count * FRAME_SAMPLES, np.int16)
        padded[: samples.size] = samples
        self._frames.extend(padded.reshape(-1, FRAME_SAMPLES))

    def hush(self) -> None:
        """Says no more of what was queued."""
        self._frames.clear()

    def start(self, deliver: Deliver) -> None:
        """Begins to deliver a frame every 20 ms."""
        silence = np.zeros(FRAME_SAMPLES, np.int16)

        def beat(due_s: float) -> None:
            del due_s
            deliver(self._frames.popleft() if self._frames else silence)

        self.stop()
        self._metronome = Metronome(FRAME_SAMPLES / CLOCK_HZ, beat)
        self._metronome.start()

    def stop(self) -> None:
        """Falls silent; what was queued stays."""
        if self._metronome is not None:
            self._metronome.stop()
            self._metronome = None


class NullOutput:
    """An output that plays to nobody; it can keep what it played.

    Args:
      keep_s: how much of the newest sound is kept.
    """

    def __init__(self, keep_s: float = 0.0) -> None:
        blocks = int(keep_s * CLOCK_HZ / BLOCK_SAMPLES)
        self._kept: deque[tuple[float, Sound]] = deque(maxlen=blocks)
        self._metronome: Metronome | None = None

    def start(self, render: Render) -> None:
        """Begins to ask for a block every 10 ms."""

        def beat(due_s: float) -> None:
            self._kept.append((due_s, render(due_s)))

        self.stop()
        self._metronome = Metronome(BLOCK_SAMPLES / CLOCK_HZ, beat)
        self._metronome.start()

    def stop(self) -> None:
        """Ends the asking."""
        if self._metronome is not None:
            self._metronome.stop()
            self._metronome = None

    def kept(self) -> tuple[float, Sound]:
        """Returns when the kept sound began, and the (n, 2) sound itself."""
        if not self._kept:
            return 0.0, np.zeros((0, 2), np.float32)
        return self._kept[0][0], np.concatenate([block for _, block in self._kept])
