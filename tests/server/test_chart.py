import pytest

from server.chart import QUEUE_LENGTH, Chart
from world.errors import StoreUnavailable
from world.vitals.catalog import HEART_RATE
from world.vitals.observation import Observation, Quality


def _observation(at_s, value=70.0, quality=0):
    return Observation(HEART_RATE, value, "/min", "belt", 1, at_s, quality, at_s, at_s + 0.1)


@pytest.fixture
async def patient_id(store):
    from server.store.users import User  # noqa: PLC0415 -- only where a row is needed

    user = User("a" * 32, "patient", "p", "real", "alias", 0, is_demo=False, created_at_s=0.0)
    async with store.write() as work:
        await work.users.add(user, None)
    return user.id


async def _kept(store, patient_id):
    async with store.read() as work:
        return await work.vitals.of_patient(patient_id, HEART_RATE, 0.0, 100)


async def test_one_value_in_ten_seconds_is_kept_for_each_patient(store, patient_id):
    chart = Chart(store)
    for tenth in range(250):
        chart.keep(patient_id, _observation(1_000 + tenth / 10))
    await chart.write()
    kept = await _kept(store, patient_id)
    assert [value.measured_at_s for value in kept] == [1_000.0, 1_010.0, 1_020.0]
    assert {value.value for value in kept} == {70.0}


async def test_what_was_not_measured_is_not_kept_and_a_recording_says_so(store, patient_id):
    chart = Chart(store)
    chart.keep(patient_id, _observation(1_000, value=None))
    chart.keep(patient_id, _observation(1_001, quality=int(Quality.REPLAYED)))
    await chart.write()
    [value] = await _kept(store, patient_id)
    assert value.device_id == "belt-replayed"


async def test_a_full_queue_refuses_and_loses_nothing_that_waits(store, patient_id):
    chart = Chart(store)
    for number in range(QUEUE_LENGTH):
        chart.keep(patient_id, _observation(1_000.0 + 10 * number))
    with pytest.raises(StoreUnavailable):
        chart.keep(patient_id, _observation(1e6))
    await chart.write()
    chart.keep(patient_id, _observation(1e6))
    await chart.write()
    async with store.read() as work:
        kept = await work.vitals.of_patient(patient_id, HEART_RATE, 0.0, 2_000)
    assert len(kept) == QUEUE_LENGTH + 1
