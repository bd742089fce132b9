"""The machine's microphone and headphones, by PortAudio; the one module that loads sounddevice.

A machine without PortAudio or without a device is normal: it raises DeviceUnavailable, and the
person goes on listening, or reading.
"""

import time
from typing import Any

import numpy as np

from client.voice.devices import Deliver, DeviceUnavailable, Render
from client.voice.receive import BLOCK_SAMPLES
from world.protocol.rtp import CLOCK_HZ, FRAME_SAMPLES


class Microphone:
    """The microphone that the system has chosen, or the one of that name.

    Args:
      device: PortAudio's name or number of it; None is the system's choice.
    """

    def __init__(self, device: str | int | None = None) -> None:
        self._device = device
        self._stream: Any = None

    def start(self, deliver: Deliver) -> None:
        """Begins to deliver frames, from PortAudio's thread.

        Raises:
          DeviceUnavailable: if there is no microphone or it cannot be opened.
        """

        def on_frame(data: Any, frames: int, times: object, status: object) -> None:  # noqa: ANN401
            del frames, times, status
            deliver(data[:, 0].copy())

        self.stop()
        self._stream = _open(
            "InputStream", self._device, 1, FRAME_SAMPLES, "int16", on_frame, "microphone"
        )

    def stop(self) -> None:
        """Releases the microphone."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class Headphones:
    """The output that the system has chosen, or the one of that name.

    Args:
      device: PortAudio's name or number of it; None is the system's choice.
    """

    def __init__(self, device: str | int | None = None) -> None:
        self._device = device
        self._stream: Any = None

    def start(self, render: Render) -> None:
        """Begins to ask for blocks, from PortAudio's thread.

        Raises:
          DeviceUnavailable: if there is no output or it cannot be opened.
        """

        def on_block(data: Any, frames: int, times: object, status: object) -> None:  # noqa: ANN401
            del frames, times, status
            data[:] = np.clip(render(time.perf_counter()), -1.0, 1.0)

        self.stop()
        self._stream = _open(
            "OutputStream", self._device, 2, BLOCK_SAMPLES, "float32", on_block, "headphones"
        )

    def stop(self) -> None:
        """Releases the output."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _open(  # noqa: PLR0913, PLR0917 -- PortAudio's own parameters
    kind: str,
    device: str | int | None,
    channels: int,
    block: int,
    dtype: str,
    callback: Any,  # noqa: ANN401
    what: str,
) -> Any:  # noqa: ANN401
    try:
        # Loading it looks for PortAudio and raises OSError where there is none.
        import sounddevice  # noqa: PLC0415
    except (ImportError, OSError):
        raise DeviceUnavailable(
            f"No {what}: the sound library PortAudio is not installed on this machine."
        ) from None
    try:
        stream = getattr(sounddevice, kind)(
            samplerate=CLOCK_HZ,
            blocksize=block,
            device=device,
            channels=channels,
            dtype=dtype,
            latency="low",
            callback=callback,
        )
        stream.start()
    except (sounddevice.PortAudioError, ValueError):
        raise DeviceUnavailable(
            f"No {what}: none is connected, or another program keeps it for itself."
        ) from None
    return stream
