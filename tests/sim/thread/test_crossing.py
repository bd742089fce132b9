import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.thread.crossing import FLOOR, hold_apart, is_apart, largest_move
from sim.thread.pairs import find_contacts, list_pairs
from sim.thread.state import Surface, capsules_of, chain_of, pairs_of

DIAMETER = 3e-4
SURFACE = Surface(DIAMETER, 0.25, 20.0)
NEAR = 1e-3


def _watched(points, move):
    """A chain on its way from `points` to `points + move`, and the pairs watched on it."""
    chain = chain_of(points, 0, 1e-4, 0.0)
    chain.start[:] = points.T
    chain.x[:] = (points + move).T
    pairs = pairs_of()
    list_pairs(chain, capsules_of(0), pairs, pairs_of(), SURFACE, 4e-3)
    find_contacts(chain, pairs, NEAR)
    return chain, pairs


def _closest_approach(chain, i, j, parts=150):
    """Least distance of the segments i and j on the way, by dense sampling of time."""
    from_m, to_m = chain.start.T, chain.x.T
    shares = np.linspace(0, 1, 21)
    least = np.inf
    for time in np.linspace(0, 1, parts):
        x = from_m + time * (to_m - from_m)
        a = x[i] + shares[:, None] * (x[i + 1] - x[i])
        b = x[j] + shares[:, None] * (x[j + 1] - x[j])
        least = min(least, np.linalg.norm(a[:, None] - b[None], axis=2).min())
    return least


number = st.floats(-1, 1, allow_nan=False)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(number, min_size=6, max_size=6),
    st.lists(number, min_size=12, max_size=12),
    st.floats(0.1, 4.0),
)
@example([0.0] * 6, [0, 0, -1] * 2 + [0, 0, 1] * 2, 1.0)
def test_what_is_called_apart_has_not_met_on_the_way(shape, move, size):
    # Two crossed strands, half a millimetre apart, joined by a far detour.
    points = np.array(
        [[-1, 0, 0.5], [1, 0, 0.5], [30, 0, 30], [0, -30, -30], [0, -1, 0], [0, 1, 0]], float
    )
    points[[0, 1]] += 0.3 * np.array(shape).reshape(2, 3)
    shift = np.zeros((6, 3))
    shift[[0, 1, 4, 5]] = size * np.array(move).reshape(4, 3)
    chain, pairs = _watched(points * 1e-3, shift * 1e-3)
    if is_apart(chain, pairs, DIAMETER, NEAR):
        assert _closest_approach(chain, 0, 4) > 0.0
    kept = hold_apart(chain, pairs, DIAMETER, NEAR)
    assert 0.0 <= kept <= 1.0
    # Before and after, no step has turned one strand's side of the other while they overlapped.
    assert _closest_approach(chain, 0, 4) > 0.05 * DIAMETER


def test_a_strand_that_jumps_through_another_is_held_back():
    points = np.array(
        [[-1, 0, 0.5], [1, 0, 0.5], [30, 0, 30], [0, -30, -30], [0, -1, 0], [0, 1, 0]], float
    )
    move = np.zeros((6, 3))
    move[:2, 2] = -1.0
    chain, pairs = _watched(points * 1e-3, move * 1e-3)
    assert not is_apart(chain, pairs, DIAMETER, NEAR)
    kept = hold_apart(chain, pairs, DIAMETER, NEAR)
    assert 0.0 < kept < 1.0
    assert is_apart(chain, pairs, DIAMETER, NEAR)
    assert chain.x[2, 0] > FLOOR * DIAMETER


def test_a_step_that_is_not_a_number_is_refused():
    points = np.linspace([0, 0, 0], [0.01, 0, 0], 6)
    chain, pairs = _watched(points, np.zeros((6, 3)))
    chain.x[1, 3] = np.nan
    assert np.isnan(largest_move(chain))
    assert hold_apart(chain, pairs, DIAMETER, NEAR) == 0.0
    np.testing.assert_array_equal(chain.x, chain.start)


def test_a_pair_that_nobody_watches_bounds_the_step():
    points = np.linspace([0, 0, 0], [0.05, 0, 0], 6)
    move = np.zeros((6, 3))
    move[3, 1] = 0.02
    chain, pairs = _watched(points, move)
    assert not is_apart(chain, pairs, DIAMETER, NEAR)
    assert hold_apart(chain, pairs, DIAMETER, NEAR) < 0.1
