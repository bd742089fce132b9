import numpy as np
import pytest

from sim.suture.outside import (
    CATCH_M,
    EQUAL_N,
    HOLDS_N,
    ONE_N,
    TOUCH_M,
    _behind_m,
    clinging_n,
)

RING_M, AHEAD = np.array([0.01, 0.0, 0.02]), np.array([-0.8, 0.0, -0.6])
ASIDE = np.array([0.0, 1.0, 0.0])


@pytest.mark.parametrize(
    ("throws", "wanted_n"),
    [
        ((1,), ONE_N),
        ((-1,), ONE_N),
        ((1, 1), EQUAL_N),
        ((1, 1, 1), EQUAL_N),
        ((1, -1), HOLDS_N),
        ((1, 1, -1), HOLDS_N),
        ((1, -1, 1), HOLDS_N),
    ],
)
def test_a_knot_clings_by_its_throws(throws, wanted_n):
    assert clinging_n(throws) == wanted_n


def test_what_alternates_holds_most_and_one_throw_least():
    assert ONE_N < EQUAL_N < HOLDS_N


@pytest.mark.parametrize(
    ("place_m", "wanted_m"),
    [
        (RING_M, 0.0),
        (RING_M - 0.003 * AHEAD, 0.003),
        (RING_M + 0.9 * TOUCH_M * AHEAD, -0.9 * TOUCH_M),
        (RING_M + 2 * TOUCH_M * AHEAD, None),
        (RING_M - 3 * CATCH_M * AHEAD, None),
        (RING_M - 0.003 * AHEAD + 0.9 * CATCH_M * ASIDE, 0.003),
        (RING_M - 0.003 * AHEAD + 1.1 * CATCH_M * ASIDE, None),
    ],
)
def test_a_pusher_takes_along_what_its_ring_has_come_upon(place_m, wanted_m):
    found_m = _behind_m(place_m, RING_M, AHEAD)
    assert found_m == (None if wanted_m is None else pytest.approx(wanted_m, abs=1e-12))
