import math

import numpy as np
import pytest

pytest.importorskip("mitsuba")

from tools.bake.rooms import light
from tools.bake.rooms.charts import pack, texel_points
from tools.bake.rooms.lighting import Lighting
from tools.bake.rooms.materials import albedos
from tools.bake.rooms.mesh import assemble
from tools.bake.rooms.patches import Finish, Model
from tools.bake.rooms.room import Room
from tools.bake.rooms.shapes import box, plane

ALBEDO = 0.5
ALBEDOS = albedos({}) | dict.fromkeys(range(16), np.full(3, ALBEDO))
WALL = Finish("plaster", lit="texels")


def closed_room(lamp):
    """A closed cube of 2 m whose walls throw back half of all light, with a lamp on top."""
    model, lighting = Model(1), Lighting()
    for corner, sides in (
        ((0, 0, 0), ((2, 0, 0), (0, 2, 0))),
        ((0, 2, 2), ((2, 0, 0), (0, -2, 0))),
        ((2, 0, 0), ((-2, 0, 0), (0, 0, 2))),
        ((0, 2, 0), ((2, 0, 0), (0, 0, 2))),
        ((0, 0, 0), ((0, 2, 0), (0, 0, 2))),
        ((2, 2, 0), ((0, -2, 0), (0, 0, 2))),
    ):
        plane(model, corner, sides, WALL)
    with model.within("occluder"):
        box(model, (1, 1, 1), (6, 6, 6), Finish("soft"), radius_m=0.0)
    width, radiance = lamp
    edge = 1 - width / 2
    lighting.add_lamp(
        model, (edge, edge, 1.99), ((width, 0, 0), (0, width, 0)), (radiance, radiance, radiance)
    )
    room = Room("test", (2.0, 2.0, 2.0), model, lighting, (1.0, 1.0, 1.0), 0.0)
    height = pack(model.patches, 16.0)
    return room, assemble(model.patches, ALBEDOS, height), height


@pytest.fixture(scope="module")
def baked():
    room, mesh, height = closed_room((0.4, 10.0))
    return room, light.bake(mesh, room, height, 0.25)


def floor_light(baked, position):
    room, result = baked
    where, _, pixels = texel_points(room.model.patches[0])
    nearest = np.abs(where - position).sum(-1).argmin()
    stored = result.lightmap.reshape(-1, 3)[pixels.ravel()[nearest]]
    return result.scale * (stored / 255.0) ** 3


def direct_under_square(width, distance):
    """Irradiance / pi under the middle of a square lamp of radiance 1.

    Source: J. Howell, "A catalog of radiation heat transfer configuration factors", B-3
    (differential element to a parallel rectangle, element below a corner; four corners).
    """
    x = width / 2 / distance
    corner = 2 * x / math.sqrt(1 + x * x) * math.atan(x / math.sqrt(1 + x * x)) / (2 * math.pi)
    return 4 * corner


def test_the_light_under_a_lamp_is_the_sum_of_its_own_and_of_all_bounces(baked):
    direct = 10.0 * direct_under_square(0.4, 1.99)
    # In a closed room the bounces add, on average, what the walls take in and throw back.
    mean_direct = 10.0 * 0.4**2 / (6 * 2.0**2)
    bounced = mean_direct * ALBEDO / (1 - ALBEDO)
    found = floor_light(baked, (1.0, 1.0, 0.0)).mean()
    assert found == pytest.approx(direct + bounced, rel=0.15)


def test_the_room_is_lit_the_same_from_left_and_right(baked):
    left, right = (floor_light(baked, (x, 1.0, 0.0)).mean() for x in (0.3, 1.7))
    assert left == pytest.approx(right, rel=0.08)


def test_a_probe_sees_most_light_from_the_lamp(baked):
    probes = baked[1].probes.astype(float).mean((1, 2, 3, 4))
    assert probes.argmax() == 4
    assert np.ptp(probes[:4]) < 12


def test_a_probe_near_the_floor_sees_about_the_light_of_the_floor(baked):
    _, result = baked
    assert result.probe_low_m[2] == pytest.approx(light.PROBE_LOW_M)
    up = result.scale * (result.probes[4, 0].astype(float) / 255) ** 3
    assert up.mean() == pytest.approx(floor_light(baked, (0.5, 0.5, 0.0)).mean(), rel=0.35)


def test_baking_again_gives_the_same_bytes(baked):
    room, mesh, height = closed_room((0.4, 10.0))
    again = light.bake(mesh, room, height, 0.25)
    assert np.array_equal(again.lightmap, baked[1].lightmap)
    assert np.array_equal(again.probes, baked[1].probes)
