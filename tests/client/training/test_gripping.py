import numpy as np
import pytest

from client.training.gripping import Carrying, Hold, least_opening
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


def test_a_ring_that_lies_against_closed_jaws_from_outside_does_not_open_them():
    at = Pose(np.zeros(3), STILL)
    assert least_opening(GRASPER, at, (ring_at((0.0, -0.01, 0.0055)),)) == 0.0


def holding(shown_m, jaw=0.0):
    shown = Pose(np.array(shown_m), STILL)
    return Hold(GRASPER, Pose(np.zeros(3), STILL), shown, jaw)


def test_a_held_ring_goes_with_the_instrument_as_it_is_shown():
    ring, carrying = ring_at((0.0, -0.003, 0.0)), Carrying()
    for _ in range(10):
        found = carrying.carried((ring,), (holding((0.01, 0.0, 0.02)),), 1 / 60)
    (body,) = found
    assert np.allclose(body.position_m, ring.position_m + np.array([0.01, 0.0, 0.02]))
    assert np.allclose(body.rotation, ring.rotation)


def test_a_held_ring_turns_with_the_instrument():
    ring, carrying = ring_at((0.0, -0.003, 0.0)), Carrying()
    half = np.sqrt(0.5)
    hold = Hold(GRASPER, Pose(np.zeros(3), STILL), Pose(np.zeros(3), np.array([half, 0, half, 0])),
                0.0)  # fmt: skip
    for _ in range(10):
        found = carrying.carried((ring,), (hold,), 1 / 60)
    x, y, z = ring.position_m
    assert np.allclose(found[0].position_m, [z, y, -x])


def test_a_ring_that_is_let_go_comes_back_to_the_scene_without_a_jump():
    ring, carrying = ring_at((0.0, -0.003, 0.0)), Carrying()
    for _ in range(10):
        carrying.carried((ring,), (holding((0.012, 0.0, 0.0)),), 1 / 60)
    places_m = [0.012]
    for _ in range(10):
        found = carrying.carried((ring,), (holding((0.012, 0.0, 0.0), jaw=0.9),), 1 / 60)
        places_m.append(found[0].position_m[0] - ring.position_m[0] if found else 0.0)
    assert places_m[-1] == 0.0
    assert np.abs(np.diff(places_m)).max() < 0.004


def test_open_jaws_around_a_ring_carry_nothing():
    ring = ring_at((0.0, -0.003, 0.0))
    assert not Carrying().carried((ring,), (holding((0.01, 0.0, 0.0), jaw=0.9),), 1 / 60)


def test_what_looks_held_is_held_in_the_simulation(played, really_held):
    agreed = looked = 0
    for (_, scene, postures), held in zip(played, really_held, strict=True):
        rings = [body for body in scene.bodies if body.name.startswith("ring_")]
        for hand, side in enumerate(("left", "right")):
            tool = next(body for body in scene.bodies if body.name == f"{side}_grasper")
            at = Pose(tool.position_m, tool.rotation)
            for number, ring in enumerate(rings):
                looks_held = least_opening(GRASPER, at, (ring,)) > postures[hand].jaw
                looked += looks_held
                agreed += looks_held == held[hand, number]
    assert looked > 60
    assert agreed > 0.985 * len(played) * 12
