"""Whole bodies from a head and two hands: every bone of n people in one batch.

The result depends on the arguments alone; `now_s` only breathes. Places are in the room's frame,
and what is returned is relative to `origin_m`, the floor point under each head. People keep their
own stature: heights and reaches of the person who acts are scaled to the body that is shown.
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
FASTEST_M_PER_S = 4.0
BREATH_HZ = 0.25  # 15 breaths a minute, quiet breathing of an adult
BREATH_M = 0.0015
ARM_SWING_PER_M = 0.85
HEEL_FROM_M = 0.10
HEEL_RAD_PER_M = 2.3
LARGEST_HEEL_RAD = 0.85
LARGEST_TWIST_RAD = 1.7  # of a hand against its elbow, pronation and supination


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
        velocity_m_per_s=np.where(seated[:, None], 0.0, _plausible(batch.velocity_m_per_s)),
        is_seated=seated,
        is_tracked=batch.is_tracked,
        stature=skeleton.eye_m[:, 2] / REFERENCE_EYE_M,
    )


def _plausible(velocity_m_per_s: FloatArray) -> FloatArray:
    """Returns (n, 2) velocities that feet can follow; others would leave their mark for good."""
    level = np.nan_to_num(velocity_m_per_s[:, :2], nan=0.0, posinf=0.0, neginf=0.0)
    return np.clip(level, -FASTEST_M_PER_S, FASTEST_M_PER_S)


def solve(skeleton: Skeleton, batch: PoseBatch, stance: Stance, now_s: float) -> Posed:
    """Returns every bone of every body."""
    head = from_quaternion(batch.head)
    origin = batch.head_m * [1.0, 1.0, 0.0]
    bones = _Bones(skeleton, batch, stance)
    hips_seat = (batch.seat_m - origin) * [1.0, 1.0, 0.0]
    hips_seat = hips_seat + UP * (SEAT_M + HIPS_OVER_SEAT_M * bones.stature)[:, None]
    eye = _shown_eye(skeleton, batch, stance, now_s)
    trunk = pose_trunk(skeleton, eye, head, stance, hips_seat)
    bones.put_trunk(trunk)
    bones.put_legs(trunk)
    bones.put_arms(trunk, eye)
    palette = np.empty((len(skeleton), len(skeleton.bones), 3, 4), np.float32)
    palette[..., :3] = bones.turns
    palette[..., 3] = bones.places_m - turn(bones.turns, skeleton.rest_m)
    shown = trunk.head_m + turn(head, skeleton.eye_m - skeleton.rest_m[:, skeleton.head])
    return Posed(origin, palette, bones.places_m, bones.turns, shown + origin)


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
    breath = BREATH_M * np.sin(2 * np.pi * BREATH_HZ * now_s + np.arange(len(own)) * 1.7)
    return np.asarray(UP * (batch.head_m[:, 2] * ratio + breath)[:, None])


class _Bones:
    """Places and rotations of all bones while they are found: trunk, then legs, then arms."""

    def __init__(self, skeleton: Skeleton, batch: PoseBatch, stance: Stance) -> None:
        self._skeleton, self._batch, self._stance = skeleton, batch, stance
        self.stature = skeleton.eye_m[:, 2] / REFERENCE_EYE_M
        self._heading = about_up(stance.yaw_rad)
        self._speed = np.linalg.norm(batch.velocity_m_per_s[:, :2], axis=-1)
        self.places_m = np.zeros((len(skeleton), len(skeleton.bones), 3))
        self.turns = np.tile(np.eye(3), (len(skeleton), len(skeleton.bones), 1, 1))

    def put_trunk(self, trunk: Trunk) -> None:
        """Writes hips, spine, neck and head."""
        skeleton = self._skeleton
        self._put(skeleton.pelvis, trunk.hips_m, trunk.hips)
        for bone, place, rotation in zip(skeleton.spine, trunk.spine_m, trunk.spine, strict=True):
            self._put(bone, place, rotation)
        self._put(skeleton.neck, trunk.neck_m, trunk.neck)
        self._put(skeleton.head, trunk.head_m, trunk.head)

    def put_legs(self, trunk: Trunk) -> None:
        """Writes legs that stand, step or sit."""
        legs, local, toes = self._skeleton.legs, self._skeleton.local_m, self._skeleton.toes
        hip = trunk.hips_m[:, None] + turn(trunk.hips[:, None], local[:, legs.root])
        heading = about_up(self._stance.foot_yaw_rad)
        sitting = self._stance.sitting[:, None, None]
        ankle, foot = self._ankles(trunk, heading)
        ankle = ankle + (self._seated_ankles(hip) - ankle) * sitting
        outward = heading[..., 0] * hands.SIDES[:, None]
        knee_way = heading[..., 1] + outward * (0.10 + 0.10 * sitting) + UP * 0.15
        knee, ankle, normal = reach(legs, hip, ankle, knee_way)
        upper, lower = bone_rotations(legs, hip, knee, ankle, normal)
        self._put(legs.root, hip, upper)
        self._put(legs.hinge, knee, lower)
        self._put(legs.end, ankle, foot)
        self._put(toes, ankle + turn(foot, local[:, toes]), heading)

    def put_arms(self, trunk: Trunk, eye_m: FloatArray) -> None:
        """Writes shoulders, arms, hands and fingers."""
        skeleton, stance = self._skeleton, self._stance
        arms, local, chest = skeleton.arms, skeleton.local_m, trunk.chest
        collar = trunk.spine_m[-1][:, None] + turn(chest[:, None], local[:, skeleton.clavicles])
        shoulder = collar + turn(chest[:, None], local[:, arms.root])
        wrist, hand = self._wanted_hands(trunk, shoulder, eye_m)
        before, after = hands.shoulders_follow(
            chest, local[:, arms.root], wrist - collar, arms.upper_m + arms.lower_m
        )
        girdle = np.matmul(about(*axis_between(before, after)), chest[:, None])
        shoulder = collar + turn(girdle, local[:, arms.root])
        elbow_way = elbow_direction(chest, shoulder, wrist)
        elbow, wrist, normal = reach(arms, shoulder, wrist, elbow_way)
        upper, lower = bone_rotations(arms, shoulder, elbow, wrist, normal)
        hand_turn = np.matmul(hand, skeleton.hand_from_rest)
        self._put(skeleton.clavicles, collar, girdle)
        self._put(arms.root, shoulder, upper)
        self._put(arms.hinge, elbow, _twisted(lower, hand_turn, wrist - elbow))
        self._put(arms.end, wrist, hand_turn)
        for level in skeleton.fingers:
            above = skeleton.parents[level.bones]
            base = self.turns[:, above]
            place = self.places_m[:, above] + turn(base, local[:, level.bones])
            axes, angles = hands.curled(level, stance.held_up, stance.sitting)
            self._put(level.bones, place, np.matmul(base, about(axes, angles)))

    def _put(self, bones: NDArray[np.int64] | int, places: FloatArray, turns: FloatArray) -> None:
        self.places_m[:, bones], self.turns[:, bones] = places, turns

    def _wanted_hands(
        self, trunk: Trunk, shoulder_m: FloatArray, eye_m: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Returns wrists and hand frames: tracked, on the lap or hanging, or between these."""
        skeleton, stance, batch = self._skeleton, self._stance, self._batch
        hanging = hands.hanging(skeleton, self._heading, shoulder_m, self._arm_swing(trunk))
        hip, knee = (self.places_m[:, b] for b in (skeleton.legs.root, skeleton.legs.hinge))
        resting = hands.resting(self._heading, hip, knee, skeleton.thigh_m)
        sitting = np.repeat(stance.sitting[:, None], 2, axis=1)
        free = hands.blended(hanging, resting, sitting)
        scale = skeleton.eye_m[:, 2] / STANDING_EYE_M
        held = hands.grip_frames(from_quaternion(batch.hand))
        grip = eye_m[:, None] + batch.hand_m * scale[:, None, None]
        held_m = hands.wrists_of(grip, held, self.stature)
        return hands.blended(free, (held_m, held), stance.held_up)

    def _ankles(self, trunk: Trunk, heading: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns standing ankles and foot rotations; a foot left behind lifts its heel."""
        skeleton, stance = self._skeleton, self._stance
        rest = skeleton.rest_m[:, skeleton.legs.end]
        to_ball = skeleton.local_m[:, skeleton.toes]
        origin = self._batch.head_m[:, None, :2]
        flat = np.concatenate([stance.foot_m - origin, rest[..., 2:]], axis=-1)
        behind = trunk.hips_m[:, None, :2] - flat[..., :2]
        behind_m = np.einsum("nsi,nsi->ns", behind, heading[..., :2, 1])
        planted = np.clip((behind_m - HEEL_FROM_M) * HEEL_RAD_PER_M, 0, LARGEST_HEEL_RAD)
        planted = planted * planted / (planted + 0.15)
        swinging = np.cos(np.pi * stance.swing) * 0.45 * np.minimum(self._speed, 1.2)[:, None]
        swinging = np.where(swinging > 0, swinging, swinging * 0.4)
        is_swinging = stance.swing < 1
        pitch = np.where(is_swinging, swinging, planted) * (1 - stance.sitting)[:, None]
        foot = np.matmul(about(-heading[..., 0], pitch), heading)
        ankle = flat + turn(heading, to_ball) - turn(foot, to_ball)
        height = np.where(is_swinging, lift(stance, self._speed), 0.0)
        return ankle + UP * height[..., None], foot

    def _seated_ankles(self, hip: FloatArray) -> FloatArray:
        """Returns (n, 2, 3) ankles under the knees of those who sit."""
        legs = self._skeleton.legs
        ahead = self._heading[:, None, :, 1]
        outward = self._heading[:, None, :, 0] * hands.SIDES[:, None]
        ankle = hip + ahead * (legs.upper_m * 0.98)[..., None] + outward * 0.045
        return np.concatenate([ankle[..., :2], self._skeleton.rest_m[:, legs.end, 2:]], axis=-1)

    def _arm_swing(self, trunk: Trunk) -> FloatArray:
        """Returns (n, 2) how far each arm swings: with the opposite foot."""
        hips = trunk.hips_m[:, :2] + self._batch.head_m[:, :2]
        away = self._stance.foot_m - hips[:, None]
        ahead = np.einsum("nsi,ni->ns", away, self._heading[:, :2, 1])
        swing = np.clip(ahead[:, ::-1] * ARM_SWING_PER_M, -0.45, 0.45)
        return np.asarray(swing * (1 - self._stance.sitting)[:, None])


def _twisted(lower: FloatArray, hand: FloatArray, along_m: FloatArray) -> FloatArray:
    """Returns the forearms with half of the hand's twist, as radius and ulna do it.

    A hand that is turned further than a wrist can turn has no clear twist: there the share fades,
    so that the forearm does not jump from one side to the other.
    """
    axis, angle = axis_of(np.matmul(hand, transposed(lower)))
    along = along_m / np.sqrt(dot(along_m, along_m))[..., None]
    sine, cosine = np.sin(angle / 2) * dot(axis, along), np.cos(angle / 2)
    twist = 2 * np.arctan2(sine, cosine)
    clear = np.clip((np.hypot(sine, cosine) - 0.15) / 0.35, 0, 1)
    clear = clear * np.clip((np.pi - np.abs(twist)) / (np.pi - LARGEST_TWIST_RAD), 0, 1)
    return np.asarray(np.matmul(about(along, twist * 0.5 * clear), lower))
