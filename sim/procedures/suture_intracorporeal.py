"""Suture with an intracorporeal knot: both hands tie it inside, around their instruments.

The first throw is double, two single ones follow, each laid against the one before (S3 of
sim/scoring/rules.py); between throws the needle's end goes to the other hand.
"""

from sim.instruments.station import WIDE_BOX
from sim.procedures.procedure import Procedure
from sim.procedures.suture import SENTENCES, Stitching, is_alternating
from sim.scoring.composite import Expectation
from sim.scoring.rules import TASKS
from sim.thread.knots import Throws

THROWS = 3


def is_secure(throws: Throws) -> bool:
    """Whether a knot has a double throw first, and at least two more, each against the last."""
    return len(throws) >= THROWS and abs(throws[0]) == 2 and is_alternating(throws)


INTRACORPOREAL_KNOT = Procedure(
    name="intracorporeal_knot",
    brief=(
        "Drive the needle in at one mark and out at the other, through both lips of the slit. Draw "
        "the thread through until a short tail is left. Tie with both instruments: a double throw "
        "first, then two single ones, each laid against the one before. Then let go with both "
        "hands. The pad stands for the drain of the FLS task; cutting the thread is left out."
    ),
    station=WIDE_BOX,
    left="maryland",
    right="needle_driver",
    rules=TASKS["intracorporeal_knot"],
    expected=Expectation(path_m=(2.0, 6.0), peak_force_n=2.0),
    sentences=SENTENCES,
    begin=lambda seed, is_left_handed: Stitching(seed, is_left_handed, is_secure),
)
