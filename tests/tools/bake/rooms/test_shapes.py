import math

import numpy as np
import pytest

from tools.bake.rooms.charts import WIDTH, pack, texel_points
from tools.bake.rooms.materials import albedos
from tools.bake.rooms.mesh import assemble
from tools.bake.rooms.patches import Finish, Model
from tools.bake.rooms.shapes import box, plane, revolve, sweep, tube

OAK = Finish("oak")
ALBEDOS = albedos({}) | dict.fromkeys(range(16), np.full(3, 0.5))


def volume(mesh):
    """Of what the triangles enclose, by the divergence theorem; negative if they face inward."""
    a, b, c = (mesh.position[mesh.triangles[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def assembled(model):
    return assemble(model.patches, ALBEDOS, pack(model.patches, 16.0))


def test_a_sharp_box_encloses_its_volume_and_faces_outward():
    model = Model(1)
    box(model, (1, 2, 3), (0.4, 0.6, 0.8), OAK, radius_m=0.0)
    assert volume(assembled(model)) == pytest.approx(0.4 * 0.6 * 0.8, rel=1e-6)


def test_a_rounded_box_has_its_size_and_little_less_volume():
    model = Model(1)
    box(model, (0, 0, 0), (0.4, 0.6, 0.8), OAK, radius_m=0.02, segments=4)
    mesh = assembled(model)
    assert np.allclose(np.ptp(mesh.position, axis=0), (0.4, 0.6, 0.8), atol=1e-9)
    assert 0.97 < volume(mesh) / (0.4 * 0.6 * 0.8) < 1.0


def test_a_revolved_half_circle_is_a_ball():
    model = Model(1)
    angle = np.linspace(-math.pi / 2, math.pi / 2, 33)
    revolve(model, [(float(np.cos(a)), float(np.sin(a))) for a in angle], 64, OAK)
    assert volume(assembled(model)) == pytest.approx(4 / 3 * math.pi, rel=0.01)


def test_a_tube_follows_its_path_at_its_radius():
    model = Model(1)
    tube(model, [(0, 0, 0), (0, 0, 0.5), (0, 0, 1)], 0.1, OAK, 64)
    mesh = assembled(model)
    assert np.allclose(np.hypot(mesh.position[:, 0], mesh.position[:, 1]), 0.1)
    assert np.allclose(mesh.normal[:, 2], 0)


def test_a_sweep_lies_to_the_left_of_its_path():
    model = Model(1)
    path = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)])
    sweep(model, [(0.2, 0.0), (0.2, 1.0)], [(1, 0), (1, 0)], path, OAK)
    assert np.allclose(model.patches[0].position[..., 1], 0.2)
    assert np.allclose(model.patches[0].normal, (0, 1, 0))


def test_a_hole_leaves_the_rest_of_the_plane():
    model = Model(1)
    plane(model, (0, 0, 0), ((4, 0, 0), (0, 3, 0)), OAK, holes=[(1, 1, 2, 2.5)])
    mesh = assembled(model)
    a, b, c = (mesh.position[mesh.triangles[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
    assert area == pytest.approx(12 - 1.5)
    assert np.allclose(mesh.normal, (0, 0, 1))


def test_places_turn_what_is_put_there():
    model = Model(1)
    with model.at((5, 1, 0), turn=-90):
        assert np.allclose(model.point((0, -1, 0)), (4, 1, 0))
        assert model.heading_rad() == pytest.approx(math.pi / 2)
        model.solid("desk", (0, 0, 0), (2, 1, 1))
    solid = model.plan.solids[0]
    assert solid["min_m"] == [5.0, -1.0, 0.0]
    assert solid["max_m"] == [6.0, 1.0, 1.0]


def test_solids_of_one_name_are_numbered():
    model = Model(1)
    for _ in range(3):
        model.solid("chair", (0, 0, 0), (1, 1, 1))
    assert [s["name"] for s in model.plan.solids] == ["chair", "chair-2", "chair-3"]


def charted():
    model = Model(1)
    for i in range(12):
        size = (0.4 + 0.3 * i, 2.0 - 0.1 * i)
        plane(model, (0, 0, i), ((size[0], 0, 0), (0, size[1], 0)), OAK.on_texels())
    return model, pack(model.patches, 32.0)


def test_charts_do_not_overlap_and_leave_the_black_rows():
    model, height = charted()
    taken = np.zeros((height, WIDTH), int)
    taken[:8] += 1
    for patch in model.patches:
        c = patch.chart
        taken[c.y - 1 : c.y + c.height + 1, c.x - 1 : c.x + c.width + 1] += 1
    assert taken.max() == 1
    assert height % 64 == 0


def test_texels_and_vertices_agree_on_where_a_point_is():
    model, height = charted()
    mesh = assemble(model.patches, ALBEDOS, height)
    for number, patch in enumerate(model.patches):
        position, normal, pixels = texel_points(patch)
        assert np.allclose(normal, (0, 0, 1))
        own = mesh.patch == number
        for point, light in zip(mesh.position[own], mesh.light[own], strict=True):
            pixel = int(light[1] * height) * WIDTH + int(light[0] * WIDTH)
            at = position.reshape(-1, 3)[pixels.ravel() == pixel]
            assert np.abs(at - point).max() < 0.01


def test_a_chart_that_fits_no_lightmap_is_refused():
    model = Model(1)
    plane(model, (0, 0, 0), ((90, 0, 0), (0, 1, 0)), OAK.on_texels())
    with pytest.raises(ValueError, match="wider than the lightmap"):
        pack(model.patches, 32.0)
