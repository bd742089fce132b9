"""Where hands are: held where they are tracked, else hanging at the side or resting on the lap.

A tracked hand is an OpenXR grip pose in the clinic's axes: unturned, it hangs with the thumb ahead
and the palm towards the body, so that fingers = -z, thumb = +y, left palm = +x, right palm = -x
(OpenXR 1.0 specification, section 6.3.1, "grip" pose).
"""

import numpy as np

from client.avatars.rotation import UP, frame, turn, unit
from client.avatars.skeleton import FingerLevel, Skeleton
from world.geometry import FloatArray

WRIST_TO_GRIP_M = 0.078  # wrist joint to the middle of the palm on the reference body
WRIST_OVER_THIGH_M = 0.032
RELAXED_CURL: FloatArray = np.array([0.35, 0.30, 0.36, 0.42, 0.48])
HELD_CURL: FloatArray = np.array([0.25, 0.20, 0.24, 0.28, 0.32])
SIDES: FloatArray = np.array([-1.0, 1.0])


def grip_frames(rotation: FloatArray) -> FloatArray:
    """Returns hand frames (fingers, thumb's side, palm) of grip rotations: (n, 2, 3, 3)."""
    fingers = -rotation[..., 2]
    palm = -rotation[..., 0] * SIDES[:, None]
    return frame(fingers, palm)


def wrists_of(grip_m: FloatArray, frames: FloatArray, stature: FloatArray) -> FloatArray:
    """Returns (n, 2, 3) the wrists behind the grip points."""
    return np.asarray(grip_m - frames[..., 0] * (WRIST_TO_GRIP_M * stature)[:, None, None])


def hanging(
    skeleton: Skeleton, heading: FloatArray, shoulder_m: FloatArray, swing_rad: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns wrists and hand frames of arms that hang and swing.

    Args:
      skeleton: of n people.
      heading: (n, 3, 3) of the hips.
      shoulder_m: (n, 2, 3).
      swing_rad: (n, 2) forward is above 0.
    """
    right, ahead = heading[:, None, :, 0], heading[:, None, :, 1]
    length = (skeleton.arms.upper_m + skeleton.arms.lower_m) * 0.965
    c, s = np.cos(swing_rad)[..., None], np.sin(swing_rad)[..., None]
    outward = right * SIDES[:, None]
    down = unit(-UP * c + ahead * (s + 0.06) + outward * 0.125)
    wrist = shoulder_m + length[..., None] * down
    fingers = unit(-UP * c + ahead * (s + 0.20) + outward * 0.02)
    return wrist, frame(fingers, -outward - 0.35 * ahead)


def resting(
    heading: FloatArray, hip_m: FloatArray, knee_m: FloatArray, thigh_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns wrists and hand frames of hands on the thighs, `thigh_m` over the bones."""
    right, ahead = heading[:, None, :, 0], heading[:, None, :, 1]
    over = UP * (thigh_m + WRIST_OVER_THIGH_M)[:, None, None]
    inward = -right * SIDES[:, None]
    wrist = hip_m + (knee_m - hip_m) * 0.50 + over + inward * 0.010
    fingers = unit(ahead * 0.86 + inward * 0.40 - UP * 0.20)
    return wrist, frame(fingers, -UP + inward * 0.25)


def blended(
    start: tuple[FloatArray, FloatArray], end: tuple[FloatArray, FloatArray], share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns wrists and frames between two such pairs, by (n, 2) shares of the second."""
    eased = (share * share * (3 - 2 * share))[..., None]
    wrist = start[0] + (end[0] - start[0]) * eased
    fingers = start[1][..., 0] * (1 - eased) + end[1][..., 0] * eased
    palm = start[1][..., 2] * (1 - eased) + end[1][..., 2] * eased
    return wrist, frame(fingers, palm)


def curled(
    level: FingerLevel, held_up: FloatArray, sitting: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns the axes and angles by which the finger bones of one depth are curled."""
    share = np.maximum(held_up, sitting[:, None])[:, level.side]
    curl = RELAXED_CURL[level.digit] * (1 - share) + HELD_CURL[level.digit] * share
    return level.axes, curl * level.curl_rad


def shoulders_follow(
    girdle: FloatArray, arm_m: FloatArray, way_m: FloatArray, reach_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns the directions of collar bones before and after they follow the hand a little.

    Args:
      girdle: (n, 3, 3) rotation of the chest.
      arm_m: (n, 2, 3) from the collar bone's root to the shoulder at rest.
      way_m: (n, 2, 3) from the collar bone's root to the hand.
      reach_m: (n, 2) length of the arm.
    """
    at_rest = turn(girdle[:, None], arm_m)
    far = np.clip(np.linalg.norm(way_m, axis=-1) / reach_m, 0.4, 1.15)
    return at_rest, unit(at_rest) + 0.26 * (far[..., None] - 0.4) * unit(way_m)
