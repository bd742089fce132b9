import numpy as np
import pytest

from client.scene.ambient import AmbientGrid, display_curve, neutral_grid


def grid(encoded):
    return AmbientGrid(encoded, 2.0, (0.0, 0.0, 0.0), (2.0, 1.0, 1.0), 1.5, (1.0, 1.0, 1.0))


def test_a_grid_point_gives_what_was_stored_there():
    encoded = np.zeros((6, 2, 2, 3, 3), np.uint8)
    encoded[4, 1, 0, 2] = (255, 51, 0)
    at_point = grid(encoded).at((2.0, 0.0, 1.0))
    assert np.allclose(at_point[4], (2.0, 2 * 0.2**3, 0.0))
    assert np.allclose(at_point[[0, 1, 2, 3, 5]], 0.0)


def test_between_two_points_the_light_lies_between_theirs():
    encoded = np.zeros((6, 1, 1, 3, 3), np.uint8)
    encoded[:, 0, 0, 0], encoded[:, 0, 0, 1] = 100, 200
    low, middle, high = (grid(encoded).at((x, 0.0, 0.0))[0, 0] for x in (0.0, 0.5, 1.0))
    assert low < middle < high


def test_outside_the_grid_the_nearest_point_counts():
    encoded = np.random.default_rng(1).integers(0, 255, (6, 2, 2, 3, 3), np.uint8)
    assert np.allclose(grid(encoded).at((-9.0, -9.0, 9.0)), grid(encoded).at((0.0, 0.0, 1.0)))


def test_a_surface_takes_the_faces_that_it_sees():
    encoded = np.zeros((6, 1, 1, 1, 3), np.uint8)
    encoded[0], encoded[3] = 255, 255
    assert np.allclose(grid(encoded).toward((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)), 2.0)
    assert np.allclose(grid(encoded).toward((0.0, 0.0, 0.0), (-1.0, 0.0, 0.0)), 0.0)
    assert np.allclose(grid(encoded).toward((0.0, 0.0, 0.0), (3.0, -3.0, 0.0)), 2.0)


def test_the_display_curve_rises_from_black_to_white():
    shown = display_curve(np.linspace(0.0, 40.0, 200)[:, None].repeat(3, 1))
    assert shown[0, 0] == 0.0
    assert shown[-1, 0] > 0.98
    assert np.all(np.diff(shown[:, 0]) >= 0)


def test_a_grid_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="ambient grid"):
        grid(np.zeros((5, 1, 1, 1, 3), np.uint8))


def test_the_neutral_light_is_brightest_from_above():
    faces = neutral_grid().at((1.0, 1.0, 1.0))
    assert faces[4, 0] > faces[0, 0] > faces[5, 0] > 0
