import math

import numpy as np
import pytest

from client.scene.picking import pick, ray_through
from world.rooms.layout import Door, Layout, Panel, Seat, Solid

ROOM = Layout(
    type="test",
    size_m=(6.0, 4.0, 3.0),
    solids=(
        Solid("table", (2.0, 1.0, 0.0), (3.0, 2.0, 0.8)),
        Solid("bench", (0.0, 1.0, 0.0), (0.6, 3.0, 0.9)),
    ),
    seats=(
        Seat("bench-1", (0.3, 1.5, 0.0), -math.pi / 2),
        Seat("bench-2", (0.3, 2.5, 0.0), -math.pi / 2),
        Seat("stool", (4.5, 1.0, 0.0), 0.0),
    ),
    doors=(Door("door-1", (6.0, 2.0, 0.0), -math.pi / 2, 1.0, 2.1),),
    panels=(Panel("queue", (3.0, 3.95, 1.7), math.pi, 1.6, 0.9),),
    spawns=(),
)
EYE = (3.0, 3.0, 1.6)


def toward(target, eye=EYE):
    return pick(ROOM, eye, tuple(np.subtract(target, eye)))


def test_a_look_at_free_floor_meets_it_where_it_was_aimed():
    hit = toward((4.2, 2.6, 0.0))
    assert hit.kind == "floor"
    assert np.allclose(hit.position_m, (4.2, 2.6, 0.0))
    assert hit.distance_m == pytest.approx(math.dist(EYE, (4.2, 2.6, 0.0)))


def test_furniture_hides_the_floor_behind_it():
    hit = toward((2.5, 0.3, 0.0))
    assert (hit.kind, hit.name) == ("solid", "table")


@pytest.mark.parametrize(("y", "name"), [(1.3, "bench-1"), (2.8, "bench-2")])
def test_a_bench_is_met_as_its_nearest_seat(y, name):
    hit = toward((0.3, y, 0.45))
    assert (hit.kind, hit.name) == ("seat", name)


def test_a_seat_without_furniture_is_met_too():
    assert toward((4.5, 1.0, 0.4)).name == "stool"


def test_a_doorway_is_met_within_its_height_only():
    assert toward((6.0, 2.3, 1.0)).name == "door-1"
    assert toward((6.0, 2.3, 2.4)) is None


def test_a_panel_tells_where_it_was_met():
    left_bottom = toward((3.79, 3.95, 1.26), eye=(3.0, 1.9, 1.6))
    assert left_bottom.kind == "panel"
    assert np.allclose(left_bottom.share, (1.0, 0.0), atol=0.02)
    assert np.allclose(toward((3.0, 3.95, 1.7), eye=(3.0, 2.5, 1.6)).share, (0.5, 0.5))


def test_a_panel_is_not_met_from_behind():
    assert pick(ROOM, (3.3, 3.99, 1.7), (0.0, -1.0, -0.6)).kind == "floor"


def test_a_look_at_the_ceiling_meets_nothing():
    assert pick(ROOM, EYE, (0.1, 0.1, 1.0)) is None


def test_a_ray_without_direction_is_refused():
    with pytest.raises(ValueError, match="direction"):
        pick(ROOM, EYE, (0.0, 0.0, 0.0))


def test_the_middle_of_the_picture_is_where_the_camera_looks():
    yaw, pitch = 0.7, -0.4
    _, ray = ray_through((0.5, 0.5), EYE, (yaw, pitch), (1.4, 0.9))
    expected = (-math.sin(yaw) * math.cos(pitch), math.cos(yaw) * math.cos(pitch), math.sin(pitch))
    assert np.allclose(ray, expected)


def test_right_of_the_middle_lies_to_the_right():
    _, ray = ray_through((1.0, 0.5), EYE, (0.0, 0.0), (math.pi / 2, 1.0))
    assert np.allclose(ray, (math.sqrt(0.5), math.sqrt(0.5), 0.0))
    _, up = ray_through((0.5, 0.0), EYE, (0.0, 0.0), (math.pi / 2, math.pi / 2))
    assert np.allclose(up, (0.0, math.sqrt(0.5), math.sqrt(0.5)))
