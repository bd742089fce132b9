"""What a simulation process leaves out when its core is too slow: never a step, never an event.

Rules:
* First the solver does less, effort by effort; then pictures are sent less often. The effort is
  recorded with each step, so that a replay goes the same way.
* The load is the time that all scenes of a process take together, as a share of a step's time.
  Overload for a quarter of a second goes one level down; ease for two seconds one level up, so
  that levels do not flicker.
* If even the last level is too much, steps come late: the simulated time then goes slower than
  the clock, for everybody alike, and what is scored is still all there.
"""

from dataclasses import dataclass

from sim.arrays import STEP_S
from sim.procedures.procedure import EFFORTS

OVERLOAD, EASE = 0.85, 0.5
DOWN_AFTER_TURNS, UP_AFTER_TURNS = 15, 120
RATE_DIVISORS = (2, 3)
"""Beyond the last effort: every second picture, every third."""
LEVELS = EFFORTS + len(RATE_DIVISORS)


@dataclass(slots=True)
class Governor:
    """The level of one process.

    Attributes:
      level: 0 does everything; LEVELS - 1 is the last.
    """

    level: int = 0
    _overloaded_turns: int = 0
    _easy_turns: int = 0

    @property
    def effort(self) -> int:
        """How little the solver may do."""
        return min(self.level, EFFORTS - 1)

    @property
    def rate_divisor(self) -> int:
        """Of how many pictures one is sent."""
        beyond = self.level - EFFORTS
        return 1 if beyond < 0 else RATE_DIVISORS[beyond]

    def note(self, turn_s: float) -> None:
        """Takes notice of how long all scenes together took for one step."""
        load = turn_s / STEP_S
        # One easy turn takes back one overloaded one: a single hitch is no overload.
        self._overloaded_turns = max(0, self._overloaded_turns + (1 if load > OVERLOAD else -1))
        self._easy_turns = self._easy_turns + 1 if load < EASE else 0
        if self._overloaded_turns >= DOWN_AFTER_TURNS:
            self._change(+1)
        elif self._easy_turns >= UP_AFTER_TURNS:
            self._change(-1)

    def _change(self, by: int) -> None:
        self.level = min(max(self.level + by, 0), LEVELS - 1)
        self._overloaded_turns = self._easy_turns = 0
