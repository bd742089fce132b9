import numpy as np

from sim.thread.stitch import ENTRY, EXIT, Bite, stitched


def test_a_stitch_rests_on_its_pad_and_keeps_its_bite():
    bite = Bite()
    stitch = stitched(bite)
    for _ in range(120):
        stitch.thread.step()
    points = stitch.thread.points_m
    outside = np.r_[0 : stitch.exit - 2, stitch.entry + 3 : stitch.thread.nodes]
    near = outside[np.abs(points[outside, 0]) < 0.04]
    # the pad is a cylinder of 60 mm: where it falls away, so does the thread
    top = np.sqrt(0.06**2 - points[near, 0] ** 2) - 0.06
    assert (points[near, 2] - top).min() > -5e-4
    assert abs(points[stitch.exit, 0] - bite.width_m / 2) < 1e-3
    assert abs(points[stitch.entry, 0] + bite.width_m / 2) < 1e-3
    assert stitch.exit < stitch.apex < stitch.entry


def test_pulling_the_long_end_is_felt_at_the_bite():
    stitch = stitched(Bite())
    thread = stitch.thread
    thread.hold(0, thread.nodes - 1, limit_n=0.5)
    for k in range(150):
        thread.drive(0, np.array([-0.09 - 0.0005 * k, 0, 0.06]))
        thread.step()
    assert np.linalg.norm(thread.force_n(0)) > 0.4
    assert np.linalg.norm(thread.force_n(ENTRY)) > 0.4
    # the bite gives by what its tissue yields, and takes the other side along
    assert 0 < np.linalg.norm(thread.force_n(EXIT)) < np.linalg.norm(thread.force_n(ENTRY)) + 0.1
