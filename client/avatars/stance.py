"""Where bodies stand: the turn of the hips, the feet that step, who sits, which hands are held up.

A foot stays where it was put until the body has left it behind; then it swings to where the body
will be. Feet therefore never slide, whatever moves the head: walking, turning, leaning, teleport.
State goes in and comes out; time comes as `dt_s`.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from client.avatars.rotation import wrapped
from world.geometry import FloatArray

TURN_PER_S = 7.0
TURN_SLACK_RAD = 0.65  # a head turns this far before the hips follow, while standing still
WALKING_M_PER_S = 0.25
STEP_S = 0.50  # half a walking cycle: 120 steps a minute, M. W. Whittle, "Gait Analysis", 4th ed.
LONGEST_STEP_M = 0.75  # who is quicker steps more often instead
LATE_FROM_M = 0.04  # a carrying foot this much further behind than it should be: hurry
HURRY_PER_M = 8.0
STILL_STEP_M = 0.10
STILL_STEP_RAD = 0.55
LOST_M = 1.0  # a body this far from its feet was moved, it did not walk
HIP_HALF_M = 0.095
SIT_PER_S = 3.5
HAND_PER_S = 6.0
LONGEST_DT_S = 0.1


@dataclass(frozen=True, eq=False)
class Stance:
    """The lasting state of n bodies in a room's frame.

    Attributes:
      yaw_rad: (n,) of the hips.
      foot_m: (n, 2, 2) floor point under each ankle, left and right.
      foot_yaw_rad: (n, 2).
      swing: (n, 2) 0 at lift-off to 1 when planted.
      lift_off_m: (n, 2, 2) where a swinging foot left the floor.
      lift_off_yaw_rad: (n, 2).
      sitting: (n,) 0 stands, 1 sits.
      held_up: (n, 2) 0 hand hangs or rests, 1 hand is where it is tracked.
    """

    yaw_rad: FloatArray
    foot_m: FloatArray
    foot_yaw_rad: FloatArray
    swing: FloatArray
    lift_off_m: FloatArray
    lift_off_yaw_rad: FloatArray
    sitting: FloatArray
    held_up: FloatArray

    def selected(self, rows: NDArray[np.int64]) -> "Stance":
        """Returns the state of these bodies only, in this order."""
        return Stance(**{name: value[rows] for name, value in vars(self).items()})

    def with_body(self, other: "Stance") -> "Stance":
        """Returns the state of these bodies and then those."""
        theirs = vars(other)
        return Stance(
            **{name: np.concatenate([value, theirs[name]]) for name, value in vars(self).items()}
        )

    def replaced(self, chosen: NDArray[np.bool_], other: "Stance") -> "Stance":
        """Returns this state, with the (n,) chosen bodies as they are in the other."""
        theirs = vars(other)
        return Stance(
            **{
                name: np.where(chosen.reshape(-1, *[1] * (value.ndim - 1)), theirs[name], value)
                for name, value in vars(self).items()
            }
        )


@dataclass(frozen=True, eq=False)
class Movement:
    """What moves n bodies in one frame.

    Attributes:
      center_m: (n, 2) floor point between where the feet should be.
      yaw_rad: (n,) where the head looks; the seat's direction for one who sits.
      velocity_m_per_s: (n, 2).
      is_seated: (n,).
      is_tracked: (n, 2) hands.
      stature: (n,) size of the person, 1 is the reference.
    """

    center_m: FloatArray
    yaw_rad: FloatArray
    velocity_m_per_s: FloatArray
    is_seated: NDArray[np.bool_]
    is_tracked: NDArray[np.bool_]
    stature: FloatArray


def stand(movement: Movement) -> Stance:
    """Returns bodies that stand still with both feet under them, or sit."""
    n = len(movement.yaw_rad)
    yaw = np.asarray(movement.yaw_rad, float)
    feet = _homes(movement, yaw)
    both = np.repeat(yaw[:, None], 2, axis=1)
    return Stance(
        yaw_rad=yaw,
        foot_m=feet,
        foot_yaw_rad=both,
        swing=np.ones((n, 2)),
        lift_off_m=feet.copy(),
        lift_off_yaw_rad=both.copy(),
        sitting=np.asarray(movement.is_seated, float),
        held_up=np.asarray(movement.is_tracked, float),
    )


def advance(stance: Stance, movement: Movement, dt_s: float) -> Stance:
    """Returns the state `dt_s` seconds later."""
    dt_s = min(max(dt_s, 0.0), LONGEST_DT_S)
    yaw = _turned(stance, movement, dt_s)
    homes = _homes(movement, yaw)
    stance = _stepped(replace(stance, yaw_rad=yaw), movement, homes, dt_s)
    strayed = np.linalg.norm(stance.foot_m - homes, axis=-1).max(1) > LOST_M
    seated = np.asarray(movement.is_seated, bool)
    put = (strayed | seated)[:, None]
    return replace(
        stance,
        foot_m=np.where(put[..., None], homes, stance.foot_m),
        foot_yaw_rad=np.where(put, yaw[:, None], stance.foot_yaw_rad),
        swing=np.where(put, 1.0, stance.swing),
        sitting=_toward(stance.sitting, seated, SIT_PER_S * dt_s),
        held_up=_toward(stance.held_up, movement.is_tracked, HAND_PER_S * dt_s),
    )


def lift(stance: Stance, speed_m_per_s: FloatArray) -> FloatArray:
    """Returns (n, 2) how high each foot is, in metres."""
    height = 0.035 + 0.05 * np.minimum(speed_m_per_s, 1.5)
    return np.asarray(np.sin(np.pi * stance.swing) * height[:, None]).clip(0)


def _toward(value: FloatArray, goal: NDArray[np.bool_], most: float) -> FloatArray:
    return np.asarray(value + np.clip(np.asarray(goal, float) - value, -most, most))


def _turned(stance: Stance, movement: Movement, dt_s: float) -> FloatArray:
    away = wrapped(movement.yaw_rad - stance.yaw_rad)
    speed = np.linalg.norm(movement.velocity_m_per_s, axis=-1)
    slack = np.where((speed > WALKING_M_PER_S) | movement.is_seated, 0.0, TURN_SLACK_RAD)
    excess = np.sign(away) * np.maximum(np.abs(away) - slack, 0)
    share = 1 - np.exp(-TURN_PER_S * dt_s)
    return wrapped(stance.yaw_rad + excess * share)


def _homes(movement: Movement, yaw_rad: FloatArray) -> FloatArray:
    """Returns (n, 2, 2) where the feet stand at ease."""
    half = HIP_HALF_M * movement.stature
    right = np.stack([np.cos(yaw_rad), np.sin(yaw_rad)], -1) * half[:, None]
    return np.asarray(np.stack([movement.center_m - right, movement.center_m + right], 1))


def _stepped(stance: Stance, movement: Movement, homes: FloatArray, dt_s: float) -> Stance:
    velocity = movement.velocity_m_per_s
    speed = np.linalg.norm(velocity, axis=-1)
    step_s = np.minimum(STEP_S, LONGEST_STEP_M / np.maximum(speed, 1e-6))
    half_step = velocity * (step_s / 2)[:, None]
    behind = homes - stance.foot_m
    far = np.linalg.norm(behind, axis=-1)
    direction = velocity / np.maximum(speed, 1e-6)[:, None]
    along = np.einsum("nsi,ni->ns", behind, direction)
    twisted = np.abs(wrapped(stance.yaw_rad[:, None] - stance.foot_yaw_rad))
    is_walking = (speed > WALKING_M_PER_S)[:, None]
    limit = np.maximum(0.06, 0.45 * speed * step_s / 2)[:, None]
    wants = np.where(is_walking, along - limit, -1.0)
    wants = np.maximum(wants, far - STILL_STEP_M - is_walking * 0.4)
    wants = np.maximum(wants, (twisted - STILL_STEP_RAD) * 0.3)
    is_planted = stance.swing >= 1.0
    first = np.argmax(np.where(is_planted, wants, -np.inf), axis=1)
    starts = np.zeros_like(is_planted)
    rows = np.arange(len(first))
    starts[rows, first] = (wants[rows, first] > 0) & is_planted.all(1)
    swing = np.where(starts, 0.0, stance.swing)
    is_swinging = swing < 1.0
    late_m = np.clip(far.max(1) - speed * step_s / 2 - LATE_FROM_M, 0, 0.5)
    rate = (dt_s / step_s * (1 + HURRY_PER_M * late_m))[:, None]
    swing = np.where(is_swinging, np.minimum(swing + rate, 1.0), 1.0)
    lift_off = np.where(starts[..., None], stance.foot_m, stance.lift_off_m)
    lift_off_yaw = np.where(starts, stance.foot_yaw_rad, stance.lift_off_yaw_rad)
    remaining = ((1 - swing) * step_s[:, None])[..., None]
    goal = homes + velocity[:, None] * remaining + half_step[:, None]
    way = (0.5 * swing + 0.5 * swing * swing * (3 - 2 * swing))[..., None]
    moving = lift_off + (goal - lift_off) * way
    turned = lift_off_yaw + wrapped(stance.yaw_rad[:, None] - lift_off_yaw) * way[..., 0]
    return replace(
        stance,
        swing=swing,
        lift_off_m=lift_off,
        lift_off_yaw_rad=lift_off_yaw,
        foot_m=np.where(is_swinging[..., None], moving, stance.foot_m),
        foot_yaw_rad=np.where(is_swinging, turned, stance.foot_yaw_rad),
    )
