"""A score whose parts are shown: a third time, a third accuracy, a third handling.

The thirds and the scales are this project's own; the FLS-style score stands beside them apart.
"""

from dataclasses import dataclass

from sim.scoring.motion import Motion, economy
from sim.scoring.rules import Attempt, TaskRules, is_void, penalty_points, raw_score

FULL_PENALTY_POINTS = 100.0
WORST_SPARC, BEST_SPARC = -40.0, -10.0
"""Own scale. A straight reach has about -1.5, but a whole task is many reaches with rests: that
of bots whose every movement is of least jerk has -16 to -21, and of those that stray -20 to -29."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What experts do in a task.

    Attributes:
      path_m: shortest and longest way of both tips together.
      peak_force_n: what tissue bears without damage; 0 if the task has no tissue.
    """

    path_m: tuple[float, float]
    peak_force_n: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a score, each from 0 to 1, and what is made of them.

    Attributes:
      time: 1 at the proficient time or faster, 0 at the limit.
      accuracy: 1 without errors.
      economy: 1 within the experts' corridor.
      smoothness: of the less smooth hand.
      in_view: share of the time in which both tips were seen.
      gentleness: 1 if no force was above what tissue bears, and nothing was damaged.
      composite: 0 to 1; 0 if the attempt is void.
      fls_style: points of `raw_score`.
    """

    time: float
    accuracy: float
    economy: float
    smoothness: float
    in_view: float
    gentleness: float
    composite: float
    fls_style: float


def scored(rules: TaskRules, attempt: Attempt, motion: Motion, expected: Expectation) -> Score:
    """Returns the score of an attempt, part by part."""
    span_s = rules.limit_s.value - rules.proficient_s.value
    time = _share((rules.limit_s.value - attempt.time_s) / span_s)
    accuracy = _share(1 - penalty_points(rules, attempt) / FULL_PENALTY_POINTS)
    path_m = motion.left.path_m + motion.right.path_m
    worst = min(motion.left.smoothness.value, motion.right.smoothness.value)
    parts = (
        economy(path_m, expected.path_m) if path_m > 0 else 0.0,
        _share((worst - WORST_SPARC) / (BEST_SPARC - WORST_SPARC)),
        _share(1 - max(motion.left.out_of_view_s, motion.right.out_of_view_s) / motion.duration_s),
        _gentleness(motion, expected.peak_force_n),
    )
    handling = sum(parts) / len(parts)
    composite = 0.0 if is_void(rules, attempt) else (time + accuracy + handling) / 3
    return Score(time, accuracy, *parts, composite, raw_score(rules, attempt))


def _gentleness(motion: Motion, bears_n: float) -> float:
    if motion.damage_m3 > 0:
        return 0.0
    peak_n = max(motion.left.peak_force_n, motion.right.peak_force_n)
    return 1.0 if bears_n == 0 or peak_n <= bears_n else bears_n / peak_n


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
