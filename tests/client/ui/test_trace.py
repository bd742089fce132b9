import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.ui.trace import Trace, columns

NAN = float("nan")


def test_a_column_reaches_from_lowest_to_highest_and_joins_the_one_before():
    low, high = columns(np.array([0.0, 3.0, 1.0, 2.0]), 2)
    assert low.tolist() == [0.0, 1.0]
    assert high.tolist() == [3.0, 3.0]


def test_missing_samples_stay_a_gap_and_nothing_is_drawn_across():
    low, high = columns(np.array([1.0, NAN, NAN, 5.0, 6.0]), 5)
    assert np.isnan(low[1:3]).all()
    assert np.isnan(high[1:3]).all()
    assert low[3] == 5.0


def test_fewer_samples_than_columns_are_joined_by_lines():
    low, high = columns(np.array([0.0, 1.0]), 5)
    assert high.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert low.tolist() == [0.0, 0.0, 0.25, 0.5, 0.75]


@given(
    st.lists(st.floats(-5, 5) | st.just(NAN), min_size=1, max_size=300),
    st.integers(2, 120),
)
def test_columns_show_no_value_that_was_not_there(samples, width):
    values = np.array(samples)
    low, high = columns(values, width)
    seen = ~np.isnan(low)
    assert np.array_equal(seen, ~np.isnan(high))
    assert (low[seen] <= high[seen]).all()
    if seen.any():
        assert np.nanmin(values) <= low[seen].min()
        assert high[seen].max() <= np.nanmax(values)


def test_a_trace_of_nothing_is_refused():
    with pytest.raises(ValueError, match="span_s"):
        Trace(np.array([]), 6.0)
    with pytest.raises(ValueError, match="span_s"):
        Trace(np.zeros(3), 0.0)
