import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.tissue.blocks import block, whole_pad
from sim.tissue.damage import Damage, largest_stretch
from sim.tissue.grasp import Grasp
from sim.tissue.material import GALLBLADDER, LIVER, Material
from sim.tissue.scene import Scene

UP = (0.0, 0.0, 1.0)


def held(pinch_n, mesh=None, at_m=(0.028, 0.018, 0.0145)):
    mesh = mesh or whole_pad()
    scene = Scene(mesh, mesh.vertices_m[:, 2] < 1e-9, tools=1)
    tool = scene.add_tool(at_m, UP)
    tool.is_solid = False
    for _ in range(3):
        scene.step()
    grasp = Grasp(tool)
    scene.actors.append(grasp)
    assert grasp.close(scene, pinch_n) > 3
    return scene, tool, grasp


def lifted(scene, tool, grasp, height_m=0.015, speed_m_s=0.03):
    """Lifts what is held; returns the pull in each frame."""
    pulls = []
    for _ in range(round(height_m / speed_m_s / STEP_S)):
        tool.tip_m = tool.tip_m + np.array((0, 0, speed_m_s * STEP_S))
        scene.step()
        pulls.append(float(np.linalg.norm(grasp.force_n)))
    return np.array(pulls)


@pytest.mark.parametrize("pinch_n", [0.25, 0.5, 1.0, 2.0])
def test_a_weak_pinch_slips_out_at_what_friction_bears(pinch_n):
    scene, tool, grasp = held(pinch_n)
    capacity_n = grasp.capacity_n
    pulls = lifted(scene, tool, grasp)
    assert grasp.has_slipped
    assert len(grasp.faces) == 0
    assert 0.85 * capacity_n < pulls.max() < 1.05 * capacity_n


def test_a_strong_pinch_holds_and_letting_go_leaves_no_trace():
    scene, tool, grasp = held(12.0)
    pulls = lifted(scene, tool, grasp)
    assert len(grasp.faces) > 0
    assert pulls[-1] > 3
    grasp.open()
    for _ in range(240):
        scene.step()
    still = scene.state.x_m[: scene.vertex_count]
    assert np.abs(still - scene.mesh.vertices_m).max() < 1e-4


def test_stretch_is_the_largest_eigenvalue():
    rng = np.random.default_rng(3)
    for _ in range(50):
        s = rng.normal(size=(3, 3))
        assert largest_stretch(s, np.eye(3)) == pytest.approx(np.linalg.eigvalsh((s + s.T) / 2)[-1])


def pulled(material):
    """A strip clamped at its foot and drawn out by its head; returns damage and strain at each."""
    mesh = block((2, 2, 6), (0.005, 0.005, 0.005), material)
    at_m = mesh.vertices_m
    scene = Scene(mesh, at_m[:, 2] < 1e-9)
    head = np.flatnonzero(at_m[:, 2] > 0.0299)
    scene.state.system.is_fixed[head] = True
    scene.gravity_m_s2 = 0.0
    damage = Damage(mesh)
    for _ in range(240):
        scene.state.v_m_s[head] = (0, 0, 0.008)
        scene.step()
        if damage.follow(scene):
            break
    return damage, np.log(scene.state.x_m[head, 2].mean() / 0.03)


@pytest.mark.parametrize("material", [LIVER, GALLBLADDER])
def test_a_strip_tears_near_its_published_ultimate_strain(material):
    damage, strain = pulled(material)
    assert damage.is_torn.any()
    assert 0.6 * material.ultimate_strain < strain < material.ultimate_strain
    assert damage.share.max() == pytest.approx(1, abs=0.1)


def test_what_has_no_published_limit_does_not_tear():
    damage, strain = pulled(Material("unpublished", 10e3))
    assert strain > 0.6
    assert not damage.is_torn.any()


def test_a_torn_strip_pulls_no_more():
    mesh = block((2, 2, 6), (0.005, 0.005, 0.005), LIVER)
    scene = Scene(mesh, mesh.vertices_m[:, 2] < 1e-9)
    damage = Damage(mesh)
    before = scene.state.elements.shear_pa.copy()
    scene.state.x_m[mesh.vertices_m[:, 2] > 0.0149, 2] += 0.02
    assert damage.follow(scene) == damage.is_torn.sum() > 0
    after = scene.state.elements.shear_pa
    assert (after[damage.is_torn] < 1e-2 * before[damage.is_torn]).all()
    assert (after[~damage.is_torn] == before[~damage.is_torn]).all()
    assert damage.destroyed_m3 == pytest.approx(mesh.tet_volumes_m3()[damage.is_torn].sum())


def test_crushing_grows_with_the_pinch_and_only_under_the_jaws():
    mesh = block((8, 8, 3), (0.004, 0.004, 0.004), LIVER)
    shares = []
    for pinch_n in (0.05, 1.0):
        scene, _, grasp = held(pinch_n, mesh, (0.016, 0.016, 0.0125))
        damage = Damage(mesh)
        damage.follow(scene, (grasp,))
        owners = np.unique(scene.surface.owners[grasp.faces])
        strain = grasp.pressure_pa(scene) / LIVER.young_pa
        assert damage.share[owners].max() == pytest.approx(strain / LIVER.ultimate_strain, rel=0.2)
        elsewhere = np.delete(damage.share, owners)
        shares.append(damage.share.max())
        assert elsewhere.max() < 0.2
    assert shares[0] < 1 < shares[1]
