import hashlib

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg
from scipy.spatial.transform import Rotation

from sim.tissue.blocks import block
from sim.tissue.body import Body
from sim.tissue.elasticity import elastic_energy_j
from sim.tissue.elements import elements_of, linear_stiffness_n_m, vertex_masses_kg
from sim.tissue.material import Material
from sim.tissue.mesh import TetMesh, tet_volumes_m3
from sim.tissue.reference import ReferenceBody
from sim.tissue.sag import sag_ratio

LAYERS = (Material("firm", 30e3, 0.45), Material("soft", 5e3, 0.3))


def crooked(cells=(4, 4, 4), seed=3):
    """A block of two layers whose inner vertices are out of line."""
    mesh = block(cells, (0.01, 0.01, 0.01), LAYERS[0])
    inner = np.ones(len(mesh.vertices_m), bool)
    inner[np.unique(mesh.surface().triangles)] = False
    vertices = mesh.vertices_m.copy()
    vertices[inner] += np.random.default_rng(seed).uniform(-0.0015, 0.0015, (inner.sum(), 3))
    is_soft = vertices[mesh.tets].mean(1)[:, 2] > 0.02
    return TetMesh(vertices, mesh.tets, LAYERS, is_soft.astype(np.int64))


def assembled(mesh):
    blocks = linear_stiffness_n_m(elements_of(mesh))
    ids = (mesh.tets[:, :, None] * 3 + np.arange(3)).reshape(len(mesh.tets), 12)
    places = (np.repeat(ids, 12, 1).ravel(), np.tile(ids, (1, 12)).ravel())
    size = 3 * len(mesh.vertices_m)
    return scipy.sparse.csc_matrix((blocks.ravel(), places), shape=(size, size))


def statically_deflected(mesh, is_fixed, gravity_m_s2):
    load = np.zeros_like(mesh.vertices_m)
    load[:, 2] = -vertex_masses_kg(mesh) * gravity_m_s2
    free = np.flatnonzero(np.repeat(~is_fixed, 3))
    deflection = np.zeros(load.size)
    factors = scipy.sparse.linalg.splu(assembled(mesh)[free][:, free].tocsc())
    deflection[free] = factors.solve(load.ravel()[free])
    return deflection.reshape(-1, 3)


def test_blocks_are_the_textbook_stiffness_and_forces_its_gradient():
    mesh = crooked()
    body = Body(mesh, np.zeros(len(mesh.vertices_m), bool))
    body.gravity_m_s2 = 0.0
    nudge = np.random.default_rng(4).normal(0, 1e-9, mesh.vertices_m.shape)
    body.x_m += nudge
    body.step(rounds=0)
    wanted = -(assembled(mesh) @ nudge.ravel()).reshape(-1, 3)
    assert body.state.force_n == pytest.approx(wanted, rel=1e-5, abs=1e-6 * np.abs(wanted).max())


def test_the_numpy_oracle_solves_the_same_linear_problem_as_a_sparse_factorization():
    mesh = crooked()
    is_fixed = mesh.vertices_m[:, 0] == 0
    found = ReferenceBody(mesh, is_fixed).linear_deflection_m()
    wanted = statically_deflected(mesh, is_fixed, 9.80665)
    assert found == pytest.approx(wanted, abs=1e-9 * np.abs(wanted).max())


def test_frames_agree_with_the_numpy_reference_to_a_picometer():
    mesh = crooked()
    is_fixed = mesh.vertices_m[:, 0] == 0
    body, reference = Body(mesh, is_fixed), ReferenceBody(mesh, is_fixed)
    for _ in range(25):
        body.step(rounds=2000, tolerance=1e-13)
        reference.step(rounds=2000, tolerance=1e-13)
    assert np.abs(body.x_m - mesh.vertices_m).max() > 1e-3
    assert np.abs(body.x_m - reference.x_m).max() < 1e-12


def test_an_affine_deformation_is_reproduced_exactly():
    mesh = crooked()
    uniform = TetMesh(mesh.vertices_m, mesh.tets, LAYERS[:1], np.zeros(len(mesh.tets), np.int64))
    is_fixed = np.zeros(len(mesh.vertices_m), bool)
    is_fixed[np.unique(mesh.surface().triangles)] = True
    turned = Rotation.from_rotvec((0.4, -0.3, 0.8)).as_matrix()
    affine = turned @ np.array(((1.1, 0.05, 0.0), (0.05, 0.95, 0.02), (0.0, 0.02, 1.02)))
    body = Body(uniform, is_fixed)
    body.gravity_m_s2 = 0.0
    body.x_m[is_fixed] = mesh.vertices_m[is_fixed] @ affine.T
    for _ in range(200):
        body.step()
    assert np.abs(body.x_m - mesh.vertices_m @ affine.T).max() < 1e-9


def test_a_turned_body_is_at_rest():
    mesh = crooked((2, 2, 2))
    body = Body(mesh, np.zeros(len(mesh.vertices_m), bool))
    body.gravity_m_s2 = 0.0
    body.x_m[:] = mesh.vertices_m @ Rotation.from_rotvec((0, 3.0, 0.5)).as_matrix().T
    start = body.x_m.copy()
    for _ in range(10):
        body.step()
    assert np.abs(body.x_m - start).max() < 1e-9


@pytest.mark.parametrize("young_pa", [1e3, 20e3, 100e3, 300e3])
@pytest.mark.parametrize("poisson", [0.3, 0.45])
def test_a_clamped_beam_sags_as_linear_elasticity_says(young_pa, poisson):
    assert sag_ratio(young_pa, poisson, (10, 2, 2), 0.01) == pytest.approx(1, abs=0.02)


def energy_j(body):
    moving = 0.5 * (body.state.mass_kg[:, None] * body.v_m_s**2).sum()
    return moving + elastic_energy_j(body.x_m, body.state.elements, body.state.rotation)


@pytest.mark.parametrize("rounds", [3, 30])
@pytest.mark.parametrize("is_clamped", [False, True])
def test_energy_never_grows_however_short_the_solve(rounds, is_clamped):
    rng = np.random.default_rng(5)
    mesh = block((3, 3, 3), (0.01, 0.01, 0.01), LAYERS[0])
    body = Body(mesh, is_clamped & (mesh.vertices_m[:, 2] == 0))
    body.gravity_m_s2 = 0.0
    free = ~body.is_fixed
    body.x_m[free] += rng.normal(0, 0.002, (free.sum(), 3))
    body.v_m_s[free] += rng.normal(0, 0.2, (free.sum(), 3))
    before = start = energy_j(body)
    for _ in range(200):
        body.step(rounds)
        now = energy_j(body)
        assert now <= before + 1e-9 * start
        before = now
    assert before < 0.05 * start


def test_a_free_piece_falls_and_spins_as_a_whole_should():
    mesh = block((3, 3, 3), (0.01, 0.01, 0.01), LAYERS[0])
    body = Body(mesh, np.zeros(len(mesh.vertices_m), bool))
    middle = np.full(3, 0.015)
    body.v_m_s[:] = np.cross((3.0, 2.0, 1.0), mesh.vertices_m - middle)
    mass = body.state.mass_kg[:, None]

    def spin():
        center = (mass * body.x_m).sum(0) / mass.sum()
        return (mass * np.cross(body.x_m - center, body.v_m_s)).sum(0)

    before = spin()
    for _ in range(60):
        body.step(rounds=5)
    assert (mass * body.v_m_s).sum(0) / mass.sum() == pytest.approx((0, 0, -9.80665), abs=1e-9)
    assert spin() == pytest.approx(before, abs=1e-9 * np.linalg.norm(before))


def test_a_body_turned_inside_out_comes_back():
    mesh = block((3, 3, 3), (0.01, 0.01, 0.01), LAYERS[0])
    is_fixed = mesh.vertices_m[:, 2] == 0
    body = Body(mesh, is_fixed)
    body.x_m[:, 2] *= -1
    body.step()
    for _ in range(600):
        body.step()
    assert (tet_volumes_m3(body.x_m, mesh.tets) > 0).all()
    settled = Body(mesh, is_fixed)
    for _ in range(600):
        settled.step()
    assert np.abs(body.x_m - settled.x_m).max() < 1e-4


@pytest.mark.parametrize("seed", range(4))
def test_a_tangled_body_finds_its_shape_again(seed):
    rng = np.random.default_rng(seed)
    mesh = block((4, 4, 3), (0.01, 0.01, 0.01), LAYERS[0])
    is_fixed = mesh.vertices_m[:, 2] == 0
    body, settled = Body(mesh, is_fixed), Body(mesh, is_fixed)
    body.x_m[~is_fixed] += rng.normal(0, 0.02, (np.count_nonzero(~is_fixed), 3))
    body.state.rotation[:] = Rotation.random(len(mesh.tets), rng=rng).as_quat(scalar_first=True)
    assert (tet_volumes_m3(body.x_m, mesh.tets) < 0).sum() > 50
    for _ in range(400):
        body.step()
        settled.step()
    assert np.abs(body.x_m - settled.x_m).max() < 1e-4


def test_the_same_frames_give_the_same_bits():
    def digest():
        mesh = crooked()
        body = Body(mesh, mesh.vertices_m[:, 0] == 0)
        for _ in range(20):
            body.step()
        return hashlib.sha256(body.x_m.tobytes() + body.v_m_s.tobytes()).hexdigest()

    assert digest() == digest()
