import numpy as np
import pytest

from sim.procedures.organs import CELL_M, NAMES, fixed, organs
from sim.tissue.carving import FLATTEST, carved
from sim.tissue.material import GALLBLADDER, LIVER
from sim.tissue.pieces import pieces_of
from sim.tissue.surface import open_edges, pinched_vertices

RADIUS_M = 0.02


def _ball_m(at_m):
    return np.sqrt((at_m**2).sum(axis=1)) - RADIUS_M


@pytest.mark.parametrize(("cell_m", "near"), [(0.005, 0.04), (0.0025, 0.015)])
def test_a_carved_ball_has_the_balls_volume_and_a_closed_skin_on_it(cell_m, near):
    box_m = np.full(3, RADIUS_M + cell_m)
    mesh = carved(_ball_m, -box_m, box_m, cell_m, LIVER)
    assert np.isclose(mesh.tet_volumes_m3().sum(), 4 / 3 * np.pi * RADIUS_M**3, rtol=near)
    triangles = mesh.surface().triangles
    assert not len(open_edges(triangles))
    assert not len(pinched_vertices(triangles))
    off_m = np.abs(_ball_m(mesh.vertices_m[np.unique(triangles)]))
    assert np.percentile(off_m, 90) < 0.2 * cell_m
    assert off_m.max() < cell_m / 2
    assert mesh.tet_volumes_m3().min() >= 0.99 * FLATTEST * cell_m**3 / 6


def test_where_nothing_is_inside_that_is_said():
    with pytest.raises(ValueError, match="Nothing of the body"):
        carved(_ball_m, np.full(3, 0.03), np.full(3, 0.04), 0.005, LIVER)


def test_thin_bridges_that_would_pinch_the_skin_are_left_out():
    def two_balls_m(at_m):
        shift_m = np.array([0.0102, 0.0098, 0.0])
        return np.minimum(_ball_m((at_m - shift_m) * 1.4), _ball_m((at_m + shift_m) * 1.4)) / 1.4

    box_m = np.full(3, 0.03)
    mesh = carved(two_balls_m, -box_m, box_m, 0.004, LIVER)
    triangles = mesh.surface().triangles
    assert not len(open_edges(triangles))
    assert not len(pinched_vertices(triangles))


def test_the_organs_are_one_body_and_a_pad_of_the_sizes_that_are_stated():
    mesh = organs()
    triangles = mesh.surface().triangles
    assert not len(open_edges(triangles))
    assert not len(pinched_vertices(triangles))
    assert len(np.unique(pieces_of(mesh.tets, len(mesh.vertices_m)))) == 2
    assert len(mesh.tets) < 5000
    assert len(mesh.materials) == len(NAMES)
    of_gallbladder = mesh.vertices_m[np.unique(mesh.tets[mesh.material_of == 1])]
    assert mesh.materials[1] is GALLBLADDER
    way_m = np.ptp(of_gallbladder, axis=0)
    assert 0.04 < np.linalg.norm(way_m) < 0.08
    assert 0.018 < way_m[0] < 0.05
    held = fixed(mesh)
    assert held.any()
    assert not held[np.unique(mesh.tets[mesh.material_of == 1])].all()
    assert mesh.vertices_m[:, 2].min() > -CELL_M / 2
