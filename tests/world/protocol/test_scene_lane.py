import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.errors import RemoteProtocolError
from world.protocol.scene_lane import (
    AT_REST,
    HANDS,
    HEAD_BYTES,
    HEADER,
    JAW_STEPS,
    LENGTH_STEP_M,
    SLACK_MAX,
    Body,
    Hands,
    Scene,
    SceneDecoder,
    SceneEncoder,
    Strand,
    Surface,
)

SIDE = 17
CELLS = [a for a in range(SIDE * SIDE - SIDE - 1) if a % SIDE != SIDE - 1]
TRIANGLES = np.array([(a, a + 1, a + SIDE) for a in CELLS], np.int64)


def _cloth(phase=0.0, height_m=0.01):
    x, y = np.meshgrid(np.linspace(0, 0.1, SIDE), np.linspace(0, 0.1, SIDE))
    z = height_m * np.sin(40 * x + phase) * np.cos(30 * y)
    return np.stack([x, y, z], axis=-1).reshape(-1, 3)


def _at(phase=0.0, height_m=0.01):
    turned = np.array([np.cos(phase / 2), 0, 0, np.sin(phase / 2)])
    return Scene(
        (Body("ring-1", np.array([0.1, phase / 50, -0.2]), turned),),
        (Surface("gauze", _cloth(phase, height_m), TRIANGLES),),
        (Strand("thread", _cloth(phase)[:60] + 0.1, 0.0002),),
    )


def _error_m(shown, meant):
    return max(
        float(np.abs(shown.surfaces[0].corners_m - meant.surfaces[0].corners_m).max()),
        float(np.abs(shown.strands[0].nodes_m - meant.strands[0].nodes_m).max()),
        float(np.abs(shown.bodies[0].position_m - meant.bodies[0].position_m).max()),
    )


def test_what_is_shown_is_within_half_a_step_of_what_is():
    encoder, decoder = SceneEncoder(), SceneDecoder()
    for tick in range(20):
        meant = _at(tick / 10)
        shown = decoder.read(encoder.frame(tick, meant, 10**6))
        assert decoder.tick == tick
        assert _error_m(shown, meant) <= LENGTH_STEP_M / 2 + 1e-12
        assert np.abs(shown.bodies[0].rotation - meant.bodies[0].rotation).max() < 1e-4
        assert np.array_equal(shown.surfaces[0].triangles, TRIANGLES)
        assert shown.strands[0].radius_m == 0.0002


def test_a_late_viewer_goes_on_with_the_deltas_of_everybody():
    encoder, first, late = SceneEncoder(), SceneDecoder(), SceneDecoder()
    for tick in range(5):
        first.read(encoder.frame(tick, _at(tick / 10), 10**6))
    late.read(encoder.key())
    frame = encoder.frame(6, _at(0.6), 10**6)
    one, other = first.read(frame), late.read(frame)
    assert np.array_equal(one.surfaces[0].corners_m, other.surfaces[0].corners_m)


def test_a_scene_at_rest_costs_next_to_nothing_and_a_moving_one_its_budget():
    encoder = SceneEncoder()
    encoder.frame(0, _at(), 300)
    assert len(encoder.frame(1, _at(), 300)) < 60
    sizes = [len(encoder.frame(2 + n, _at(n / 20), 300)) for n in range(30)]
    assert max(sizes) <= 300
    assert 0 < encoder.slack < SLACK_MAX


def test_what_a_tight_budget_left_out_is_made_up_for_at_rest():
    encoder, decoder = SceneEncoder(), SceneDecoder()
    decoder.read(encoder.frame(0, _at(), 300))
    for n in range(10):
        decoder.read(encoder.frame(1 + n, _at(n / 30), 300))
    for n in range(10):
        shown = decoder.read(encoder.frame(11 + n, _at(0.3), 10_000))
    assert _error_m(shown, _at(0.3)) <= LENGTH_STEP_M / 2 + 1e-12


def test_a_cut_makes_a_key_frame():
    encoder, decoder = SceneEncoder(), SceneDecoder()
    decoder.read(encoder.frame(0, _at(), 900))
    cut = Scene((), (Surface("gauze", _cloth(), TRIANGLES[5:]),), ())
    shown = decoder.read(encoder.frame(1, cut, 900))
    assert np.array_equal(shown.surfaces[0].triangles, TRIANGLES[5:])
    assert not shown.bodies


def test_a_delta_that_does_not_follow_is_refused():
    encoder, decoder = SceneEncoder(), SceneDecoder()
    key = encoder.frame(0, _at(), 900)
    encoder.frame(1, _at(), 900)
    with pytest.raises(RemoteProtocolError):
        decoder.read(encoder.frame(2, _at(), 900))
    decoder.read(key)
    with pytest.raises(RemoteProtocolError):
        decoder.read(encoder.frame(3, _at(), 900))


@given(st.data())
def test_changed_frames_are_an_error_of_the_peer_or_a_scene(data):
    encoder, decoder = SceneEncoder(), SceneDecoder()
    frames = [bytearray(encoder.frame(n, _at(n), 900)) for n in range(3)]
    frame = frames[data.draw(st.integers(0, 2))]
    frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    for each in frames:
        try:
            scene = decoder.read(bytes(each))
        except RemoteProtocolError:
            return
        assert np.isfinite(scene.surfaces[0].corners_m).all() if scene.surfaces else True


@given(st.integers(0, 1), st.binary(max_size=200))
def test_a_hostile_body_is_an_error_of_the_peer(kind, body):
    frame = HEADER.pack(1, kind, 1, 1) + bytes(HANDS.size) + zlib.compress(body)
    with pytest.raises(RemoteProtocolError):
        SceneDecoder().read(frame)


def test_a_bomb_is_not_inflated():
    frame = HEADER.pack(1, 0, 1, 1) + bytes(HANDS.size) + zlib.compress(bytes(50_000_000))
    with pytest.raises(RemoteProtocolError, match="more than"):
        SceneDecoder().read(frame)


def test_there_is_no_key_frame_before_the_first_frame():
    with pytest.raises(ValueError, match="no frame yet"):
        SceneEncoder().key()


def test_every_frame_tells_what_the_hands_did_and_which_input_it_took():
    encoder, decoder = SceneEncoder(), SceneDecoder()
    told = Hands(2**32 - 1, (0.2, 1.0), (1.234, 900.0))
    for made in (encoder.frame(0, _at(), 900, told), encoder.frame(1, _at(0.1), 900, told)):
        decoder.read(made)
        assert decoder.hands.taken == told.taken
        assert decoder.hands.openings == pytest.approx(told.openings, abs=0.5 / JAW_STEPS)
        assert decoder.hands.forces_n == pytest.approx((1.23, 655.35))
    late = SceneDecoder()
    late.read(encoder.key())
    assert late.hands == decoder.hands
    decoder.read(encoder.frame(2, _at(0.1), 900))
    assert decoder.hands == AT_REST


def test_a_frame_that_is_shorter_than_its_head_is_refused():
    frame = SceneEncoder().frame(0, _at(), 900)
    for length in range(HEAD_BYTES):
        with pytest.raises(RemoteProtocolError):
            SceneDecoder().read(frame[:length])
