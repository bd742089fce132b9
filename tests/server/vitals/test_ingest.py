import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from server.vitals.ingest import DEVICES_PER_PATIENT, VitalsIngest
from server.vitals.recording import Recording
from server.vitals.replay_device import ReplayDevice
from world.errors import Conflict, RemoteProtocolError, StoreUnavailable, TooManyRequests
from world.vitals.catalog import HEART_RATE, OXYGEN_SATURATION
from world.vitals.observation import Observation, Quality, State
from world.vitals.waveform import WaveformBlock, packed

PULSE = Observation(HEART_RATE, 72.0, "/min", "band-1", 0, 10.0)
BLOCK = WaveformBlock("131330", "uV", "ecg-1", 0, 10.0, 250, 1.0, packed([1] * 10))


@pytest.fixture
def kept() -> list[tuple[str, Observation]]:
    return []


@pytest.fixture
def ingest(kept) -> VitalsIngest:
    return VitalsIngest(lambda patient_id, observation: kept.append((patient_id, observation)))


def test_a_value_is_kept_shown_and_told_with_all_its_times(ingest, kept) -> None:
    watcher = ingest.subscribe("p1")
    ingest.accept("p1", "band-1", PULSE, 100.0)
    (told,) = watcher.take()
    assert (told.device_time_s, told.measured_s, told.received_s) == (10.0, 100.0, 100.0)
    assert kept == [("p1", told)]
    shown = ingest.readings("p1", 101.0)[HEART_RATE]
    assert (shown.state, shown.value, shown.age_s) == (State.LIVE, 72.0, 1.0)


def test_values_grow_old_by_themselves(ingest) -> None:
    ingest.accept("p1", "band-1", PULSE, 100.0)
    states = [ingest.readings("p1", now)[HEART_RATE].state for now in (104.0, 106.0, 131.0)]
    assert states == [State.LIVE, State.STALE, State.ABSENT]


def test_what_the_network_held_back_is_not_shown_as_fresh(ingest) -> None:
    for second in range(10):
        item = replace(PULSE, sequence=second, device_time_s=10.0 + second)
        ingest.accept("p1", "band-1", item, 100.0 + second)
    ingest.accept("p1", "band-1", replace(PULSE, sequence=10, device_time_s=20.0), 122.0)
    shown = ingest.readings("p1", 122.0)[HEART_RATE]
    assert shown.state is State.STALE
    assert shown.age_s == pytest.approx(12.0, abs=0.1)


def test_every_sign_is_absent_for_a_patient_without_devices(ingest) -> None:
    shown = ingest.readings("p1", 0.0)
    assert {r.state for r in shown.values()} == {State.ABSENT}
    assert {r.value for r in shown.values()} == {None}


def test_patients_never_see_one_anothers_signs(ingest, kept) -> None:
    first, second = ingest.subscribe("p1"), ingest.subscribe("p2")
    ingest.accept("p1", "band-1", PULSE, 100.0)
    ingest.accept("p1", "ecg-1", BLOCK, 100.0)
    assert len(first.take()) == 2
    assert second.take() == []
    assert ingest.readings("p2", 100.0)[HEART_RATE].value is None
    assert {patient_id for patient_id, _ in kept} == {"p1"}


def test_a_device_measures_one_patient_until_it_is_released(ingest) -> None:
    ingest.accept("p1", "band-1", PULSE, 100.0)
    with pytest.raises(Conflict):
        ingest.accept("p2", "band-1", replace(PULSE, sequence=1), 101.0)
    ingest.release("band-1")
    ingest.accept("p2", "band-1", PULSE, 102.0)
    assert ingest.readings("p2", 102.0)[HEART_RATE].value == 72.0


@pytest.mark.parametrize(
    "item",
    [
        replace(PULSE, unit="bpm"),
        replace(PULSE, code="8867-5"),
        replace(PULSE, code="131330", unit="uV"),
        replace(PULSE, device_id="band-2"),
        replace(BLOCK, device_id="band-1", unit="mV"),
        replace(BLOCK, device_id="band-1", samples=b"\0\0\0"),
    ],
)
def test_a_wrong_unit_code_or_sender_is_refused_and_leaves_nothing(ingest, kept, item) -> None:
    watcher = ingest.subscribe("p1")
    with pytest.raises(RemoteProtocolError) as refused:
        ingest.accept("p1", "band-1", item, 100.0)
    assert "72" not in str(refused.value).replace(item.code, "")
    assert (kept, watcher.take()) == ([], [])


@pytest.mark.parametrize("value", [0.0, -5.0, 400.0, float("nan")])
def test_an_implausible_value_is_kept_and_told_as_invalid(ingest, kept, value: float) -> None:
    ingest.accept("p1", "band-1", replace(PULSE, value=value), 100.0)
    assert len(kept) == 1
    shown = ingest.readings("p1", 100.0)[HEART_RATE]
    assert (shown.state, shown.value) == (State.INVALID, None)


def test_what_comes_twice_or_late_is_dropped(ingest, kept) -> None:
    for sequence in (0, 1, 2, 2, 1, 3):
        item = replace(PULSE, sequence=sequence, device_time_s=10.0 + sequence)
        ingest.accept("p1", "band-1", item, 100.0 + sequence)
    assert [o.sequence for _, o in kept] == [0, 1, 2, 3]
    assert ingest.dropped == 2


def test_an_older_value_is_kept_but_not_shown(ingest, kept) -> None:
    ingest.accept("p1", "band-1", replace(PULSE, device_time_s=100.0), 100.0)
    ingest.accept("p1", "band-1", replace(PULSE, sequence=1, device_time_s=40.0, value=90.0), 101.0)
    assert len(kept) == 2
    assert ingest.readings("p1", 101.0)[HEART_RATE].value == 72.0


def test_a_second_device_without_a_value_does_not_push_a_live_one_aside(ingest) -> None:
    ingest.accept("p1", "band-1", PULSE, 100.0)
    empty = replace(PULSE, device_id="band-2", value=None)
    ingest.accept("p1", "band-2", empty, 101.0)
    assert ingest.readings("p1", 101.0)[HEART_RATE].value == 72.0
    ingest.accept("p1", "band-2", replace(empty, sequence=1, device_time_s=20.0), 111.0)
    assert ingest.readings("p1", 111.0)[HEART_RATE].value is None


def test_the_same_device_without_a_value_takes_its_own_back(ingest) -> None:
    ingest.accept("p1", "band-1", PULSE, 100.0)
    lost = replace(PULSE, sequence=1, device_time_s=11.0, value=None, quality=int(Quality.FLAT))
    ingest.accept("p1", "band-1", lost, 101.0)
    assert ingest.readings("p1", 101.0)[HEART_RATE].state is State.ABSENT


def test_a_device_faster_than_time_is_refused_and_others_go_on(ingest) -> None:
    second = replace(BLOCK, samples=packed([1] * 250))
    for sequence in range(10):
        ingest.accept("p1", "ecg-1", replace(second, sequence=sequence), 100.0)
    with pytest.raises(TooManyRequests):
        ingest.accept("p1", "ecg-1", replace(second, sequence=10), 100.0)
    ingest.accept("p1", "band-1", PULSE, 100.0)
    ingest.accept("p1", "ecg-1", replace(second, sequence=11), 101.0)


def _taken_before_refusal(ingest, block, every_s: float) -> int:
    """Returns how many blocks of one moment are taken that start so long after one another."""
    for sequence in range(1000):
        later = replace(block, sequence=sequence, start_s=block.start_s + every_s * sequence)
        try:
            ingest.accept("p1", "ecg-1", later, 100.0)
        except TooManyRequests:
            return sequence
    return 1000


def test_signal_that_is_left_out_costs_as_if_it_were_sent(ingest) -> None:
    assert _taken_before_refusal(ingest, BLOCK, 1.99) == 6


def test_very_short_blocks_are_refused_like_long_ones(ingest) -> None:
    short = replace(BLOCK, samples=packed([1]))
    assert _taken_before_refusal(ingest, short, short.count / short.rate_hz) == 500


def test_a_patient_has_no_more_devices_than_hang_on_anybody(ingest) -> None:
    for number in range(DEVICES_PER_PATIENT):
        name = f"band-{number}"
        ingest.accept("p1", name, replace(PULSE, device_id=name), 100.0)
    with pytest.raises(TooManyRequests):
        ingest.accept("p1", "one-more", replace(PULSE, device_id="one-more"), 100.0)
    ingest.accept("p2", "other", replace(PULSE, device_id="other"), 100.0)


def test_there_is_a_limit_of_devices() -> None:
    ingest = VitalsIngest(lambda *_: None, max_devices=1)
    ingest.accept("p1", "band-1", PULSE, 100.0)
    with pytest.raises(TooManyRequests):
        ingest.accept("p1", "band-2", replace(PULSE, device_id="band-2"), 100.0)


def test_when_the_store_is_away_the_value_is_shown_and_the_loss_counted() -> None:
    def fail(patient_id: str, observation: Observation) -> None:
        raise StoreUnavailable("away")

    ingest = VitalsIngest(fail)
    ingest.accept("p1", "band-1", PULSE, 100.0)
    assert ingest.readings("p1", 100.0)[HEART_RATE].value == 72.0
    assert ingest.unkept == 1


def test_who_comes_later_is_told_the_newest_at_once(ingest) -> None:
    oxygen = replace(PULSE, code=OXYGEN_SATURATION, unit="%", value=97.0)
    ingest.accept("p1", "band-1", PULSE, 100.0)
    ingest.accept("p1", "band-1", oxygen, 100.0)
    assert {item.value for item in ingest.subscribe("p1").take()} == {72.0, 97.0}


def test_who_no_longer_watches_is_told_nothing(ingest) -> None:
    watcher = ingest.subscribe("p1")
    ingest.unsubscribe(watcher)
    ingest.unsubscribe(watcher)
    ingest.accept("p1", "band-1", PULSE, 100.0)
    assert watcher.is_closed
    assert watcher.take() == []


def test_a_patient_who_left_is_forgotten(ingest) -> None:
    watcher = ingest.subscribe("p1")
    ingest.accept("p1", "band-1", PULSE, 100.0)
    ingest.forget("p1")
    assert watcher.is_closed
    assert ingest.readings("p1", 100.0)[HEART_RATE].state is State.ABSENT
    ingest.accept("p2", "band-1", PULSE, 101.0)


def test_samples_beyond_what_an_input_can_take_are_called_clipped(ingest) -> None:
    watcher = ingest.subscribe("p1")
    ingest.accept("p1", "ecg-1", replace(BLOCK, samples=packed([6000])), 100.0)
    (told,) = watcher.take()
    assert Quality.CLIPPED in Quality(told.quality)


async def test_a_recording_comes_out_as_a_waveform_and_its_heart_rate(
    ingest, kept, recording: Recording, clock
) -> None:
    watcher = ingest.subscribe("p1")
    device = ReplayDevice(
        "ecg-1", recording, drift_ppm=-200, started_s=7.0, clock=clock, sleep=clock.sleep
    )
    blocks, ages_s = 0, []
    async for item in device:
        ingest.accept("p1", "ecg-1", item, clock.now_s + 0.003)
        for told in watcher.take():
            if isinstance(told, WaveformBlock):
                blocks += 1
                ages_s.append(told.received_s - told.measured_s)
        if item.sequence == 1500:
            device.close()
    assert blocks == 1501
    assert np.percentile(ages_s, 99) < 0.06
    rates = [o for _, o in kept if o.code == HEART_RATE]
    assert len(rates) == 60
    assert all(abs(o.value - 61.1) <= 0.5 for o in rates[6:])
    assert ingest.readings("p1", clock.now_s)[HEART_RATE].state is State.LIVE
    assert ingest.readings("p1", clock.now_s + 6)[HEART_RATE].state is State.STALE


async def test_a_loose_electrode_makes_the_heart_rate_absent_within_two_seconds(
    ingest, recording: Recording, clock
) -> None:
    device = ReplayDevice("ecg-1", recording, clock=clock, sleep=clock.sleep)
    async for item in device:
        ingest.accept("p1", "ecg-1", item, clock.now_s)
        device.is_lead_off = item.sequence >= 250
        if item.sequence == 250:
            assert ingest.readings("p1", clock.now_s)[HEART_RATE].state is State.LIVE
        if item.sequence == 300:
            device.close()
    shown = ingest.readings("p1", clock.now_s)[HEART_RATE]
    assert (shown.state, shown.value) == (State.ABSENT, None)
    assert Quality.GAP in shown.quality


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p1", "p2", "p3"]),
            st.sampled_from(["a", "b"]),
            st.integers(0, 5),
            st.floats(0, 100),
        ),
        max_size=40,
    )
)
def test_whatever_comes_a_watcher_only_gets_its_patients_values(items) -> None:
    ingest = VitalsIngest(lambda *_: None)
    watchers = {p: ingest.subscribe(p) for p in ("p1", "p2", "p3")}
    owner: dict[str, str] = {}
    now_s = 0.0
    for patient_id, device_id, sequence, time_s in items:
        now_s += 1.0
        value = 40.0 + int(patient_id[1])
        item = Observation(HEART_RATE, value, "/min", device_id, sequence, time_s)
        if owner.setdefault(device_id, patient_id) == patient_id:
            ingest.accept(patient_id, device_id, item, now_s)
        else:
            with pytest.raises(Conflict):
                ingest.accept(patient_id, device_id, item, now_s)
    for patient_id, watcher in watchers.items():
        for told in watcher.take():
            assert told.value == 40.0 + int(patient_id[1])
            assert told.measured_s <= told.received_s
