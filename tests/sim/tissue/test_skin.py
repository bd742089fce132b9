import numpy as np

from sim.tissue.blocks import block
from sim.tissue.cutting import Stroke
from sim.tissue.material import PAD_SKIN
from sim.tissue.skin import followed_skin


def _areas_m2(mesh, triangles):
    a, b, c = (mesh.vertices_m[triangles[:, k]] for k in range(3))
    return np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2


def test_a_cut_through_a_block_keeps_its_skin_and_lays_two_faces_open():
    mesh = block((4, 4, 4), (0.005, 0.005, 0.005), PAD_SKIN)
    surface = mesh.surface()
    is_skin = np.ones(len(surface.triangles), np.bool_)
    skin_m2 = _areas_m2(mesh, surface.triangles).sum()
    x = 0.0087
    edges = [np.array([[[x, y, -0.01], [x, y, 0.03]]]) for y in np.linspace(-0.002, 0.022, 9)]
    stroke = Stroke(mesh.vertices_m, edges[0])
    for edge in edges[1:]:
        cut = stroke.sweep(mesh, mesh.vertices_m, edge)
        if cut is None:
            continue
        after = cut.mesh.surface()
        is_skin = followed_skin(surface, is_skin, after, cut)
        mesh, surface = cut.mesh, after
    areas_m2 = _areas_m2(mesh, surface.triangles)
    assert np.isclose(areas_m2[is_skin].sum(), skin_m2, rtol=1e-9)
    assert np.isclose(areas_m2[~is_skin].sum(), 2 * 0.02**2, rtol=0.05)
    open_m = mesh.vertices_m[surface.triangles[~is_skin]]
    assert np.abs(open_m[:, :, 0] - x).max() < 0.0011
