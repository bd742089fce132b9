"""Opus (RFC 6716) through the libopus that the `av` package carries, by ctypes.

PyAV's own codec wrapper has no DTX, no forward error correction and no concealment, so the
library is called directly. This is the one module that knows its C interface.
"""

import ctypes
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from world.errors import ConfigurationError
from world.protocol.rtp import CLOCK_HZ, FRAME_SAMPLES

Samples: TypeAlias = NDArray[np.int16]

BITRATE_BIT_PER_S = 24_000
COMPLEXITY = 5
LEAST_LOSS_PERCENT, MOST_LOSS_PERCENT = 10, 30
"""Below 10 % of expected loss libopus puts no error correction into speech at this rate."""

DTX_BYTES = 2
"""A packet of at most so many bytes says "still silent" and is not sent (RFC 6716 2.1.9)."""

MAX_PACKET_BYTES = 1275

# opus_defines.h
_APPLICATION_VOIP, _SIGNAL_VOICE = 2048, 3001
_SET_BITRATE, _SET_COMPLEXITY, _SET_INBAND_FEC = 4002, 4010, 4012
_SET_PACKET_LOSS_PERCENT, _SET_DTX, _SET_SIGNAL = 4014, 4016, 4024
_RESET_STATE = 4028


class Encoder:
    """Mono speech to packets of 20 ms, with error correction and silence detection."""

    def __init__(self) -> None:
        library, error = _library(), ctypes.c_int()
        self._library = library
        self._state = ctypes.c_void_p(
            library.opus_encoder_create(CLOCK_HZ, 1, _APPLICATION_VOIP, ctypes.byref(error))
        )
        _check(error.value)
        self._buffer = ctypes.create_string_buffer(MAX_PACKET_BYTES)
        for request, value in (
            (_SET_BITRATE, BITRATE_BIT_PER_S),
            (_SET_COMPLEXITY, COMPLEXITY),
            (_SET_SIGNAL, _SIGNAL_VOICE),
            (_SET_DTX, 1),
            (_SET_INBAND_FEC, 1),
            (_SET_PACKET_LOSS_PERCENT, LEAST_LOSS_PERCENT),
        ):
            self._control(request, value)

    def encode(self, samples: Samples) -> bytes:
        """Returns the packet of one frame; empty if silence need not be sent.

        Args:
          samples: (960,).
        """
        if samples.shape != (FRAME_SAMPLES,):
            raise ValueError(f"a frame has shape {samples.shape}, expected ({FRAME_SAMPLES},)")
        samples = np.ascontiguousarray(samples, np.int16)
        size: int = self._library.opus_encode(
            self._state,
            samples.ctypes.data_as(ctypes.c_void_p),
            FRAME_SAMPLES,
            self._buffer,
            MAX_PACKET_BYTES,
        )
        _check(min(size, 0))
        return self._buffer.raw[:size] if size > DTX_BYTES else b""

    def expect_loss(self, percent: float) -> None:
        """Adapts the error correction to the loss that listeners report."""
        bounded = max(LEAST_LOSS_PERCENT, min(MOST_LOSS_PERCENT, round(percent)))
        self._control(_SET_PACKET_LOSS_PERCENT, bounded)

    def reset(self) -> None:
        """Forgets what was said before, so that nothing of it leaks into the next packet."""
        _check(self._library.opus_encoder_ctl(self._state, _RESET_STATE))

    def _control(self, request: int, value: int) -> None:
        _check(self._library.opus_encoder_ctl(self._state, request, ctypes.c_int(value)))

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_encoder_destroy(self._state)


class Decoder:
    """Packets of 20 ms to mono speech; a damaged packet is silence, never an error."""

    def __init__(self) -> None:
        library, error = _library(), ctypes.c_int()
        self._library = library
        self._state = ctypes.c_void_p(library.opus_decoder_create(CLOCK_HZ, 1, ctypes.byref(error)))
        _check(error.value)

    def decode(self, payload: bytes) -> Samples:
        """Returns the (960,) samples of a packet."""
        return self._run(payload, FRAME_SAMPLES, 0)

    def recover(self, next_payload: bytes) -> Samples:
        """Returns the (960,) samples of a lost packet, from the copy in the packet after it."""
        return self._run(next_payload, FRAME_SAMPLES, 1)

    def conceal(self, count: int) -> Samples:
        """Returns (count,) samples that go on where nothing is known; a multiple of 120."""
        return self._run(None, count, 0)

    def _run(self, payload: bytes | None, count: int, recover: int) -> Samples:
        out = np.empty(count, np.int16)
        got = self._library.opus_decode(
            self._state,
            payload,
            len(payload) if payload else 0,
            out.ctypes.data_as(ctypes.c_void_p),
            count,
            recover,
        )
        return out if got == count else np.zeros(count, np.int16)

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_decoder_destroy(self._state)


def carries_correction(payload: bytes) -> bool:
    """Returns whether a packet holds a copy of the frame before it."""
    found: int = _library().opus_packet_has_lbrr(payload, len(payload))
    return found > 0


def _check(code: int) -> None:
    if code < 0:
        raise ValueError(f"libopus refused with code {code}")


@cache
def _library() -> Any:  # noqa: ANN401 -- a C library has no types
    """Returns libopus, loaded.

    Raises:
      ConfigurationError: if it is not where the `av` package puts it.
    """
    library = ctypes.CDLL(str(_path()))
    # Pointers are 64 bits wide, the default return type is not; and on arm64 the fixed arguments
    # of a variadic function must be declared for the others to be found.
    library.opus_encoder_create.restype = ctypes.c_void_p
    library.opus_decoder_create.restype = ctypes.c_void_p
    library.opus_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int]
    for name in ("opus_encoder_destroy", "opus_decoder_destroy"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
        getattr(library, name).restype = None
    return library


def _path() -> Path:
    spec = importlib.util.find_spec("av")
    if spec is None or spec.origin is None:
        raise ConfigurationError("the package av, which carries libopus, is not installed")
    package = Path(spec.origin).parent
    for folder in (package.parent / "av.libs", package / ".dylibs", package):
        for path in sorted(folder.glob("*opus*")):
            if path.name.lower().startswith(("libopus", "opus")):
                return path
    raise ConfigurationError(f"libopus is not beside the package av in {package.parent.name}")
