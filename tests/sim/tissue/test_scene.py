import numpy as np
import pytest

from sim.tissue.blocks import block, whole_pad
from sim.tissue.channel import TORN, USED
from sim.tissue.cutting import Stroke
from sim.tissue.damage import Damage
from sim.tissue.grasp import Grasp
from sim.tissue.material import Material
from sim.tissue.scene import Scene
from tests.sim.tissue.stitches import Hand

SOFT = Material("soft", 10e3)


def blade(x_m, depth_m, top_m=0.013):
    """An edge across the pad in y, at a place in x, down to a depth."""
    return np.array((((x_m, -0.01, top_m - depth_m), (x_m, 0.05, top_m - depth_m)),))


def cut_down(scene, x_m, depth_m, frames=12, top_m=0.013):
    """Cuts straight down across the whole pad, frame by frame."""
    stroke = Stroke(scene.state.x_m[: scene.vertex_count], blade(x_m, 0, top_m))
    cuts = []
    for frame in range(1, frames + 1):
        edge = blade(x_m, depth_m * frame / frames, top_m)
        cut = stroke.sweep(scene.mesh, scene.state.x_m[: scene.vertex_count], edge)
        if cut:
            scene.cut(cut)
            cuts.append(cut)
        scene.step()
    return cuts


def test_a_cut_keeps_mass_and_momentum_and_what_is_fixed():
    mesh = whole_pad()
    scene = Scene(mesh, mesh.vertices_m[:, 2] < 1e-9, tools=1)
    mass = scene.state.mass_kg[: scene.vertex_count].sum()
    fixed = scene.state.system.is_fixed.sum()
    tool = scene.add_tool((0.01, 0.018, 0.03), (0.0, 0.0, 1.0))
    assert cut_down(scene, 0.0271, 0.008)
    assert scene.state.mass_kg[: scene.vertex_count].sum() == pytest.approx(mass, rel=1e-9)
    assert scene.state.system.is_fixed.sum() == fixed
    assert tool.node == scene.vertex_count
    assert scene.state.x_m[tool.node] == pytest.approx(tool.tip_m, abs=1e-6)
    assert np.isfinite(scene.state.x_m).all()


def test_a_piece_that_is_cut_off_falls():
    mesh = block((6, 3, 3), (0.006, 0.006, 0.006), SOFT)
    scene = Scene(mesh, mesh.vertices_m[:, 0] < 1e-9)
    for _ in range(30):
        scene.step()
    cut_down(scene, 0.0205, 0.04, frames=14, top_m=0.02)
    piece = scene.state.piece
    assert piece.max() == 1
    is_loose = piece != piece[np.flatnonzero(scene.state.system.is_fixed)[0]]
    before = scene.state.v_m_s[: scene.vertex_count][is_loose]
    for _ in range(30):
        scene.step()
    after = scene.state.v_m_s[: scene.vertex_count][is_loose]
    assert (after - before)[:, 2].mean() == pytest.approx(-9.80665 * 0.5, rel=0.02)


def test_a_cut_beside_a_needle_leaves_its_channel_where_it_was():
    hand = Hand()
    hand.drive(np.radians(100))
    scene, suturing = hand.scene, hand.suturing
    points = suturing.points_m(scene)
    count = hand.tally[USED]
    assert count > 3
    stroke = Stroke(scene.state.x_m[: scene.vertex_count], blade(0.0215, 0))
    cut = stroke.sweep(scene.mesh, scene.state.x_m[: scene.vertex_count], blade(0.0215, 0.004))
    assert cut
    assert len(np.unique(cut.tet_parent[suturing.channel.tet[:count]])) > 0
    scene.cut(cut)
    assert suturing.points_m(scene) == pytest.approx(points, abs=1e-9)
    hand.drive(np.radians(120))
    assert hand.tally[USED] > count
    assert hand.tally[TORN] == 0


def test_jaws_keep_hold_beside_a_cut_and_damage_stays():
    mesh = whole_pad()
    scene = Scene(mesh, mesh.vertices_m[:, 2] < 1e-9, tools=1)
    tool = scene.add_tool((0.016, 0.018, 0.0145), (0.0, 0.0, 1.0))
    tool.is_solid = False
    grasp = Grasp(tool)
    scene.actors.append(grasp)
    held = grasp.close(scene, 8.0)
    damage = Damage(mesh)
    damage.share[:] = np.arange(len(mesh.tets))
    scene.step()
    for cut in cut_down(scene, 0.0401, 0.004, frames=4):
        damage.follow_cut(cut)
    assert len(grasp.faces) == held
    assert len(damage.share) == len(scene.mesh.tets)
    assert (damage.share[: len(mesh.tets)] == np.arange(len(mesh.tets))).all()
    cut_down(scene, 0.0161, 0.004, frames=4)
    assert len(grasp.faces) < held


def test_a_scene_has_room_for_the_tools_it_was_made_for():
    mesh = block((1, 1, 1), (0.01, 0.01, 0.01), SOFT)
    scene = Scene(mesh, mesh.vertices_m[:, 2] < 1e-9, tools=1)
    scene.add_tool((0, 0, 0.1), (0.0, 0.0, 1.0))
    with pytest.raises(ValueError, match="no node left"):
        scene.add_tool((0, 0, 0.1), (0.0, 0.0, 1.0))
