import numpy as np

from sim.procedures.ligating_loop import HEIGHT_M, RADIUS_M, appendage
from sim.tissue.cinch import BAND_M, Cinch
from sim.tissue.scene import Scene


def _squeezed(radius_m, steps=60):
    mesh = appendage()
    scene = Scene(mesh, mesh.vertices_m[:, 2] < 1e-3)
    cinch = Cinch()
    cinch.radius_m, cinch.at_m = radius_m, np.array([0.0, 0.0, HEIGHT_M / 2])
    scene.actors.append(cinch)
    for _ in range(steps):
        scene.step()
    return scene, cinch


def test_a_smaller_loop_presses_harder_and_makes_a_thinner_neck():
    loose, wide, tight = (_squeezed(r)[1] for r in (np.inf, 0.92 * RADIUS_M, 0.85 * RADIUS_M))
    assert (loose.push_n, loose.neck_m) == (0.0, 0.0)
    assert 0 < wide.push_n < tight.push_n
    assert tight.neck_m < wide.neck_m < RADIUS_M


def test_only_the_neck_gets_thinner_and_the_appendage_stays_upright():
    scene, _ = _squeezed(0.85 * RADIUS_M)
    rest_m, x_m = scene.mesh.vertices_m, scene.state.x_m[: scene.vertex_count]
    off_m = np.hypot(x_m[:, 0], x_m[:, 1]) - np.hypot(rest_m[:, 0], rest_m[:, 1])
    from_neck_m = np.abs(rest_m[:, 2] - HEIGHT_M / 2)
    assert off_m[from_neck_m < BAND_M].min() < -2e-4
    assert np.abs(off_m[from_neck_m > 0.015]).max() < 5e-4
    assert np.abs(scene.state.v_m_s).max() < 1e-3
