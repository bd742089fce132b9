import numpy as np
import pytest

from client.voice.playout import LEAST_S, MOST_S, DelayPlanner


def planned(transits_s, *, has_correction=True, lost=()):
    planner = DelayPlanner()
    for i, transit_s in enumerate(transits_s):
        if i not in lost:
            planner.add(i, i * 960, i * 0.02 + transit_s, has_correction=has_correction)
    return planner.delay_s - planner.base_s


def test_an_even_network_gets_the_least_delay():
    assert planned(np.full(300, 0.05)) == pytest.approx(LEAST_S)


@pytest.mark.parametrize("jitter_s", [0.03, 0.06, 0.1])
def test_the_delay_covers_the_jitter(jitter_s):
    transits = np.random.default_rng(1).uniform(0, jitter_s, 400)
    delay_s = planned(transits, has_correction=False)
    assert 0.8 * jitter_s <= delay_s <= jitter_s + 0.01


def test_the_delay_is_bounded_whatever_the_network_does():
    transits = np.random.default_rng(2).exponential(0.5, 400)
    assert LEAST_S <= planned(transits) <= MOST_S + 1e-9


def test_heavy_loss_buys_the_time_that_recovery_needs():
    lost = set(range(7, 400, 10))
    even = np.full(400, 0.05)
    assert planned(even, lost=lost) > planned(even, lost=lost, has_correction=False)


def test_old_jitter_is_forgotten():
    rough = np.random.default_rng(3).uniform(0, 0.1, 300)
    assert planned(np.concatenate((rough, np.full(210, 0.0)))) == pytest.approx(LEAST_S)
