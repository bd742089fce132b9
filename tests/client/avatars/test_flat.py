import numpy as np
import pytest
from PIL import Image

from client.avatars.flat import FlatAvatar, FlatMesh
from client.avatars.preview import Actor, batch_of
from client.avatars.tag import TagText
from client.scene.light import neutral_light


@pytest.fixture(scope="module")
def avatar(people, folder):
    mask = np.asarray(Image.open(folder / "face.png").convert("RGBA"))
    meshes = (FlatMesh(people[0], mask, 1), FlatMesh(people[0], mask, 2))
    return FlatAvatar(meshes, neutral_light())


def rows(avatar):
    geom = avatar.node.node().get_geom(0)
    raw = bytes(memoryview(geom.get_vertex_data().get_array(0)).cast("B"))
    return np.frombuffer(raw, [("place", "<f4", 3), ("color", "u1", 4)])


def test_a_moved_palette_moves_every_vertex(avatar):
    rest = np.tile(np.eye(3, 4, dtype=np.float32), (53, 1, 1))
    avatar.set_pose(rest)
    before = rows(avatar)["place"].copy()
    shifted = rest.copy()
    shifted[:, 2, 3] = 1.0
    avatar.set_pose(shifted)
    assert np.allclose(rows(avatar)["place"], before + np.array([0, 0, 1]), atol=1e-4)


def test_a_near_body_has_more_triangles_than_a_far_one(avatar):
    counts = []
    for level in (0, 2):
        avatar.set_level(level)
        counts.append(avatar.node.node().get_geom(0).get_primitive(0).get_num_primitives())
    assert counts[0] > 1.5 * counts[1] > 1500


def test_more_light_gives_brighter_vertices(avatar):
    rest = np.tile(np.eye(3, 4, dtype=np.float32), (53, 1, 1))
    means = []
    for byte in (60, 200):
        light = neutral_light()
        light.grid.encoded[:] = byte
        avatar._light = light
        avatar.light_at((0.0, 0.0, 1.6))
        avatar.set_pose(rest)
        means.append(rows(avatar)["color"][:, :3].mean())
    assert means[1] > means[0] + 60


def test_people_without_shaders_are_seen_and_posed(studio):
    people = studio.people = studio.new_people("none")
    people.add(0, "lena", TagText("P", "patient", "Patient"), is_self=True)
    pictures = []
    for actor in (Actor(), Actor().hold(1, (0.25, 0.2, 0.3), 0, 180)):
        for step in range(40):
            people.update(step / 60, batch_of([actor]), np.full((1, 3), np.nan), np.zeros(1))
        studio.look((0.4, 3.2, 1.3), (0, 0.1, 0.9), 50)
        pictures.append(np.asarray(studio.picture(), int))
    people.set_visible(0, is_visible=False)
    empty = np.asarray(studio.picture(), int)
    assert ((np.abs(pictures[0] - empty).sum(-1) > 30).mean()) > 0.03
    assert ((np.abs(pictures[0] - pictures[1]).sum(-1) > 30).mean()) > 0.003
