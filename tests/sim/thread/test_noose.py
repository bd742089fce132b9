import numpy as np
import pytest

from sim.thread.noose import LENGTH_M, SHORTEST_M, Noose

AXES = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
KNOT_M = np.array([-LENGTH_M / (2 * np.pi), 0.0, 0.0])
POST_M = np.array([[0.0, 0.0, -0.03], [0.0, 0.0, 0.03]])
RADIUS_M = 0.006


def _drawn(steps, by_m=5e-4):
    noose = Noose(KNOT_M, AXES, POST_M, RADIUS_M)
    for _ in range(steps):
        if noose.length_m > 2 * np.pi * RADIUS_M + 1e-3:
            noose.draw(by_m)
        knot_m = KNOT_M * (noose.length_m / LENGTH_M)
        noose.step(knot_m, AXES, POST_M, RADIUS_M)
    return noose


def test_a_loop_around_a_post_goes_around_it_once_and_beside_it_not_at_all():
    noose = Noose(KNOT_M, AXES, POST_M, RADIUS_M)
    assert abs(noose.turns(POST_M)) == 1
    assert noose.turns(POST_M + np.array([0.05, 0.0, 0.0])) == 0
    assert noose.turns(POST_M[::-1]) == -noose.turns(POST_M)


def test_drawing_takes_thread_out_and_never_gives_it_back():
    noose = Noose(KNOT_M, AXES, POST_M, RADIUS_M)
    first_m = noose.length_m
    assert np.isclose(first_m, LENGTH_M, rtol=0.02)
    noose.draw(0.01)
    assert np.isclose(noose.length_m, first_m - 0.01)
    noose.draw(1.0)
    assert np.isclose(noose.length_m, SHORTEST_M)
    noose.draw(1.0)
    assert np.isclose(noose.length_m, SHORTEST_M)


def test_a_loop_that_is_drawn_comes_to_lie_on_the_post_without_stretch():
    noose = _drawn(240)
    assert abs(noose.turns(POST_M)) == 1
    points_m = noose.thread.points_m
    off_m = np.hypot(points_m[:, 0], points_m[:, 1])
    assert off_m.min() > RADIUS_M - 2e-4
    assert off_m.max() < RADIUS_M + 2.5e-3
    assert np.percentile(np.abs(noose.thread.strain()), 99) < 0.02


@pytest.mark.parametrize("count", [30])
def test_the_same_draws_give_the_same_bits(count):
    assert _drawn(count).thread.state_hash() == _drawn(count).thread.state_hash()
