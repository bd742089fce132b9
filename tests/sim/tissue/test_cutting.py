"""Cutting, held against what must stay (volume, closed skin) and against the path of the blade.

Cut faces come in pairs at the same place at rest: that is how the tests find them, and not by
what the cutting itself keeps.
"""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from sim.arrays import GRAVITY_M_S2, STEP_S
from sim.tissue import cutting
from sim.tissue.blocks import block
from sim.tissue.body import Body
from sim.tissue.cutting import Stroke
from sim.tissue.material import PAD_FAT, PAD_SKIN
from sim.tissue.mesh import TetMesh
from sim.tissue.pieces import pieces_of
from sim.tissue.surface import open_edges, pinched_vertices
from sim.tissue.sweep import THINNEST_M

CELL_M = 0.004
CELLS = (7, 6, 4)
SIZE_M = np.array(CELLS) * CELL_M
ABOVE_M = SIZE_M[2] + 0.003
THROUGH_M = -0.003
DEVIATION_M = 0.001


def _block():
    return block(CELLS, (CELL_M,) * 3, PAD_FAT)


def _upright(x_m, y_m, bottom_m=THROUGH_M):
    return np.array([[[x_m, y_m, ABOVE_M], [x_m, y_m, bottom_m]]])


HINGE_M = np.array([-0.008, 0.0106, 0.0081])


def _blades(hinge_x_m, angle_rad):
    hinge_m = np.array([hinge_x_m, *HINGE_M[1:]])
    ways = [(np.cos(angle_rad), 0.0, sign * np.sin(angle_rad)) for sign in (1, -1)]
    return np.array([[hinge_m, hinge_m + 0.016 * np.array(way)] for way in ways])


def _along_y(x_m, bottom_m=THROUGH_M, start_m=-0.004, end_m=SIZE_M[1] + 0.004, step_m=0.004):
    return [_upright(x_m, y_m, bottom_m) for y_m in np.arange(start_m, end_m, step_m)]


def _cut(mesh, path, positions_m=None, check=lambda *_: None):
    positions_m = mesh.vertices_m if positions_m is None else positions_m
    stroke = Stroke(positions_m, path[0])
    for edge_m in path[1:]:
        cut = stroke.sweep(mesh, positions_m, edge_m)
        if cut:
            positions_m, mesh = cut.carried(positions_m), cut.mesh
            check(mesh, cut)
    return mesh, positions_m


def _assert_sound(mesh, _cut=None):
    triangles = mesh.surface().triangles
    assert len(open_edges(triangles)) == 0
    assert len(pinched_vertices(triangles)) == 0


def _volumes_m3(mesh):
    label = pieces_of(mesh.tets, len(mesh.vertices_m))[mesh.tets[:, 0]]
    volume_m3 = mesh.tet_volumes_m3()
    return sorted(float(volume_m3[label == one].sum()) for one in np.unique(label))


def _cut_corners(mesh):
    """Returns the (n, 3) vertices of the cut faces."""
    places = {}
    first = np.array(
        [places.setdefault(place, i) for i, place in enumerate(map(tuple, mesh.vertices_m))]
    )
    triangles = mesh.surface().triangles
    count = Counter(tuple(sorted(first[triangle])) for triangle in triangles)
    return np.array([t for t in triangles if count[tuple(sorted(first[t]))] == 2])


def _thinnest_m(mesh):
    corner_m = mesh.vertices_m[mesh.tets]
    largest = np.max(
        [
            np.linalg.norm(
                np.cross(corner_m[:, b] - corner_m[:, a], corner_m[:, c] - corner_m[:, a]), axis=1
            )
            for a, b, c in combinations(range(4), 3)
        ],
        axis=0,
    )
    return (6 * mesh.tet_volumes_m3() / largest).min()


def _wild_path(rng):
    at_m = rng.uniform(0, SIZE_M[:2])
    heading = rng.uniform(0, 2 * np.pi)
    at_m = at_m - 0.015 * np.array([np.cos(heading), np.sin(heading)])
    lean_m, depth_m, turn = rng.uniform(-0.006, 0.006, 2), rng.uniform(THROUGH_M, SIZE_M[2]), 0.0
    path = []
    for _ in range(int(rng.integers(6, 14))):
        path.append(np.array([[[*at_m, ABOVE_M], [*(at_m + lean_m), depth_m]]]))
        turn = 0.9 * turn + rng.normal(0, 0.08)
        heading += turn
        at_m = at_m + rng.uniform(0.0005, 0.006) * np.array([np.cos(heading), np.sin(heading)])
    return path


@pytest.mark.parametrize("seed", range(8))
def test_after_every_sweep_the_skin_is_closed_and_volume_and_thickness_are_kept(seed):
    _assert_kept_through_wild_strokes(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 400))
def test_the_same_after_hundreds_of_wild_strokes(seed):
    _assert_kept_through_wild_strokes(seed)


def _assert_kept_through_wild_strokes(seed):
    rng = np.random.default_rng(seed)
    mesh = whole = _block()
    positions_m = mesh.vertices_m
    for _ in range(3):
        mesh, positions_m = _cut(mesh, _wild_path(rng), positions_m, check=_assert_sound)
    assert abs(mesh.tet_volumes_m3().sum() / whole.tet_volumes_m3().sum() - 1) < 1e-12
    assert _thinnest_m(mesh) >= THINNEST_M * (1 - 1e-9)
    assert len(mesh.tets) > len(whole.tets)


@pytest.mark.parametrize("x_m", [0.012, 0.0131, 0.0143, 0.0155])
def test_a_straight_cut_through_leaves_two_pieces_as_large_as_the_plane_says(x_m):
    mesh, _ = _cut(_block(), _along_y(x_m), check=_assert_sound)
    expected_m3 = np.array(sorted([x_m, SIZE_M[0] - x_m])) * SIZE_M[1] * SIZE_M[2]
    tolerance_m3 = cutting.SNAP_M * SIZE_M[1] * SIZE_M[2]
    assert len(_volumes_m3(mesh)) == 2
    assert np.allclose(_volumes_m3(mesh), expected_m3, atol=tolerance_m3)
    assert abs(mesh.vertices_m[_cut_corners(mesh)][..., 0] - x_m).max() <= cutting.SNAP_M


@pytest.mark.parametrize("radius_m", [0.010, 0.013])
@pytest.mark.parametrize("shift_m", [0.0, 0.0011, 0.0023])
def test_a_cut_round_an_arc_stays_within_a_millimeter_of_it_and_frees_the_piece(radius_m, shift_m):
    center_m = np.array([SIZE_M[0] / 2 + shift_m, -0.002])
    angles = np.linspace(-0.1, np.pi + 0.1, int(3.4 * radius_m / 0.004) + 1)
    path = [_upright(*(center_m + radius_m * np.array([np.cos(a), np.sin(a)]))) for a in angles]
    mesh, _ = _cut(_block(), path, check=_assert_sound)
    assert len(_volumes_m3(mesh)) == 2
    corner_m = mesh.vertices_m[_cut_corners(mesh)]
    midpoint_m = (corner_m + np.roll(corner_m, 1, axis=1)) / 2
    points_m = np.concatenate([corner_m, midpoint_m, corner_m.mean(1, keepdims=True)], axis=1)
    off_m = np.abs(np.linalg.norm(points_m[..., :2] - center_m, axis=-1) - radius_m)
    assert off_m.max() <= DEVIATION_M
    assert len(corner_m) > 100


def test_half_a_cut_opens_only_what_the_edge_has_swept():
    bottom_m, end_m = 0.0085, 0.0145
    path = _along_y(0.0131, bottom_m, end_m=end_m, step_m=0.002)
    mesh, _ = _cut(_block(), path, check=_assert_sound)
    assert len(_volumes_m3(mesh)) == 1
    corner_m = mesh.vertices_m[_cut_corners(mesh)]
    assert len(corner_m) >= 8
    assert corner_m[..., 2].min() >= bottom_m - cutting.SNAP_M
    assert corner_m[..., 1].max() <= end_m + cutting.SNAP_M
    # It lags behind the edge by less than two cells.
    assert corner_m[..., 1].max() >= end_m - 2 * CELL_M
    assert corner_m[..., 2].min() <= bottom_m + 2 * CELL_M


def test_a_bent_and_turned_body_is_cut_where_the_edge_is_and_not_where_it_was_at_rest():
    mesh = _block()
    x, y, z = mesh.vertices_m.T
    bent_m = np.stack([y, -x - 0.2 * z + 8 * y * y, 1.2 * z], axis=1)
    path = [
        np.array([[[at_m, -0.011, 1.2 * ABOVE_M], [at_m, -0.011, 1.2 * THROUGH_M]]])
        for at_m in np.arange(-0.004, SIZE_M[1] + 0.004, 0.003)
    ]
    mesh, now_m = _cut(mesh, path, bent_m, check=_assert_sound)
    assert len(_volumes_m3(mesh)) == 2
    assert abs(now_m[_cut_corners(mesh)][..., 1] + 0.011).max() <= DEVIATION_M


def test_a_still_edge_cuts_the_tissue_that_is_drawn_across_it():
    mesh, edge_m = _block(), _upright(0.0131, -0.004)
    positions_m = mesh.vertices_m
    stroke = Stroke(positions_m, edge_m)
    for _ in range(9):
        positions_m = positions_m - np.array([0.0, 0.004, 0.0])
        cut = stroke.sweep(mesh, positions_m, edge_m)
        if cut:
            mesh, positions_m = cut.mesh, cut.carried(positions_m)
    assert len(_volumes_m3(mesh)) == 2
    _assert_sound(mesh)


def test_a_snip_cuts_the_wedge_between_its_blades_and_the_next_one_goes_on_from_there():
    mesh = _block()
    positions_m, angle_rad = mesh.vertices_m, 0.35
    stroke, lengths = Stroke(positions_m, _blades(-0.008, angle_rad)), []
    for hinge_x_m in (-0.008, 0.0, 0.008):
        stroke.move(positions_m, _blades(hinge_x_m, angle_rad))
        for angle in np.linspace(angle_rad, 0.0, 5)[1:]:
            cut = stroke.sweep(mesh, positions_m, _blades(hinge_x_m, angle))
            if cut:
                mesh, positions_m = cut.mesh, cut.carried(positions_m)
            _assert_sound(mesh)
        corner_m = mesh.vertices_m[_cut_corners(mesh)]
        assert abs(corner_m[..., 1] - HINGE_M[1]).max() <= cutting.SNAP_M
        height_m = np.abs(corner_m[..., 2] - HINGE_M[2])
        reach_m = np.tan(angle_rad) * (hinge_x_m + 0.016 - HINGE_M[0])
        assert height_m.max() <= reach_m
        lengths.append(corner_m[..., 0].max())
        assert lengths[-1] <= hinge_x_m + 0.016 + cutting.SNAP_M
    assert np.all(np.diff(lengths) > 0.004)


def test_materials_go_with_the_parts_and_fields_are_interpolated():
    plain = _block()
    is_skin = (plain.vertices_m[plain.tets].mean(1)[:, 2] > 0.012).astype(np.int64)
    mesh = TetMesh(plain.vertices_m, plain.tets, (PAD_FAT, PAD_SKIN), is_skin)
    skin_m3 = mesh.tet_volumes_m3()[is_skin == 1].sum()
    field = 3.0 + mesh.vertices_m @ np.array([1.0, -2.0, 0.5])
    stroke, edges = Stroke(mesh.vertices_m, _along_y(0.0131)[0]), _along_y(0.0131)[1:]
    for edge_m in edges:
        cut = stroke.sweep(mesh, mesh.vertices_m, edge_m)
        if cut:
            assert (cut.mesh.material_of == mesh.material_of[cut.tet_parent]).all()
            field, mesh = cut.carried(field), cut.mesh
    expected = 3.0 + mesh.vertices_m @ np.array([1.0, -2.0, 0.5])
    assert np.allclose(field, expected, atol=1e-12)
    assert np.isclose(mesh.tet_volumes_m3()[mesh.material_of == 1].sum(), skin_m3, rtol=1e-12)


def test_a_piece_that_is_cut_off_falls_freely_and_what_is_fixed_stays():
    mesh, _ = _cut(_block(), _along_y(0.0143))
    is_right = mesh.vertices_m[mesh.tets].mean(1)[:, 0] > 0.0143
    loose = np.unique(mesh.tets[is_right])
    held = np.unique(mesh.tets[~is_right])
    assert not set(loose) & set(held)
    body = Body(mesh, mesh.vertices_m[:, 0] == 0.0)
    frames = 12
    for _ in range(frames):
        body.step()
    # Backward Euler adds g dt^2 (1 + 2 + ... + n).
    fallen_m = GRAVITY_M_S2 * STEP_S**2 * frames * (frames + 1) / 2
    drop_m = mesh.vertices_m[:, 2] - body.x_m[:, 2]
    assert np.allclose(drop_m[loose], fallen_m, rtol=1e-3)
    assert drop_m[held].max() < fallen_m / 4


def test_a_stroke_gives_the_same_bits_again_and_with_little_room(monkeypatch):
    path = _wild_path(np.random.default_rng(5))
    once, _ = _cut(_block(), path)
    again, _ = _cut(_block(), path)
    monkeypatch.setattr(cutting, "ROOM_TETS", 1)
    monkeypatch.setattr(cutting, "ROOM_VERTICES", 1)
    cramped, _ = _cut(_block(), path)
    for other in (again, cramped):
        assert other.vertices_m.tobytes() == once.vertices_m.tobytes()
        assert other.tets.tobytes() == once.tets.tobytes()


def test_an_edge_in_the_air_or_at_rest_changes_nothing_and_a_changed_mesh_is_refused():
    mesh = _block()
    stroke = Stroke(mesh.vertices_m, _upright(-0.01, 0.0))
    assert stroke.sweep(mesh, mesh.vertices_m, _upright(-0.01, 0.01)) is None
    assert stroke.sweep(mesh, mesh.vertices_m, _upright(-0.01, 0.0100001)) is None
    with pytest.raises(ValueError, match="begin a new stroke"):
        stroke.sweep(mesh, mesh.vertices_m[1:], _upright(0.0, 0.0))
