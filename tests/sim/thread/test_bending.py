import numpy as np

from sim.thread.bending import bend
from sim.thread.state import chain_of


def _energy(x, rest, stiffness):
    curve = (x[:, 2:] - x[:, 1:-1]) / rest[1:] - (x[:, 1:-1] - x[:, :-2]) / rest[:-1]
    return (stiffness * (curve**2).sum(axis=0) / (rest[1:] + rest[:-1])).sum()


def test_a_straight_uneven_chain_is_left_straight():
    chain = chain_of(np.array([[0.0, 0, 0], [1, 0, 0], [3, 0, 0], [3.5, 0, 0]]), 0, 1.0, 1.0)
    chain.mobility[:] = 1.0
    bend(chain, 1e-3)
    np.testing.assert_allclose(chain.x.T, [[0, 0, 0], [1, 0, 0], [3, 0, 0], [3.5, 0, 0]])


def test_a_soft_pass_pushes_with_the_gradient_of_the_bending_energy():
    rng = np.random.default_rng(2)
    chain = chain_of(np.cumsum(rng.uniform(0.5, 1.5, (12, 3)), axis=0), 0, 1.0, 0.3)
    chain.mobility[:] = rng.uniform(0.5, 2.0, 12)
    x, h2 = chain.x.copy(), 1e-6
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        for sign in (1, -1):
            moved = x.copy()
            moved[index] += sign * 1e-5
            gradient[index] += sign * _energy(moved, chain.rest, 0.3) / 2e-5
    bend(chain, h2)
    np.testing.assert_allclose((chain.x - x) / h2, -gradient * chain.mobility, atol=1e-4)


def test_a_ring_of_the_published_energy():
    # a closed bend of radius R holds EI / (2 R^2) a length
    angle = np.linspace(0, 1.0, 200)
    points = np.stack([2 * np.cos(angle), 2 * np.sin(angle), 0 * angle], 1)
    rest = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert abs(_energy(points.T, rest, 3.0) / (3.0 / (2 * 4) * 2.0) - 1) < 0.01
