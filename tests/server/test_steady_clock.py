import pytest

from server.steady_clock import SteadyClock


class Machine:
    def __init__(self):
        self.wall_s, self.monotonic_s = 1_000_000.0, 50.0

    def pass_time(self, seconds):
        self.wall_s += seconds
        self.monotonic_s += seconds


@pytest.mark.parametrize("jump_s", [-7_200.0, 90.0, 1e7])
def test_a_jump_of_the_machines_clock_moves_nothing_and_is_told_once(jump_s):
    machine = Machine()
    clock = SteadyClock(lambda: machine.wall_s, lambda: machine.monotonic_s)
    machine.pass_time(10)
    assert clock.jump_s() is None
    machine.wall_s += jump_s
    assert clock.now_s() == 1_000_010.0
    assert clock.jump_s() == jump_s
    machine.pass_time(5)
    assert clock.jump_s() is None
    assert clock.now_s() == 1_000_015.0
