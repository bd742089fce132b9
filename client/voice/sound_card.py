"""The machine's microphone and headphones, by PortAudio; the one module that loads sounddevice.

A machine without PortAudio or without a device is normal: it raises DeviceUnavailable, and the
person goes on listening, or reading.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from client.voice.devices import Deliver, DeviceDenied, DeviceUnavailable, Render
from client.voice.receive import BLOCK_SAMPLES
from world.protocol.rtp import CLOCK_HZ, FRAME_SAMPLES

DENIED_CODES: Final = frozenset({-13, -2_147_024_891})
"""EACCES of ALSA (errno.h), and E_ACCESSDENIED of Windows (winerror.h, 0x80070005)."""
DENIED_WORDS: Final = ("permission denied", "access is denied", "not permitted")


WHAT_TO_DO: Final = {
    "microphone": "Plug one in, or close that program; then look again.",
    "loudspeaker": "Plug in headphones or loudspeakers, or close that program; then look again.",
}


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A microphone or loudspeaker of this machine; `key` opens it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class SoundDevices:
    """What there is to speak into and to hear with."""

    microphones: tuple[SoundDevice, ...]
    speakers: tuple[SoundDevice, ...]


def sound_devices() -> SoundDevices:
    """Returns the devices that are there now, none without PortAudio.

    Each is named once, as the system's usual kind of sound calls it. Nothing may be open meanwhile:
    PortAudio sees what was plugged in since only when it is started anew.
    """
    try:
        import sounddevice  # noqa: PLC0415 -- see _open
    except (ImportError, OSError):
        return SoundDevices((), ())
    inputs: dict[str, SoundDevice] = {}
    outputs: dict[str, SoundDevice] = {}
    with suppress(sounddevice.PortAudioError):
        sounddevice._terminate()  # noqa: SLF001 -- the library has no public name for it
        sounddevice._initialize()  # noqa: SLF001 -- see above
        kinds: list[dict[str, Any]] = list(sounddevice.query_hostapis())
        usual = sounddevice.default.hostapi
        for kind in sorted(kinds, key=lambda one: kinds.index(one) != usual):
            for number in kind["devices"]:
                device = sounddevice.query_devices(number)
                name = str(device["name"])
                one = SoundDevice(f"{name}, {kind['name']}", name)
                if device["max_input_channels"] > 0:
                    inputs.setdefault(name, one)
                if device["max_output_channels"] > 0:
                    outputs.setdefault(name, one)
    return SoundDevices(tuple(inputs.values()), tuple(outputs.values()))


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
            "OutputStream", self._device, 2, BLOCK_SAMPLES, "float32", on_block, "loudspeaker"
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
            f"No {what}: the sound library PortAudio is not installed on this machine. Install it "
            "(on Debian and Ubuntu the package libportaudio2), then start this program anew."
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
    except (sounddevice.PortAudioError, ValueError) as error:
        if is_denied(error.args):
            raise DeviceDenied(
                f"No {what}: your system does not allow it. Allow it in your system's privacy "
                "settings, then look again."
            ) from None
        raise DeviceUnavailable(
            f"No {what}: none is connected, or another program keeps it for itself. "
            f"{WHAT_TO_DO[what]}"
        ) from None
    return stream


def is_denied(told: tuple[Any, ...]) -> bool:
    """Tells whether PortAudio's error is the system's no, where the system says so at all.

    Args:
      told: a PortAudioError's arguments: text, code, and the host's own (kind, code, text).
    """
    text = " ".join(str(part) for part in told).lower()
    codes = {part[1] for part in told if isinstance(part, tuple) and len(part) > 1}
    return bool(codes & DENIED_CODES) or any(words in text for words in DENIED_WORDS)
