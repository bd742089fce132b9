import numpy as np
import pytest

from client.training.gripping import least_opening
from client.training.props import RING_TUBE_M, tube_lines_m
from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.shape import opened
from sim.instruments.trocar import Pose
from world.protocol.scene_lane import Body

STILL = np.array([1.0, 0.0, 0.0, 0.0])
GRASPER = INSTRUMENTS["grasper"]


def ring_at(offset_m):
    """A ring whose nearest tube lies across the jaws, its middle at the offset from the tip."""
    middle_m = tube_lines_m()[1].mean(axis=0)
    turn = -np.arctan2(middle_m[1], middle_m[0]) - np.pi / 2
    half = turn / 2
    rotation = np.array([np.cos(half), 0.0, 0.0, np.sin(half)])
    length_m = np.linalg.norm(middle_m)
    return Body("ring_0", np.array(offset_m) + np.array([0.0, length_m, 0.0]), rotation)


def test_nothing_between_the_jaws_lets_them_close():
    at = Pose(np.zeros(3), STILL)
    assert least_opening(GRASPER, at, ()) == 0.0
    assert least_opening(GRASPER, at, (ring_at((0.0, 0.2, 0.0)),)) == 0.0


@pytest.mark.parametrize("deep_m", [0.002, 0.004, 0.008])
def test_jaws_close_on_a_ring_and_not_into_it(deep_m):
    at = Pose(np.zeros(3), STILL)
    ring = ring_at((0.0, -deep_m, 0.0))
    opening = least_opening(GRASPER, at, (ring,))
    assert 0.1 < opening < 0.8
    for part in GRASPER.parts:
        start_m, end_m = np.array(opened(GRASPER, part, opening))
        line_m = start_m + np.linspace(0, 1, 50)[:, None] * (end_m - start_m)
        apart_m = np.hypot(line_m[:, 1] + deep_m, line_m[:, 2]).min()
        assert apart_m > RING_TUBE_M + part.radius_m - 0.0006


def test_the_deeper_a_ring_is_held_the_wider_jaws_stay():
    at = Pose(np.zeros(3), STILL)
    openings = [
        least_opening(GRASPER, at, (ring_at((0.0, -deep_m, 0.0)),)) for deep_m in (0.002, 0.008)
    ]
    assert openings[1] > openings[0]


def test_what_does_not_open_has_no_opening():
    at = Pose(np.zeros(3), STILL)
    assert least_opening(INSTRUMENTS["hook"], at, (ring_at((0.0, 0.0, 0.0)),)) == 0.0
