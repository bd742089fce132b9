import asyncio
import itertools

import numpy as np
import pytest

from server.vitals.recording import Recording
from server.vitals.replay_device import ReplayDevice
from world.vitals.observation import Quality
from world.vitals.playback import Playback
from world.vitals.waveform import WaveformBlock, values


async def blocks_of(device: ReplayDevice, count: int) -> list[WaveformBlock]:
    items = []
    async for block in device:
        items.append(block)
        if len(items) == count:
            device.close()
    return items


@pytest.fixture
def device(recording: Recording, clock) -> ReplayDevice:
    return ReplayDevice("ecg-1", recording, started_s=1000.0, clock=clock, sleep=clock.sleep)


async def test_blocks_follow_one_another_without_a_gap_at_the_pace_of_time(device, clock) -> None:
    items = await blocks_of(device, 250)
    assert [b.sequence for b in items] == list(range(250))
    starts_s = np.array([b.start_s for b in items])
    ends_s = np.array([b.end_s for b in items])
    assert np.abs(starts_s[1:] - ends_s[:-1]).max() < 1e-9
    assert ends_s[-1] - 1000.0 == pytest.approx(clock.now_s - 50.0, abs=0.05)


async def test_a_block_is_small_and_says_what_it_is(device) -> None:
    block = (await blocks_of(device, 3))[-1]
    assert (block.code, block.unit, block.rate_hz, block.step) == ("131330", "uV", 250, 1.25)
    assert block.count == 10
    assert Quality(block.quality) is Quality.REPLAYED


async def test_no_sample_comes_before_it_is_measured_nor_late(device, clock) -> None:
    ages_s = []
    async for block in device:
        ages_s.append((clock.now_s - 50.0) - (block.start_s - 1000.0))
        if len(ages_s) == 100:
            device.close()
    # The first sample of a block has waited for the block, and for the filter.
    assert min(ages_s) > 0.04
    assert max(ages_s) < 0.04 + 0.022 + 0.004


async def test_the_signal_is_the_recording(device, recording: Recording) -> None:
    items = await blocks_of(device, 200)
    played = np.concatenate([values(b) for b in items])
    assert played.max() == pytest.approx(recording.microvolts.max(), rel=0.12)
    assert played.min() == pytest.approx(recording.microvolts.min(), abs=60)


async def test_drift_is_in_the_devices_clock(recording: Recording, clock) -> None:
    device = ReplayDevice("ecg-1", recording, drift_ppm=200, clock=clock, sleep=clock.sleep)
    items = await blocks_of(device, 2500)
    measured_s = items[-1].end_s - items[0].start_s
    passed_s = clock.now_s - 50.0
    assert measured_s / passed_s == pytest.approx(1.0, abs=1e-3)
    assert items[-1].end_s > passed_s - 0.022


async def test_stopped_it_sends_nothing_and_goes_on_with_a_gap(device, clock) -> None:
    items = aiter(device)
    first = await anext(items)
    device.stop()
    waiting = asyncio.ensure_future(anext(items))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    clock.now_s += 1.0
    device.resume()
    after = await waiting
    assert after.sequence == first.sequence + 1
    assert after.start_s - first.end_s == pytest.approx(1.0, abs=0.1)


async def test_closed_while_stopped_it_ends(device) -> None:
    items = aiter(device)
    await anext(items)
    device.stop()
    waiting = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    device.close()
    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_a_slow_receiver_sees_a_gap_never_a_burst(device, clock) -> None:
    items = aiter(device)
    before = await anext(items)
    clock.now_s += 30.0
    after = await anext(items)
    assert after.start_s - before.end_s == pytest.approx(30.0, abs=0.1)
    assert clock.now_s - 50.0 - (after.start_s - 1000.0) < 0.1


async def test_a_short_delay_loses_nothing(device, clock) -> None:
    items = aiter(device)
    seen = [await anext(items)]
    clock.now_s += 1.5
    seen += [await anext(items) for _ in range(60)]
    assert all(b.start_s == pytest.approx(a.end_s, abs=1e-9) for a, b in itertools.pairwise(seen))


async def test_a_loose_electrode_sends_blocks_without_samples(device) -> None:
    items = aiter(device)
    await anext(items)
    device.is_lead_off = True
    loose = [await anext(items) for _ in range(3)][-1]
    assert np.isnan(values(loose)).all()
    assert Quality.GAP in Quality(loose.quality)
    device.is_lead_off = False
    again = [await anext(items) for _ in range(5)][-1]
    assert not np.isnan(values(again)).any()


async def test_a_panel_shows_it_whole(device, clock) -> None:
    playback = Playback(1, 10)
    async for block in device:
        playback.add(block, clock.now_s)
        if block.sequence > 300:
            assert np.isnan(playback.screen(clock.now_s)).sum() == 75
        if block.sequence == 400:
            device.close()


def test_another_rate_is_refused(recording: Recording) -> None:
    with pytest.raises(ValueError, match="1000 Hz"):
        ReplayDevice("ecg-1", Recording(recording.microvolts, 500, 1.25))
