import numpy as np

from sim.membrane.gauze import CIRCLE_RADIUS_M, Gauze
from sim.membrane.mark import POINTS, Mark


def test_the_line_is_a_whole_circle_on_cloth_that_was_not_cut():
    cloth = Gauze()
    (line_m,) = Mark(cloth).lines_m(cloth)
    assert line_m.shape == (POINTS, 3)
    assert np.allclose(np.hypot(line_m[:, 0], line_m[:, 1]), CIRCLE_RADIUS_M)
    assert np.ptp(line_m[:, 2]) < 1e-12


def test_a_cut_across_parts_the_line_and_each_part_goes_with_its_cloth():
    cloth = Gauze()
    mark = Mark(cloth)
    cloth.cut([(x, 0.003) for x in np.linspace(-0.05, 0.05, 41)])
    mark.follow_cut(cloth)
    label = cloth.piece_of()
    cloth.position_m[label == label[0], 2] -= 0.01
    parts = mark.lines_m(cloth)
    assert len(parts) == 3
    whole_m = np.concatenate(parts)
    assert whole_m.shape == (POINTS, 3)
    assert np.allclose(np.hypot(whole_m[:, 0], whole_m[:, 1]), CIRCLE_RADIUS_M)
    heights = [np.unique(part[:, 2].round(9)) for part in parts]
    assert [len(height) for height in heights] == [1, 1, 1]
    assert heights[0] == heights[2] != heights[1]


def test_no_part_of_the_line_is_a_single_point():
    cloth = Gauze()
    mark = Mark(cloth)
    rng = np.random.default_rng(3)
    for _ in range(12):
        angle = rng.uniform(0, 2 * np.pi) + np.array([0.0, 0.04])
        cloth.cut([(r * np.cos(a), r * np.sin(a)) for r in (0.015, 0.025) for a in angle[:1]])
        mark.follow_cut(cloth)
        assert min(len(part) for part in mark.lines_m(cloth)) > 1
        assert sum(len(part) for part in mark.lines_m(cloth)) == POINTS
