"""Bots that ligate wrong: between them they commit every error that the task penalizes."""

from tools.bots.training.ligating_loop import play
from tools.bots.training.operator import Operator, Script

BESIDE_M = 0.006


def beside_the_mark(operator: Operator) -> Script:
    """Draws the loop tight six millimeters above the mark."""
    yield from play(operator, beside_m=BESIDE_M)


def leave_loose(operator: Operator) -> Script:
    """Puts the loop over and goes away without drawing it tight."""
    yield from play(operator, draws=0)
