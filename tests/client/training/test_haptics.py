import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.training.haptics import NoHaptics, amplitude


@given(st.floats(), st.floats(0.01, 100))
def test_an_amplitude_is_always_between_nothing_and_full(force_n, limit_n):
    assert 0.0 <= amplitude(force_n, limit_n) <= 1.0


def test_an_amplitude_is_the_share_of_what_is_bearable():
    assert amplitude(1.0, 4.0) == pytest.approx(0.25)
    assert amplitude(9.0, 4.0) == 1.0
    assert amplitude(0.01, 4.0) == 0.0


def test_a_limit_must_be_above_nothing():
    with pytest.raises(ValueError, match="above 0"):
        amplitude(1.0, 0.0)


def test_without_a_device_nothing_happens():
    NoHaptics().shake(1.0, 1.0)
