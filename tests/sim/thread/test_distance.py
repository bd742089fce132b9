import numpy as np
import pytest

from sim.thread.distance import pull_as_before, solve_distances
from sim.thread.state import chain_of, solve_of


def _crooked(n, seed):
    rng = np.random.default_rng(seed)
    chain = chain_of(np.cumsum(rng.normal(size=(n, 3)), axis=0) * 1e-3, 0, 2e-4, 0.0)
    chain.mobility[:] = rng.uniform(0.2, 3.0, n) * 1e5
    chain.mobility[rng.integers(n)] = 0.0
    chain.x[:] += rng.normal(size=chain.x.shape) * 1e-4
    return chain


@pytest.mark.parametrize("n", [2, 3, 4, 7, 60, 101])
def test_one_solve_is_the_dense_newton_step_on_all_lengths(n):
    chain = _crooked(n, n)
    x, w, m = chain.x.copy(), chain.mobility, n - 1
    edge = x[:, 1:] - x[:, :-1]
    length = np.linalg.norm(edge, axis=0)
    jacobian = np.zeros((m, 3 * n))
    for k in range(m):
        for d in range(3):
            jacobian[k, 3 * k + d] = -edge[d, k] / length[k]
            jacobian[k, 3 * k + 3 + d] = edge[d, k] / length[k]
    inverse_mass = np.repeat(w, 3)
    matrix = jacobian * inverse_mass @ jacobian.T
    multiplier = np.linalg.solve(matrix, length - chain.rest)
    expected = x - (inverse_mass * (jacobian.T @ multiplier)).reshape(n, 3).T
    solve = solve_of(m)
    solve_distances(chain, solve)
    np.testing.assert_allclose(chain.x, expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(solve.multiplier, multiplier, rtol=1e-9, atol=1e-18)


def test_a_few_solves_bring_every_segment_to_its_length():
    chain = _crooked(100, 5)
    solve = solve_of(99)
    for _ in range(8):
        solve_distances(chain, solve)
    length = np.linalg.norm(chain.x[:, 1:] - chain.x[:, :-1], axis=0)
    assert np.abs(length / chain.rest - 1).max() < 1e-9


def test_a_segment_between_two_driven_nodes_is_left_alone():
    chain = chain_of(np.array([[0.0, 0, 0], [0.001, 0, 0], [0.002, 0, 0]]), 0, 1e-4, 0.0)
    chain.mobility[:] = 0.0, 0.0, 1.0
    chain.x[0, 1] = 0.0015
    solve_distances(chain, solve_of(2))
    np.testing.assert_allclose(chain.x[0], [0.0, 0.0015, 0.0025], atol=1e-15)


def test_kept_tension_moves_no_centre_of_mass():
    chain = _crooked(20, 3)
    chain.mobility[:] = 1 / chain.mass
    chain.start[:] = chain.x
    chain.tension[:] = np.linspace(-1, 2, 19)
    before = (chain.x * chain.mass).sum(axis=1)
    pull_as_before(chain, solve_of(19), 1e-6)
    np.testing.assert_allclose((chain.x * chain.mass).sum(axis=1), before, atol=1e-18)
    assert not np.allclose(chain.x, chain.start)
