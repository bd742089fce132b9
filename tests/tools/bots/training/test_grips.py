from contextlib import suppress

import numpy as np
import pytest

from sim.environment import Environment
from sim.instruments.station import BOX
from sim.procedures.catalog import PROCEDURES
from sim.rigid.model import RING_RADIUS_M, RING_TUBE_M
from tools.bots.training.grips import grips
from tools.bots.training.operator import EXPERT, LEFT, RIGHT, Operator
from world.protocol.scene_lane import Body, Scene

APOTHEM_M = RING_RADIUS_M * np.sqrt(3) / 2


def _operator(moved=None):
    operator = Operator(BOX, EXPERT, np.random.default_rng(0))
    scene = Environment(PROCEDURES["peg_transfer"], 1).scene()
    operator.scene = Scene(tuple((moved or {}).get(body.name, body) for body in scene.bodies))
    return operator


def _ring(name, x, y, z, rotation=(1.0, 0.0, 0.0, 0.0)):
    return {name: Body(name, np.array([x, y, z]), np.array(rotation))}


@pytest.mark.parametrize("hand", [LEFT, RIGHT])
@pytest.mark.parametrize("ring", range(6))
def test_jaws_stand_squarely_to_the_shaft_on_a_tube_of_the_ring_best_first(hand, ring):
    operator = _operator()
    found = grips(operator, ring, hand)
    assert len(found) == 6
    assert [grip.worth for grip in found] == sorted((g.worth for g in found), reverse=True)
    center_m = operator.body(f"ring_{ring}").position_m
    for grip in found:
        assert np.isclose(np.linalg.norm(grip.tube_m - center_m), APOTHEM_M)
        assert np.isclose(np.linalg.norm(grip.across), 1.0)
        assert abs(grip.across @ operator.along(hand, grip.tube_m)) < 1e-9


def test_each_hand_takes_the_side_that_leaves_the_other_to_the_other_hand():
    operator = _operator()
    middle = operator.body("ring_0").position_m
    assert grips(operator, 0, LEFT)[0].tube_m[0] < middle[0]
    assert grips(operator, 0, RIGHT)[0].tube_m[0] > middle[0]


def test_a_tube_that_leans_on_its_peg_is_not_the_first_choice():
    # The ring is pushed so far to the right that its left tube touches the peg.
    play_m = APOTHEM_M - RING_TUBE_M - 0.002
    moved = _operator(_ring("ring_0", -0.02 + play_m, -0.016, RING_TUBE_M))
    centered = grips(_operator(), 0, LEFT)[0]
    first = grips(moved, 0, LEFT)[0]
    assert centered.tube_m[0] < -0.02 - 0.005
    assert first.tube_m[0] > -0.02 + play_m - 0.005


def test_the_taker_keeps_clear_of_the_givers_instrument():
    at_m = np.array([0.0, -0.005, 0.045])
    operator = _operator(_ring("ring_0", *at_m))
    giver_tube_m = at_m + np.array([-APOTHEM_M * np.cos(np.pi / 6), APOTHEM_M / 2, 0.0])
    script = operator.go(LEFT, giver_tube_m)
    next(script)
    with suppress(StopIteration):
        while True:
            script.send(operator.scene)
    taken = grips(operator, 0, RIGHT, LEFT)[0]
    assert np.linalg.norm(taken.tube_m - giver_tube_m) > 1.2 * APOTHEM_M
