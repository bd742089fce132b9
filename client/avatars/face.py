"""Faces: blinking, eyes that look somewhere, and a mouth that moves with the voice's level.

The mouth follows loudness only. It shows that somebody speaks, not what is said.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from client.avatars.materials import MORPH_NAMES
from client.avatars.rotation import transposed, turn, unit
from world.geometry import FloatArray

# Spontaneous blinks: about 17 a minute at rest, A. R. Bentivoglio et al., "Analysis of blink rate
# patterns in normal subjects", Movement Disorders 12 (1997); each lasts a quarter of a second.
BLINK_EVERY_S = 3.5
BLINK_S = 0.24
GLANCE_S = 1.3
SYLLABLE_HZ = 4.6  # syllables a second of fluent speech, as the opening's own rhythm
LARGEST_YAW_RAD = 0.55
LARGEST_UP_RAD = 0.30
LARGEST_DOWN_RAD = 0.45
RESTING_SMILE = 0.16
GAZE_RADII = 0.92  # an iris turns this share of the eyeball's visible radius per sine of the angle
SHAPES = {name: index for index, name in enumerate(MORPH_NAMES)}


@dataclass(frozen=True, eq=False)
class Faces:
    """Face shapes (n, 16) and how far irises are off their middle (n, 2), in eyeball radii."""

    weights: NDArray[np.float32]
    gaze: FloatArray


def express(
    now_s: float,
    seeds: NDArray[np.int64],
    head: FloatArray,
    look_m: FloatArray,
    voice_level: FloatArray,
) -> Faces:
    """Returns the faces at one instant; the same arguments always give the same faces.

    Args:
      now_s: any steadily growing time.
      seeds: (n,) so that no two people blink together.
      head: (n, 3, 3) rotations.
      look_m: (n, 3) from between the eyes to what is looked at; not finite for nothing special.
      voice_level: (n,) 0 silent to 1 loud.
    """
    n = len(seeds)
    weights = np.zeros((n, 16), np.float32)
    yaw, pitch = _eyes(now_s, seeds, head, look_m)
    lid = np.maximum(_blink(now_s, seeds), 0.55 * np.clip(-pitch - 0.05, 0, 1))
    weights[:, SHAPES["blink-left"]] = weights[:, SHAPES["blink-right"]] = lid
    weights[:, SHAPES["smile"]] = RESTING_SMILE
    _speak(weights, now_s, seeds, np.clip(voice_level, 0.0, 1.0))
    gaze = np.stack([-np.sin(yaw), np.sin(pitch)], -1) * GAZE_RADII
    return Faces(weights, gaze)


def _random(number: NDArray[np.int64], seeds: NDArray[np.int64]) -> FloatArray:
    """Returns (n,) numbers in [0, 1) that depend on the arguments alone."""
    x = np.sin(number * 12.9898 + seeds * 78.233) * 43758.5453
    return np.asarray(x - np.floor(x))


def _blink(now_s: float, seeds: NDArray[np.int64]) -> FloatArray:
    """Returns (n,) how closed the lids are; one blink falls somewhere in each period."""
    phase = now_s / BLINK_EVERY_S + (seeds * 0.618) % 1
    period = np.floor(phase).astype(np.int64)
    begin = _random(period, seeds) * (1 - BLINK_S / BLINK_EVERY_S)
    t = ((phase - period) - begin) * BLINK_EVERY_S / BLINK_S
    return np.asarray(np.where((t > 0) & (t < 1), np.sin(np.pi * np.clip(t, 0, 1)) ** 0.7, 0.0))


def _eyes(
    now_s: float, seeds: NDArray[np.int64], head: FloatArray, look_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns (n,) yaw (right above 0) and pitch of the eyes in the head."""
    number = np.floor(now_s / GLANCE_S + (seeds * 0.37) % 1).astype(np.int64)
    idle_yaw = (_random(number, seeds + 3) - 0.5) * 0.16
    idle_pitch = (_random(number, seeds + 5) - 0.55) * 0.08
    is_looking = np.asarray(np.isfinite(look_m).all(-1))
    way = unit(turn(transposed(head), np.where(is_looking[:, None], look_m, [0.0, 1.0, 0.0])))
    ahead = np.maximum(way[:, 1], 0.15)
    yaw = np.where(is_looking, np.arctan2(way[:, 0], ahead) + idle_yaw * 0.15, idle_yaw)
    pitch = np.arctan2(way[:, 2], np.hypot(way[:, 0], ahead)) + idle_pitch * 0.15
    pitch = np.where(is_looking, pitch, idle_pitch)
    return (
        np.clip(yaw, -LARGEST_YAW_RAD, LARGEST_YAW_RAD),
        np.clip(pitch, -LARGEST_DOWN_RAD, LARGEST_UP_RAD),
    )


def _speak(
    weights: NDArray[np.float32], now_s: float, seeds: NDArray[np.int64], level: FloatArray
) -> None:
    """Opens the mouth by the level and changes its shape from syllable to syllable."""
    beat = now_s * SYLLABLE_HZ + seeds * 0.41
    number = np.floor(beat).astype(np.int64)
    within = beat - number
    pulse = 0.55 + 0.45 * np.sin(np.pi * within)
    opening = np.minimum(1.0, np.sqrt(level) * 1.15) * pulse
    shapes = ("aa", "e", "o", "i", "u")
    pick = np.floor(_random(number, seeds) * len(shapes)).astype(np.int64)
    before = np.floor(_random(number - 1, seeds) * len(shapes)).astype(np.int64)
    fade = np.clip(within / 0.35, 0, 1)
    for index, shape in enumerate(shapes):
        share = (pick == index) * fade + (before == index) * (1 - fade)
        weights[:, SHAPES[shape]] = opening * share * 0.8
    weights[:, SHAPES["aa"]] += opening * 0.25
    weights[:, SHAPES["brows-up"]] = 0.30 * np.clip(level - 0.35, 0, 1)
