import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.tissue.arc import Needle
from sim.tissue.blocks import slit_pad
from sim.tissue.channel import EXITS, PUNCTURES, THREADED, TORN, USED
from sim.tissue.material import Material
from sim.tissue.mesh import tet_volumes_m3
from sim.tissue.suturing import needle_axes, turned_towards
from tests.sim.tissue.stitches import MIDDLE_M, START_RAD, Hand


def test_a_bite_goes_through_both_walls_along_its_own_arc():
    hand = Hand()
    hand.drive()
    assert hand.tally[PUNCTURES] == hand.tally[EXITS] == 2
    assert hand.tally[TORN] == 0
    assert hand.tally[THREADED] == hand.tally[USED] > 15
    assert np.percentile(hand.error_m, 99) <= 1e-4
    assert max(hand.force_n) == pytest.approx(hand.suturing.needle.puncture_n, rel=0.1)


def soft(young_pa):
    material = Material("uniform", young_pa)
    return slit_pad(material, material)


@pytest.mark.parametrize(
    ("young_pa", "puncture_n", "over_m", "speed_m_s"),
    [
        (5e3, 0.08, 0.003, 0.02),
        (20e3, 0.6, 0.003, 0.02),
        (100e3, 0.6, 0.003, 0.02),
        (20e3, 0.6, 0.0015, 0.02),
        (20e3, 0.6, 0.003, 0.1),
        (20e3, 0.6, 0.003, 0.5),
    ],
)
def test_there_are_as_many_punctures_as_walls(young_pa, puncture_n, over_m, speed_m_s):
    scale = puncture_n / 0.6
    needle = Needle(
        puncture_n=puncture_n,
        cut_n=0.15 * scale,
        exit_n=0.4 * scale,
        tear_n=1.5 * scale,
        cling_n=0.01 * scale,
    )
    hand = Hand(soft(young_pa), needle, over_m=over_m)
    hand.drive(speed_m_s=speed_m_s)
    assert (hand.tally[PUNCTURES], hand.tally[EXITS]) == (2, 2)


def test_the_hand_feels_no_jumps():
    hand = Hand()
    hand.drive()
    jumps = np.linalg.norm(np.diff(np.array(hand.smooth_n), axis=0), axis=1)
    assert np.percentile(jumps, 99) < 0.1  # a wall that opens does let go at once
    assert np.median(jumps) < 0.01
    assert max(np.linalg.norm(hand.smooth_n, axis=1)) > 0.3


def test_the_needle_tears_out_at_a_force_that_grows_with_strength():
    peaks = []
    for tear_n in (0.15, 0.3, 0.6):
        hand = Hand(needle=Needle(tear_n=tear_n))
        hand.drive(np.radians(165))
        assert hand.tally[USED] > 5
        hand.go(hand.tool.tip_m + np.array((0, 0, 0.02)), 0.03, hand.is_free)
        assert hand.is_free()
        peaks.append(max(hand.force_n))
    assert peaks[0] < 0.8 * peaks[1] < 0.8 * 0.9 * peaks[2]


def test_a_needle_that_is_turned_back_leaves_no_channel():
    hand = Hand()
    hand.drive(np.radians(100))
    assert hand.tally[USED] > 0
    while hand.angle_rad > START_RAD:
        hand.angle_rad -= 0.02 / 0.009 * STEP_S
        hand.suturing.wanted = needle_axes(hand.angle_rad)
        hand.frame()
    assert hand.is_free()
    assert hand.tally[TORN] == 0


def test_a_bite_gives_the_same_bits_again():
    def digest():
        hand = Hand()
        hand.drive(np.radians(120))
        return hand.scene.digest(), hand.suturing.channel.weight.tobytes()

    assert digest() == digest()


def test_turns_are_shared_out_evenly():
    before, wanted = needle_axes(0.3, 0.2, 0.1), needle_axes(1.1, -0.3, 0.4)
    half = turned_towards(before, wanted, 0.5)
    assert half @ half.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.trace(half.T @ before) == pytest.approx(np.trace(half.T @ wanted))
    again = turned_towards(half, wanted, 1 - 1e-12)
    assert again == pytest.approx(wanted, abs=1e-9)


def fuzzed(frames, seed, each=1500):
    """Needles driven and thrown about in the same tissue; returns the scene, and what happened."""
    rng = np.random.default_rng(seed)
    total = np.zeros(12, np.int64)
    pad = slit_pad()
    state = None
    for begun in range(0, frames, each):
        hand = Hand(pad)
        if state is not None:
            hand.scene.state.x_m[: hand.scene.vertex_count] = state
        hand.jump(MIDDLE_M + rng.uniform((-0.012, -0.008, 0.001), (0.012, 0.008, 0.006)))
        is_wild = rng.random() < 0.5
        tilt = rng.uniform(-0.5, 0.5, 2)
        for frame in range(min(each, frames - begun)):
            if frame % 40 == 0:
                wild = is_wild and frame > 100
                goal = hand.tool.tip_m + rng.normal(0, 0.002, 3)
                speed, spin, lean = 0.02, rng.uniform(-1, 8), rng.normal(0, 0.1, 2)
                if wild:
                    goal = rng.uniform((0, 0, 0), (0.056, 0.036, 0.03))
                    speed, spin, lean = (
                        rng.uniform(0.05, 0.5),
                        rng.uniform(-20, 55),
                        rng.normal(0, 1, 2),
                    )
            way = goal - hand.tool.tip_m
            far = np.linalg.norm(way) + 1e-12
            hand.tool.tip_m = hand.tool.tip_m + way * min(1, speed * STEP_S / far)
            hand.angle_rad += spin * STEP_S
            tilt += lean * STEP_S
            hand.suturing.wanted = needle_axes(hand.angle_rad, *tilt)
            hand.scene.step()
            assert np.isfinite(hand.scene.state.x_m).all()
        total += hand.tally
        state = hand.scene.state.x_m[: hand.scene.vertex_count].copy()
    hand.scene.actors.remove(hand.suturing)
    for _ in range(300):
        hand.scene.step()
    return hand.scene, total


def test_wild_needles_leave_the_tissue_whole():
    scene, total = fuzzed(300, seed=5, each=150)
    assert total[PUNCTURES] > 0
    at_m = scene.state.x_m[: scene.vertex_count]
    assert (tet_volumes_m3(at_m, scene.mesh.tets) > 0).all()
    assert np.abs(at_m - scene.mesh.vertices_m).max() < 1e-4


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_frames_of_wild_needles():
    scene, total = fuzzed(100_000, seed=6)
    assert total[PUNCTURES] > 500
    at_m = scene.state.x_m[: scene.vertex_count]
    assert (tet_volumes_m3(at_m, scene.mesh.tets) > 0).all()
    assert np.abs(at_m - scene.mesh.vertices_m).max() < 1e-4
