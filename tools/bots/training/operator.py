"""Two hands and a scope that a script moves as a person would: smoothly, and not quite exactly.

A script is a generator: it yields one input for each step and is told the scene that it sees.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from math import atan2, ceil, pi, remainder

import numpy as np

from sim.arrays import STEP_S, FloatArray
from sim.environment import FIRST_POSTURE, FIRST_SCOPE
from sim.instruments.inputs import Inputs
from sim.instruments.station import Station
from sim.instruments.trocar import Pose, Posture, aimed, pose
from world.geometry import rotate
from world.protocol.scene_lane import Body, Scene

LEFT, RIGHT = 0, 1
CARE_TIME, CARE_WANDER = 1.4, 0.2
Script = Generator[Inputs, Scene, None]


@dataclass(frozen=True, slots=True)
class Skill:
    """How well a bot works. Calibrated to published times, and no model of anybody's learning.

    Attributes:
      speed_m_s: mean speed of a movement.
      tremor_m: standard deviation of where a movement ends, along each axis.
      pause_s: mean time to think before a movement.
      wander: how far a movement strays from the straight way, as a share of its length.
    """

    speed_m_s: float
    tremor_m: float
    pause_s: float
    wander: float


EXPERT = Skill(0.13, 0.0002, 0.06, 0.05)
INTERMEDIATE = Skill(0.1, 0.0004, 0.16, 0.15)
NOVICE = Skill(0.072, 0.0007, 0.3, 0.35)
SKILLS = {"expert": EXPERT, "intermediate": INTERMEDIATE, "novice": NOVICE}


class Operator:
    """Both hands of a bot.

    Args:
      station: where it works.
      skill: how well.
      rng: of its tremor and hesitation.

    Attributes:
      scene: what it saw last.
    """

    def __init__(self, station: Station, skill: Skill, rng: np.random.Generator) -> None:
        self.scene = Scene()
        self.skill, self._rng = skill, rng
        self._trocars = (station.left, station.right)
        self._wanted = [FIRST_POSTURE, FIRST_POSTURE]

    @property
    def speed_m_s(self) -> float:
        """Mean speed of a movement."""
        return self.skill.speed_m_s

    def body(self, name: str) -> Body:
        """Returns a body of the scene by name."""
        return next(body for body in self.scene.bodies if body.name == name)

    def tip_m(self, hand: int) -> FloatArray:
        """Returns where the tip of a hand is asked to be, (3,)."""
        return pose(self._trocars[hand], self._wanted[hand]).tip_m

    def along(self, hand: int, to_m: FloatArray) -> FloatArray:
        """Returns the direction of a hand's shaft when its tip is at a point, (3,)."""
        way_m = to_m - np.array(self._trocars[hand].pivot_m)
        along: FloatArray = way_m / np.sqrt((way_m**2).sum())
        return along

    def pose_at(self, hand: int, tip_m: FloatArray, turn_rad: float = 0.0) -> Pose:
        """Returns how a hand's instrument stands when its tip is at a point.

        Args:
          hand: LEFT or RIGHT.
          tip_m: (3,) in the station.
          turn_rad: by how much it is turned about its shaft from how it is now.
        """
        asked = aimed(self._trocars[hand], tip_m, self._wanted[hand])
        return pose(self._trocars[hand], replace(asked, roll_rad=asked.roll_rad + turn_rad))

    def turn_across(self, hand: int, tip_m: FloatArray, across: FloatArray) -> float:
        """Returns the shortest turn after which the jaws stand to both sides of a direction."""
        rotation = self.pose_at(hand, tip_m).rotation
        right, above = (
            float((rotate(rotation, np.array(axis)) * across).sum())
            for axis in ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
        )
        return remainder(atan2(right, above), pi)

    def go(
        self, hand: int, to_m: FloatArray, turn_rad: float = 0.0, *, is_careful: bool = False
    ) -> Script:
        """Moves one tip to a point without a jerk, and turns the instrument on the way.

        Args:
          hand: LEFT or RIGHT.
          to_m: (3,) in the station.
          turn_rad: about the shaft.
          is_careful: slower, and hardly strays: close to pegs and rings.
        """
        last = replace(self._wanted[hand], roll_rad=self._wanted[hand].roll_rad + turn_rad)
        times_longer, strays = (CARE_TIME, CARE_WANDER) if is_careful else (1.0, 1.0)
        yield from self._glide(hand, to_m, last, times_longer, strays)

    def work(
        self, hand: int, to_m: FloatArray, opening: float, times_longer: float = 1.0
    ) -> Script:
        """Moves one tip to a point while its jaws open or close to an opening.

        Args:
          hand: LEFT or RIGHT.
          to_m: (3,) in the station.
          opening: of the jaws when the tip is there.
          times_longer: than a movement of this way takes, as when a line is followed.
        """
        last = replace(self._wanted[hand], jaw=opening)
        yield from self._glide(hand, to_m, last, times_longer, 1.0)

    def _glide(
        self, hand: int, to_m: FloatArray, last: Posture, times_longer: float, strays: float
    ) -> Script:
        """Brings one tip to a point, and roll and jaws to those of the last posture."""
        yield from self.think()
        start_m, first = self.tip_m(hand), self._wanted[hand]
        way_m = to_m + self._rng.normal(0.0, self.skill.tremor_m, 3) - start_m
        length_m = float(np.sqrt((way_m**2).sum()))
        aside_m = self._rng.normal(0.0, self.skill.wander * length_m / 2, 3)
        aside_m[2] = abs(aside_m[2])
        aside_m *= strays
        seconds = times_longer * length_m / self.skill.speed_m_s
        count = max(4, ceil(seconds / STEP_S))
        for number in range(1, count + 1):
            u = number / count
            share = u**3 * (10 - 15 * u + 6 * u * u)  # minimum jerk (Flash and Hogan 1985)
            at_m = start_m + share * way_m + 4 * share * (1 - share) * aside_m
            self._wanted[hand] = replace(
                aimed(self._trocars[hand], at_m, self._wanted[hand]),
                roll_rad=first.roll_rad + share * (last.roll_rad - first.roll_rad),
                jaw=first.jaw + share * (last.jaw - first.jaw),
            )
            yield from self._ask()

    def think(self, times: int = 1) -> Script:
        """Holds still for as long as this bot thinks before so many movements."""
        yield from self.wait(self.skill.pause_s * self._rng.gamma(times))

    def steer(self, hand: int, to_m: FloatArray, seconds: float, turn_rad: float = 0.0) -> Script:
        """Moves one tip evenly to a point: a piece of a way that goes on, without a stop."""
        start_m, first_rad = self.tip_m(hand), self._wanted[hand].roll_rad
        count = max(1, round(seconds / STEP_S))
        for number in range(1, count + 1):
            share = number / count
            at_m = start_m + share * (to_m - start_m)
            asked = aimed(self._trocars[hand], at_m, self._wanted[hand])
            self._wanted[hand] = replace(asked, roll_rad=first_rad + share * turn_rad)
            yield from self._ask()

    def press(self, hand: int, *, is_active: bool) -> None:
        """Holds a hand's trigger from the next input on, or lets it go."""
        self._wanted[hand] = replace(self._wanted[hand], is_active=is_active)

    def jaw(self, hand: int, opening: float, seconds: float) -> Script:
        """Opens or closes the jaws of one hand, and waits until they are."""
        self._wanted[hand] = replace(self._wanted[hand], jaw=opening)
        yield from self.wait(seconds)

    def wait(self, seconds: float) -> Script:
        """Holds still."""
        for _ in range(round(seconds / STEP_S)):
            yield from self._ask()

    def together(self, *scripts: Script) -> Script:
        """Plays scripts of different hands at the same time, until the last has ended."""
        playing = [script for script in scripts if next(script, None) is not None]
        while playing:
            yield from self._ask()
            playing = [script for script in playing if self._goes_on(script)]

    def done(self) -> Script:
        """Says that the task is finished."""
        left, right = self._wanted
        self.scene = yield Inputs(left, right, FIRST_SCOPE, is_done=True)

    def _ask(self) -> Script:
        left, right = self._wanted
        self.scene = yield Inputs(left, right, FIRST_SCOPE)

    def _goes_on(self, script: Script) -> bool:
        try:
            script.send(self.scene)
        except StopIteration:
            return False
        return True
