from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.instruments.inputs import INPUT_BYTES, Inputs, pack
from sim.recording import (
    BLOCK_STEPS,
    Head,
    RecordCutOff,
    RecordDamaged,
    Recorder,
    read,
    read_begun,
)

HEAD = Head("peg_transfer", 7, False, "0" * 64, engines={"numba": "0.68.1"})
INPUT = pack(Inputs())


def _hash(n):
    return sha256(bytes([n % 256])).digest()


def _record(step_count):
    recorder = Recorder(HEAD)
    data = recorder.begin()
    for n in range(step_count):
        recorder.add(n % 4, INPUT)
        if recorder.is_due:
            data += recorder.close_block(_hash(n))
    return data + recorder.end(_hash(step_count)), recorder


@given(st.integers(0, 3 * BLOCK_STEPS + 5))
@settings(max_examples=30)
def test_what_is_recorded_is_read_again(step_count):
    data, recorder = _record(step_count)
    record = read(data)
    assert record.head == HEAD
    assert record.step_count == step_count
    assert record.seal == recorder.seal
    steps = [step for block in record.blocks for step in block.steps]
    assert steps == [(n % 4, INPUT) for n in range(step_count)]


def test_every_changed_byte_is_detected():
    data, _ = _record(130)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(RecordDamaged):
            read(bytes(changed))


def test_every_cut_is_detected_and_so_is_what_was_added():
    data, _ = _record(70)
    for length in range(len(data)):
        with pytest.raises(RecordDamaged):
            read(data[:length])
    with pytest.raises(RecordDamaged, match="follows"):
        read(data + b"\0")


@given(st.binary(max_size=400))
def test_bytes_of_anywhere_are_refused_with_a_sentence(data):
    with pytest.raises(RecordDamaged):
        read(data)


def test_a_full_block_must_be_closed_first():
    recorder = Recorder(HEAD)
    recorder.begin()
    for _ in range(BLOCK_STEPS):
        recorder.add(0, INPUT)
    with pytest.raises(ValueError, match="close"):
        recorder.add(0, INPUT)
    with pytest.raises(ValueError, match="bytes"):
        Recorder(HEAD).add(0, b"\0" * (INPUT_BYTES - 1))


@given(st.integers(0, 2 * BLOCK_STEPS + 5), st.data())
@settings(max_examples=60)
def test_what_was_cut_off_is_read_up_to_its_last_whole_block(step_count, data):
    whole, _ = _record(step_count)
    full = read(whole)
    head_bytes = len(Recorder(HEAD).begin())
    cut = data.draw(st.integers(head_bytes, len(whole) - 1))
    begun, is_whole = read_begun(whole[:cut])
    assert not is_whole
    assert begun.blocks == full.blocks[: len(begun.blocks)]
    assert begun.step_count >= (cut - head_bytes) // (BLOCK_STEPS * 30 + 65) * BLOCK_STEPS - 60
    with pytest.raises(RecordCutOff):
        read(whole[:cut])
    assert read_begun(whole) == (full, True)
