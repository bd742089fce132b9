import numpy as np
import pytest

from sim.tissue.closest import is_pierced, segment_to_triangle


def sampled(a, b, corners, grid=60):
    """The least distance over a fine grid of points of both."""
    u = np.linspace(0, 1, grid)
    line = a + u[:, None] * (b - a)
    v, w = np.meshgrid(u, u)
    inside = v + w <= 1 + 1e-12
    v, w = v[inside], w[inside]
    face = (
        corners[0] + v[:, None] * (corners[1] - corners[0]) + w[:, None] * (corners[2] - corners[0])
    )
    return np.linalg.norm(line[:, None] - face[None], axis=2).min()


def test_distance_and_weights_agree_with_a_search():
    rng = np.random.default_rng(1)
    w, scratch = np.empty(3), np.empty(3)
    compared = 0
    for _ in range(120):
        a, b = rng.normal(size=(2, 3))
        corners = rng.normal(size=(3, 3))
        searched = sampled(a, b, corners)
        if is_pierced(a, b, *corners, 0.0):
            assert searched < 0.1
            continue
        compared += 1
        distance, place = segment_to_triangle(a, b, *corners, w, scratch)
        nearest = a + place * (b - a) - w @ corners
        assert w.sum() == pytest.approx(1)
        assert w.min() >= -1e-12
        assert np.linalg.norm(nearest) == pytest.approx(distance, abs=1e-9)
        assert searched - 0.08 < distance <= searched + 1e-9
    assert compared > 80


def test_piercing_is_seen_from_both_sides_and_not_beyond_the_ends():
    corners = np.array(((0.0, 0, 0), (1, 0, 0), (0, 1, 0)))
    above, below = np.array((0.2, 0.2, 1.0)), np.array((0.2, 0.2, -1.0))
    assert is_pierced(above, below, *corners, 0.0)
    assert is_pierced(below, above, *corners, 0.0)
    assert not is_pierced(above, np.array((0.2, 0.2, 0.1)), *corners, 0.0)
    assert not is_pierced(np.array((0.8, 0.8, 1.0)), np.array((0.8, 0.8, -1.0)), *corners, 0.0)
