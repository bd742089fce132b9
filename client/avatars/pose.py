"""Whole bodies from a head and two hands: every bone of n people in one batch.

The result depends on the arguments alone; `now_s` only breathes. Places are in the room's frame, and
what is returned is relative to `origin_m`, the floor point under each head. People keep their own
stature: heights and reaches of the person who acts are scaled to the body that is shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from client.avatars import hands
from client.avatars.limbs import bone_rotations, elbow_direction, reach
from client.avatars.rotation import (
    UP,
    about,
    about_up,
    axis_between,
    axis_of,
    dot,
    from_quaternion,
    transposed,
    turn,
)
from client.avatars.skeleton import Skeleton
from client.avatars.stance import Movement, Stance, lift
from client.avatars.trunk import Trunk, pose_trunk
from world.geometry import FloatArray

STANDING_EYE_M = 1.6
SEATED_EYE_M = 1.2
SEAT_M = 0.45  # height of a chair's seat
HIPS_OVER_SEAT_M = 0.085
REFERENCE_EYE_M = 1.55  # eye height of the body on which distances were chosen
BREATH_HZ = 0.25  # 15 breaths a minute, quiet breathing of an adult
BREATH_RAD = 0.007
ARM_SWING_PER_M = 0.85
HEEL_FROM_M = 0.10
HEEL_RAD_PER_M = 2.3
LARGEST_HEEL_RAD = 0.85


@dataclass(frozen=True, eq=False)
class PoseBatch:
    """What is known of n people at one instant, in the room's frame.

    Attributes:
      head_m: (n, 3) between the eyes; head: (n, 4) rotation.
      hand_m: (n, 2, 3) left and right grip relative to head_m, in the room's axes.
      hand: (n, 2, 4) grip rotations in the room's axes.
      is_tracked: (n, 2) whether a hand's pose is known.
      is_seated: (n,).
      seat_m: (n, 3) floor point under the hips, seat_yaw_rad: (n,); read where is_seated.
      velocity_m_per_s: (n, 3).
    """

    head_m: FloatArray
    head: FloatArray
    hand_m: FloatArray
    hand: FloatArray
    is_tracked: NDArray[np.bool_]
    is_seated: NDArray[np.bool_]
    seat_m: FloatArray
    seat_yaw_rad: FloatArray
    velocity_m_per_s: FloatArray


@dataclass(frozen=True, eq=False)
class Posed:
    """What is drawn.

    Attributes:
      origin_m: (n, 3) floor points that the rest is relative to.
      palette: (n, 53, 3, 4) from rest to posed.
      joints_m: (n, 53, 3); rotations: (n, 53, 3, 3).
      eye_m: (n, 3) in the room's frame, where this body's eyes are.
    """

    origin_m: FloatArray
    palette: NDArray[np.float32]
    joints_m: FloatArray
    rotations: FloatArray
    eye_m: FloatArray


def movement_of(skeleton: Skeleton, batch: PoseBatch) -> Movement:
    """Returns what the stance needs to know of the batch."""
    head = from_quaternion(batch.head)
    yaw = _heading_of(head)
    seated = batch.is_seated
    ahead = np.stack([-np.sin(yaw), np.cos(yaw)], -1)
    drop = np.clip(STANDING_EYE_M - batch.head_m[:, 2], 0, 0.6)
    under = batch.head_m[:, :2] - ahead * (0.10 + 0.45 * drop)[:, None]
    return Movement(
        center_m=np.where(seated[:, None], batch.seat_m[:, :2], under),
        yaw_rad=np.where(seated, batch.seat_yaw_rad, yaw),
        velocity_m_per_s=np.where(seated[:, None], 0.0, batch.velocity_m_per_s[:, :2]),
        is_seated=seated,
        is_tracked=batch.is_tracked,
        stature=skeleton.eye_m[:, 2] / REFERENCE_EYE_M,
    )


def solve(skeleton: Skeleton, batch: PoseBatch, stance: Stance, now_s: float) -> Posed:
    """Returns every bone of every body."""
    head = from_quaternion(batch.head)
    origin = batch.head_m * [1.0, 1.0, 0.0]
    stature = skeleton.eye_m[:, 2] / REFERENCE_EYE_M
    scale = skeleton.eye_m[:, 2] / STANDING_EYE_M
    heading = about_up(stance.yaw_rad)
    hips_seat = batch.seat_m - origin
    hips_seat = hips_seat * [1, 1, 0] + UP * (SEAT_M + HIPS_OVER_SEAT_M * stature)[:, None]
    eye = _shown_eye(skeleton, batch, stance, now_s)
    trunk = pose_trunk(skeleton, eye, head, stance.yaw_rad, hips_seat, stance.sitting)
    n = len(skeleton)
    places = np.zeros((n, len(skeleton.bones), 3))
    turns = np.tile(np.eye(3), (n, len(skeleton.bones), 1, 1))
    _write_trunk(skeleton, trunk, places, turns)
    _pose_legs(skeleton, trunk, stance, batch, places, turns)
    swing = _arm_swing(stance, trunk, origin, heading)
    held = eye[:, None] + batch.hand_m * scale[:, None, None]
    _pose_arms(skeleton, heading, stance, (swing, stature), held, batch.hand, places, turns)
    palette = np.empty((n, len(skeleton.bones), 3, 4), np.float32)
    palette[..., :3] = turns
    palette[..., 3] = places - turn(turns, skeleton.rest_m)
    shown = trunk.head_m + turn(head, skeleton.eye_m - skeleton.rest_m[:, skeleton.head])
    return Posed(origin, palette, places, turns, shown + origin)


def _heading_of(head: FloatArray) -> FloatArray:
    """Returns (n,) where each head looks seen from above; its crown decides when it looks down."""
    ahead, crown = head[:, :2, 1], head[:, :2, 2]
    blend = ahead - crown * np.sign(head[:, 2, 1])[:, None] * head[:, 2, 1:2] ** 2
    return np.arctan2(-blend[:, 0], blend[:, 1])


def _shown_eye(skeleton: Skeleton, batch: PoseBatch, stance: Stance, now_s: float) -> FloatArray:
    """Returns (n, 3) where the eyes of the shown body should be, relative to the origin."""
    own = skeleton.eye_m[:, 2]
    sitting_height = own - skeleton.rest_m[:, skeleton.pelvis, 2] + SEAT_M
    sitting_height = sitting_height + HIPS_OVER_SEAT_M * own / REFERENCE_EYE_M
    ratio = own / STANDING_EYE_M * (1 - stance.sitting)
    ratio = ratio + sitting_height / SEATED_EYE_M * stance.sitting
    breath = 0.0015 * np.sin(2 * np.pi * BREATH_HZ * now_s + np.arange(len(own)) * 1.7)
    return np.asarray(UP * (batch.head_m[:, 2] * ratio + breath)[:, None])


def _write_trunk(skeleton: Skeleton, trunk: Trunk, places: FloatArray, turns: FloatArray) -> None:
    places[:, skeleton.pelvis], turns[:, skeleton.pelvis] = trunk.hips_m, trunk.hips
    for bone, place, rotation in zip(skeleton.spine, trunk.spine_m, trunk.spine, strict=True):
        places[:, bone], turns[:, bone] = place, rotation
    places[:, skeleton.neck], turns[:, skeleton.neck] = trunk.neck_m, trunk.neck
    places[:, skeleton.head], turns[:, skeleton.head] = trunk.head_m, trunk.head


def _pose_legs(  # noqa: PLR0913 - writes into the two shared arrays
    skeleton: Skeleton,
    trunk: Trunk,
    stance: Stance,
    batch: PoseBatch,
    places: FloatArray,
    turns: FloatArray,
) -> None:
    legs, local = skeleton.legs, skeleton.local_m
    hip = trunk.hips_m[:, None] + turn(trunk.hips[:, None], local[:, legs.root])
    heading = about_up(stance.foot_yaw_rad)
    ankle, foot = _ankles(skeleton, trunk, stance, batch, heading)
    seat_ankle = _seated_ankles(skeleton, stance, hip)
    sitting = stance.sitting[:, None, None]
    ankle = ankle + (seat_ankle - ankle) * sitting
    outward = heading[..., 0] * hands.SIDES[:, None]
    knee_way = heading[..., 1] + outward * (0.10 + 0.10 * sitting) + UP * 0.15
    knee, ankle, normal = reach(legs, hip, ankle, knee_way)
    upper, lower = bone_rotations(legs, hip, knee, ankle, normal)
    for bones, place, rotation in (
        (legs.root, hip, upper),
        (legs.hinge, knee, lower),
        (legs.end, ankle, foot),
    ):
        places[:, bones], turns[:, bones] = place, rotation
    toes = skeleton.toes
    places[:, toes] = ankle + turn(foot, local[:, toes])
    turns[:, toes] = heading


def _ankles(
    skeleton: Skeleton, trunk: Trunk, stance: Stance, batch: PoseBatch, heading: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns ankles and foot rotations of a standing body; a foot left behind lifts its heel."""
    origin, legs = batch.head_m[:, None, :2], skeleton.legs
    rest, to_ball = skeleton.rest_m[:, legs.end], skeleton.local_m[:, skeleton.toes]
    flat = np.concatenate([stance.foot_m - origin, rest[..., 2:]], axis=-1)
    behind = trunk.hips_m[:, None, :2] - flat[..., :2]
    behind_m = np.einsum("nsi,nsi->ns", behind, heading[..., :2, 1])
    planted = smooth(np.clip((behind_m - HEEL_FROM_M) * HEEL_RAD_PER_M, 0, LARGEST_HEEL_RAD))
    speed = np.linalg.norm(batch.velocity_m_per_s[:, :2], axis=-1)
    height = lift(stance, speed)
    swinging = np.cos(np.pi * stance.swing) * 0.45 * np.minimum(speed, 1.2)[:, None]
    is_swinging = stance.swing < 1
    pitch = np.where(is_swinging, np.where(swinging > 0, swinging, swinging * 0.4), planted)
    pitch = pitch * (1 - stance.sitting)[:, None]
    foot = np.matmul(about(-heading[..., 0], pitch), heading)
    ankle = flat + turn(heading, to_ball) - turn(foot, to_ball)
    toes_down = np.where(is_swinging, height, 0.0)
    return ankle + UP * toes_down[..., None], foot


def smooth(angle: FloatArray) -> FloatArray:
    """Returns the angle with a soft start: x^2 / (x + 0.15)."""
    return np.asarray(angle * angle / (angle + 0.15))


def _seated_ankles(skeleton: Skeleton, stance: Stance, hip: FloatArray) -> FloatArray:
    heading = about_up(stance.yaw_rad)
    ahead = heading[:, None, :, 1]
    outward = heading[:, None, :, 0] * hands.SIDES[:, None]
    ankle = hip + ahead * (skeleton.legs.upper_m * 0.98)[..., None] + outward * 0.045
    height = skeleton.rest_m[:, skeleton.legs.end, 2:]
    return np.concatenate([ankle[..., :2], height], axis=-1)


def _arm_swing(stance: Stance, trunk: Trunk, origin: FloatArray, heading: FloatArray) -> FloatArray:
    """Returns (n, 2) how far each arm swings: with the opposite foot."""
    away = stance.foot_m - (trunk.hips_m + origin)[:, None, :2]
    ahead = np.einsum("nsi,ni->ns", away, heading[:, :2, 1])
    swing = np.clip(ahead[:, ::-1] * ARM_SWING_PER_M, -0.45, 0.45)
    return np.asarray(swing * (1 - stance.sitting)[:, None])


def _pose_arms(  # noqa: PLR0913 - writes into the two shared arrays
    skeleton: Skeleton,
    heading: FloatArray,
    stance: Stance,
    swing_and_stature: tuple[FloatArray, FloatArray],
    grip_m: FloatArray,
    grip: FloatArray,
    places: FloatArray,
    turns: FloatArray,
) -> None:
    swing, stature = swing_and_stature
    arms, local = skeleton.arms, skeleton.local_m
    chest, chest_m = turns[:, skeleton.spine[-1]], places[:, skeleton.spine[-1]]
    collar = chest_m[:, None] + turn(chest[:, None], local[:, skeleton.clavicles])
    reach_m = arms.upper_m + arms.lower_m
    shoulder = collar + turn(chest[:, None], local[:, arms.root])
    free_m, free = hands.hanging(skeleton, heading, shoulder, swing)
    lap_m, lap = hands.resting(
        heading, places[:, skeleton.legs.root], places[:, skeleton.legs.hinge], stature
    )
    sitting = np.repeat(stance.sitting[:, None], 2, axis=1)
    free_m, free = hands.blended(free_m, free, lap_m, lap, sitting)
    held = hands.grip_frames(from_quaternion(grip))
    held_m = hands.wrists_of(grip_m, held, stature)
    wrist, hand = hands.blended(free_m, free, held_m, held, stance.held_up)
    before, after = hands.shoulders_follow(chest, local[:, arms.root], wrist - collar, reach_m)
    girdle = np.matmul(about(*axis_between(before, after)), chest[:, None])
    shoulder = collar + turn(girdle, local[:, arms.root])
    elbow_way = elbow_direction(chest, shoulder, wrist)
    elbow, wrist, normal = reach(arms, shoulder, wrist, elbow_way)
    upper, lower = bone_rotations(arms, shoulder, elbow, wrist, normal)
    hand_turn = np.matmul(hand, skeleton.hand_from_rest)
    lower = _twisted(lower, hand_turn, wrist - elbow)
    for bones, place, rotation in (
        (skeleton.clavicles, collar, girdle),
        (arms.root, shoulder, upper),
        (arms.hinge, elbow, lower),
        (arms.end, wrist, hand_turn),
    ):
        places[:, bones], turns[:, bones] = place, rotation
    for level in skeleton.fingers:
        above = skeleton.parents[level.bones]
        places[:, level.bones] = places[:, above] + turn(turns[:, above], local[:, level.bones])
        axes, angles = hands.curled(level, stance.held_up)
        turns[:, level.bones] = np.matmul(turns[:, above], about(axes, angles))


def _twisted(lower: FloatArray, hand: FloatArray, along_m: FloatArray) -> FloatArray:
    """Returns the forearms with half of the hand's twist, as radius and ulna do it."""
    axis, angle = axis_of(np.matmul(hand, transposed(lower)))
    along = along_m / np.sqrt(dot(along_m, along_m))[..., None]
    twist = 2 * np.arctan2(np.sin(angle / 2) * dot(axis, along), np.cos(angle / 2))
    return np.matmul(about(along, np.clip(twist * 0.5, -1.2, 1.2)), lower)
