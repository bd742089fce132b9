"""Two bones and a hinge between them: where elbow and knee go."""

import numpy as np

from client.avatars.rotation import TINY, about, axis_between, cross, dot, frame, turn, unit
from client.avatars.skeleton import Limb
from world.geometry import FloatArray

STRETCH = 0.9985  # a limb is never quite straight, so that its bend keeps a side
SHORTEST_M = 1e-3

# An arm that points this way has its elbow that way (left arm, chest axes). Every other direction
# follows by the shortest turn, which is smooth but for the exact opposite: behind one's own
# other ear.
HOME_ARM: FloatArray = np.array([-0.42, 0.55, -0.72])
HOME_ELBOW: FloatArray = np.array([-0.55, -0.55, -0.30])


def reach(
    limb: Limb, root_m: FloatArray, end_m: FloatArray, bend_toward: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns hinge, end and bend normal; an end out of reach is drawn in along its line.

    Args:
      limb: lengths.
      root_m: (n, 2, 3).
      end_m: (n, 2, 3) where the end should be.
      bend_toward: (n, 2, 3) roughly where the hinge points.
    """
    way = end_m - root_m
    length = np.sqrt(dot(way, way))
    upper, lower = limb.upper_m, limb.lower_m
    held = np.clip(length, np.abs(upper - lower) + SHORTEST_M, (upper + lower) * STRETCH)
    along = way / np.maximum(length, TINY)[..., None]
    cosine = np.clip((upper**2 + held**2 - lower**2) / (2 * upper * held), -1, 1)
    out = bend_toward - along * dot(bend_toward, along)[..., None]
    is_flat = dot(out, out) < 1e-10
    out = unit(np.where(is_flat[..., None], cross(along, np.array([0.31, 0.89, 0.17])), out))
    sine = np.sqrt(1 - cosine**2)
    hinge = root_m + upper[..., None] * (cosine[..., None] * along + sine[..., None] * out)
    return hinge, root_m + held[..., None] * along, cross(out, along)


def bone_rotations(
    limb: Limb, root_m: FloatArray, hinge_m: FloatArray, end_m: FloatArray, normal: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns the rotations from rest of the upper and the lower bones: (n, 2, 3, 3) each."""
    upper = np.matmul(frame(hinge_m - root_m, normal), limb.upper_from_rest)
    lower = np.matmul(frame(end_m - hinge_m, normal), limb.lower_from_rest)
    return upper, lower


def elbow_direction(chest: FloatArray, shoulder_m: FloatArray, wrist_m: FloatArray) -> FloatArray:
    """Returns (n, 2, 3) where elbows point when the wrists are there.

    Args:
      chest: (n, 3, 3) rotation.
      shoulder_m: (n, 2, 3).
      wrist_m: (n, 2, 3).
    """
    mirror = np.array([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]])
    inverse = np.swapaxes(chest, -1, -2)[:, None]
    way = unit(turn(inverse, wrist_m - shoulder_m)) * mirror
    home = np.broadcast_to(unit(HOME_ARM), way.shape)
    axis, angle = axis_between(home, way)
    elbow = turn(about(axis, angle), np.broadcast_to(HOME_ELBOW, way.shape))
    return turn(chest[:, None], elbow * mirror)
