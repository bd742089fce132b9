import numpy as np
import pytest

from client.ui.history import History


def history(ages_s, values, usual=(40.0, 120.0)):
    return History(np.array(ages_s, float), np.array(values, float), 100.0, 5.0, usual, 20.0)


def test_now_is_at_the_right_and_the_span_begins_at_the_left():
    ages_s = np.arange(100.0, -1.0, -1.0)
    columns = history(ages_s, 100.0 - ages_s).columns(100)
    assert columns == pytest.approx(np.arange(100) + 0.5)


def test_no_line_is_drawn_where_nothing_was_measured():
    columns = history([90.0, 88.0, 86.0, 20.0, 18.0], [60.0] * 5).columns(100)
    assert np.isnan(columns[:9]).all()
    assert (columns[10:14] == 60.0).all()
    assert np.isnan(columns[16:79]).all()
    assert (columns[80:82] == 60.0).all()
    assert np.isnan(columns[83:]).all()


def test_nothing_measured_is_an_empty_chart_with_its_usual_axis():
    empty = history([], [])
    assert np.isnan(empty.columns(50)).all()
    assert (empty.low, empty.high) == (40.0, 120.0)


def test_the_axis_grows_in_whole_steps_to_what_is_shown():
    grown = history([150.0, 50.0, 10.0], [300.0, 31.0, 165.0])
    assert (grown.low, grown.high) == (20.0, 180.0)


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match="ages"):
        history([1.0, 2.0], [60.0])
