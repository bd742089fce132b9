import asyncio

import pytest
from msgspec.structs import replace

from server.vitals.subscription import WAITING_BLOCKS, Subscription
from world.vitals.observation import Observation
from world.vitals.waveform import WaveformBlock, packed

PULSE = Observation("8867-4", 72.0, "/min", "band-1", 0, 0.0)
BLOCK = WaveformBlock("131330", "uV", "ecg-1", 0, 0.0, 250, 1.0, packed([1] * 10))


@pytest.fixture
def subscription() -> Subscription:
    return Subscription("p1")


def test_of_a_sign_only_the_newest_waits(subscription: Subscription) -> None:
    for value in range(60, 100):
        subscription.offer(replace(PULSE, value=float(value)))
    assert [item.value for item in subscription.take()] == [99.0]
    assert subscription.take() == []


def test_a_watcher_that_sleeps_loses_the_oldest_blocks_and_it_is_counted(
    subscription: Subscription,
) -> None:
    for sequence in range(WAITING_BLOCKS + 7):
        subscription.offer(replace(BLOCK, sequence=sequence))
    assert subscription.lost_blocks == 7
    taken = [item.sequence for item in subscription.take()]
    assert taken == list(range(7, WAITING_BLOCKS + 7))


async def test_items_arrive_until_it_is_closed(subscription: Subscription) -> None:
    items = aiter(subscription)
    waiting = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    assert not waiting.done()
    subscription.offer(PULSE)
    subscription.offer(BLOCK)
    assert [await waiting, await anext(items)] == [PULSE, BLOCK]
    subscription.close()
    with pytest.raises(StopAsyncIteration):
        await anext(items)


async def test_once_closed_nothing_that_waited_is_given(subscription: Subscription) -> None:
    subscription.offer(PULSE)
    subscription.close()
    subscription.offer(PULSE)
    assert subscription.is_closed
    assert [item async for item in subscription] == []


async def test_closing_between_two_items_keeps_the_second_back(subscription: Subscription) -> None:
    subscription.offer(PULSE)
    subscription.offer(BLOCK)
    seen = []
    async for item in subscription:
        seen.append(item)
        subscription.close()
    assert seen == [PULSE]
