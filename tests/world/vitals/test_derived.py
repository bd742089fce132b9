import numpy as np
import pytest

from world.vitals.catalog import ECG_LEAD_II, HEART_RATE
from world.vitals.derived import LOWEST_RATE_HZ, EcgHeartRate
from world.vitals.observation import Quality
from world.vitals.waveform import WaveformBlock, packed


def blocks(millivolts, *, start_s: float = 500.0, quality: Quality = Quality.GOOD):
    counts = np.rint(millivolts * 1000).astype(int)
    return [
        WaveformBlock(
            code=ECG_LEAD_II,
            unit="uV",
            device_id="ecg-1",
            sequence=k,
            start_s=start_s + k * 0.04,
            rate_hz=250,
            step=1.0,
            samples=packed(counts[10 * k : 10 * k + 10]),
            quality=int(quality),
        )
        for k in range(len(counts) // 10)
    ]


def told(items):
    heart_rate = EcgHeartRate()
    return [o for block in items for o in heart_rate.feed(block)]


def test_a_heart_rate_carries_the_devices_time_and_name(make_ecg) -> None:
    seen = told(blocks(make_ecg(250, 20, per_min=80, jitter=0.0)[0]))
    assert [o.sequence for o in seen] == list(range(1, 21))
    assert [o.device_time_s for o in seen] == pytest.approx([500 + k - 0.004 for k in range(1, 21)])
    assert {(o.code, o.unit, o.device_id) for o in seen} == {(HEART_RATE, "/min", "ecg-1")}
    assert seen[-1].value == pytest.approx(80, abs=0.5)


def test_a_rate_from_a_recording_says_so(make_ecg) -> None:
    seen = told(blocks(make_ecg(250, 10)[0], quality=Quality.REPLAYED))
    assert all(Quality.REPLAYED in Quality(o.quality) for o in seen)


def test_lost_blocks_are_a_gap_in_the_signal(make_ecg) -> None:
    items = blocks(make_ecg(250, 40)[0])
    seen = told(items[:500] + items[525:])
    after = [o for o in seen if 520.0 <= o.device_time_s < 522.0]
    assert all(o.value is None for o in after)
    assert seen[-1].value is not None


def test_a_long_gap_begins_anew(make_ecg) -> None:
    items = blocks(make_ecg(250, 40)[0])
    seen = told(items[:500] + items[600:])
    first = next(o for o in seen if o.device_time_s > 524.0)
    assert first.value is None
    assert first.quality == Quality.LEARNING


def test_stamps_off_by_a_sample_are_no_gap(make_ecg) -> None:
    rng = np.random.default_rng(8)
    items = blocks(make_ecg(250, 30)[0])
    shaken = [
        type(b)(**{f: getattr(b, f) for f in b.__struct_fields__ if f != "start_s"},
                start_s=b.start_s + rng.uniform(-0.002, 0.002))
        for b in items
    ]  # fmt: skip
    assert [o.value for o in told(shaken)] == [o.value for o in told(items)]


@pytest.mark.parametrize("rate_hz", range(1, LOWEST_RATE_HZ + 20))
def test_no_rate_of_samples_breaks_the_meter(rate_hz) -> None:
    heart_rate = EcgHeartRate()
    for k in range(4):
        samples = packed([10 * (n % 7) for n in range(rate_hz)])
        block = WaveformBlock(ECG_LEAD_II, "uV", "ecg-1", k, 500.0 + k, rate_hz, 1.0, samples, 0)
        told = heart_rate.feed(block)
    assert (len(told) > 0) == (rate_hz >= LOWEST_RATE_HZ)
