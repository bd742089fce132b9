import numpy as np
import pytest
from panda3d.core import GeomVertexReader

from client.training.materials import (
    CUT_FLESH,
    GAUZE,
    INK,
    LIVER,
    STEEL,
    SUTURE,
    of_strand,
    of_surface,
)
from client.training.soft import LEAST_SHOWN_M, StrandNode, SurfaceNode
from world.protocol.scene_lane import Strand, Surface

UP_M = np.array([0.0, 0.0, 0.01])


def column(node, name):
    reader = GeomVertexReader(node.node().get_geom(0).get_vertex_data(), name)
    found = []
    while not reader.is_at_end():
        found.append(tuple(reader.get_data3()))
    return np.array(found)


def test_normals_follow_the_surface(tissue):
    surface = tissue.surfaces[0]
    node = SurfaceNode(surface)
    x, y, z = surface.corners_m.T
    slope = z * 2 / 0.03**2
    exact = np.stack([x * slope, y * slope, np.ones(len(x))], axis=1)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    inner = (np.abs(x) < 0.03) & (np.abs(y) < 0.03)
    angle = np.degrees(np.arccos(np.clip((column(node.node, "normal") * exact).sum(axis=1), -1, 1)))
    assert angle[inner].max() < 6


def test_corners_move_in_place_and_the_pattern_moves_with_them(tissue):
    surface = tissue.surfaces[0]
    node = SurfaceNode(surface)
    pattern = column(node.node, "rest")
    moved_m = surface.corners_m + UP_M
    node.move(Surface(surface.name, moved_m, surface.triangles))
    assert np.allclose(column(node.node, "vertex"), moved_m, atol=1e-6)
    assert np.array_equal(column(node.node, "rest"), pattern)


def test_corners_that_a_cut_brings_take_the_pattern_of_their_place(tissue):
    surface = tissue.surfaces[0]
    node = SurfaceNode(surface)
    pushed = Surface(surface.name, surface.corners_m + UP_M, surface.triangles)
    node.move(pushed)
    more_m = np.concatenate([pushed.corners_m, pushed.corners_m[[20, 90]] + [0.0005, 0.0, 0.0]])
    cut = SurfaceNode(Surface(surface.name, more_m, surface.triangles), node)
    before, after = column(node.node, "rest"), column(cut.node, "rest")
    assert np.allclose(after[:-2], before)
    assert np.allclose(after[-2:], before[[20, 90]] + [0.0005, 0.0, 0.0], atol=1e-6)


def test_a_corner_that_no_triangle_uses_and_a_flat_triangle_have_a_normal():
    corners_m = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [5, 5, 5.0]])
    node = SurfaceNode(Surface("liver", corners_m, np.array([[0, 1, 2]])))
    assert np.allclose(np.linalg.norm(column(node.node, "normal"), axis=1), 1)


def test_a_thread_is_a_tube_of_its_own_thickness_but_never_too_thin_to_see():
    nodes_m = np.stack([np.linspace(0, 0.05, 30), np.zeros(30), np.zeros(30)], axis=1)
    for radius_m in (0.0005, 1e-5):
        places_m = column(StrandNode(Strand("thread", nodes_m, radius_m)).node, "vertex")
        away_m = np.hypot(places_m[:, 1], places_m[:, 2])
        assert np.allclose(away_m, max(radius_m, LEAST_SHOWN_M), rtol=1e-4)


@pytest.mark.parametrize("bend", ["straight", "doubled back", "one point"])
def test_a_thread_in_any_shape_has_numbers_only(bend):
    line = np.linspace(0, 0.02, 20)
    shapes = {
        "straight": np.stack([line, 0 * line, 0 * line], axis=1),
        "doubled back": np.stack([np.abs(line - 0.01), 0 * line, 0 * line], axis=1),
        "one point": np.zeros((20, 3)),
    }
    node = StrandNode(Strand("thread", shapes[bend], 1e-4))
    assert np.isfinite(column(node.node, "vertex")).all()
    assert np.isfinite(column(node.node, "normal")).all()


def test_names_say_what_things_are_made_of():
    assert of_surface("liver") is LIVER
    assert of_surface("liver-cut") is CUT_FLESH
    assert of_surface("gauze_2") is GAUZE
    assert of_strand("thread") is SUTURE
    assert of_strand("needle") is STEEL
    assert of_strand("mark") is of_strand("mark-2") is INK
    assert of_strand("thread-loop") is SUTURE
