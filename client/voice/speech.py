"""Speech from a WAV file, as samples that a bot can say."""

import wave
from pathlib import Path

import numpy as np

from client.voice.opus import Samples
from world.protocol.rtp import CLOCK_HZ


def load_speech(path: Path) -> Samples:
    """Returns a mono 16-bit WAV file at 48 kHz.

    Args:
      path: at a rate that divides 48 kHz.

    Raises:
      ValueError: if it is of another form.
    """
    with wave.open(str(path)) as file:
        form = file.getnchannels(), file.getsampwidth()
        rate_hz = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    if form != (1, 2) or CLOCK_HZ % rate_hz:
        raise ValueError(f"{path.name} has {form[0]} channels at {rate_hz} Hz, expected mono")
    return upsample(samples.astype(np.int16), CLOCK_HZ // rate_hz)


def upsample(samples: Samples, factor: int) -> Samples:
    """Returns the samples at `factor` times the rate, by a windowed sinc.

    Args:
      samples: (n,).
      factor: whole, 1 or more.

    Returns:
      (n * factor,), without delay.
    """
    if factor == 1:
        return samples
    half = 16 * factor
    at = np.arange(-half, half + 1) / factor
    kernel = np.sinc(at) * np.hanning(at.size)
    spread = np.zeros(samples.size * factor)
    spread[::factor] = samples
    smooth = np.convolve(spread, kernel, "same")
    return np.clip(np.round(smooth), -32_768, 32_767).astype(np.int16)
