"""A bot's hands at the station of a client, in the client's own time."""

import pytest

from sim.arrays import STEP_S
from sim.environment import Environment
from sim.instruments.inputs import pack
from sim.procedures.catalog import PROCEDURES
from tools.bots.training.player import LATE_S, BotPlayer, player_of
from tools.bots.training.practice import WAYS


@pytest.fixture(scope="module")
def scene():
    return Environment(PROCEDURES["peg_transfer"], 1).scene()


def test_every_task_that_a_bot_knows_has_a_player_and_no_other():
    assert {name for name in PROCEDURES if player_of(name, False) is not None} == set(WAYS)
    assert player_of("no_such_task", False) is None


def test_it_asks_step_by_step_at_the_simulations_pace_however_often_it_is_asked(scene):
    often, seldom = BotPlayer("peg_transfer"), BotPlayer("peg_transfer")
    quarter = STEP_S / 4
    asked = [pack(often.ask(scene, n * quarter)) for n in range(400)]
    assert asked[::4] == pytest.approx([pack(seldom.ask(scene, n * STEP_S)) for n in range(100)])
    assert len(set(asked)) > 20


def test_after_a_long_pause_nothing_is_made_up_for(scene):
    paused, steady = BotPlayer("peg_transfer"), BotPlayer("peg_transfer")
    paused.ask(scene, 0.0)
    steady.ask(scene, 0.0)
    after_pause = paused.ask(scene, 4 * LATE_S)
    assert pack(after_pause) == pack(steady.ask(scene, STEP_S))
