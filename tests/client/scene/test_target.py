"""A scene drawn small under what is read at the window's own size."""

import numpy as np
import pytest
from panda3d.core import CardMaker, NodePath

from client.scene.target import draw_over_scene
from client.scene.window import WindowOptions, open_window

SIZE = (160, 90)


@pytest.fixture
def stage():
    opened = open_window(WindowOptions(SIZE, is_offscreen=True, tier="potato", is_hurried=True))
    opened.look((0.0, -2.0, 0.0), 0.0)
    yield opened
    opened.close()


def board(color, stripes=1):
    """Returns upright stripes, two metres before the eyes."""
    node = NodePath("board")
    maker = CardMaker("stripe")
    maker.set_color(*color)
    for index in range(stripes):
        left = -1 + 2 * index / stripes
        maker.set_frame(left, left + 1 / stripes, -1, 1)
        node.attach_new_node(maker.generate())
    return node


def sharpness(pixels):
    return np.abs(np.diff(pixels.astype(float).sum(2), axis=1)).max(1).mean()


def test_plates_keep_the_windows_own_pixels_and_the_scene_does_not(stage):
    stage.set_quality("potato", 0.25)
    fine = board((1, 1, 1, 1), stripes=40)
    fine.reparent_to(stage.root)
    blurred = sharpness(stage.pixels())
    draw_over_scene(fine)
    assert sharpness(stage.pixels()) > 1.5 * blurred


def test_plates_are_drawn_once_with_and_without_a_scene_of_its_own_size(stage):
    plate = board((1, 0, 0, 1))
    plate.reparent_to(stage.root)
    draw_over_scene(plate)
    shown = []
    for scale in (1.0, 0.5):
        stage.set_quality("potato", scale)
        shown.append((stage.pixels() == (255, 0, 0)).all(2).sum())
    assert shown[0] > 500
    assert shown[0] == pytest.approx(shown[1], rel=0.02)


def test_a_smaller_scene_shows_the_same_things_in_the_same_places(stage):
    board((0, 1, 0, 1)).reparent_to(stage.root)
    stage.set_quality("potato", 1.0)
    sharp = stage.pixels().astype(float)
    stage.set_quality("potato", 0.5)
    small = stage.pixels().astype(float)
    assert 0 < np.abs(sharp - small).mean() < 4


def test_what_is_drawn_can_be_changed_while_the_window_is_open(stage):
    assert stage.rung.tier == "potato"
    stage.set_quality("low", 0.5)
    assert (stage.tier.name, stage.rung.scale) == ("low", 0.5)
    assert stage.shared_textures is None
