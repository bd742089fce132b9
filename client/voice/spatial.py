"""Places voices around the listener's head, by the formulas of a rigid sphere.

Strategy: on a sphere each ear's filter depends only on the angle between the source and that
ear's axis. The filters are worked out once, one a degree; a block of all voices is mixed in the
frequency domain (overlap-save), and faded over one block when anything moved.

Not here: pinnae and torso, so that front and back, up and down are told apart only by moving the
head; reverberation.

Sources:
* interaural delay: R. S. Woodworth, H. Schlosberg, "Experimental Psychology", 1954, chapter 12,
  as the delay of each ear in C. P. Brown, R. O. Duda, "A structural model for binaural sound
  synthesis", IEEE Trans. Speech and Audio Processing 6(5), 1998, equation 4.
* head shadow: the same paper, equations 2 and 3 (one pole, one zero).
* distance: `world.acoustics.attenuation`, by which the server too judges loudness.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from client.voice.receive import BLOCK_SAMPLES
from world.acoustics import attenuation
from world.geometry import IDENTITY, FloatArray, Quaternion, Vector
from world.protocol.rtp import CLOCK_HZ

Sound: TypeAlias = NDArray[np.float32]

HEAD_RADIUS_M, SOUND_M_PER_S = 0.0875, 343.0
"""Brown and Duda 1998: the mean head, and air at 20 degrees C."""

LEAST_SHADOW, LEAST_ANGLE_RAD = 0.1, np.deg2rad(150.0)
"""alpha_min and theta_min of Brown and Duda 1998, equation 3."""

TAPS, FFT_SAMPLES = 128, 640
LEAD_SAMPLES = 16
"""Delay of all filters, so that none begins before its time."""

PASS_HZ, STOP_HZ = 16_000.0, 22_000.0
"""Where the filters end: Opus carries at most 12 kHz of speech at this rate."""


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Where a head is and how it is turned, in the room's frame; it looks along its own +Y."""

    position_m: Vector
    rotation: Quaternion = IDENTITY


@dataclass(frozen=True, slots=True)
class Placement:
    """How one voice sounds: the angle from each ear's axis in whole degrees, and the gain."""

    left_deg: int
    right_deg: int
    gain: float


AHEAD = Placement(90, 90, 1.0)
"""Where a voice is put whose speaker's place is not known."""


def place(listener: HeadPose, mouth_m: Vector) -> Placement:
    """Returns how a mouth at `mouth_m`, in the room's frame, sounds to the listener."""
    # The head's own +X, its right, in the room's frame.
    w, x, y, z = listener.rotation
    right = (1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y))
    distance_m = math.dist(mouth_m, listener.position_m)
    if distance_m < 1e-3:
        return AHEAD
    pairs = zip(right, mouth_m, listener.position_m, strict=True)
    to_right = sum(axis * (mouth - head) for axis, mouth, head in pairs) / distance_m
    right_deg = round(math.degrees(math.acos(max(-1.0, min(1.0, to_right)))))
    gain = float(attenuation(np.array(distance_m)))
    return Placement(180 - right_deg, right_deg, gain)


def ear_delay_s(angle_rad: FloatArray) -> FloatArray:
    """Returns how long after the nearest point of the head each ear hears a far source.

    Args:
      angle_rad: (n,) between the source and the ear's axis, 0 to pi.
    """
    angle_rad = np.asarray(angle_rad, float)
    across_s = HEAD_RADIUS_M / SOUND_M_PER_S
    lit = across_s * (1 - np.cos(angle_rad))
    shaded = across_s * (1 + angle_rad - np.pi / 2)
    delay_s: FloatArray = np.where(angle_rad < np.pi / 2, lit, shaded)
    return delay_s


def head_shadow(angle_rad: FloatArray, frequency_hz: FloatArray) -> NDArray[np.complex128]:
    """Returns the head's response at each angle and frequency: (n,) and (m,) to (n, m)."""
    half = LEAST_SHADOW / 2
    alpha = 1 + half + (1 - half) * np.cos(np.asarray(angle_rad) / LEAST_ANGLE_RAD * np.pi)
    over = 1j * np.pi * np.asarray(frequency_hz) * HEAD_RADIUS_M / SOUND_M_PER_S
    response: NDArray[np.complex128] = (1 + alpha[:, None] * over) / (1 + over)
    return response


def ear_filters() -> NDArray[np.complex64]:
    """Returns the spectra of one ear's filters at 0 to 180 degrees: (181, FFT_SAMPLES/2+1)."""
    grid = 2048
    angle_rad = np.deg2rad(np.arange(181.0))
    frequency_hz = np.fft.rfftfreq(grid, 1 / CLOCK_HZ).astype(np.float64)
    lag_s = ear_delay_s(angle_rad) + LEAD_SAMPLES / CLOCK_HZ
    phase = np.exp(-2j * np.pi * frequency_hz * lag_s[:, None])
    above = np.clip((frequency_hz - PASS_HZ) / (STOP_HZ - PASS_HZ), 0.0, 1.0)
    band = 0.5 * (1 + np.cos(np.pi * above))
    response = np.fft.irfft(head_shadow(angle_rad, frequency_hz) * phase * band, axis=-1)
    taps = response[:, :TAPS].copy()
    taps[:, -16:] *= np.linspace(1, 0, 16)
    return np.fft.rfft(taps, FFT_SAMPLES, axis=-1).astype(np.complex64)


class SpatialMixer:
    """Mixes a fixed number of mono voices into stereo, block by block.

    Args:
      voices: how many there are at most.
    """

    def __init__(self, voices: int) -> None:
        self._filters = ear_filters()
        self._history = np.zeros((voices, FFT_SAMPLES), np.float32)
        self._before: list[Placement | None] = [None] * voices
        self._rising = np.linspace(0, 1, BLOCK_SAMPLES, dtype=np.float32)

    def mix(self, sounds: Sound, placements: Sequence[Placement | None]) -> Sound:
        """Returns the next (BLOCK_SAMPLES, 2) of what the ears hear, left first.

        Args:
          sounds: (voices, BLOCK_SAMPLES), each voice at its mouth.
          placements: of each voice; None is silent, and fades out over this block.
        """
        self._history[:, :-BLOCK_SAMPLES] = self._history[:, BLOCK_SAMPLES:]
        self._history[:, -BLOCK_SAMPLES:] = sounds
        before, self._before = self._before, list(placements)
        if not any(before) and not any(placements):
            return np.zeros((BLOCK_SAMPLES, 2), np.float32)
        spectra = np.fft.rfft(self._history, axis=-1)
        new = self._filtered(spectra, placements)
        if before == self._before:
            return new
        old = self._filtered(spectra, before)
        faded: Sound = old + (new - old) * self._rising[:, None]
        return faded

    def _filtered(
        self, spectra: NDArray[np.complex128], placements: Sequence[Placement | None]
    ) -> Sound:
        ears = np.zeros((2, spectra.shape[1]), np.complex128)
        for spectrum, placement in zip(spectra, placements, strict=True):
            if placement is not None:
                ears[0] += placement.gain * self._filters[placement.left_deg] * spectrum
                ears[1] += placement.gain * self._filters[placement.right_deg] * spectrum
        sound = np.fft.irfft(ears, FFT_SAMPLES, axis=-1)[:, -BLOCK_SAMPLES:]
        return sound.T.astype(np.float32)
