import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.vitals.catalog import ECG_LEAD_II
from world.vitals.waveform import MISSING, WaveformBlock, packed, values


def block(samples: bytes) -> WaveformBlock:
    return WaveformBlock(
        code=ECG_LEAD_II,
        unit="uV",
        device_id="ecg-1",
        sequence=0,
        start_s=1.0,
        rate_hz=250,
        step=1.25,
        samples=samples,
    )


@given(st.lists(st.integers(-32767, 32767), min_size=1, max_size=1000))
def test_samples_come_back_as_they_were(counts: list[int]) -> None:
    sent = msgspec.msgpack.encode(block(packed(counts)))
    arrived = msgspec.msgpack.decode(sent, type=WaveformBlock)
    assert np.array_equal(values(arrived), np.array(counts) * 1.25)


def test_a_missing_sample_is_no_number() -> None:
    microvolts = values(block(packed([0, MISSING, 8])))
    assert np.isnan(microvolts).tolist() == [False, True, False]
    assert microvolts[2] == 10.0


def test_bytes_are_little_endian() -> None:
    assert packed([1, -2]) == b"\x01\x00\xfe\xff"


def test_a_block_ends_where_the_next_begins() -> None:
    assert block(packed([0] * 10)).end_s == pytest.approx(1.04)


@pytest.mark.parametrize(
    "change",
    [{"samples": b"\0"}, {"samples": b"\0" * 2002}, {"rate_hz": 0}, {"rate_hz": 1001}, {"step": 0}],
)
def test_a_block_is_bounded(change: dict[str, object]) -> None:
    fields = msgspec.structs.asdict(block(packed([0])))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(list((fields | change).values()), WaveformBlock)
