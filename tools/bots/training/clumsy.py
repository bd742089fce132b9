"""Bots that do the peg task wrong: between them they commit every error that it penalizes."""

import numpy as np

from sim.rigid.model import PEGS_M
from tools.bots.training.operator import LEFT, Operator, Script
from tools.bots.training.peg_transfer import carry, let_go, lift, place, take

_OUTSIDE_M = np.array([-0.02, -0.075, 0.05])


def drop_outside(operator: Operator) -> Script:
    """Takes one ring and lets it fall beside the board."""
    yield from take(operator, 0, LEFT)
    yield from lift(operator, LEFT)
    yield from carry(operator, 0, LEFT, _OUTSIDE_M)
    yield from let_go(operator, LEFT)
    yield from operator.wait(0.5)
    yield from operator.done()


def touch_board(operator: Operator) -> Script:
    """Puts a tip on the board, and takes it off again."""
    yield from operator.go(LEFT, np.array([0.0, 0.0, -0.002]))
    yield from operator.go(LEFT, np.array([0.0, 0.0, 0.04]))
    yield from operator.done()


def keep_in_hand(operator: Operator) -> Script:
    """Brings one ring to the far side with the hand that took it."""
    yield from take(operator, 0, LEFT)
    yield from lift(operator, LEFT)
    yield from place(operator, 0, LEFT, len(PEGS_M) // 2)
    yield from operator.wait(0.5)
    yield from operator.done()


def give_up(operator: Operator) -> Script:
    """Moves a little and says that it is done."""
    yield from operator.go(LEFT, np.array([0.0, 0.0, 0.05]))
    yield from operator.done()
