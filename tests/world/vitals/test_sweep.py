import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from world.vitals.catalog import ECG_LEAD_II
from world.vitals.sweep import Sweep
from world.vitals.waveform import WaveformBlock, packed

RATE_HZ = 250


def blocks(count: int, *, drift_ppm: float = 0.0) -> list[WaveformBlock]:
    """Returns 40 ms blocks whose samples are 1, 2, 3, ...; stamped by a clock that drifts."""
    return [
        WaveformBlock(
            code=ECG_LEAD_II,
            unit="uV",
            device_id="ecg-1",
            sequence=k,
            start_s=100.0 + 10 * k / RATE_HZ * (1 + drift_ppm * 1e-6),
            rate_hz=RATE_HZ,
            step=1.0,
            samples=packed([10 * k + i + 1 for i in range(10)]),
        )
        for k in range(count)
    ]


def filled(items: list[WaveformBlock]) -> Sweep:
    sweep = Sweep(RATE_HZ)
    for block in items:
        sweep.add(block)
    return sweep


def test_the_screen_shows_each_sample_in_its_place_with_a_gap_ahead() -> None:
    sweep = filled(blocks(300))
    screen = sweep.screen(100.0 + 2999 / RATE_HZ)
    assert sweep.index(100.0 + 2999 / RATE_HZ) == 499
    assert screen[499] == 3000
    assert screen[0] == 2501
    assert np.isnan(screen[500:575]).all()
    assert screen[575] == 576
    assert np.nansum(np.isnan(screen)) == 75


def test_what_is_not_played_yet_is_not_shown() -> None:
    screen = filled(blocks(10)).screen(100.0 + 49 / RATE_HZ)
    assert np.nanmax(screen) == 50


def test_a_lost_block_is_a_hole_of_its_own_width() -> None:
    items = blocks(100)
    screen = filled(items[:40] + items[43:]).screen(100.0 + 999 / RATE_HZ)
    assert np.isnan(screen[400:430]).all()
    assert not np.isnan(screen[:400]).any()
    assert not np.isnan(screen[430:1000]).any()


def test_when_nothing_comes_the_screen_empties_from_the_right_place() -> None:
    sweep = filled(blocks(100))
    screen = sweep.screen(100.0 + 1249 / RATE_HZ)
    assert np.isnan(screen[1000:1250]).all()
    assert np.isnan(sweep.screen(200.0)).all()


@settings(max_examples=40)
@given(st.permutations(range(30)))
def test_order_and_repetition_of_arrival_do_not_matter(order: list[int]) -> None:
    items = blocks(31)
    expected = filled(items).screen(100.0 + 309 / RATE_HZ)
    mixed = filled([items[0], *(items[k] for k in order), items[30], *items[:5]])
    assert np.array_equal(mixed.screen(100.0 + 309 / RATE_HZ), expected, equal_nan=True)


@pytest.mark.parametrize("drift_ppm", [-200, 200])
def test_stamps_that_drift_against_the_samples_tear_no_hole(drift_ppm: float) -> None:
    items = blocks(3000, drift_ppm=drift_ppm)
    screen = filled(items).screen(items[-1].end_s - 0.5 / RATE_HZ)
    assert np.isnan(screen).sum() in range(75, 77)
    assert np.nanmax(screen) == 30000


def test_a_device_that_begins_anew_clears_the_screen() -> None:
    sweep = filled(blocks(100))
    sweep.add(replace(blocks(1)[0], start_s=3.0))
    assert np.count_nonzero(~np.isnan(sweep.screen(3.0 + 9 / RATE_HZ))) == 10


def test_a_late_block_older_than_the_screen_is_dropped() -> None:
    items = blocks(400)
    sweep = filled(items)
    before = sweep.screen(items[-1].end_s)
    sweep.add(replace(items[0], start_s=items[0].start_s + 4.0))
    assert np.array_equal(sweep.screen(items[-1].end_s), before, equal_nan=True)


def test_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="250 Hz"):
        Sweep(RATE_HZ).add(replace(blocks(1)[0], rate_hz=500))
