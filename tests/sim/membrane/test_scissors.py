from itertools import pairwise

import numpy as np
import pytest

from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.shape import crossing_m
from sim.instruments.trocar import Pose
from sim.membrane.gauze import Event, Gauze
from sim.membrane.outline import rim
from sim.membrane.scissors import JOIN_M, Scissors

HEIGHT_M = 0.04


def _at(u_m, v_m, above_m=0.0):
    return np.array([u_m, v_m, HEIGHT_M + above_m])


def _snip(cloth, scissors, start, end, steps=6):
    events = []
    for k in range(steps):
        a, b = (_at(*(np.array(start) + (np.array(end) - start) * (k + n) / steps)) for n in (0, 1))
        events += scissors.close(cloth, a, b)
    return events + scissors.rest(cloth)


def _slit_ends_m(cloth):
    """Returns the (n, 2) vertices of slits that are not on the border of the cloth."""
    uv_m = cloth.sheet.coordinates_m()
    edges = rim(cloth.sheet.corners())
    is_inner = (np.abs(uv_m[edges]).max(axis=2) < 0.0499).any(axis=1)
    return uv_m[np.unique(edges[is_inner])]


def test_blades_cross_at_the_hinge_when_wide_open_and_at_the_tip_when_shut():
    scissors = INSTRUMENTS["scissors"]
    at = Pose(np.array([0.1, 0.2, 0.3]), np.array([1.0, 0.0, 0.0, 0.0]))
    assert np.allclose(crossing_m(scissors, at, 0.0), at.tip_m)
    assert np.allclose(crossing_m(scissors, at, 1.0), at.tip_m - [0.0, scissors.hinge_m, 0.0])
    assert np.allclose(crossing_m(scissors, at, 0.5), at.tip_m - [0.0, scissors.hinge_m / 2, 0.0])
    with pytest.raises(ValueError, match="has no edge"):
        crossing_m(INSTRUMENTS["grasper"], at, 0.0)


@pytest.mark.parametrize("off", [(0.0, 0.0), (0.003, 0.001), (-0.002, -0.0015), (0.0, 0.0033)])
def test_snips_that_begin_off_the_end_of_the_last_one_go_on_from_it(off):
    cloth, scissors = Gauze(), Scissors()
    for k in range(30):
        start = np.array([-0.052 + 0.0035 * k, 0.0011])
        start += (-0.5 if k % 2 else 0.5) * np.array(off) if k else 0.0
        events = _snip(cloth, scissors, start, (-0.052 + 0.0035 * (k + 1), 0.0011))
        assert (Event.PIECE_FREE in events) is (k == 29)
    labels = cloth.piece_of()
    assert len(np.unique(labels)) == 2


def test_a_snip_begins_at_the_border_that_is_next_to_it_and_pierces_where_none_is():
    cloth = Gauze()
    _snip(cloth, Scissors(), (0.048, 0.01), (0.044, 0.01))
    assert np.abs(cloth.sheet.coordinates_m()[:, 0]).max() <= 0.05
    assert _slit_ends_m(cloth)[:, 0].max() > 0.0499
    cloth = Gauze()
    _snip(cloth, Scissors(), (0.05 - 1.5 * JOIN_M, 0.01), (0.038, 0.01))
    ends_m = _slit_ends_m(cloth)
    assert np.isclose(ends_m[:, 0].max(), 0.05 - 1.5 * JOIN_M, atol=0.0005)
    assert np.isclose(ends_m[:, 0].min(), 0.038, atol=0.0005)


def test_blades_that_stand_still_stay_within_their_snip_and_long_snips_part_the_cloth_on_the_way():
    cloth, scissors = Gauze(), Scissors()
    count = len(cloth.position_m)
    assert scissors.close(cloth, _at(0.051, 0.0), _at(0.0485, 0.0)) == []
    assert len(cloth.position_m) == count
    scissors.close(cloth, _at(0.0485, 0.0), _at(0.0485, 0.0))
    scissors.close(cloth, _at(0.0485, 0.0), _at(0.044, 0.0))
    assert len(cloth.position_m) > count
    assert scissors.rest(cloth) == []
    assert scissors.rest(cloth) == []


def test_a_snip_that_leaves_the_cloth_ends_there():
    cloth, scissors = Gauze(), Scissors()
    scissors.close(cloth, _at(0.052, 0.0), _at(0.047, 0.0))
    scissors.close(cloth, _at(0.047, 0.0), _at(0.04, 0.0, above_m=0.02))
    assert 0.041 < _slit_ends_m(cloth)[:, 0].min() < 0.047


def test_the_state_tells_snips_apart():
    cloth, scissors = Gauze(), Scissors()
    states = [scissors.state()]
    scissors.close(cloth, _at(0.052, 0.0), _at(0.048, 0.0))
    states.append(scissors.state())
    scissors.rest(cloth)
    states.append(scissors.state())
    assert len(set(states)) == 3


@pytest.mark.parametrize("seed", range(4))
def test_a_shaky_circle_of_short_snips_always_comes_free(seed):
    rng, cloth, scissors = np.random.default_rng(seed), Gauze(), Scissors()
    angle = 2 * np.pi * np.arange(36) / 32
    path = 0.02 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    path = np.concatenate([np.linspace((0.052, 0.0), path[0], 9)[:-1], path])
    events = []
    for start, end in pairwise(path):
        shake = rng.normal(0, 0.0006, (2, 2))
        events += _snip(cloth, scissors, start + shake[0], end + shake[1])
    assert Event.PIECE_FREE in events
    found = cloth.cut_out()
    assert found.line_deviation_m < 0.0035
    assert found.deviation < 0.1
