import numpy as np
import pytest

from sim.thread.knots import COARSE, KNOWN, NAMES, SPHERE, KnotName, Place, find_knot, invariants
from sim.thread.shapes import Layout, resampled, tied

POST = np.array([[0, -0.06, 0], [0, 1e-5, 0], [0, 0.06, 0]])


def _nodes(throws, nodes=110):
    return resampled(tied(throws, Layout()), nodes)


@pytest.mark.parametrize(("throws", "name"), NAMES.items())
def test_every_named_knot_is_found_mirrored_reversed_and_turned(throws, name):
    turn, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    for points in (_nodes(throws), _nodes(tuple(-k for k in throws)), _nodes(throws)[::-1]):
        knot = find_knot(points @ turn.T, POST @ turn.T)
        assert knot.name is name
        assert knot.throws == throws
        assert knot.confidence == 1.0
        assert knot.place is (Place.ON_POST if throws else Place.UNKNOWN)


def test_a_knot_is_named_by_its_throws_and_the_order_they_were_made_in():
    assert find_knot(_nodes((2, -1)), POST).name is KnotName.SURGEONS
    assert find_knot(_nodes((1, -2)), POST).name is KnotName.REVERSED_SURGEONS


def test_a_knot_beside_the_post_is_told():
    post = POST + np.array([0, 0, -0.02])
    assert find_knot(_nodes((1, -1)), post).place is Place.OFF_POST


def test_a_knot_in_one_tail_is_told():
    t = np.linspace(-1.9, 1.9, 60)
    overhand = 0.002 * np.stack([t**3 - 3 * t, t**4 - 4 * t**2, 0.4 * (t**5 - 10 * t)], 1)
    loop = tied((), Layout(tail_m=0.02))
    far = loop[-1] + [0.04, 0, 0.03]
    knot = far + np.vstack([3 * overhand[:1], overhand, 3 * overhand[-1:]])
    points = resampled(np.vstack([loop, knot]), 220)
    knot = find_knot(points, POST)
    assert knot.name is KnotName.HALF
    assert knot.place is Place.IN_TAIL


def test_a_known_apex_stands_for_the_post():
    points = _nodes((1, 1))
    apex = int(points[:, 2].argmin())
    knot = find_knot(points, apex=apex)
    assert (knot.name, knot.place) == (KnotName.GRANNY, Place.ON_POST)


def test_a_knot_without_a_name_keeps_its_throws():
    knot = find_knot(_nodes((3,)), POST)
    assert (knot.name, knot.throws) == (KnotName.OTHER, (3,))


def test_a_figure_eight_is_another_knot():
    t = np.linspace(0.1, 2 * np.pi - 0.1, 90)
    r = 2 + np.cos(2 * t)
    points = np.stack([r * np.cos(3 * t), r * np.sin(3 * t), np.sin(4 * t)], 1)
    assert find_knot(points).name is KnotName.OTHER


def test_invariants_add_over_throws():
    # T(2, 3), T(2, 5) and T(2, 7) are one, two and three wraps
    assert [invariants((k,)) for k in (1, 2, 3)] == [(1, 1), (3, 5), (6, 14)]
    assert invariants((1, -1)) == (2, 0)
    assert invariants((2, 1)) == (4, 6)


def test_every_known_pair_belongs_to_its_throws():
    for pair, throws in KNOWN.items():
        assert invariants(throws) == pair


def test_views_are_unit_and_spread():
    np.testing.assert_allclose(np.linalg.norm(SPHERE, axis=1), 1.0)
    assert np.abs(SPHERE.sum(axis=0)).max() < 1.0
    assert len(COARSE) == 8
