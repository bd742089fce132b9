import pytest

from client.network.pulse import LONGEST_LOOK_S, Pulse


def test_silence_adds_up_from_look_to_look_until_something_is_heard():
    pulse = Pulse()
    for tick in range(31):
        pulse.look(tick * 0.1, is_heard=False)
    assert pulse.silent_s == pytest.approx(3.0)
    assert not pulse.is_known
    pulse.look(3.1, is_heard=True)
    assert (pulse.silent_s, pulse.is_known) == (0.0, True)
    pulse.look(3.2, is_heard=False)
    assert pulse.silent_s == pytest.approx(0.1)


def test_a_time_without_a_look_is_nobodys_silence():
    pulse = Pulse()
    pulse.look(0.0, is_heard=True)
    pulse.look(3600.0, is_heard=False)
    assert pulse.silent_s == LONGEST_LOOK_S
