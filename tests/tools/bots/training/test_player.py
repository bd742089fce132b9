"""A bot's hands at the station of a client, in the client's own time."""

from dataclasses import replace
from itertools import pairwise

import pytest

from sim.arrays import STEP_S
from sim.environment import Environment
from sim.instruments.inputs import pack
from sim.procedures.catalog import PROCEDURES
from tools.bots.training.player import LATE_S, STALE_S, BotPlayer, player_of
from tools.bots.training.practice import WAYS


@pytest.fixture(scope="module")
def scene():
    return Environment(PROCEDURES["peg_transfer"], 1).scene()


def test_every_task_that_a_bot_knows_has_a_player_and_no_other():
    assert {name for name in PROCEDURES if player_of(name, False) is not None} == set(WAYS)
    assert player_of("no_such_task", False) is None


def anew(scene):
    """The same scene, as it came once more."""
    return replace(scene)


def test_it_asks_step_by_step_at_the_simulations_pace_however_often_it_is_asked(scene):
    often, seldom = BotPlayer("peg_transfer"), BotPlayer("peg_transfer")
    quarter = STEP_S / 4
    asked = [pack(often.ask(anew(scene), n * quarter)) for n in range(400)]
    seldom_asked = [pack(seldom.ask(anew(scene), n * STEP_S)) for n in range(100)]
    assert asked[::4] == pytest.approx(seldom_asked)
    assert len(set(asked)) > 20


def test_after_a_long_pause_nothing_is_made_up_for(scene):
    paused, steady = BotPlayer("peg_transfer"), BotPlayer("peg_transfer")
    paused.ask(anew(scene), 0.0)
    steady.ask(anew(scene), 0.0)
    after_pause = paused.ask(anew(scene), 4 * LATE_S)
    assert pack(after_pause) == pack(steady.ask(anew(scene), STEP_S))


def test_a_movement_goes_on_over_a_picture_that_stands_and_at_rest_it_waits_for_the_next(scene):
    player = BotPlayer("peg_transfer")
    still = anew(scene)
    asked = [pack(player.ask(still, number * STEP_S)) for number in range(600)]
    moves = [one != other for one, other in pairwise(asked)]
    last = len(moves) - 1 - moves[::-1].index(True)
    assert sum(moves) > 20
    assert last * STEP_S > STALE_S
    assert last < 400
    before = asked[-1]
    seen = [pack(player.ask(anew(scene), (600 + number) * STEP_S)) for number in range(100)]
    assert any(one != before for one in seen)
