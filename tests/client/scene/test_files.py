import json
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from client.scene.files import read_garden, read_room
from client.scene.glb import AssetError, parse

ROOMS = Path(__file__).parents[3] / "assets" / "rooms"


@pytest.fixture(scope="module")
def consult():
    return read_room(ROOMS / "consult")


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "consult"
    shutil.copytree(ROOMS / "consult", folder)
    return folder


def test_the_geometry_lies_where_the_layout_says(consult):
    floor = min(float(part.position[:, 2].min()) + part.pivot_m[2] for part in consult.parts)
    assert -0.05 < floor < 0.01
    everything = np.concatenate([part.position + part.pivot_m for part in consult.parts])
    width, depth, height = consult.layout.size_m
    inside = np.all((everything > -0.05) & (everything < (width, depth, height)), axis=1)
    assert inside.mean() > 0.8


def test_every_door_of_the_layout_has_a_leaf_hung_in_its_doorway(consult):
    leaves = {part.name: part for part in consult.parts if part.group == "door"}
    assert set(leaves) == {door.name for door in consult.layout.doors}
    for door in consult.layout.doors:
        leaf = leaves[door.name]
        assert leaf.swing_rad > 1.2
        corners = leaf.position.min(0), leaf.position.max(0)
        middle = np.mean(corners, axis=0) + leaf.pivot_m
        assert np.linalg.norm(middle[:2] - door.position_m[:2]) < 0.2
        assert np.ptp(leaf.position[:, 2]) == pytest.approx(door.height_m, abs=0.03)


def test_every_panel_of_the_layout_has_a_surface_there(consult):
    surfaces = {part.name: part for part in consult.parts if part.group == "panel"}
    assert set(surfaces) == {f"panel-{panel.name}" for panel in consult.layout.panels}
    for panel in consult.layout.panels:
        part = surfaces[f"panel-{panel.name}"]
        assert np.allclose(part.position.mean(0), panel.position_m, atol=0.01)
        assert np.ptp(part.position[:, 2]) == pytest.approx(panel.height_m, abs=0.01)
        assert np.allclose(np.sort(np.unique(part.texture)), (0, 1), atol=1e-3)


def test_normals_have_length_1_and_triangles_face_along_them(consult):
    part = max(consult.parts, key=lambda part: len(part.triangles))
    assert np.allclose(np.linalg.norm(part.normal, axis=1), 1, atol=0.02)
    corners = part.position[part.triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    along = np.einsum("ij,ij->i", facing, part.normal[part.triangles].sum(1))
    assert (along > 0).mean() > 0.98


def test_people_are_lit_from_the_window_side_most(consult):
    faces = consult.grid.at((2.7, 1.2, 1.2)).mean(1)
    assert faces[3] > faces[2]


@pytest.mark.parametrize(
    "name", ["room.glb", "room.json", "layout.json", "lightmap.jpg", "probes.png", "cube.jpg"]
)
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(AssetError, match=name):
        read_room(copied)


@pytest.mark.parametrize(
    "name", ["room.glb", "room.json", "layout.json", "lightmap.jpg", "probes.png", "cube.jpg"]
)
@pytest.mark.parametrize("damage", [b"", b"not what it says it is", None])
def test_a_damaged_file_is_refused(copied, name, damage):
    path = copied / name
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3] if damage is None else damage)
    with pytest.raises(AssetError):
        read_room(copied)


def test_a_picture_of_the_wrong_size_is_refused(copied):
    meta = json.loads((copied / "room.json").read_text())
    meta["probes"]["shape"][1] += 1
    (copied / "room.json").write_text(json.dumps(meta))
    with pytest.raises(AssetError, match=r"probes\.png"):
        read_room(copied)


def test_a_triangle_beyond_the_vertices_is_refused():
    data = bytearray((ROOMS / "garden" / "room.glb").read_bytes())
    size = struct.unpack_from("<I", data, 12)[0]
    document = json.loads(data[20 : 20 + size])
    view = document["bufferViews"][document["accessors"][7]["bufferView"]]
    start = 28 + size + view["byteOffset"]
    data[start : start + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(AssetError, match="a vertex that is not there"):
        parse(bytes(data))


def test_damaged_bytes_never_raise_anything_else():
    data = (ROOMS / "garden" / "room.glb").read_bytes()
    size = struct.unpack_from("<I", data, 12)[0]
    rng = np.random.default_rng(5)
    for _ in range(150):
        hurt = bytearray(data)
        for position in rng.integers(0, 28 + size, 3):
            hurt[position] = int(rng.integers(256))
        try:
            parse(bytes(hurt))
        except AssetError:
            continue


def test_the_garden_has_a_scale_and_leaves():
    garden = read_garden(ROOMS / "garden")
    assert garden.scale > 0
    assert {part.group for part in garden.parts} == {"room", "leaves"}
