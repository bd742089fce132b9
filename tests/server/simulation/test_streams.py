"""A tier's frames: never more bytes a second than it has, whatever the scene does."""

import numpy as np
import pytest

from server.simulation.streams import RATES, WEBSOCKET_HEAD_BYTES, SceneStream
from world.protocol.scene_lane import DELTA, HEADER, KEY, SceneDecoder, Strand, Surface
from world.protocol.scene_lane import Scene as WorldScene

CORNERS = 1_500


def _scene(rng, step, triangles=900):
    """A tissue of which every corner moves in every step, by up to a millimeter."""
    corners_m = rng.uniform(-0.05, 0.05, (CORNERS, 3))
    corners_m += np.random.default_rng(step).normal(0, 5e-4, (CORNERS, 3))
    faces = np.arange(3 * triangles).reshape(-1, 3) % CORNERS
    return WorldScene((), (Surface("liver", corners_m, faces),), ())


def _played(tier, seconds, scene_of, rate_divisor=1):
    """Returns (step, frame) of all frames of a tier."""
    stream, frames = SceneStream(RATES[tier]), []
    for step in range(1, round(seconds * 60) + 1):
        if stream.is_due(step, rate_divisor):
            frame = stream.frame(step, scene_of(step))
            if frame is not None:
                frames.append((step, frame))
    return frames


def _bytes_in_any_second(frames):
    sizes = [(step, len(frame) + WEBSOCKET_HEAD_BYTES) for step, frame in frames]
    return [
        sum(size for at, size in sizes if start < at <= start + 60)
        for start in range(0, frames[-1][0] - 60, 7)
    ]


@pytest.mark.parametrize("tier", RATES)
def test_wild_tissue_stays_within_the_bytes_of_its_tier(tier):
    frames = _played(tier, 8, lambda step: _scene(np.random.default_rng(3), step))
    assert HEADER.unpack_from(frames[0][1])[1] == KEY
    span_s = (frames[-1][0] - frames[0][0]) / 60
    sizes = [len(frame) + WEBSOCKET_HEAD_BYTES for _, frame in frames[1:]]
    # The last frame may still have to be paid for.
    assert sum(sizes[:-1]) <= RATES[tier].bytes_per_s * span_s


@pytest.mark.parametrize("tier", RATES)
def test_cuts_that_make_key_frames_are_paid_for(tier):
    def cut(step):
        return _scene(np.random.default_rng(3), 0, triangles=900 - step)

    frames = _played(tier, 8, cut)
    assert {HEADER.unpack_from(frame)[1] for _, frame in frames} == {KEY}
    sizes = [len(frame) + WEBSOCKET_HEAD_BYTES for _, frame in frames[1:]]
    span_s = (frames[-1][0] - frames[0][0]) / 60
    assert sum(sizes[:-1]) <= RATES[tier].bytes_per_s * span_s
    assert len(sizes) > 2


def _thread(step):
    along = np.linspace(0, 0.1, 80)
    nodes_m = np.stack([along, 0.01 * np.sin(along * 40 + step / 10), 0 * along], axis=1)
    return WorldScene((), (), (Strand("thread", nodes_m, 2e-4),))


@pytest.mark.parametrize("tier", RATES)
def test_a_moving_thread_is_shown_as_often_as_the_tier_says(tier):
    frames = _played(tier, 3, _thread)
    assert len(frames) == 3 * RATES[tier].frames_per_s
    assert max(_bytes_in_any_second(frames[1:])) <= RATES[tier].bytes_per_s
    assert {HEADER.unpack_from(frame)[1] for _, frame in frames[1:]} == {DELTA}


def test_a_governed_rate_makes_fewer_frames_and_no_gap_in_their_order():
    frames = _played("full", 3, _thread, rate_divisor=3)
    assert len(frames) == 30
    decoder = SceneDecoder()
    for _, frame in frames:
        decoder.read(frame)


def test_a_key_frame_on_request_holds_what_everybody_has():
    stream, early, late = SceneStream(RATES["full"]), SceneDecoder(), SceneDecoder()
    assert stream.key() is None
    for step in range(2, 40, 2):
        early.read(stream.frame(step, _thread(step)))
    late.read(stream.key())
    assert np.array_equal(late.scene.strands[0].nodes_m, early.scene.strands[0].nodes_m)
    frame = stream.frame(40, _thread(40))
    assert np.array_equal(late.read(frame).strands[0].nodes_m, early.read(frame).strands[0].nodes_m)
