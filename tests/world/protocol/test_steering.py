"""Steering frames: what is sent is read, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.instruments import inputs
from sim.procedures.procedure import NOTICE as SIMULATED
from world.errors import RemoteProtocolError
from world.protocol import steering
from world.training.station import NOTICE


@given(st.integers(0, steering.SEQUENCES - 1), st.binary(min_size=29, max_size=29))
def test_what_is_sent_is_read(sequence, data):
    frame = steering.encode(sequence, data)
    assert len(frame) == steering.FRAME_BYTES == 34
    assert steering.decode(frame) == (sequence, data)


@given(st.binary(max_size=80))
def test_other_bytes_are_a_documented_error(data):
    if len(data) == steering.FRAME_BYTES and data[0] == steering.STEERING_LANE:
        return
    with pytest.raises(RemoteProtocolError):
        steering.decode(data)


def test_an_input_of_another_length_is_not_sent():
    with pytest.raises(ValueError, match="29 bytes"):
        steering.encode(1, bytes(28))


@pytest.mark.parametrize(
    ("sequence", "than", "is_so"),
    [(1, 0, True), (0, 0, False), (0, 1, False), (0, 2**32 - 1, True), (2**31, 0, False)],
)
def test_sequences_wrap_around(sequence, than, is_so):
    assert steering.is_newer(sequence, than) is is_so


def test_the_lane_carries_what_the_simulation_reads():
    assert steering.INPUT_BYTES == inputs.INPUT_BYTES


def test_the_same_notice_stands_on_both_sides():
    assert NOTICE.rstrip(".") == SIMULATED
