from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.training.frames import SceneFrames, between, camera_of
from world.protocol.scene_lane import Body, Scene, Strand, Surface

STILL = np.array([1.0, 0.0, 0.0, 0.0])
TRIANGLES = np.array([[0, 1, 2]])


def scene(x_m, names=("ring_0",), triangles=TRIANGLES):
    corners_m = np.array([[x_m, 0, 0], [x_m + 0.01, 0, 0], [x_m, 0.01, 0]])
    return Scene(
        tuple(Body(name, np.array([x_m, 0.0, 0.0]), STILL) for name in names),
        (Surface("liver", corners_m, triangles),),
        (Strand("thread", corners_m, 1e-4),),
    )


def x_of(shown):
    return shown.bodies[0].position_m[0]


def test_a_scene_moves_evenly_and_is_shown_one_gap_late():
    frames = SceneFrames()
    for tick in range(0, 20, 2):
        frames.add(tick, scene(tick * 0.001), 10.0 + tick / 60)
    assert frames.delay_s == pytest.approx(2 / 60)
    newest_s = 10.0 + 18 / 60
    for late_s in (0.0, 0.01, 0.02, 0.03):
        shown = frames.at(newest_s + late_s)
        exact_m = (16 + late_s * 60) * 0.001
        assert x_of(shown) == pytest.approx(exact_m)
        assert shown.surfaces[0].corners_m[0, 0] == pytest.approx(exact_m)
        assert shown.strands[0].nodes_m[0, 0] == pytest.approx(exact_m)


def test_a_late_frame_holds_the_picture():
    frames = SceneFrames()
    frames.add(0, scene(0.0), 0.0)
    frames.add(2, scene(0.002), 2 / 60)
    assert x_of(frames.at(9.0)) == pytest.approx(0.002)


@given(st.lists(st.floats(0, 0.02), min_size=3, max_size=40))
def test_jitter_never_makes_a_picture_go_back_or_be_older_than_one_gap_and_the_jitter(jitter_s):
    frames = SceneFrames()
    shown = []
    arrivals = sorted(
        (tick / 60 + late, tick) for tick, late in zip(range(0, 200, 2), jitter_s, strict=False)
    )
    for now_s, tick in arrivals:
        frames.add(tick, scene(tick * 0.001), now_s)
        shown.append(x_of(frames.at(now_s)))
        newest_m = frames.newest.bodies[0].position_m[0]
        assert newest_m - shown[-1] <= 0.002 + 0.001 * 60 * 0.02 + 1e-9
    assert all(later >= earlier - 1e-12 for earlier, later in pairwise(shown))


def test_a_frame_that_is_older_than_the_newest_changes_nothing():
    frames = SceneFrames()
    frames.add(4, scene(0.004), 1.0)
    frames.add(2, scene(0.5), 1.01)
    assert x_of(frames.newest) == pytest.approx(0.004)


def test_another_attempt_that_counts_from_the_start_is_shown():
    frames = SceneFrames()
    frames.add(6000, scene(0.1), 1.0)
    frames.add(0, scene(0.2), 1.1)
    assert x_of(frames.at(1.2)) == pytest.approx(0.2)


def test_nothing_is_drawn_between_scenes_of_different_parts():
    one, other = scene(0.0), scene(1.0, names=("ring_0", "ring_1"))
    assert between(one, other, 0.9) is one
    assert between(one, other, 1.0) is other
    cut = scene(1.0, triangles=np.array([[0, 2, 1]]))
    assert between(one, cut, 0.5) is one


def test_before_the_first_frame_there_is_an_empty_scene():
    assert SceneFrames().at(1.0) == Scene()
    assert camera_of(Scene()) is None
