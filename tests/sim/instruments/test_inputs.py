import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.instruments.inputs import ANGLE_STEP_RAD, INPUT_BYTES, Inputs, pack, quantized, unpack
from sim.instruments.trocar import DEEPEST_M, SHALLOWEST_M, SWING_LIMIT_RAD, Posture
from world.errors import RemoteProtocolError

ANGLES = st.floats(-SWING_LIMIT_RAD, SWING_LIMIT_RAD)
ROLLS = st.floats(-math.pi, math.pi)
POSTURES = st.builds(
    Posture,
    ANGLES,
    ANGLES,
    st.floats(SHALLOWEST_M, DEEPEST_M),
    ROLLS,
    st.floats(0.0, 1.0),
    st.booleans(),
)
SCOPES = st.builds(Posture, ANGLES, ANGLES, st.floats(SHALLOWEST_M, DEEPEST_M), ROLLS)
INPUTS = st.builds(Inputs, POSTURES, POSTURES, SCOPES, ROLLS, st.booleans())


def test_a_published_input_has_its_published_bytes():
    inputs = Inputs(
        Posture(0.1, -0.2, 0.15, 1.0, 0.5, is_active=True),
        Posture(-0.1, 0.2, 0.2, -1.0, 1.0),
        Posture(0.0, 0.3, 0.1, 0.0),
        0.25,
        is_done=True,
    )
    golden = "051304daf7983abe2880edfb2608204e42d7ff"
    golden += "0000390c10270000300a"
    assert pack(inputs).hex() == golden


@given(INPUTS)
def test_an_input_travels_within_half_a_step(inputs):
    got = quantized(inputs)
    for sent, came in ((inputs.left, got.left), (inputs.right, got.right)):
        assert came.yaw_rad == pytest.approx(sent.yaw_rad, abs=ANGLE_STEP_RAD / 1.99)
        assert came.insertion_m == pytest.approx(sent.insertion_m, abs=0.5001e-5)
        assert came.jaw == pytest.approx(sent.jaw, abs=0.5001 / 255)
        assert (
            abs(math.remainder(came.roll_rad - sent.roll_rad, 2 * math.pi)) < ANGLE_STEP_RAD / 1.99
        )
        assert came.is_active == sent.is_active
    assert got.is_done == inputs.is_done
    assert got.scope.pitch_rad == pytest.approx(inputs.scope.pitch_rad, abs=ANGLE_STEP_RAD / 1.99)


@given(INPUTS)
def test_what_is_quantized_once_stays(inputs):
    once = quantized(inputs)
    assert quantized(once) == once


@given(st.binary(max_size=INPUT_BYTES + 3))
def test_bytes_of_a_stranger_are_an_input_or_an_error_of_the_peer(data):
    try:
        got = unpack(data)
    except RemoteProtocolError:
        return
    assert len(data) == INPUT_BYTES
    assert all(math.isfinite(v) for v in (got.left.yaw_rad, got.scope.roll_rad))


def test_a_value_that_is_no_number_is_not_sent():
    with pytest.raises(ValueError, match="finite"):
        pack(Inputs(left=Posture(yaw_rad=math.nan)))
    with pytest.raises(ValueError, match="finite"):
        pack(Inputs(head_roll_rad=math.inf))
