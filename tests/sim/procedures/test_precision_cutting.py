"""The task's rules, with hands that a test leads; whole attempts are in the tests of the bots."""

from dataclasses import replace

import numpy as np
import pytest

from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.station import BOX
from sim.instruments.trocar import Posture, aimed, pose
from sim.procedures.precision_cutting import HOLDS_BELOW, OPENS_ABOVE, PrecisionCutting
from sim.procedures.procedure import EFFORTS, Hand

HEIGHT_M = 0.04
AWAY_M = np.array([0.07, 0.0, 0.09])
IN_M, UP_M = np.array([0.008, 0.0, 0.0]), np.array([0.0, 0.0, 0.01])


class Field:
    """A task and two hands."""

    def __init__(self):
        self.task = PrecisionCutting()
        self.hands = [
            self._hand("grasper", BOX.left, np.array([-0.07, 0.0, 0.09]), 0.0),
            self._hand("scissors", BOX.right, AWAY_M, 0.0),
        ]
        self.kinds = []

    def lead(self, hand, tip_m, jaw, steps=1, effort=0):
        before = self.hands[hand]
        start_m, start = before.pose.tip_m, before.posture.jaw
        name = ("grasper", "scissors")[hand]
        for k in range(1, steps + 1):
            share = k / steps
            at_m = start_m + share * (np.array(tip_m) - start_m)
            self.hands[hand] = self._hand(name, before.trocar, at_m, start + share * (jaw - start))
            happened = self.task.advance(tuple(self.hands), effort)
            self.kinds += [one.kind for one in happened]

    def _hand(self, name, trocar, tip_m, jaw):
        posture = replace(aimed(trocar, tip_m, Posture()), jaw=jaw)
        return Hand(INSTRUMENTS[name], trocar, posture, pose(trocar, posture))


@pytest.fixture
def field():
    return Field()


def _corners(field):
    return len(field.task.scene().surfaces[0].corners_m)


def test_scissors_cut_as_they_close_and_not_as_they_open_or_stand(field):
    whole = _corners(field)
    edge_m = np.array([0.052, 0.0, HEIGHT_M])
    field.lead(1, edge_m, 0.0, 20)
    field.lead(1, edge_m, 0.5, 10)
    field.lead(1, edge_m - IN_M, 0.5, 20)
    assert _corners(field) == whole
    field.lead(1, edge_m - IN_M, 0.0, 10)
    assert _corners(field) > whole
    assert not field.task.is_finished


def test_jaws_take_hold_as_they_close_carry_the_gauze_and_let_it_go_as_they_open(field):
    at_m = np.array([0.0, 0.0, HEIGHT_M])
    field.lead(0, at_m, 0.5, 30)
    assert field.task.touch().force_n[0] == 0
    field.lead(0, at_m, 0.0, 10)
    assert field.kinds == ["held"]
    field.lead(0, at_m + UP_M, 0.0, 30)
    touch = field.task.touch()
    assert touch.force_n[0] > 0
    assert touch.force_n[1] == 0
    assert field.task.scene().surfaces[0].corners_m[:, 2].max() > HEIGHT_M + 0.006
    field.lead(0, at_m + UP_M, (HOLDS_BELOW + OPENS_ABOVE) / 2, 5)
    assert field.task.touch().force_n[0] > 0
    field.lead(0, at_m + 3 * UP_M, 0.6, 30)
    assert field.task.touch().force_n[0] == 0
    assert field.kinds == ["held"]


def test_jaws_that_close_in_the_air_hold_nothing(field):
    field.lead(0, (0.0, 0.0, 0.07), 0.5, 20)
    field.lead(0, (0.0, 0.0, 0.07), 0.0, 10)
    field.lead(0, (0.0, 0.0, 0.05), 0.0, 10)
    assert field.kinds == []


def test_closed_jaws_press_the_gauze_down_and_do_not_pass_it(field):
    field.lead(0, (0.0, 0.0, 0.06), 0.0, 20)
    field.lead(0, (0.0, 0.0, 0.03), 0.0, 40)
    middle_m = field.task.scene().surfaces[0].corners_m
    near = np.hypot(middle_m[:, 0], middle_m[:, 1]) < 0.004
    assert middle_m[near, 2].min() < 0.035


def test_the_end_measures_a_piece_only_where_there_is_one(field):
    (told,) = field.task.finish()
    assert (told.kind, told.amount) == ("area deviation", 100.0)


def test_the_scene_has_the_gauze_its_clips_and_the_line(field):
    scene = field.task.scene()
    assert [body.name for body in scene.bodies] == [f"clip_{k}" for k in range(4)]
    assert [surface.name for surface in scene.surfaces] == ["gauze"]
    assert [strand.name for strand in scene.strands] == ["mark-0"]


@pytest.mark.parametrize("effort", range(EFFORTS))
def test_less_effort_leaves_the_gauze_about_where_it_is(field, effort):
    field.lead(0, (0.0, 0.0, HEIGHT_M), 0.5, 30, effort)
    field.lead(0, (0.0, 0.0, HEIGHT_M), 0.0, 10, effort)
    field.lead(0, (0.0, 0.0, HEIGHT_M + 0.01), 0.0, 60, effort)
    corners_m = field.task.scene().surfaces[0].corners_m
    assert abs(corners_m[:, 2].max() - HEIGHT_M - 0.01) < 0.003


def test_a_tip_that_touches_the_floor_collides(field):
    field.lead(1, (0.07, 0.0, 0.001), 0.0, 30)
    assert field.task.touch().is_colliding.tolist() == [False, True]
