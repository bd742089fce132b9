"""Against areas in closed form: squares and half planes beside a circle."""

import numpy as np
import pytest

from sim.membrane.outline import outline, pieces, rim

RADIUS_M = 0.02
CIRCLE_M2 = np.pi * RADIUS_M**2


def _square(half_m, shift_m=(0.0, 0.0)):
    uv = half_m * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float) + np.array(shift_m)
    return np.array([[0, 1, 2], [0, 2, 3]]), uv


def test_a_square_around_the_circle_has_its_corners_too_much():
    found = outline(*_square(RADIUS_M), RADIUS_M)
    assert np.isclose(found.area_m2, 4 * RADIUS_M**2)
    assert np.isclose(found.deviation, 4 / np.pi - 1)
    assert np.isclose(found.line_deviation_m, (np.sqrt(2) - 1) * RADIUS_M)


def test_a_square_inside_lacks_what_is_outside_it():
    half_m = RADIUS_M / np.sqrt(2)
    found = outline(*_square(half_m), RADIUS_M)
    assert np.isclose(found.deviation, 1 - 2 / np.pi)
    assert np.isclose(found.line_deviation_m, RADIUS_M - half_m)


@pytest.mark.parametrize("cut_m", [-0.015, 0.0, 0.004, 0.019])
def test_a_large_square_that_ends_within_the_circle_has_the_segment_in_common(cut_m):
    half_m = 0.05
    found = outline(*_square(half_m, (cut_m - half_m, 0.0)), RADIUS_M)
    angle = np.arccos(cut_m / RADIUS_M)
    common_m2 = CIRCLE_M2 - RADIUS_M**2 * (angle - np.sin(angle) * np.cos(angle))
    expected = (4 * half_m**2 + CIRCLE_M2 - 2 * common_m2) / CIRCLE_M2
    assert np.isclose(found.deviation, expected)


def test_apart_from_the_circle_everything_deviates():
    found = outline(*_square(0.01, (0.05, 0.0)), RADIUS_M)
    assert np.isclose(found.deviation, 1 + 4e-4 / CIRCLE_M2)


@pytest.mark.parametrize("count", [12, 60, 400])
def test_a_polygon_in_the_circle_deviates_by_what_its_chords_cut_off(count):
    angle = 2 * np.pi * np.arange(count) / count
    uv = np.concatenate([[[0.0, 0.0]], RADIUS_M * np.stack([np.cos(angle), np.sin(angle)], 1)])
    fan = np.array([[0, k + 1, (k + 1) % count + 1] for k in range(count)])
    found = outline(fan, uv, RADIUS_M)
    share = count * np.sin(2 * np.pi / count) / (2 * np.pi)
    assert np.isclose(found.deviation, 1 - share, atol=1e-12)
    assert np.isclose(found.line_deviation_m, RADIUS_M * (1 - np.cos(np.pi / count)))


def test_the_rim_is_what_one_triangle_has_and_pieces_are_what_hangs_together():
    triangles, _ = _square(1.0)
    assert {tuple(edge) for edge in rim(triangles).tolist()} == {(0, 1), (1, 2), (2, 3), (3, 0)}
    both = np.concatenate([triangles + 4, triangles])
    assert pieces(both, 9).tolist() == [0, 0, 0, 0, 4, 4, 4, 4, 8]
