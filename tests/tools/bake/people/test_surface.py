import numpy as np
import pytest
from scipy import sparse as sp

from tools.bake.people.reduction import Reduction
from tools.bake.people.shapes import ellipsoid, ring_triangles, tube
from tools.bake.people.surface import Surface, join, normals, smoothstep, welded_normals


@pytest.fixture
def ball():
    """A sphere of radius 1 as places and triangles."""
    return ellipsoid(np.zeros(3), np.ones(3), 24, 13), ring_triangles(13, 24)


@pytest.fixture
def sheet():
    """A flat square of 11 x 11 vertices."""
    x, y = np.meshgrid(np.linspace(0, 1, 11), np.linspace(0, 1, 11))
    return np.stack([x.ravel(), y.ravel(), 0 * x.ravel()], 1), ring_triangles(11, 11, closed=False)


def test_normals_of_a_ball_point_outward(ball):
    places, triangles = ball
    inner = (np.abs(places[:, 1]) < 0.95).nonzero()[0]
    side = np.sign((normals(places, triangles)[inner] * places[inner]).sum(1))
    assert abs(side.sum()) == len(inner)
    cosine = np.abs((normals(places, triangles)[inner] * places[inner]).sum(1))
    assert cosine.min() > 0.98


def test_welded_normals_agree_where_places_do(ball):
    places, triangles = ball
    doubled = np.concatenate([places, places])
    both = np.concatenate([triangles[::2], triangles[1::2] + len(places)])
    found = welded_normals(doubled, both)
    assert np.abs(found[: len(places)] - found[len(places) :]).max() < 1e-12


def test_a_clip_ends_exactly_on_the_line(sheet):
    places, triangles = sheet
    part = Surface.of(triangles, sp.identity(len(places)))
    part = part.clip(places[:, 0] - 0.33)
    left = part.lying(places)
    assert np.isclose(left[:, 0].min(), 0.33)
    a, b, c = (left[part.triangles[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
    assert np.isclose(area, 0.67)


def test_blends_sum_to_one_through_every_operation(sheet):
    places, triangles = sheet
    part = Surface.of(triangles, sp.identity(len(places))).subdivide()
    part = part.clip(part.lying(places)[:, 1] - 0.4).smooth(5).even_border(3)
    assert np.allclose(np.asarray(part.blend.sum(1)).ravel(), 1)


def test_smoothing_keeps_a_ball_a_ball_and_shrinking_does_not(ball):
    places, triangles = ball
    kept = Surface.of(triangles, sp.identity(len(places))).smooth(20).lying(places)
    shrunk = Surface.of(triangles, sp.identity(len(places))).smooth(20, shrinking=True)
    radius = np.linalg.norm(kept, axis=1).mean()
    assert radius > 0.9
    assert np.linalg.norm(shrunk.lying(places), axis=1).mean() < radius - 0.05


def test_joined_parts_keep_their_triangles(ball):
    places, triangles = ball
    parts = [Surface.of(triangles, sp.identity(len(places))) for _ in range(2)]
    for part in parts:
        part.marks = {"edge": np.zeros(len(part))}
    whole = join(parts)
    assert len(whole) == 2 * len(places)
    assert (whole.triangles[len(triangles) :] == triangles + len(places)).all()


def test_reduction_keeps_the_shape_and_never_moves_a_vertex(ball):
    places, triangles = ball
    mesh = Reduction(places, triangles, np.ones(len(places)), normals(places, triangles))
    fewer = mesh.down_to(200)
    fewest = mesh.down_to(160)
    assert len(fewer) <= 200
    assert len(fewest) <= 160
    assert set(fewest.ravel()) <= set(fewer.ravel()) <= set(range(len(places)))
    volume = [
        abs(
            np.einsum("ij,ij->i", places[t[:, 0]], np.cross(places[t[:, 1]], places[t[:, 2]])).sum()
        )
        for t in (triangles, fewer, fewest)
    ]
    assert volume[1] > 0.8 * volume[0]
    assert volume[2] > 0.5 * volume[0]


def test_reduction_keeps_the_outline_of_a_sheet(sheet):
    places, triangles = sheet
    mesh = Reduction(places, triangles, np.ones(len(places)), normals(places, triangles))
    few = mesh.down_to(20)
    a, b, c = (places[few[:, i]] for i in range(3))
    assert np.isclose(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2, 1, atol=0.02)


def test_a_tube_is_round():
    path = np.stack([np.linspace(0, 1, 9), np.zeros(9), np.zeros(9)], 1)
    ring = tube(path, 0.1, 12).reshape(9, 12, 3) - path[:, None]
    assert np.allclose(np.linalg.norm(ring, axis=-1), 0.1)


def test_a_smooth_step_may_fall():
    assert smoothstep(1.0, 0.0, np.array([-1, 0.5, 2])).tolist() == [1, 0.5, 0]
