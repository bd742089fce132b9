import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.tissue.blocks import whole_pad
from sim.tissue.contact import pierced_at
from sim.tissue.hands import LIMIT_N
from sim.tissue.mesh import tet_volumes_m3
from sim.tissue.scene import Scene

BACK = (0.3, 0.2, 1.0)


def pad_scene(tools=1):
    mesh = whole_pad()
    return Scene(mesh, mesh.vertices_m[:, 2] < 1e-9, tools=tools)


def is_inside(scene, tool):
    at_m = scene.state.x_m
    return (
        pierced_at(
            at_m,
            scene.surface.triangles,
            at_m[tool.node],
            tool.proxy_back,
            tool.length_m,
            tool.first,
        )
        >= 0
    )


def led(scene, tool, to, speed_m_s):
    """Leads the hand in a straight line; returns (depth_m, force_n) of each frame."""
    seen = []
    while (left := np.linalg.norm(to - tool.tip_m)) > 1e-9:
        tool.tip_m = tool.tip_m + (to - tool.tip_m) * min(1, speed_m_s * STEP_S / left)
        scene.step()
        assert not is_inside(scene, tool)
        seen.append((tool.depth_m, np.linalg.norm(tool.force_n)))
    return seen


@pytest.mark.parametrize("speed_m_s", [0.05, 0.5])
def test_an_instrument_stays_on_the_surface_however_deep_the_hand_goes(speed_m_s):
    scene = pad_scene()
    tool = scene.add_tool((0.029, 0.017, 0.03), BACK)
    seen = np.array(led(scene, tool, np.array((0.029, 0.017, 0.002)), speed_m_s))
    assert np.percentile(seen[:, 0], 99) < 1e-3
    assert 3 < seen[-1, 1] < LIMIT_N
    lag = scene.state.x_m[tool.node] - tool.tip_m
    assert 1e-3 < np.linalg.norm(lag) < 6e-3


def test_a_hand_far_inside_pulls_no_harder_than_it_can():
    scene = pad_scene()
    tool = scene.add_tool((0.029, 0.017, 0.03), BACK)
    tool.tip_m = np.array((0.029, 0.017, -0.1))
    for _ in range(60):
        scene.step()
        assert not is_inside(scene, tool)
    assert 0.9 * LIMIT_N < np.linalg.norm(tool.force_n) < 1.02 * LIMIT_N
    assert scene.state.x_m[tool.node, 2] > 0


def test_a_sweep_ploughs_without_sinking_in():
    scene = pad_scene()
    tool = scene.add_tool((0.010, 0.017, 0.02), BACK)
    led(scene, tool, np.array((0.010, 0.017, 0.0115)), 0.1)
    seen = np.array(led(scene, tool, np.array((0.046, 0.019, 0.0115)), 0.2))
    assert np.percentile(seen[:, 0], 99) < 1e-3
    assert seen[:, 1].max() > 0.5


def ploughed(frames, seed, tools=1):
    """Hands go up to 8 mm deep, over rims and folds, at up to 0.5 m/s, shafts to 20 degrees."""
    rng = np.random.default_rng(seed)
    scene = pad_scene(tools)
    hands = [scene.add_tool((0.02 + 0.02 * k, 0.018, 0.03), BACK) for k in range(tools)]
    goals = [tool.tip_m for tool in hands]
    speed, spin = np.zeros(tools), np.zeros((tools, 3))
    depths = []
    for frame in range(frames):
        for k, tool in enumerate(hands):
            if frame % 30 == 0:
                goals[k] = rng.uniform((-0.005, -0.005, 0.004), (0.061, 0.041, 0.03))
                speed[k], spin[k] = rng.uniform(0.05, 0.5), rng.normal(0, 0.6, 3)
            way = goals[k] - tool.tip_m
            tool.tip_m = tool.tip_m + way * min(
                1, speed[k] * STEP_S / (np.linalg.norm(way) + 1e-12)
            )
            back = tool.back + spin[k] * STEP_S
            back[2] = max(back[2], 0.35)
            tool.back = back / np.linalg.norm(back)
        scene.step()
        for tool in hands:
            assert not is_inside(scene, tool)
            if np.linalg.norm(tool.force_n) > 0.01:
                depths.append(tool.depth_m)
    assert np.isfinite(scene.state.x_m).all()
    assert np.percentile(depths, 99) < 1e-3
    assert len(depths) > frames / 10
    return scene, hands


def test_wild_ploughing_over_rims_and_folds_never_lets_an_axis_in():
    scene, hands = ploughed(400, seed=21, tools=2)
    for tool in hands:
        tool.is_solid = False
    for _ in range(240):
        scene.step()
    at_m = scene.state.x_m[: scene.vertex_count]
    assert (tet_volumes_m3(at_m, scene.mesh.tets) > 0).all()
    assert np.abs(at_m - scene.mesh.vertices_m).max() < 1e-4


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("tools", [1, 3])
def test_wild_ploughing_for_twenty_thousand_frames(tools):
    ploughed(20_000, seed=22, tools=tools)


def test_what_tissue_gives_the_tool_it_takes_itself():
    scene = pad_scene()
    tool = scene.add_tool((0.029, 0.017, 0.03), BACK)
    led(scene, tool, np.array((0.029, 0.017, 0.008)), 0.1)
    rows = scene.rows
    total = np.zeros(3)
    for j in range(rows.used[0]):
        entries = slice(rows.start[j], rows.start[j + 1])
        total += rows.force_n[j] * rows.gradient[entries].sum(0)
    assert np.abs(total).max() < 1e-9
    assert tool.force_n[2] > 0.5


def test_the_same_sweep_gives_the_same_bits():
    def digest():
        scene = pad_scene()
        tool = scene.add_tool((0.010, 0.017, 0.02), BACK)
        led(scene, tool, np.array((0.020, 0.017, 0.009)), 0.5)
        return scene.digest()

    assert digest() == digest()
