"""Needle and thread are one: what the thread does in the channel that the needle has cut."""

import math

import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.suture.passage import Hold
from sim.tissue.channel import PULLED_THROUGH, THREADED, TORN, USED
from tests.sim.suture.stitching import NEEDLE, NODES, TAIL, Stitcher


@pytest.fixture(scope="module")
def stitched():
    """A thread drawn through both lips until 30 mm of its tail are left."""
    stitcher = Stitcher()
    stitcher.drive()
    stitcher.pull_through()
    return stitcher


def settled(stitcher, frames=120):
    stitcher.thread.release(TAIL)
    stitcher.thread.release(NEEDLE)
    for _ in range(frames):
        stitcher.step_thread(np.zeros(3))
        stitcher.scene.step()
    return stitcher.gap_m()


def test_the_thread_follows_its_needle_through_every_point_in_order(stitched):
    tally, eyes = stitched.tally, stitched.thread.eyes
    assert tally[USED] == tally[THREADED] > 15
    assert tally[TORN] == 0
    count = tally[THREADED]
    at = eyes.segment[:count] + eyes.share[:count]
    assert (np.diff(at) > 0).all()
    x = stitched.thread.chain.x
    k, s = eyes.segment[:count], eyes.share[:count]
    off_m = np.linalg.norm((1 - s) * x[:, k] + s * x[:, k + 1] - eyes.target[:count].T, axis=0)
    assert off_m.max() < 3e-4
    assert np.percentile(np.abs(stitched.thread.strain()), 99) < 0.01


def turning_rad(stitcher):
    """How far the thread turns from its tail through the channel to its other end."""
    first, last = stitcher.passage.in_tissue
    way = np.diff(stitcher.thread.points_m[max(0, first - 4) : last + 5], axis=0)
    way /= np.linalg.norm(way, axis=1)[:, None]
    return float(np.arccos(np.clip((way[1:] * way[:-1]).sum(axis=1), -1, 1)).sum())


def test_tension_across_the_channel_obeys_coulomb(stitched):
    hold = stitched.passage.hold
    back_n = 0.15
    thread = stitched.thread
    thread.hold(TAIL, 0, limit_n=back_n)
    thread.hold(NEEDLE, NODES - 1)
    ends = [thread.points_m[0], thread.points_m[-1]]
    ratios = []
    for _ in range(400):
        ends[0] = ends[0] + np.array((-2e-4, 0, 1e-4))
        if np.linalg.norm(ends[0] - thread.points_m[0]) > 0.02:
            ends[0] = thread.points_m[0] + 0.02 * np.array((-0.89, 0, 0.45))
        ends[1] = ends[1] + 2e-4 * np.array((0.8, 0, 0.6))
        thread.drive(TAIL, ends[0])
        thread.drive(NEEDLE, ends[1])
        stitched.step_thread(np.zeros(3))
        stitched.scene.step()
        pull_n = np.linalg.norm(thread.force_n(NEEDLE))
        if pull_n > 0.5 * back_n and stitched.left_m() < 0.02:
            # All of the channel clings; each turn takes its share (Euler and Eytelwein).
            tail_n = np.linalg.norm(thread.force_n(TAIL)) + 1e-9
            most_n = tail_n + hold.cling_n * stitched.tally[THREADED]
            most_n *= math.exp(hold.friction * turning_rad(stitched))
            ratios.append((pull_n / tail_n, most_n / tail_n))
        if stitched.left_m() < 0.012:
            break
    found = np.median(np.array(ratios), axis=0)
    assert len(ratios) > 20
    assert 1.15 < found[0] < 1.15 * found[1]


def test_pulled_ends_bring_the_lips_together_and_let_go_they_part_again(stitched):
    open_m = stitched.gap_m()
    stitched.pull_ends((0.02, -0.004, 0.02), (-0.02, 0.004, 0.02), 2.0, 60)
    stitched.pull_ends((0.09, -0.004, 0.012), (-0.12, 0.004, 0.012), 2.0, 200)
    pulled_m = stitched.gap_m()
    assert pulled_m < 0.5 * open_m
    assert settled(stitched) > 0.9 * open_m  # a thread without a knot keeps nothing closed


def test_a_thread_that_nobody_holds_comes_through_to_its_end():
    stitcher = Stitcher(length_m=0.05)
    stitcher.drive()
    stitcher.pull_through(left_m=-1)
    assert stitcher.tally[PULLED_THROUGH] == 1
    assert stitcher.is_free()
    assert not stitcher.thread.eyes.limit.any()


def test_the_thread_tears_out_at_a_force_that_grows_with_strength():
    peaks = []
    for tear_n in (0.1, 0.2):
        stitcher = Stitcher(Hold(tear_n=tear_n))
        stitcher.drive()
        stitcher.pull_through()
        thread = stitcher.thread
        thread.hold(TAIL, 0)
        ends = [thread.points_m[0], thread.points_m[-1]]
        pulls = []
        for _ in range(240):
            for anchor in (TAIL, NEEDLE):
                ends[anchor] = ends[anchor] + np.array((0, 0, 0.1 * STEP_S))
                thread.drive(anchor, ends[anchor])
            stitcher.step_thread(np.zeros(3))
            stitcher.scene.step()
            pulls.append(np.linalg.norm(stitcher.passage.force_n.sum(axis=0)))
            if stitcher.is_free():
                break
        assert stitcher.tally[TORN] > 0
        peaks.append(max(pulls))
    assert peaks[0] < 0.8 * peaks[1]
