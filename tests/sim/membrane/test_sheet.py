from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from sim.membrane.outline import pieces, rim
from sim.membrane.sheet import SNAP_M, Sheet

SIDE_M = 0.02


def _sheet():
    return Sheet(SIDE_M, 8)


def _areas_m2(sheet):
    corner = sheet.coordinates_m()[sheet.corners()]
    first, second = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    return (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2


def _follow(sheet, path):
    for start, end in pairwise(path):
        sheet.cut(tuple(start), tuple(end))


def _assert_sound(sheet):
    assert np.isclose(_areas_m2(sheet).sum(), SIDE_M**2, rtol=1e-12)
    assert (_areas_m2(sheet) > 0).all()
    corners = sheet.corners()
    edges = np.sort(np.concatenate([corners[:, [k, (k + 1) % 3]] for k in range(3)]), axis=1)
    assert max(Counter(map(tuple, edges)).values()) <= 2
    leaving = Counter(rim(corners)[:, 0].tolist())
    assert set(leaving.values()) == {1}


def _cut_edges(sheet):
    """Returns the ends of the rim's edges that do not lie on the square's own rim."""
    ends = sheet.coordinates_m()[rim(sheet.corners())]
    is_outer = (np.abs(np.abs(ends) - SIDE_M / 2) < 1e-12).all(axis=1).any(axis=1)
    return ends[~is_outer]


def _distance_to_path_m(points, path):
    start, way = path[:-1], np.diff(path, axis=0)
    offset = points[:, None] - start
    share = np.clip((offset * way).sum(2) / (way * way).sum(1), 0, 1)
    return np.linalg.norm(offset - share[..., None] * way, axis=2).min(axis=1)


def _pieces(sheet):
    corners = sheet.corners()
    label = pieces(corners, len(sheet.uv_m))[corners[:, 0]]
    return sorted(_areas_m2(sheet)[label == one].sum() for one in np.unique(label))


@pytest.mark.parametrize("y_m", [0.0, 0.0013, 0.00111])
def test_a_cut_across_leaves_two_pieces_as_large_as_the_line_says(y_m):
    sheet = _sheet()
    path = np.column_stack([np.arange(-0.01, 0.01001, 0.002), np.full(11, y_m)])
    _follow(sheet, path)
    _assert_sound(sheet)
    expected = sorted([SIDE_M * (SIDE_M / 2 - y_m), SIDE_M * (SIDE_M / 2 + y_m)])
    assert np.allclose(_pieces(sheet), expected, atol=SNAP_M * SIDE_M)


def test_a_cut_that_ends_inside_opens_a_slit_and_frees_nothing():
    sheet = _sheet()
    count = len(sheet.uv_m)
    path = np.array([[-0.01, 0.0011], [-0.006, 0.0011], [-0.002, 0.0023]])
    _follow(sheet, path)
    _assert_sound(sheet)
    assert len(_pieces(sheet)) == 1
    assert len(sheet.uv_m) > count + 4
    ends = _cut_edges(sheet)
    assert _distance_to_path_m(ends.reshape(-1, 2), path).max() <= SNAP_M
    length_m = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum() / 2
    assert np.isclose(length_m, np.linalg.norm(np.diff(path, axis=0), axis=1).sum(), rtol=0.1)


@pytest.mark.parametrize("seed", range(10))
def test_whatever_the_path_the_cut_is_on_it_and_the_cloth_stays_sound(seed):
    rng = np.random.default_rng(seed)
    sheet, paths = _sheet(), []
    for _ in range(3):
        at, heading = rng.uniform(-0.012, 0.012, 2), rng.uniform(0, 2 * np.pi)
        path = [at]
        for _ in range(12):
            heading += rng.normal(0, 0.5)
            at = at + rng.uniform(0.0005, 0.002) * np.array([np.cos(heading), np.sin(heading)])
            path.append(at)
        _follow(sheet, np.array(path))
        paths.append(np.array(path))
        _assert_sound(sheet)
    ends = _cut_edges(sheet)
    points = np.concatenate([ends[:, 0], ends[:, 1], ends.mean(axis=1)])
    off_m = np.min([_distance_to_path_m(points, path) for path in paths], axis=0)
    assert len(points) > 20
    assert off_m.max() <= 0.001


def test_new_vertices_are_the_shares_of_older_ones_that_their_origins_say():
    sheet = _sheet()
    grown = [np.array(uv) for uv in sheet.uv_m]
    for start, end in [((-0.0052, 0.0011), (0.0013, 0.0024)), ((0.0013, 0.0024), (0.004, -0.003))]:
        for origin in sheet.cut(start, end):
            assert np.isclose(sum(origin.shares), 1)
            pairs = zip(origin.shares, origin.vertices, strict=True)
            grown.append(sum(share * grown[vertex] for share, vertex in pairs))
    assert np.allclose(grown, sheet.coordinates_m(), atol=1e-15)


def test_a_cut_in_the_air_or_of_no_length_cuts_nothing():
    sheet = _sheet()
    assert sheet.cut((0.02, 0.0), (0.03, 0.0)) == []
    assert sheet.cut((0.001, 0.001), (0.0011, 0.001)) == []
    assert len(sheet.uv_m) == 81


def test_a_cut_across_an_older_one_goes_on_beyond_it():
    sheet = _sheet()
    _follow(sheet, [(-0.01, 0.0011), (0.0, 0.0013), (0.01, 0.0009)])
    sheet.cut((0.0012, -0.0049), (0.0007, 0.0062))
    _assert_sound(sheet)
    sheet.cut((0.0007, 0.0062), (0.0007, 0.01))
    sheet.cut((0.0012, -0.0049), (0.0012, -0.01))
    _assert_sound(sheet)
    assert len(_pieces(sheet)) == 4


def test_a_cut_from_off_the_cloth_begins_at_its_border():
    sheet = _sheet()
    sheet.cut((0.013, 0.0011), (0.004, 0.0011))
    _assert_sound(sheet)
    assert np.isclose(_cut_edges(sheet)[:, :, 0].max(), 0.01)
    assert np.isclose(_cut_edges(sheet)[:, :, 0].min(), 0.004, atol=SNAP_M)
