from itertools import pairwise

import numpy as np
import pytest

from sim.suture.ends import ANCHORS, BESIDE_M, LENGTH_M, OUT_M, RUNS_N, Ends, led_out
from sim.suture.field import NODES
from sim.thread.shapes import resampled
from sim.thread.thread import Thread
from world.protocol.scene_lane import LENGTH_STEP_M

PIVOT_M = np.array([0.15, 0.0, 0.09])
OUTWARD = PIVOT_M / np.linalg.norm(PIVOT_M)
NEEDLE_M = np.array([0.1, 0.0, 0.06])
WOUND_M = np.array([[0.0, -0.008, 0.01], [0.0, 0.008, 0.01]])
SWAGE, PULL_N, TAIL_M = 2, 0.3, 0.008


class Led:
    """A thread that leads out of the trocar from a needle, and maybe through a wound before."""

    def __init__(self, points_m):
        self.thread = Thread(points_m, anchors=3 + len(ANCHORS), eyes=len(WOUND_M))
        self.thread.hold(SWAGE, NODES - 1)
        self.ends = Ends(self.thread, PIVOT_M, OUTWARD)

    def lead(self, to_m, frames=120):
        start_m = self.thread.anchors.target[SWAGE].copy()
        for k in range(frames):
            self.thread.drive(SWAGE, start_m + (to_m - start_m) * (k + 1) / frames)
            self.thread.step()

    def pull(self, frames=240):
        for _ in range(frames):
            self.ends.pull(PULL_N, PULL_N)
            self.thread.step()

    def loop_m(self):
        """Where a knot around the wound would be, from the first node."""
        first, last = (self.ends.along_m(int(k)) for k in self.thread.eyes.segment)
        return first - 0.005, last + 0.01


def sewn():
    """A thread through a wound, both of whose ends a hand outside has."""
    out_m = PIVOT_M + BESIDE_M
    rest_m = LENGTH_M - sum(np.linalg.norm(b - a) for a, b in pairwise([out_m, *WOUND_M, NEEDLE_M]))
    led = Led(resampled(np.stack([out_m + rest_m * OUTWARD, out_m, *WOUND_M, NEEDLE_M]), NODES))
    eyes, x = led.thread.eyes, led.thread.points_m
    for eye, wound_m in enumerate(WOUND_M):
        eyes.segment[eye] = np.linalg.norm(x - wound_m, axis=1).argmin()
        eyes.origin[eye] = eyes.target[eye] = wound_m
    eyes.compliance[:], eyes.limit[:], eyes.friction[:] = 1e-3, 5.0, 0.1
    led.thread.release(SWAGE)
    led.ends.draw()
    while not led.ends.draw_on():
        led.thread.step()
    led.ends.take(int(eyes.segment[0]), int(eyes.segment[1]) + 1)
    return led


def test_the_thread_leads_from_the_needle_through_the_trocar_and_is_as_long_as_it_says():
    points_m = NEEDLE_M + led_out(NEEDLE_M, PIVOT_M).offsets_m
    assert points_m[-1] == pytest.approx(NEEDLE_M)
    steps_m = np.linalg.norm(np.diff(points_m, axis=0), axis=1)
    assert steps_m.sum() == pytest.approx(LENGTH_M, rel=0.01)
    from_hole_m = np.linalg.norm(points_m - PIVOT_M - BESIDE_M, axis=1)
    assert from_hole_m.min() < 0.6 * steps_m.max()


def test_the_free_end_runs_in_after_the_needle_against_a_little_force():
    led = Led(NEEDLE_M + led_out(NEEDLE_M, PIVOT_M).offsets_m)
    before_m = led.thread.points_m[0]
    led.lead(np.array([0.02, 0.0, 0.02]))
    came_m = float(((before_m - led.thread.points_m[0]) * OUTWARD).sum())
    assert 0.07 < came_m < 0.1
    led.lead(np.array([0.02, 0.0, 0.02]), 60)
    assert np.linalg.norm(led.thread.force_n(ANCHORS[0])) == pytest.approx(RUNS_N, rel=0.1)


def test_a_hand_outside_draws_the_needles_end_out_and_keeps_the_force_that_it_wants():
    led = sewn()
    ends = led.ends
    out_m = ((led.thread.points_m[-1] - PIVOT_M) * OUTWARD).sum()
    assert out_m == pytest.approx(OUT_M, abs=2e-3)
    assert led.thread.chain.rest.min() < 0.4 * led.thread.chain.rest.max()
    led.pull()
    assert ends.tension_n == pytest.approx(PULL_N, rel=0.1)


def test_blades_cut_the_end_between_them_which_hangs_loose_and_is_seen_no_more():
    led = sewn()
    ends = led.ends
    led.pull(60)
    seen_m = ends.seen_m()
    assert ((seen_m - PIVOT_M) * OUTWARD).sum(axis=1).max() < np.linalg.norm(BESIDE_M)
    loop_m = led.loop_m()
    at_m = ends._points_m(np.array([loop_m[0] - TAIL_M]))[0]
    beside_m = np.array([0.0, -0.02, 0.0])
    assert not ends.cut(at_m + beside_m, loop_m)
    assert ends.cut(at_m, loop_m)
    assert ends.cut_m[0] == pytest.approx(loop_m[0] - TAIL_M, abs=1e-3)
    assert ends.whole == 1
    assert led.thread.anchors.node[ANCHORS[0]] == -1
    shown_m = ends.seen_m()
    assert np.linalg.norm(shown_m[0] - at_m) < 1e-3
    # Viewers get whole steps, and draw nothing of a strand that begins with the same point twice.
    assert np.linalg.norm(shown_m[1] - shown_m[0]) > LENGTH_STEP_M
