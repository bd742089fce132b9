import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.thread.pairs import closest, find_contacts, list_pairs
from sim.thread.state import Surface, capsules_of, chain_of, pairs_of

coordinate = st.floats(-5, 5, allow_nan=False, width=32)
SURFACE = Surface(3e-4, 0.25, 20.0)


def _distances(p, q, shares):
    """(s, s) distances between points of two segments (2, 3) at the given shares."""
    a = p[0] + shares[:, None] * (p[1] - p[0])
    b = q[0] + shares[:, None] * (q[1] - q[0])
    return np.linalg.norm(a[:, None] - b[None], axis=2)


@settings(max_examples=200, deadline=None)
@given(st.lists(coordinate, min_size=12, max_size=12))
def test_no_two_points_of_the_segments_are_closer_than_the_closest(numbers):
    ends = np.array(numbers, float).reshape(4, 3)
    s, t, square, rx, ry, rz = closest(np.ascontiguousarray(ends.T), 0, 2)
    assert 0 <= s <= 1
    assert 0 <= t <= 1
    offset = ends[0] + s * (ends[1] - ends[0]) - ends[2] - t * (ends[3] - ends[2])
    np.testing.assert_allclose([rx, ry, rz], offset, atol=1e-6)
    grid = _distances(ends[:2], ends[2:], np.linspace(0, 1, 41))
    # nearly parallel segments may miss the optimum by rounding, never by a visible length
    assert np.sqrt(square) <= grid.min() + 1e-3


def _walk(seed, n=60):
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.normal(size=(n, 3)), axis=0) * 3e-4


def test_the_list_holds_every_pair_within_the_margin_and_finds_every_contact():
    chain = chain_of(_walk(1), 1, 1e-4, 0.0)
    capsules = capsules_of(1)
    capsules.radius[0] = 1e-3
    chain.x[:, 60:] = np.array([[0, 0, -0.01], [0, 0, 0.01]]).T
    chain.start[:] = chain.x
    pairs = pairs_of()
    assert list_pairs(chain, capsules, pairs, pairs_of(), SURFACE, 8e-4)
    listed = set(zip(pairs.first[: pairs.sizes[0]], pairs.second[: pairs.sizes[0]], strict=True))
    nodes = chain.x.T
    shares = np.linspace(0, 1, 15)
    expected = set()
    for i in range(59):
        for j in [*range(i + 2, 59), 60]:
            reach = 3e-4 if j < 59 else 1e-3 + 1.5e-4
            gap = _distances(nodes[i : i + 2], nodes[j : j + 2], shares).min()
            if gap < reach + 8e-4 - 1e-5:
                expected.add((i, j))
    assert len(expected) > 50
    assert expected <= listed
    find_contacts(chain, pairs, 1e-4)
    near = {(pairs.first[q], pairs.second[q]) for q in pairs.active[: pairs.sizes[1]]}
    assert near < listed
    assert all(pairs.gap[q] <= pairs.reach[q] + 1e-4 for q in pairs.active[: pairs.sizes[1]])


def test_forces_stay_with_their_pair_when_the_list_is_made_anew():
    chain = chain_of(_walk(2), 0, 1e-4, 0.0)
    pairs, old = pairs_of(), pairs_of()
    list_pairs(chain, capsules_of(0), pairs, old, SURFACE, 3e-4)
    count = pairs.sizes[0]
    pairs.push[:count] = 1.0 + np.arange(count)
    force = dict(
        zip(zip(pairs.first[:count], pairs.second[:count], strict=True), pairs.push, strict=False)
    )
    list_pairs(chain, capsules_of(0), pairs, old, SURFACE, 9e-4)
    assert pairs.sizes[0] > count
    for q in range(pairs.sizes[0]):
        assert pairs.push[q] == force.get((pairs.first[q], pairs.second[q]), 0.0)


def test_a_list_without_room_says_so():
    chain = chain_of(np.zeros((90, 3)) + np.arange(90)[:, None] * 1e-6, 0, 1e-4, 0.0)
    assert not list_pairs(chain, capsules_of(0), pairs_of(64), pairs_of(64), SURFACE, 1e-3)


def test_what_a_capsule_grips_does_not_touch_it():
    points = np.linspace([-0.01, 0, 0], [0.01, 0, 0], 21)
    chain = chain_of(points, 1, 1e-4, 0.0)
    chain.start[:, 21:] = np.array([[0, 0, 0], [0, 0, 0.05]]).T
    capsules = capsules_of(1)
    capsules.radius[0] = 2e-3
    pairs = pairs_of()
    list_pairs(chain, capsules, pairs, pairs_of(), SURFACE, 1e-4)
    assert pairs.sizes[0] > 0
    capsules.skips[0] = 5, 15
    list_pairs(chain, capsules, pairs, pairs_of(), SURFACE, 1e-4)
    assert pairs.sizes[0] == 0
