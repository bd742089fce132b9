import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.ui.trace import SweepTrace, columns


def trace():
    return SweepTrace(sample_hz=10, sweep_s=2.0, erase_s=0.3)


def test_an_unfed_trace_is_empty():
    assert np.isnan(trace().samples).all()


def test_samples_stand_from_left_to_right_and_an_erased_gap_runs_ahead():
    sweep = trace()
    sweep.put(0, np.arange(20.0))
    sweep.put(20, np.array([100.0, 101.0]))
    assert sweep.samples[:2].tolist() == [100.0, 101.0]
    assert np.isnan(sweep.samples[2:5]).all()
    assert sweep.samples[5:].tolist() == list(np.arange(5.0, 20.0))
    assert sweep.head_fraction == pytest.approx(0.1)


def test_missing_samples_stay_a_gap():
    sweep = trace()
    sweep.put(0, np.ones(5))
    sweep.put(8, np.ones(2))
    assert np.isnan(sweep.samples[5:8]).all()
    low, high = sweep.columns(20)
    assert np.isnan(low[5:8]).all()
    assert np.isnan(high[5:8]).all()
    assert low[8] == 1.0


def test_a_late_packet_fills_its_gap_and_nothing_else():
    sweep = trace()
    sweep.put(0, np.ones(5))
    sweep.put(8, np.ones(2))
    sweep.put(5, np.full(3, 2.0))
    assert sweep.samples[5:8].tolist() == [2.0, 2.0, 2.0]
    assert sweep.samples[8:10].tolist() == [1.0, 1.0]


def test_a_packet_from_the_last_sweep_draws_nothing():
    sweep = trace()
    sweep.put(40, np.ones(1))
    before = sweep.samples.copy()
    sweep.put(15, np.full(3, 9.0))
    assert np.array_equal(sweep.samples, before, equal_nan=True)


def test_when_the_feed_stops_the_old_curve_is_erased_within_one_sweep():
    sweep = trace()
    sweep.put(0, np.ones(20))
    sweep.sweep_to(40)
    assert np.isnan(sweep.samples).all()


def test_every_change_is_a_new_revision():
    sweep = trace()
    revisions = {sweep.revision}
    sweep.put(0, np.ones(3))
    revisions.add(sweep.revision)
    sweep.sweep_to(5)
    revisions.add(sweep.revision)
    assert len(revisions) == 3


def test_a_column_reaches_from_lowest_to_highest_and_joins_the_one_before():
    low, high = columns(np.array([0.0, 3.0, 1.0, 2.0]), 2)
    assert low.tolist() == [0.0, 1.0]
    assert high.tolist() == [3.0, 3.0]


def test_fewer_samples_than_columns_are_joined_by_lines():
    low, high = columns(np.array([0.0, 1.0]), 5)
    assert high.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert low.tolist() == [0.0, 0.0, 0.25, 0.5, 0.75]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 70)),
        max_size=12,
    )
)
def test_only_samples_that_were_put_are_ever_seen(packets):
    sweep = trace()
    for first, count in packets:
        sweep.put(first, np.arange(first, first + count, dtype=float))
        seen = sweep.samples[~np.isnan(sweep.samples)]
        places = np.flatnonzero(~np.isnan(sweep.samples))
        assert np.array_equal(seen % 20, places)


def test_a_sweep_that_is_all_erased_is_refused():
    with pytest.raises(ValueError, match="erase_s"):
        SweepTrace(sample_hz=10, sweep_s=1.0, erase_s=1.0)
