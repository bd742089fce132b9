"""What an attempt's movements and touches add up to.

Definitions that no source fixes are this project's own, and stand here: idle is slower than
IDLE_M_S; a collision begins when a touch does; out of view is time in which a tip is not seen.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import STEP_S, BoolArray, FloatArray
from sim.scoring.smoothness import Sparc, log_dimensionless_jerk, sparc

IDLE_M_S = 0.005
SHORTEST_STEPS = 4


class Samples(NamedTuple):
    """An attempt, sampled at every step.

    Attributes:
      tip_m: (n, 2, 3) tips of the left and the right instrument.
      is_seen: (n, 2) whether the scope sees each tip.
      is_colliding: (n, 2) whether each instrument touches what it should not.
      force_n: (n, 2) between each instrument and tissue.
      damage_m3: (n,) rest volume of the tissue that was damaged so far.
    """

    tip_m: FloatArray
    is_seen: BoolArray
    is_colliding: BoolArray
    force_n: FloatArray
    damage_m3: FloatArray


@dataclass(frozen=True, slots=True)
class HandMotion:
    """What one hand did.

    Attributes:
      path_m: length of the tip's way.
      smoothness: spectral arc length of its speed.
      jerk: log dimensionless jerk.
      idle_s: time in which the tip stood, or nearly.
      out_of_view_s: time in which the tip was not seen.
      out_of_view: how often it left the view.
      collisions: how often it began to touch what it should not.
      peak_force_n: largest force on tissue.
      mean_force_n: over the time in which it touched tissue; 0 if it never did.
    """

    path_m: float
    smoothness: Sparc
    jerk: float
    idle_s: float
    out_of_view_s: float
    out_of_view: int
    collisions: int
    peak_force_n: float
    mean_force_n: float


@dataclass(frozen=True, slots=True)
class Motion:
    """What both hands did.

    Attributes:
      duration_s: of the attempt.
      left: of the left hand.
      right: of the right hand.
      bimanual: time in which both tips moved, as a share of that in which any did; 0 if none.
      damage_m3: rest volume of damaged tissue at the end.
    """

    duration_s: float
    left: HandMotion
    right: HandMotion
    bimanual: float
    damage_m3: float


def measured(samples: Samples) -> Motion:
    """Returns the metrics of an attempt.

    Raises:
      ValueError: if it has fewer than SHORTEST_STEPS samples.
    """
    count = len(samples.tip_m)
    if count < SHORTEST_STEPS:
        raise ValueError(f"An attempt of {count} steps is too short: {SHORTEST_STEPS} are needed.")
    speeds = [speed_m_s(samples.tip_m[:, hand]) for hand in range(2)]
    is_moving = np.stack([speed >= IDLE_M_S for speed in speeds])
    any_moving = int(is_moving.any(axis=0).sum())
    both_moving = int(is_moving.all(axis=0).sum())
    return Motion(
        (count - 1) * STEP_S,
        _hand_motion(samples, 0, speeds[0]),
        _hand_motion(samples, 1, speeds[1]),
        both_moving / any_moving if any_moving else 0.0,
        float(samples.damage_m3[-1]),
    )


def speed_m_s(tip_m: FloatArray) -> FloatArray:
    """Returns the (n - 1,) speeds between (n, 3) points."""
    speed: FloatArray = np.sqrt((np.diff(tip_m, axis=0) ** 2).sum(axis=1)) / STEP_S
    return speed


def path_length_m(tip_m: FloatArray) -> float:
    """Returns the length of the way through (n, 3) points."""
    return float(speed_m_s(tip_m).sum()) * STEP_S


def economy(path_m: float, corridor_m: tuple[float, float]) -> float:
    """Returns how well a way keeps to the experts' corridor: 1 in it, less on both sides.

    The shortest way is not the expert's: instruments are drawn back before they go on.
    Source: Surg. Endosc., 10.1007/s00464-007-9526-z. The form of the fall is own choice.

    Args:
      path_m: above 0.
      corridor_m: shortest and longest way of experts, above 0.
    """
    shortest_m, longest_m = corridor_m
    return min(1.0, path_m / shortest_m, longest_m / path_m)


def depth_error_m(tip_m: FloatArray, target_m: FloatArray, view: FloatArray) -> float:
    """Returns how far the tip went beyond a target, as the scope looks.

    Args:
      tip_m: (n, 3) of the approach.
      target_m: (3,).
      view: (3,) direction of view, unit length.
    """
    beyond_m = ((tip_m - target_m) * view).sum(axis=1)
    return max(0.0, float(beyond_m.max()))


def beginnings(states: BoolArray) -> int:
    """Returns how often (n,) states become true, the first one included."""
    return int(states[0]) + int((states[1:] & ~states[:-1]).sum())


def _hand_motion(samples: Samples, hand: int, speed: FloatArray) -> HandMotion:
    force_n, is_hidden = samples.force_n[:, hand], ~samples.is_seen[:, hand]
    is_touching = force_n > 0
    return HandMotion(
        float(speed.sum()) * STEP_S,
        sparc(speed, STEP_S),
        log_dimensionless_jerk(samples.tip_m[:, hand], STEP_S),
        int((speed < IDLE_M_S).sum()) * STEP_S,
        int(is_hidden.sum()) * STEP_S,
        beginnings(is_hidden),
        beginnings(samples.is_colliding[:, hand]),
        float(force_n.max()),
        float(force_n[is_touching].mean()) if is_touching.any() else 0.0,
    )
