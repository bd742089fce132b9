import numpy as np
import pytest

from sim.thread.contact import sweep_contacts, warm_start
from sim.thread.pairs import find_contacts, list_pairs
from sim.thread.state import Surface, capsules_of, chain_of, pairs_of

DIAMETER = 3e-4


def _crossed(gap, friction=0.25):
    """Two crossed strands `gap` apart along z, joined by a far detour."""
    points = np.array(
        [[-1, 0, gap], [1, 0, gap], [30, 0, 30], [0, -30, -30], [0, -1, 0], [0, 1, 0]], float
    )
    chain = chain_of(points * 1e-3, 0, 1e-4, 0.0)
    chain.start[:] = chain.x
    chain.mobility[:] = 1e5
    pairs = pairs_of()
    surface = Surface(DIAMETER, friction, 20.0)
    list_pairs(chain, capsules_of(0), pairs, pairs_of(), surface, 2e-3)
    find_contacts(chain, pairs, 1e-3)
    return chain, pairs


def _meeting(pairs):
    """The pair of the two crossed strands."""
    return next(q for q in pairs.active if (pairs.first[q], pairs.second[q]) == (0, 4))


def _gap(chain):
    return chain.x[2, :2].mean() - chain.x[2, 4:].mean()


def test_overlap_is_pushed_apart_to_touch_and_keeps_the_centre_of_mass():
    chain, pairs = _crossed(0.2)
    before = chain.x.sum(axis=1)
    for turn in range(20):
        sweep_contacts(chain, pairs, turn)
    assert _gap(chain) == pytest.approx(DIAMETER, rel=1e-6)
    np.testing.assert_allclose(chain.x.sum(axis=1), before, atol=1e-16)


def test_strands_that_do_not_touch_feel_nothing():
    chain, pairs = _crossed(0.5)
    before = chain.x.copy()
    sweep_contacts(chain, pairs, 0)
    np.testing.assert_array_equal(chain.x, before)


@pytest.mark.parametrize(("slide", "sticks"), [(1e-5, True), (5e-4, False)])
def test_friction_holds_within_its_cone_and_slides_on_it(slide, sticks):
    chain, pairs = _crossed(0.3, friction=0.5)
    pressed = 1e-4
    chain.x[2, :2] -= pressed
    chain.x[0, :2] += slide
    for turn in range(30):
        sweep_contacts(chain, pairs, turn)
    q = _meeting(pairs)
    drag = np.linalg.norm(pairs.drag[:, q])
    slid = chain.x[0, :2].mean() - chain.x[0, 4:].mean()
    # mobility of the pair: 4 nodes at half weight each
    assert pairs.push[q] * 1e5 == pytest.approx(pressed, rel=1e-6)
    if sticks:
        assert drag <= 0.5 * pairs.push[q] + 1e-18
        assert slid == pytest.approx(0.0, abs=1e-12)
    else:
        assert drag == pytest.approx(0.5 * pairs.push[q], rel=1e-9)
        assert slid == pytest.approx(slide - 0.5 * pressed, rel=1e-6)


def test_a_kept_force_starts_the_next_solve_in_balance():
    chain, pairs = _crossed(0.3)
    h2, force = 1e-6, 0.01
    q = _meeting(pairs)
    pairs.push[q] = force
    pressed = force * h2 * 1e5
    chain.x[2, :2] -= pressed / 2
    chain.x[2, 4:] += pressed / 2
    warm_start(chain, pairs, h2)
    before = chain.x.copy()
    sweep_contacts(chain, pairs, 0)
    np.testing.assert_allclose(chain.x, before, atol=1e-14)
    assert pairs.push[q] == pytest.approx(force * h2)
