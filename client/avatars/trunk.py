"""Hips and spine: a trunk that carries the head where it is and bends as little as it can."""

from dataclasses import dataclass

import numpy as np

from client.avatars.rotation import (
    UP,
    about,
    about_up,
    axis_between,
    dot,
    part_of,
    transposed,
    turn,
)
from client.avatars.skeleton import Skeleton
from client.avatars.stance import Stance
from world.geometry import FloatArray

LEAN_RAD_PER_M = 1.6  # how far a head below its standing height is leaning rather than crouching
LARGEST_LEAN_RAD = 0.9
RISE_M = 0.012  # hips rise this much over rest before a head is simply too high
LOWEST_HIPS_M = 0.22
SPINE_SHARES = (0.36, 0.70, 1.0)
CHEST_TURN = 0.30  # share of the head's turn that the chest takes
LARGEST_CHEST_TURN_RAD = 0.5
ROUNDS = 2


@dataclass(frozen=True, eq=False)
class Trunk:
    """Rotations and places of hips, spine and neck: (n, 3, 3) and (n, 3) each."""

    hips: FloatArray
    hips_m: FloatArray
    spine: list[FloatArray]
    spine_m: list[FloatArray]
    neck: FloatArray
    neck_m: FloatArray
    head: FloatArray
    head_m: FloatArray

    @property
    def chest(self) -> FloatArray:
        """The rotation of the uppermost spine bone."""
        return self.spine[-1]


def pose_trunk(
    skeleton: Skeleton,
    eye_m: FloatArray,
    head: FloatArray,
    stance: Stance,
    hips_seat_m: FloatArray,
) -> Trunk:
    """Returns the trunk under each head.

    Args:
      skeleton: of n people.
      eye_m: (n, 3) where the eyes should be.
      head: (n, 3, 3).
      stance: how the hips are turned and who sits.
      hips_seat_m: (n, 3) where the hips are while sitting.
    """
    yaw_rad, sitting = stance.yaw_rad, stance.sitting
    rest, local = skeleton.rest_m, skeleton.local_m
    heading = about_up(yaw_rad)
    head_turn = np.arctan2(-head[:, 0, 1], head[:, 1, 1]) - yaw_rad
    head_turn = (head_turn + np.pi) % (2 * np.pi) - np.pi
    twist = np.clip(CHEST_TURN * head_turn, -LARGEST_CHEST_TURN_RAD, LARGEST_CHEST_TURN_RAD)
    upright = about_up(yaw_rad + twist)
    neck = np.matmul(upright, part_of(np.matmul(transposed(upright), head), 0.5))
    head_rest = rest[:, skeleton.head]
    target = eye_m - turn(head, skeleton.eye_m - head_rest)
    target = target - turn(neck, local[:, skeleton.head])
    standing_m, lean = _standing_hips(skeleton, target, heading)
    hips_m = standing_m + (hips_seat_m - standing_m) * sitting[:, None]
    right = heading[:, :, 0]
    hips = np.matmul(about(right, -0.35 * lean * (1 - sitting)), heading)
    aim = target
    for _ in range(ROUNDS):
        spine, spine_m, neck_m = _bent(skeleton, hips, hips_m, (yaw_rad, twist), aim)
        missed = target - neck_m
        aim = aim + missed * sitting[:, None]
        hips_m = _lowered(skeleton, hips_m + missed * (1 - sitting)[:, None])
    spine, spine_m, neck_m = _bent(skeleton, hips, hips_m, (yaw_rad, twist), aim)
    head_m = neck_m + turn(neck, local[:, skeleton.head])
    return Trunk(hips, hips_m, spine, spine_m, neck, neck_m, head, head_m)


def _standing_hips(
    skeleton: Skeleton, neck_m: FloatArray, heading: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns (n, 3) hips under and behind a leaning neck, and (n,) how far it leans."""
    rest = skeleton.rest_m
    spine = rest[:, skeleton.neck] - rest[:, skeleton.pelvis]
    length = np.sqrt(dot(spine, spine))
    drop = np.maximum(rest[:, skeleton.neck, 2] - neck_m[:, 2], 0)
    lean = np.minimum(drop * LEAN_RAD_PER_M, LARGEST_LEAN_RAD)
    slant = np.arctan2(spine[:, 1], spine[:, 2]) + lean
    back = heading[:, :, 1] * (length * np.sin(slant))[:, None]
    hips = neck_m - back - UP * (length * np.cos(slant))[:, None]
    return _lowered(skeleton, hips), lean


def _lowered(skeleton: Skeleton, hips_m: FloatArray) -> FloatArray:
    highest = skeleton.rest_m[:, skeleton.pelvis, 2] + RISE_M
    height = np.clip(hips_m[:, 2], LOWEST_HIPS_M, highest)
    return np.concatenate([hips_m[:, :2], height[:, None]], axis=1)


def _bent(
    skeleton: Skeleton,
    hips: FloatArray,
    hips_m: FloatArray,
    yaw_and_twist: tuple[FloatArray, FloatArray],
    aim_m: FloatArray,
) -> tuple[list[FloatArray], list[FloatArray], FloatArray]:
    """Returns rotations and places of the spine that points its end at the aim, and that end."""
    yaw_rad, twist = yaw_and_twist
    rest, local = skeleton.rest_m, skeleton.local_m
    base = hips_m + turn(hips, local[:, skeleton.spine[0]])
    straight = rest[:, skeleton.neck] - rest[:, skeleton.spine[0]]
    axis, angle = axis_between(turn(about_up(yaw_rad + twist), straight), aim_m - base)
    rotations: list[FloatArray] = []
    places: list[FloatArray] = []
    rotation, place = hips, hips_m
    for number, bone in enumerate(skeleton.spine):
        place = place + turn(rotation, local[:, bone])
        share = SPINE_SHARES[number]
        upright = about_up(yaw_rad + twist * share)
        rotation = np.matmul(about(axis, angle * share), upright)
        rotations.append(rotation)
        places.append(place)
    return rotations, places, place + turn(rotation, local[:, skeleton.neck])
