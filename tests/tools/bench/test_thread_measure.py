import numpy as np
import pytest

from sim.thread.advance import Effort
from sim.thread.knots import KnotName, find_knot
from tools.bench.thread_measure import Log, throw

POOR = Effort(fewest=10, most=14, travel_m=1e-3, iterations=3, finish=0)
"""Far too little for these forces: what then keeps the strands apart is the guard alone."""


@pytest.mark.parametrize("seed", [0, 1])
def test_a_knot_thrown_about_at_hand_speed_stays_the_knot_it_was(seed):
    log = Log()
    thread = throw(log, seed, pull_n=0.5)
    assert find_knot(thread.points_m).name is KnotName.SQUARE
    assert np.percentile(np.concatenate(log.free), 99) < 0.01
    assert len(log.ms) == 120


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_guard_keeps_the_knot_where_the_solver_does_not(seed):
    log = Log()
    thread = throw(log, seed, pull_n=3.0, effort=POOR)
    assert log.guarded > 0
    assert find_knot(thread.points_m).name is KnotName.SQUARE
