"""A trainee's way: the proficiency schedule, the cumulative sum, the plateau."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from sim.arrays import FloatArray
from sim.scoring.rules import MOST_ATTEMPTS, TaskRules

PLATEAU_WINDOW = 5
PLATEAU_SHARE = 0.1
"""Own choice: five attempts on the mean, within a tenth of where the curve ends."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a trainee stands in a task.

    Attributes:
      attempts: so far, at most MOST_ATTEMPTS of them count.
      in_a_row: proficient attempts in a row, until there are enough of them; then that many.
      further: proficient attempts after those.
      reached_at: the attempt, from 1, that completed the schedule, or None.
    """

    attempts: int
    in_a_row: int
    further: int
    reached_at: int | None

    @property
    def is_over(self) -> bool:
        """Whether no attempt changes anything more."""
        return self.reached_at is not None or self.attempts >= MOST_ATTEMPTS


def progress(rules: TaskRules, is_proficient: Sequence[bool]) -> Progress:
    """Returns where somebody stands after attempts that were proficient or not, in order."""
    in_a_row = further = 0
    for number, is_good in enumerate(is_proficient[:MOST_ATTEMPTS], 1):
        if in_a_row < rules.consecutive:
            in_a_row = in_a_row + 1 if is_good else 0
        else:
            further += is_good
        if in_a_row >= rules.consecutive and further >= rules.further:
            return Progress(len(is_proficient), in_a_row, further, number)
    return Progress(len(is_proficient), in_a_row, further, None)


@dataclass(frozen=True, slots=True)
class Cusum:
    """A cumulative sum of failures.

    Attributes:
      values: (n,) after each attempt; falls while failures are rarer than acceptable.
      reward: what a success takes away; a failure adds 1 less that.
      lower: falling by this shows an acceptable failure rate.
      upper: rising by this shows an unacceptable one.
    """

    values: FloatArray
    reward: float
    lower: float
    upper: float


def cusum(
    is_success: Sequence[bool],
    acceptable: float = 0.05,
    unacceptable: float = 0.1,
    error_rate: float = 0.1,
) -> Cusum:
    """Returns the learning curve of attempts that succeeded or failed.

    Args:
      is_success: in order.
      acceptable: failure rate of the competent.
      unacceptable: failure rate of the incompetent, above the acceptable one.
      error_rate: of taking one for the other, both ways, below one half.

    Raises:
      ValueError: if the rates are in the wrong order.

    Cited from memory and unverified: S. Bolsin and M. Colson, "The use of the Cusum technique in
    the assessment of trainee competence in new procedures", Int. J. Qual. Health Care 12 (2000).
    """
    if not 0 < acceptable < unacceptable < 1 or not 0 < error_rate < 0.5:
        raise ValueError(
            "Rates must be 0 < acceptable < unacceptable < 1 and 0 < error_rate < 0.5."
        )
    p, q = log(unacceptable / acceptable), log((1 - acceptable) / (1 - unacceptable))
    reward = q / (p + q)
    steps = np.where(np.asarray(is_success, bool), -reward, 1 - reward)
    limit = log((1 - error_rate) / error_rate) / (p + q)
    return Cusum(np.cumsum(steps), reward, limit, limit)


def plateau(values: Sequence[float]) -> int | None:
    """Returns from which attempt, from 1, a curve stays near its end, or None if it does not yet.

    Near is within PLATEAU_SHARE of the mean of the last PLATEAU_WINDOW; each window counts by its
    mean and is named by its first attempt. The end must have been held for two windows.
    """
    if len(values) < 2 * PLATEAU_WINDOW:
        return None
    means = np.convolve(np.asarray(values, float), np.full(PLATEAU_WINDOW, 1 / PLATEAU_WINDOW))
    means = means[PLATEAU_WINDOW - 1 : len(values)]
    is_far = np.abs(means - means[-1]) > PLATEAU_SHARE * abs(means[-1])
    first = int(np.flatnonzero(is_far)[-1]) + 1 if is_far.any() else 0
    return first + 1 if first <= len(means) - 1 - PLATEAU_WINDOW else None
