import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.thread.hitches import Hitch, Strands
from sim.thread.thread import Thread

NODES, HEIGHT_M, HALF_M = 120, 0.06, 0.004
PULL_N, SPEED_M_S = 0.5, 0.1
UP, ACROSS = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
ENDS, CORNERS = (0, 1), (2, 3)


class Hairpin:
    """A thread whose two strands hang from above, held in two places where it turns back."""

    def __init__(self):
        line_m = [
            -HALF_M * ACROSS + HEIGHT_M * UP,
            -HALF_M * ACROSS,
            HALF_M * ACROSS,
            HALF_M * ACROSS + HEIGHT_M * UP,
        ]
        at_m = np.cumsum([0.0, HEIGHT_M, 2 * HALF_M, HEIGHT_M])
        even_m = np.linspace(0.0, at_m[-1], NODES)
        points_m = np.stack([np.interp(even_m, at_m, np.array(line_m)[:, d]) for d in range(3)], 1)
        self.thread = Thread(points_m, eyes=4)
        self.corners = [int(np.abs(even_m - corner_m).argmin()) for corner_m in at_m[1:3]]
        self.strands = Strands(*self.corners)
        for anchor, node in zip(CORNERS, self.corners, strict=True):
            self.thread.hold(anchor, node, 1e-3)
        self.pull(PULL_N)

    def pull(self, force_n):
        for anchor, node in zip(ENDS, (0, NODES - 1), strict=True):
            at_m = self.thread.points_m[node]
            self.thread.hold(anchor, node, limit_n=force_n)
            self.thread.drive(anchor, at_m + 0.5 * UP)

    def laid(self, eyes=(0, 3), height_m=0.05, aside_m=0.0, cling_n=0.02):
        hitch = Hitch(self.thread, eyes)
        hitch.lay(height_m * UP + aside_m * ACROSS, self.strands, cling_n)
        return hitch

    def push(self, hitch, height_m, others=()):
        while hitch.place_m[2] > height_m:
            hitch.move(np.maximum(hitch.place_m - SPEED_M_S * STEP_S * UP, height_m * UP))
            for other in others:
                other.move(None)
            self.thread.step()

    def keep(self, hitch, frames=30):
        for _ in range(frames):
            hitch.move(hitch.place_m)
            self.thread.step()

    def leave(self, *hitches, frames=60):
        for _ in range(frames):
            for hitch in hitches:
                hitch.move(None)
            self.thread.step()

    def sink(self, by_m, hitch, frames=60):
        """Draws both corners down, slowly, while the throw is kept where it is."""
        starts_m = self.thread.anchors.target[list(CORNERS)].copy()
        for k in range(frames):
            for anchor, start_m in zip(CORNERS, starts_m, strict=True):
                self.thread.drive(anchor, start_m - by_m * (k + 1) / frames * UP)
            hitch.move(hitch.place_m)
            self.thread.step()


def _loop_m(hitch):
    first_m, second_m = hitch.along_m()
    return second_m - first_m


def test_a_pushed_throw_slides_down_on_both_strands_and_draws_them_together():
    hairpin = Hairpin()
    hitch = hairpin.laid()
    before_m = hitch.along_m()
    hairpin.push(hitch, 0.006)
    hairpin.keep(hitch)
    eyes, x = hairpin.thread.eyes, hairpin.thread.chain.x
    for eye in hitch.eyes:
        k, share = eyes.segment[eye], eyes.share[eye]
        at_m = (1 - share) * x[:, k] + share * x[:, k + 1]
        assert np.linalg.norm(at_m - hitch.place_m) < 1e-3
    after_m = hitch.along_m()
    assert after_m[0] - before_m[0] > 0.035
    assert before_m[1] - after_m[1] > 0.035
    straight_m = 2 * np.hypot(HALF_M, 0.006) + 2 * HALF_M
    assert _loop_m(hitch) == pytest.approx(straight_m, abs=2.5e-3)
    for anchor in ENDS:
        assert np.linalg.norm(hairpin.thread.force_n(anchor)) == pytest.approx(PULL_N, rel=0.1)


@pytest.mark.parametrize(("cling_n", "low_m", "high_m"), [(0.02, 5e-3, 3e-2), (10.0, -3e-3, 3e-3)])
def test_who_pushes_feels_the_pull_and_a_throw_that_does_not_cling_goes_back_with_it(
    cling_n, low_m, high_m
):
    hairpin = Hairpin()
    hitch = hairpin.laid()
    hairpin.push(hitch, 0.004)
    assert hitch.force_n[2] > 0.3 * PULL_N
    hitch.cling(cling_n)
    hairpin.leave(hitch, frames=240)
    assert low_m < hitch.place_m[2] - 0.004 < high_m


@pytest.mark.parametrize(("cling_n", "low_m", "high_m"), [(0.0, 8e-3, 1.5e-2), (10.0, -1e-4, 1e-3)])
def test_the_loop_opens_by_what_the_throw_lets_through(cling_n, low_m, high_m):
    hairpin = Hairpin()
    hitch = hairpin.laid()
    hairpin.push(hitch, 0.006)
    hitch.cling(cling_n)
    hairpin.keep(hitch)
    before_m = _loop_m(hitch)
    hairpin.sink(0.005, hitch)
    assert low_m < _loop_m(hitch) - before_m < high_m


def test_a_throw_never_passes_the_one_before():
    hairpin = Hairpin()
    knot = hairpin.laid(eyes=(1, 2))
    hairpin.push(knot, 0.02)
    knot.cling(10.0)
    sliding = hairpin.laid()
    hairpin.push(sliding, 0.012, (knot,))
    assert sliding.along_m()[0] <= knot.along_m()[0]
    assert sliding.along_m()[1] >= knot.along_m()[1]


def test_a_throw_that_is_let_go_comes_to_where_both_strands_balance():
    hairpin = Hairpin()
    hitch = hairpin.laid(height_m=0.01, aside_m=0.003, cling_n=0.0)
    hairpin.leave(hitch, frames=240)
    assert abs(hitch.place_m[0]) < 3e-4


def test_a_throw_takes_the_place_of_another_and_an_undone_one_holds_nothing():
    hairpin = Hairpin()
    sliding, knot = hairpin.laid(), Hitch(hairpin.thread, (1, 2))
    hairpin.push(sliding, 0.02)
    was_m = sliding.along_m()
    knot.take(sliding)
    assert (sliding.is_laid, knot.is_laid) == (False, True)
    assert knot.along_m() == was_m
    knot.undo()
    hairpin.leave(frames=60)
    nearest = np.abs(hairpin.thread.points_m[:, 2] - 0.02) < 1e-3
    assert np.ptp(hairpin.thread.points_m[nearest, 0]) > 1.5 * HALF_M
