"""A bot's hands in the place of a person's, at a station of a running client."""

import numpy as np

from sim.arrays import STEP_S
from sim.instruments.inputs import Inputs
from sim.procedures.catalog import PROCEDURES
from tools.bots.training.operator import EXPERT, Operator, Script, Skill
from tools.bots.training.practice import WAYS
from world.protocol.scene_lane import Scene

LATE_S = 0.5
"""After a longer pause, such as while a picture is drawn, nothing is made up for."""


STALE_S = 0.12
"""Hands that rest wait for what there is to see; three pictures have not come after so long."""


class BotPlayer:
    """Asks for what a scripted bot asks for, step by step at the simulation's own pace.

    A movement goes on whatever is seen; at rest the bot decides nothing by a picture that stands.

    Args:
      procedure: name of the task.
      skill: of the bot.
      seed: of its tremor and hesitation.
      is_left_handed: the left hand begins.
    """

    def __init__(
        self, procedure: str, skill: Skill = EXPERT, seed: int = 1, *, is_left_handed: bool = False
    ) -> None:
        station = PROCEDURES[procedure].station
        self._operator = Operator(station, skill, np.random.default_rng(seed))
        self._way = WAYS[procedure](is_left_handed)
        self._script: Script | None = None
        self._asked: Inputs | None = None
        self._due_s = 0.0
        self._seen: Scene | None = None
        self._seen_s = 0.0
        self._is_resting = False

    def ask(self, scene: Scene, now_s: float) -> Inputs | None:
        """Returns what the bot asks for now, having seen this scene; at the end its last word."""
        if self._script is None:
            self._operator.scene = scene
            self._script, self._due_s = self._way(self._operator), now_s
            self._asked = next(self._script, None)
        if scene is not self._seen:
            self._seen, self._seen_s = scene, now_s
        if self._is_resting and now_s - self._seen_s > STALE_S:
            self._due_s = now_s
            return self._asked
        while now_s >= self._due_s + STEP_S:
            late = now_s - self._due_s > LATE_S
            self._due_s = now_s if late else self._due_s + STEP_S
            before = self._asked
            try:
                self._asked = self._script.send(scene)
            except StopIteration:
                break
            self._is_resting = self._asked == before
        return self._asked


def player_of(procedure: str, is_left_handed: bool) -> BotPlayer | None:  # noqa: FBT001 -- a table's key
    """Returns an expert for a task; None for a task that no bot knows."""
    if procedure not in WAYS:
        return None
    return BotPlayer(procedure, is_left_handed=is_left_handed)
