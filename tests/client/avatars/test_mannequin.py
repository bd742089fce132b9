import numpy as np
from PIL import Image

from client.avatars.casting import PEOPLE
from client.avatars.flat import FlatMesh
from client.avatars.glb import read_person
from client.avatars.mannequin import mannequin
from client.avatars.skeleton import Skeleton


def baked(folder, name=PEOPLE[0]):
    return read_person(name, (folder / f"{name}.glb").read_bytes())


def test_it_stands_on_the_bones_of_the_baked_people(folder):
    figure = mannequin()
    for name in PEOPLE:
        person = baked(folder, name)
        assert figure.bones == person.bones
        assert (figure.parents == person.parents).all()
        assert np.abs(figure.joints_m - person.joints_m).max() < 0.25


def test_it_can_be_posed_together_with_them(folder):
    assert len(Skeleton([baked(folder), mannequin()])) == 2


def test_its_limbs_are_whole(folder):
    figure = mannequin()
    count = len(figure.positions_m)
    assert len(figure.normals) == len(figure.joints) == len(figure.weights) == count
    assert np.isfinite(figure.positions_m).all()
    assert np.allclose(np.linalg.norm(figure.normals, axis=1), 1.0, atol=1e-5)
    assert (figure.weights.sum(1, dtype=int) == 255).all()
    assert figure.levels[0].max() < count
    low, high = figure.positions_m.min(0), figure.positions_m.max(0)
    assert -0.05 < low[2] < 0.05
    assert 1.65 < high[2] < 1.8


def test_its_faces_look_outward():
    figure = mannequin()
    corners = figure.positions_m[figure.levels[0].reshape(-1, 3)].astype(float)
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    outward = figure.normals[figure.levels[0].reshape(-1, 3)].mean(axis=1)
    is_face = np.linalg.norm(facing, axis=1) > 1e-9
    assert (np.einsum("ni,ni->n", facing, outward)[is_face] > 0).all()


def test_machines_without_shaders_draw_it_too(folder):
    with Image.open(folder / "face.png") as image:
        mask = np.asarray(image.convert("RGBA"))
    for level in (1, 2):
        mesh = FlatMesh(mannequin(), mask, level)
        assert len(mesh.triangles) > 1_000
        assert np.isfinite(mesh.albedo).all()
