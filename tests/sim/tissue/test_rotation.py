import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sim.tissue.rotation import extract_rotation


def extracted(f, q, frames=1):
    q = np.array(q, float)
    r, s = np.empty((3, 3)), np.empty((3, 3))
    for _ in range(frames):
        extract_rotation(f, q, r, s)
    assert np.linalg.norm(q) == pytest.approx(1, abs=1e-12)
    assert r.T @ r == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(r) > 0
    return r, s


def nearest(f):
    """The rotation by the singular value decomposition, smallest value negated where inverted."""
    u, values, v = np.linalg.svd(f)
    flip = np.diag([1, 1, np.linalg.det(u @ v)])
    return u @ flip @ v, values @ np.diag(flip)


def stretched(rng, values):
    left, right = Rotation.random(2, rng=rng).as_matrix()
    return left @ np.diag(values) @ right


@pytest.mark.parametrize(
    "values",
    [(1.1, 1.0, 0.9), (2.0, 1.0, 0.1), (1.0, 1.0, 0.0), (1.2, 0.9, -0.5), (3.0, 1.0, -0.9)],
)
def test_any_start_leads_to_the_nearest_rotation(values):
    rng = np.random.default_rng(1)
    for _ in range(200):
        f = stretched(rng, values)
        start = Rotation.random(rng=rng).as_quat(scalar_first=True)
        wanted, _ = nearest(f)
        r, s = extracted(f, start, frames=4)
        assert r == pytest.approx(wanted, abs=1e-7)
        assert s == pytest.approx(s.T, abs=1e-7)


def test_one_frame_is_enough_for_a_small_turn():
    rng = np.random.default_rng(2)
    for _ in range(100):
        f = stretched(rng, rng.uniform(0.5, 1.5, 3))
        wanted, _ = nearest(f)
        nudge = Rotation.from_rotvec(rng.normal(0, 0.03, 3))
        start = (Rotation.from_matrix(wanted) * nudge).as_quat(scalar_first=True)
        assert extracted(f, start)[0] == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    "f",
    [
        np.zeros((3, 3)),
        np.diag([1.0, 0.0, 0.0]),
        np.diag([1.0, 1.0, -1.0]),
        -np.eye(3),
        np.diag([-1.0, -1.0, 1.0]),
        np.full((3, 3), 1e-300),
        np.full((3, 3), 1e9),
    ],
)
def test_a_collapsed_element_keeps_a_rotation_and_comes_near_the_largest_trace(f):
    start = np.array([1.0, 0.0, 0.0, 0.0])
    r, _ = extracted(f, start, frames=3)
    _, values = nearest(f)
    if np.abs(f).max() > 1e-12:
        assert np.trace(r.T @ f) == pytest.approx(values.sum(), rel=5e-3)
