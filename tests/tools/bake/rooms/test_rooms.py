"""The committed rooms are what the code makes today."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from client.scene.glb import parse
from client.scene.layers import LAYERS
from tools.bake.rooms import charts, light
from tools.bake.rooms.__main__ import MAKERS, modeled
from tools.bake.rooms.output import _parts

ASSETS = Path(__file__).parents[4] / "assets"
SAME_M = 0.002


def read_back_tiles():
    return {
        name: np.asarray(Image.open(ASSETS / "textures" / f"{name}.jpg"), float) for name in LAYERS
    }


@pytest.mark.parametrize("name", ["waiting", "consult", "training"])
def test_the_committed_layout_is_that_of_the_model(name):
    room = MAKERS[name]()
    written = (ASSETS / "rooms" / name / "layout.json").read_bytes()
    assert written == room.model.plan.written(room.type, room.size_m)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_committed_geometry_is_that_of_the_model(name):
    room = MAKERS[name]()
    mesh, _ = modeled(room, read_back_tiles())
    stored = {
        part.name: part for part in parse((ASSETS / "rooms" / name / "room.glb").read_bytes())
    }
    made = {part.name: part for part in _parts(room, mesh)}
    assert set(stored) == set(made)
    for key, part in made.items():
        position = mesh.position[np.unique(part.triangles)] - part.pivot_m
        assert stored[key].position.shape == position.shape
        assert np.abs(stored[key].position - position).max() < SAME_M
        assert len(stored[key].triangles) == len(part.triangles)


def test_a_room_is_modeled_the_same_each_time():
    first, second = (MAKERS["consult"]().model.patches for _ in range(2))
    assert len(first) == len(second)
    assert all(np.array_equal(a.position, b.position) for a, b in zip(first, second, strict=True))
    assert all(np.array_equal(a.texture, b.texture) for a, b in zip(first, second, strict=True))


def test_no_patch_has_a_normal_without_length():
    for name, make in MAKERS.items():
        for patch in make().model.patches:
            assert np.isfinite(patch.position).all(), name
            length = np.linalg.norm(patch.normal, axis=-1)
            assert ((length > 0.99) | (length == 0)).all(), name


@pytest.mark.long
def test_light_baked_again_coarsely_is_the_committed_light():
    pytest.importorskip("mitsuba")
    room = MAKERS["consult"]()
    mesh, height = modeled(room, read_back_tiles())
    baked = light.bake(mesh, room, height, 0.1)
    folder = ASSETS / "rooms" / "consult"
    stored = np.asarray(Image.open(folder / "lightmap.jpg"), float)[::-1]
    assert stored.shape == (height, charts.WIDTH, 3)
    used = stored[charts.BLACK_ROWS :]
    difference = np.abs(baked.lightmap.astype(float)[charts.BLACK_ROWS :] - used)
    assert difference.mean() < 6
