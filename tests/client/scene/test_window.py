import math
from pathlib import Path

import numpy as np
import pytest
from panda3d.core import CardMaker
from PIL import Image

from client.scene.room import RoomView
from client.scene.window import NoPicture, WindowOptions, open_window

ROOMS = Path(__file__).parents[3] / "assets" / "rooms"
SIZE = (192, 108)


def pictured(options):
    stage = open_window(options)
    view = RoomView(stage, ROOMS / "consult")
    stage.set_field_of_view(math.radians(80))
    stage.look_at((4.65, 4.3, 1.6), (1.6, 1.3, 1.05))
    pixels = stage.pixels().astype(float)
    tier = stage.tier.name
    view.close()
    stage.close()
    return pixels, tier


@pytest.fixture(scope="module")
def shaded():
    return pictured(WindowOptions(SIZE, is_offscreen=True, tier="low"))[0]


def test_without_shaders_the_room_looks_much_alike(shaded):
    flat, _ = pictured(WindowOptions(SIZE, is_offscreen=True, tier="potato"))
    assert np.abs(flat - shaded).mean() < 30


def test_without_any_graphics_driver_the_room_can_still_be_seen(shaded):
    options = WindowOptions(SIZE, is_offscreen=True, display="p3tinydisplay")
    flat, tier = pictured(options)
    assert tier == "potato"
    assert np.abs(flat - shaded).mean() < 40


def test_more_samples_smooth_edges_and_change_little_else(shaded):
    smooth, _ = pictured(WindowOptions(SIZE, is_offscreen=True, tier="high"))
    assert 0 < np.abs(smooth - shaded).mean() < 12


@pytest.mark.parametrize("tier", ["low", "high"])
def test_panels_lie_before_the_picture_in_every_tier(tier):
    stage = open_window(WindowOptions(SIZE, is_offscreen=True, tier=tier))
    card = CardMaker("panel")
    card.set_frame(-1, 0, -1, 1)
    card.set_color(1, 0, 0, 1)
    stage.base.render2d.attach_new_node(card.generate())
    pixels = stage.pixels()
    assert np.all(pixels[:, : SIZE[0] // 2 - 1] == (255, 0, 0))
    assert not np.any(np.all(pixels[:, SIZE[0] // 2 + 1 :] == (255, 0, 0), axis=2))
    stage.close()


def test_a_display_that_is_not_there_is_told():
    with pytest.raises(NoPicture, match="no-such-display"):
        open_window(WindowOptions(SIZE, is_offscreen=True, display="no-such-display"))


def test_a_screenshot_is_what_was_drawn(tmp_path):
    stage = open_window(WindowOptions(SIZE, is_offscreen=True, tier="low"))
    stage.screenshot(tmp_path / "shot.png")
    written = np.asarray(Image.open(tmp_path / "shot.png"))
    assert np.array_equal(written, stage.pixels())
    assert written.shape == (SIZE[1], SIZE[0], 3)
    stage.close()


def test_the_camera_looks_where_it_is_told():
    stage = open_window(WindowOptions(SIZE, is_offscreen=True, tier="low"))
    stage.look((1.0, 2.0, 1.6), math.pi / 2, 0.0)
    ahead = stage.root.get_relative_vector(stage.base.camera, (0, 1, 0))
    assert np.allclose(tuple(ahead), (-1, 0, 0), atol=1e-6)
    stage.look((1.0, 2.0, 1.6), 0.0, math.pi / 6)
    ahead = stage.root.get_relative_vector(stage.base.camera, (0, 1, 0))
    assert np.allclose(tuple(ahead), (0, math.cos(math.pi / 6), 0.5), atol=1e-6)
    stage.close()
