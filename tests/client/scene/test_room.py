"""Rooms drawn for real, off screen, by whatever driver this machine has."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from client.scene.room import RoomView
from client.scene.text import TextStyle, WorldText
from client.scene.window import WindowOptions, open_window

ROOMS = Path(__file__).parents[3] / "assets" / "rooms"
FONTS = ROOMS.parent / "fonts"
GOLDEN = Path(__file__).parents[2] / "golden" / "rooms"
SIZE = (192, 108)
EYES = {
    "waiting": ((0.9, 6.7, 1.6), (7.5, 3.2, 1.15), 80),
    "consult": ((4.65, 4.3, 1.6), (1.6, 1.3, 1.05), 82),
    "training": ((6.6, 4.9, 1.6), (2.0, 4.3, 1.25), 82),
}


@pytest.fixture(scope="module")
def stage():
    opened = open_window(WindowOptions(SIZE, is_offscreen=True, tier="low"))
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=sorted(EYES))
def room(request, stage):
    view = RoomView(stage, ROOMS / request.param)
    yield view
    view.close()


def aimed(stage, room):
    eye, target, degrees = EYES[room.layout.type]
    stage.set_field_of_view(math.radians(degrees))
    stage.look_at(eye, target)
    return stage.pixels()


def test_a_picture_has_light_shade_and_the_same_pixels_each_time(stage, room):
    first, second = aimed(stage, room), aimed(stage, room)
    assert np.array_equal(first, second)
    gray = first.mean(2)
    assert gray.std() > 35
    assert np.percentile(gray, 1) < 60
    assert 150 < np.percentile(gray, 90) < 250
    assert (gray > 252).mean() < 0.08


def test_walls_are_neither_tinted_nor_dark(stage, room):
    width, depth, _ = room.layout.size_m
    stage.set_field_of_view(math.radians(30))
    stage.look_at((width / 2, depth / 2, 1.6), (width, depth / 2 + 0.4, 2.35))
    red, green, blue = aimed_pixels(stage).mean((0, 1))
    assert 110 < green < 235
    assert abs(red - blue) < 40


def aimed_pixels(stage):
    return stage.pixels().astype(float)


def test_a_door_opens_on_something_lit(stage, room):
    door = room.layout.doors[0]
    ahead = (math.sin(door.yaw_rad), -math.cos(door.yaw_rad))
    eye = (door.position_m[0] + 1.4 * ahead[0], door.position_m[1] + 1.4 * ahead[1], 1.5)
    stage.set_field_of_view(math.radians(40))
    stage.look_at(eye, (door.position_m[0], door.position_m[1], 1.3))
    room.set_door(door.name, 0.0)
    closed = aimed_pixels(stage)
    room.set_door(door.name, 1.0)
    opened = aimed_pixels(stage)
    room.set_door(door.name, 0.0)
    assert np.abs(opened - closed).mean() > 10
    assert opened.mean() > 70
    assert np.array_equal(aimed_pixels(stage), closed)


def test_a_door_that_is_half_open_stands_between(stage, room):
    door = room.layout.doors[0].name
    room.set_door(door, 0.5)
    half = room.root.find(door).get_h()
    room.set_door(door, 7.0)
    assert 0 < half < room.root.find(door).get_h() < 100
    room.set_door(door, 0.0)


def test_a_panel_shows_what_it_is_given_the_right_way_round(stage, room):
    panel = room.layout.panels[0]
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:45, :80] = (255, 0, 0)
    picture[:45, 80:] = (0, 255, 0)
    picture[45:, :80] = (0, 0, 255)
    picture[45:, 80:] = (255, 255, 255)
    room.set_panel(panel.name, picture)
    x, y, z = panel.position_m
    eye = (x - 1.2 * math.sin(panel.yaw_rad), y + 1.2 * math.cos(panel.yaw_rad), z)
    stage.set_field_of_view(math.radians(40))
    stage.look_at(eye, (x, y, z))
    shown = aimed_pixels(stage)
    h, w = shown.shape[:2]
    corners = [
        shown[h // 4, w // 4],
        shown[h // 4, 3 * w // 4],
        shown[3 * h // 4, w // 4],
        shown[3 * h // 4, 3 * w // 4],
    ]
    assert [tuple((corner > 128).astype(int)) for corner in corners] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
        (1, 1, 1),
    ]


@pytest.mark.parametrize("picture", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3))])
def test_a_panel_refuses_what_is_no_picture(room, picture):
    with pytest.raises(ValueError, match="bytes"):
        room.set_panel(room.panels[0], picture)


def test_doors_and_panels_are_those_of_the_layout(room):
    assert room.doors == sorted(door.name for door in room.layout.doors)
    assert room.panels == sorted(panel.name for panel in room.layout.panels)
    with pytest.raises(KeyError):
        room.set_door("no-such-door", 1.0)


def test_a_hidden_room_is_not_drawn(stage, room):
    before = aimed(stage, room)
    room.hide()
    hidden = aimed(stage, room)
    room.show()
    assert np.ptp(hidden.reshape(-1, 3), axis=0).max() == 0
    assert np.array_equal(aimed(stage, room), before)


def test_the_room_is_few_things_to_draw(room):
    assert len(room.root.find_all_matches("**/+GeomNode")) <= 24


def test_people_stand_in_the_light_of_the_wall_behind_them(stage, room):
    width, depth, _ = room.layout.size_m
    light = room.light.ambient_at((width / 2, depth / 2, 1.2))
    shown = room.light.displayed(0.7 * light)
    assert 0.3 < shown.mean() < 0.95


def test_text_in_the_room_covers_what_is_behind_it(stage, room):
    width, depth, _ = room.layout.size_m
    text = WorldText(room.root, FONTS, stage.tier, TextStyle(letter_height_m=0.3))
    stage.set_field_of_view(math.radians(60))
    stage.look_at((width / 2, depth / 2, 1.5), (width / 2, depth / 2 + 1.2, 1.5))
    text.node.set_pos(width / 2, depth / 2 + 1.2, 1.5)
    before = aimed_pixels(stage)
    text.set_text("A 17")
    after = aimed_pixels(stage)
    text.set_text("")
    assert np.abs(after - before).max(2).mean() > 5
    assert np.array_equal(aimed_pixels(stage), before)
    text.close()


def test_the_picture_is_the_one_that_was_approved(stage, room):
    """Approved anew by `python -m tools.bake.rooms.preview --view enter --tier low --width 192`."""
    room.hide()
    fresh = RoomView(stage, ROOMS / room.layout.type)
    shown = aimed(stage, fresh).astype(float)
    fresh.close()
    room.show()
    approved = np.asarray(Image.open(GOLDEN / f"{room.layout.type}-enter-low.png"), float)
    difference = np.abs(shown - approved)
    if stage.version == (GOLDEN / "driver.txt").read_text().strip():
        assert difference.max() == 0
    assert difference.mean() < 5
