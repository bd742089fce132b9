import numpy as np
import pytest

from client.training.expert import PICTURES_PER_S
from sim.procedures.catalog import PROCEDURES
from sim.recording import read
from sim.replay import Replay
from tools.bake.experts import EVERY, recorded
from tools.bots.training.clumsy import touch_board
from tools.bots.training.operator import EXPERT
from tools.bots.training.practice import practise


def test_what_is_written_is_what_the_hands_did_since_the_clock_began():
    procedure = PROCEDURES["peg_transfer"]
    environment, data = practise(procedure, 1, EXPERT, touch_board)
    expert = recorded(procedure, data)
    assert expert.held == ("grasper", "grasper")
    assert expert.duration_s == pytest.approx(environment.elapsed_s, abs=2 / PICTURES_PER_S)
    replay = Replay(read(data))
    while replay.environment.elapsed_s == 0:
        replay.advance()
    while replay.environment.step_count % EVERY:
        replay.advance()
    for side, hand in enumerate(replay.environment.hands):
        assert np.allclose(expert.tips_m[0, side], hand.pose.tip_m)
        assert np.allclose(expert.rotations[0, side], hand.pose.rotation)
        assert expert.jaws[0, side] == hand.posture.jaw
