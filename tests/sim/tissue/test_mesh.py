import itertools
from collections import Counter

import numpy as np
import pytest

from sim.tissue.blocks import block, slit_pad
from sim.tissue.material import LIVER
from sim.tissue.mesh import TetMesh, face_neighbors

MESHES = {
    "block": block((3, 4, 5), (0.01, 0.02, 0.01), LIVER),
    "pad": slit_pad().mesh,
}


@pytest.mark.parametrize("name", MESHES)
def test_the_surface_is_closed_and_bounds_the_volume(name):
    mesh = MESHES[name]
    triangles, owners = mesh.surface()
    edges = Counter(
        (int(tri[a]), int(tri[(a + 1) % 3])) for tri, a in itertools.product(triangles, range(3))
    )
    assert all(edges[j, i] == count for (i, j), count in edges.items())
    corner = mesh.vertices_m[triangles]
    enclosed = np.einsum("fi,fi->", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])) / 6
    assert enclosed == pytest.approx(mesh.tet_volumes_m3().sum(), rel=1e-12)
    assert all(
        set(tri) < set(mesh.tets[owner]) for tri, owner in zip(triangles, owners, strict=True)
    )


@pytest.mark.parametrize("name", MESHES)
def test_neighbors_share_the_face_opposite_their_corner(name):
    tets = MESHES[name].tets
    neighbors = face_neighbors(tets, len(MESHES[name].vertices_m))
    for t, k in np.argwhere(neighbors >= 0):
        face = set(np.delete(tets[t], k))
        assert face < set(tets[neighbors[t, k]])
        assert t in neighbors[neighbors[t, k]]


def test_a_block_fills_its_box():
    mesh = MESHES["block"]
    assert len(mesh.tets) == 3 * 4 * 5 * 5
    assert mesh.tet_volumes_m3().sum() == pytest.approx(0.03 * 0.08 * 0.05, rel=1e-12)


def test_the_slit_stands_open_at_its_rim_and_is_shut_at_its_floor():
    pad = slit_pad(gap_m=0.003)
    left, right = pad.mesh.vertices_m[pad.walls].transpose(1, 0, 2)
    assert len(pad.mesh.tets) == 2520
    assert (right - left)[:, 0].max() == pytest.approx(0.003, rel=0.05)
    assert np.allclose(left[:, 1:], right[:, 1:])
    assert ((right - left)[:, 0] > 0).all()


def test_skin_lies_over_fat():
    mesh = slit_pad().mesh
    height = mesh.vertices_m[mesh.tets].mean(1)[:, 2]
    is_skin = mesh.material_values("young_pa") == 100e3
    assert height[is_skin].min() > 0.009 > height[~is_skin].max()


def test_an_inside_out_tetrahedron_is_refused():
    vertices = np.vstack([np.zeros(3), np.eye(3)])
    with pytest.raises(ValueError, match="positive volume"):
        TetMesh(vertices, np.array([[0, 2, 1, 3]]), (LIVER,), np.zeros(1, np.int64))
