import numpy as np

from sim.arrays import GRAVITY_M_S2
from sim.tissue.blocks import block
from sim.tissue.floor import Floor
from sim.tissue.material import PAD_SKIN
from sim.tissue.scene import Scene


def _dropped(steps, sideways_m_s=0.0):
    mesh = block((2, 2, 2), (0.005, 0.005, 0.005), PAD_SKIN)
    scene = Scene(mesh, np.zeros(len(mesh.vertices_m), np.bool_))
    scene.state.x_m[:, 2] += 0.01
    scene.state.v_m_s[:, 0] = sideways_m_s
    scene.actors.append(Floor())
    for _ in range(steps):
        scene.step()
    return scene


def test_what_falls_comes_to_rest_on_the_floor_and_is_carried_by_it():
    scene = _dropped(120)
    assert np.abs(scene.state.v_m_s).max() < 5e-3
    assert -2e-4 < scene.state.x_m[:, 2].min() < 1e-4
    rows = scene.rows
    count = int(rows.used[0])
    pushes_n = rows.force_n[:count][rows.is_one_sided[:count] == 1].sum()
    assert np.isclose(pushes_n, scene.state.mass_kg.sum() * GRAVITY_M_S2, rtol=0.05)


def test_friction_stops_what_slides():
    scene = _dropped(240, sideways_m_s=0.1)
    assert np.abs(scene.state.v_m_s).max() < 5e-3
    slid_m = scene.state.x_m[:, 0].mean() - 0.005
    assert 0.0 < slid_m < 0.05


def test_what_is_above_the_floor_meets_no_rows():
    assert _dropped(1).rows.used[0] == 0
