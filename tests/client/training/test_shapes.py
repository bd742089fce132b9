from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.training import materials
from client.training.shapes import box, frames, merged, moved, rounded_loop, tube, turned


def edges(one):
    """How often each edge is run through in each direction, corners at one place being one."""
    _, places = np.unique(np.round(one.points_m, 9), axis=0, return_inverse=True)
    corners = places.reshape(-1)[one.triangles]
    found = Counter()
    for a, b in ((0, 1), (1, 2), (2, 0)):
        found.update(zip(corners[:, a].tolist(), corners[:, b].tolist(), strict=True))
    return Counter({edge: n for edge, n in found.items() if edge[0] != edge[1]})


def volume_m3(one):
    a, b, c = (one.points_m[one.triangles[:, k]] for k in range(3))
    return float((np.cross(a, b) * c).sum()) / 6


def is_closed(one):
    found = edges(one)
    return all(found[b, a] == n for (a, b), n in found.items())


def test_a_tube_is_closed_and_has_the_volume_of_a_cylinder_with_two_half_balls():
    line_m = np.array([[0.0, 0.0, 0.0], [0.0, 0.1, 0.0]])
    one = tube(line_m, 0.01, materials.STEEL, sides=96)
    assert is_closed(one)
    exact = np.pi * 0.01**2 * 0.1 + 4 / 3 * np.pi * 0.01**3
    assert volume_m3(one) == pytest.approx(exact, rel=0.02)


def test_a_closed_tube_has_the_volume_of_a_torus():
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    line_m = 0.05 * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    one = tube(line_m, 0.01, materials.STEEL, sides=48, is_closed=True)
    assert is_closed(one)
    assert volume_m3(one) == pytest.approx(2 * np.pi**2 * 0.05 * 0.01**2, rel=0.01)


def test_what_a_lathe_turns_faces_outward():
    one = turned(np.array([(0.0, -0.01), (0.01, -0.01), (0.01, 0.01), (0.0, 0.01)]), materials.PEG)
    assert volume_m3(one) > 0


@given(
    st.tuples(*[st.floats(0.002, 0.2)] * 3),
    st.floats(0.0002, 0.02),
)
def test_a_box_is_closed_as_large_as_it_says_and_its_normals_point_outward(size_m, edge_m):
    half_m = np.array(size_m) / 2
    one = box(-half_m, half_m, materials.BOARD, edge_m)
    assert is_closed(one)
    assert np.allclose(np.ptp(one.points_m, axis=0), size_m)
    assert ((one.normals * one.points_m).sum(axis=1) > 0).all()
    assert np.allclose(np.linalg.norm(one.normals, axis=1), 1)
    assert 0 < volume_m3(one) <= np.prod(size_m) * (1 + 1e-9)


@given(st.lists(st.tuples(*[st.floats(-1, 1)] * 3), min_size=2, max_size=20, unique=True))
def test_frames_along_any_line_are_square_and_right_handed(points):
    line_m = np.cumsum(np.array(points) + np.array([0.0, 0.0, 1.5]), axis=0)
    across, up = frames(line_m)
    ends = np.concatenate([line_m[:1], line_m]), np.concatenate([line_m, line_m[-1:]])
    along = (ends[1] - ends[0])[1:] + (ends[1] - ends[0])[:-1]
    assert np.allclose(np.linalg.norm(across, axis=1), 1)
    assert np.allclose((across * up).sum(axis=1), 0, atol=1e-9)
    assert ((np.cross(across, up) * along).sum(axis=1) > 0).all()


def test_a_sharp_edge_keeps_two_normals_and_a_round_one_has_one():
    one = tube(
        np.array([[0.0, 0.0, 0.0], [0.0, 0.1, 0.0]]),
        0.01,
        materials.STEEL,
        sides=24,
        is_round_ended=False,
    )
    rim = np.abs(one.points_m[:, 1] - 0.1) < 1e-9
    along = one.normals[rim, 1]
    assert (np.isclose(along, 0, atol=1e-6) | np.isclose(along, 1, atol=1e-6)).all()
    assert np.isclose(along, 0, atol=1e-6).any()
    assert np.isclose(along, 1, atol=1e-6).any()


def test_shapes_are_put_together_turned_and_moved():
    one = tube(np.array([[0.0, 0.0, 0.0], [0.0, 0.1, 0.0]]), 0.01, materials.STEEL)
    half = np.sqrt(0.5)
    other = moved(one, np.array([1.0, 0.0, 0.0]), np.array([half, 0.0, 0.0, half]))
    both = merged(one, other)
    assert volume_m3(both) == pytest.approx(2 * volume_m3(one))
    assert other.points_m[:, 0].min() == pytest.approx(1 - 0.11)


def test_a_loop_round_a_polygon_stays_within_its_fillet():
    square_m = np.array([(1.0, 0, 0), (0, 1.0, 0), (-1.0, 0, 0), (0, -1.0, 0)])
    loop_m = rounded_loop(square_m, 0.2)
    assert np.abs(loop_m[:, :2]).sum(axis=1).max() <= 1 + 1e-9
    assert np.linalg.norm(loop_m, axis=1).max() < 0.93
