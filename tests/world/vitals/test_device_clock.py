import numpy as np
import pytest

from world.vitals.device_clock import DeviceClock


@pytest.mark.parametrize("drift_ppm", [-200, 0, 200])
def test_drift_is_followed_both_ways(drift_ppm: float) -> None:
    rng = np.random.default_rng(3)
    clock = DeviceClock()
    pace, errors_s = 1 + drift_ppm * 1e-6, []
    for true_s in np.arange(0, 1800, 0.2):
        late_s = 0.002 + rng.exponential(0.01)
        clock.hear(5000.0 + true_s * pace, true_s + late_s)
        errors_s.append(clock.our_time_s(5000.0 + true_s * pace) - true_s)
    # Within the shortest transit and what builds up between two prompt arrivals.
    assert max(errors_s[5:]) < 0.020
    assert min(errors_s[5:]) > 0.0


def test_what_was_held_back_looks_old() -> None:
    clock = DeviceClock()
    for second in range(10):
        clock.hear(float(second), 100.0 + second)
    clock.hear(10.0, 170.0)
    assert 170.0 - clock.our_time_s(10.0) == pytest.approx(60.0, abs=0.05)


def test_a_clock_set_back_makes_values_old_never_fresh() -> None:
    clock = DeviceClock()
    clock.hear(1000.0, 0.0)
    clock.hear(400.0, 1.0)
    assert clock.our_time_s(400.0) < -590.0


def test_both_directions_agree() -> None:
    clock = DeviceClock()
    clock.hear(7.0, 30.0)
    assert clock.device_time_s(clock.our_time_s(9.0)) == pytest.approx(9.0)


def test_an_unheard_device_has_no_time() -> None:
    with pytest.raises(ValueError, match="nothing was heard"):
        DeviceClock().our_time_s(0.0)
