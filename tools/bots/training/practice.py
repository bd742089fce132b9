"""One attempt of a bot, from the first input to the record."""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import MappingProxyType

import numpy as np

from sim.environment import Environment
from sim.instruments.inputs import pack
from sim.procedures.procedure import Procedure
from sim.recording import Head, Recorder
from tools.bots.training import (
    extracorporeal,
    free_play,
    ligating_loop,
    peg_transfer,
    precision_cutting,
    suture,
)
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script, Skill

ENGINES = ("numpy", "numba", "mujoco")
Way = Callable[[Operator], Script]
WAYS: Mapping[str, Callable[[bool], Way]] = MappingProxyType(
    {
        "peg_transfer": lambda is_left_handed: (
            lambda operator: peg_transfer.play(operator, is_left_handed=is_left_handed)
        ),
        "precision_cutting": lambda is_left_handed: (
            lambda operator: precision_cutting.play(operator, is_left_handed=is_left_handed)
        ),
        "intracorporeal_knot": lambda is_left_handed: (
            lambda operator: suture.play(
                operator, suture.Plan(lead=LEFT if is_left_handed else RIGHT)
            )
        ),
        "extracorporeal_knot": lambda is_left_handed: (
            lambda operator: extracorporeal.play(
                operator, extracorporeal.Plan(lead=LEFT if is_left_handed else RIGHT)
            )
        ),
        "ligating_loop": lambda is_left_handed: (
            lambda operator: ligating_loop.play(operator, is_left_handed=is_left_handed)
        ),
        "free_play": lambda is_left_handed: (
            lambda operator: free_play.play(operator, is_left_handed=is_left_handed)
        ),
    }
)
"""How each procedure is done, by its name, for right- and for left-handed bots."""


def practise(
    procedure: Procedure, seed: int, skill: Skill, way: Way, *, is_left_handed: bool = False
) -> tuple[Environment, bytes]:
    """Plays a way of doing a procedure to its end or the attempt's.

    Args:
      procedure: what is practised.
      seed: of the scene, and of the bot's tremor and hesitation.
      skill: of the bot.
      way: the script that it follows.
      is_left_handed: the bot is.

    Returns:
      The attempt as it ended, and its record.
    """
    environment = Environment(procedure, seed, is_left_handed=is_left_handed)
    engines = {name: version(name) for name in ENGINES}
    scene_hash = environment.state_hash().hex()
    recorder = Recorder(Head(procedure.name, seed, is_left_handed, scene_hash, engines=engines))
    record = recorder.begin()
    operator = Operator(procedure.station, skill, np.random.default_rng(seed))
    operator.scene = environment.scene()
    script = way(operator)
    asked = next(script, None)
    while asked is not None and not environment.is_over:
        data = pack(asked)
        environment.step(data)
        recorder.add(0, data)
        if recorder.is_due:
            record += recorder.close_block(environment.state_hash())
        try:
            asked = script.send(environment.scene())
        except StopIteration:
            asked = None
    return environment, record + recorder.end(environment.state_hash())
