"""How loud a voice arrives, how far it carries, and which voices a listener gets.

Rules:

* Sound ends at the walls: a plan is made of the people of one room. A door, open or not, lets no
  sound through; a knock is an event and no sound of this module.
* Only pairs that access allows are ever in a plan; nothing here can add one.
* A voice is heard within AUDIBLE_RADIUS_M and, once heard, until it is HYSTERESIS_M farther, so
  that a small step at the edge does not chop words.
* A listener gets the nearest `voices_max_n`; at equal distance (to the millimeter) the speaker
  with the lower index. Who of them speaks loudest is known where the sound is forwarded.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from world.geometry import FloatArray

BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]

REFERENCE_DISTANCE_M = 1.0
"""Distance of gain 1. Source: W3C Web Audio API, PannerNode, default of refDistance."""

ROLLOFF = 1.0
"""A free field: 6 dB a doubling. Source: as above, default of rolloffFactor."""

AUDIBLE_RADIUS_M = 7.6
"""25 feet, where the far phase of public distance begins: beyond it one addresses a crowd.

Source: E. T. Hall, The Hidden Dimension, 1966, chapter 10.
"""

HYSTERESIS_M = 0.5
"""Above the sway of a standing head and below one step; chosen, no standard."""

VOICES_MAX_N = 8
"""Voices sent to one listener at most; chosen for links of about 250 kbit/s, no standard."""

_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class AudibilityPlan:
    """Who hears whom, and how loud, at one moment.

    Attributes:
      speakers: (n, k) for each listener the indices of its speakers, the nearest first; -1
        where there are fewer.
      gains: (n, k) linear gain of each of them in (0, 1]; 0 where there is none.
      audible: (n, n) row listener, column speaker: all within reach, also those beyond the
        nearest k; pass it as `was_audible` next time.
    """

    speakers: IntArray
    gains: FloatArray
    audible: BoolArray

    def heard_by(self, listener: int) -> list[tuple[int, float]]:
        """Returns the listener's speakers with their gains, the nearest first."""
        speakers, gains = self.speakers[listener], self.gains[listener]
        kept = speakers >= 0
        return list(zip(speakers[kept].tolist(), gains[kept].tolist(), strict=True))


def attenuation(
    distance_m: FloatArray,
    reference_m: float = REFERENCE_DISTANCE_M,
    rolloff: float = ROLLOFF,
) -> FloatArray:
    """Returns the voice gain at each distance, by the inverse-distance-clamped law.

    Args:
      distance_m: any shape, listener to mouth, in metres.
      reference_m: distance of gain 1, above 0; nearer is no louder.
      rolloff: how fast gain falls, 0 or more; 1 is a free field.

    Returns:
      Same shape, linear gain in (0, 1].

    Raises:
      ValueError: if reference_m is not above 0 or rolloff is below 0.

    Source: W3C Web Audio API, PannerNode, distanceModel "inverse".
    """
    if not reference_m > 0 or not rolloff >= 0:
        raise ValueError(f"reference_m must be above 0 and rolloff not below: {reference_m=}")
    beyond_m = np.maximum(np.asarray(distance_m, float), reference_m) - reference_m
    gain: FloatArray = reference_m / (reference_m + rolloff * beyond_m)
    return gain


def within_reach(distance_m: FloatArray, was_audible: BoolArray | None = None) -> BoolArray:
    """Returns which voices carry so far, with hysteresis; a distance that is no number does not.

    Args:
      distance_m: any shape, metres.
      was_audible: same shape, the answer before; None at the beginning.
    """
    limit_m = np.full(np.shape(distance_m), AUDIBLE_RADIUS_M)
    if was_audible is not None:
        limit_m[was_audible] += HYSTERESIS_M
    reached: BoolArray = np.asarray(distance_m, float) <= limit_m
    return reached


def audibility_plan(
    positions_m: FloatArray,
    allowed: BoolArray,
    was_audible: BoolArray | None = None,
    voices_max_n: int = VOICES_MAX_N,
) -> AudibilityPlan:
    """Returns who hears whom in one room.

    Args:
      positions_m: (n, 3) heads, in metres of the room's frame.
      allowed: (n, n) row listener, column speaker, from `world.access.permitted`.
      was_audible: (n, n) of the plan before, for the same people in the same order.
      voices_max_n: most speakers of one listener, at least 1.

    Raises:
      ValueError: if the shapes do not belong together.
    """
    positions_m = np.asarray(positions_m, float).reshape(-1, 3)
    count = len(positions_m)
    shapes = {allowed.shape, (count, count) if was_audible is None else was_audible.shape}
    if shapes != {(count, count)} or voices_max_n < 1:
        raise ValueError(f"{count} positions do not fit {sorted(shapes)}, {voices_max_n=}")
    distance_m = _distances(positions_m)
    audible = within_reach(distance_m, was_audible) & allowed
    np.fill_diagonal(audible, val=False)
    speakers = _nearest(distance_m, audible, min(voices_max_n, count))
    is_none = speakers < 0
    chosen_m = np.take_along_axis(distance_m, np.where(is_none, 0, speakers), axis=1)
    gains = np.where(is_none, 0.0, attenuation(np.where(is_none, 0.0, chosen_m)))
    return AudibilityPlan(speakers, gains, audible)


def _distances(positions_m: FloatArray) -> FloatArray:
    difference = positions_m[:, None, :] - positions_m[None, :, :]
    distance_m: FloatArray = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
    return distance_m


def _nearest(distance_m: FloatArray, audible: BoolArray, voices_n: int) -> IntArray:
    """Returns (n, voices_n) indices, the nearest first, -1 for none.

    One integer holds millimeters and index, so that no two are equal and order is the same on
    every machine.
    """
    count = len(distance_m)
    millimeters = np.floor(np.where(audible, distance_m, 0.0) * 1000 + 0.5).astype(np.int64)
    keys = np.where(audible, millimeters * count + np.arange(count), _FAR)
    if 0 < voices_n < count:
        keys = np.partition(keys, voices_n - 1, axis=1)[:, :voices_n]
    keys = np.sort(keys, axis=1)
    speakers: IntArray = np.where(keys == _FAR, -1, keys % max(count, 1))
    return speakers
