from dataclasses import replace

import pytest

from sim.environment import FIRST_POSTURE, FIRST_SCOPE, Environment
from sim.instruments.inputs import Inputs, pack
from sim.procedures.suture_extracorporeal import EXTRACORPOREAL_KNOT, OUT_M, is_secure


@pytest.mark.parametrize(
    ("throws", "wanted"),
    [
        ((1, -1, 1), True),
        ((-1, 1, -1, 1), True),
        ((1, -1), False),
        ((1, 1, 1), False),
        ((1, -1, -1), False),
        ((), False),
    ],
)
def test_secure_is_three_throws_that_alternate(throws, wanted):
    assert is_secure(throws) is wanted


def test_a_needle_that_is_not_through_the_pad_is_not_taken_out_and_no_throw_is_laid():
    environment = Environment(EXTRACORPOREAL_KNOT, 1)
    back = replace(FIRST_POSTURE, insertion_m=OUT_M - 0.005, roll_rad=1.0)
    for step in range(120):
        right = replace(back, is_active=step % 20 > 10)
        environment.step(pack(Inputs(FIRST_POSTURE, right, FIRST_SCOPE)))
    assert environment.hands[1].posture.insertion_m < OUT_M
    assert environment.held == ("scissors", "needle_driver")
    assert environment.noted == []
    assert [strand.name for strand in environment.scene().strands] == ["thread", "needle"]
