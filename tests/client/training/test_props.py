import numpy as np
import pytest

from client.training import materials, props
from sim.membrane.gauze import Gauze
from sim.rigid import model


@pytest.mark.parametrize(
    "name",
    [
        "BOARD_M",
        "BOARD_THICKNESS_M",
        "PEG_RADIUS_M",
        "PEG_HEIGHT_M",
        "RING_RADIUS_M",
        "RING_TUBE_M",
        "RING_SIDES",
        "PEGS_M",
    ],
)
def test_what_is_drawn_has_the_measures_of_what_is_simulated(name):
    assert getattr(props, name) == getattr(model, name)


def test_a_ring_is_drawn_within_a_millimeter_of_the_simulated_one():
    points_m = props.ring(0).points_m
    lines_m = props.tube_lines_m()
    start_m, way_m = lines_m[:, 0], lines_m[:, 1] - lines_m[:, 0]
    from_m = points_m[:, None] - start_m
    share = np.clip((from_m * way_m).sum(axis=2) / (way_m**2).sum(axis=1), 0, 1)
    apart_m = np.linalg.norm(from_m - share[..., None] * way_m, axis=2).min(axis=1)
    assert np.abs(apart_m - props.RING_TUBE_M).max() < 0.001


def test_pegs_stand_on_the_board_as_high_as_simulated():
    points_m = props.peg_board().points_m
    assert points_m[:, 2].max() == pytest.approx(props.PEG_HEIGHT_M)
    for x, y in props.PEGS_M:
        near = np.hypot(points_m[:, 0] - x, points_m[:, 1] - y) < 1.01 * props.PEG_RADIUS_M
        assert points_m[near, 2].max() == pytest.approx(props.PEG_HEIGHT_M)


def test_a_mark_is_a_flat_dot_of_ink_one_millimeter_wide():
    dot = props.prop("mark_1")
    away_m = np.hypot(*dot.points_m[:, :2].T)
    assert 2 * away_m.max() == pytest.approx(0.001)
    assert 0 < dot.points_m[:, 2].max() < 0.0002
    assert (dot.looks[:, :3] == np.round(255 * np.array(materials.INK.color))).all()


def test_a_clip_holds_its_corner_from_outside_and_stands_on_the_floor():
    gauze = Gauze()
    for number, corner_m in enumerate(gauze.clips_m):
        points_m = props.prop(f"clip_{number}").points_m + corner_m
        assert points_m[:, 2].min() == pytest.approx(0.0, abs=1e-6)
        outward = corner_m[:2] / np.hypot(*corner_m[:2])
        along_m = (points_m[:, :2] - corner_m[:2]) @ outward
        assert along_m.min() == pytest.approx(-0.006, abs=0.0005)
        assert along_m.max() == pytest.approx(0.0225, abs=0.0005)
    assert corner_m[2] == props.GAUZE_M


def test_the_jaws_of_a_clip_leave_room_for_cloth():
    points_m = props.prop("clip_0").points_m
    is_jaw = np.hypot(*points_m[:, :2].T) < 0.006
    assert (np.abs(points_m[is_jaw, 2]) >= 0.0003 - 1e-9).all()


def test_a_thing_that_nobody_knows_is_shown_all_the_same():
    assert len(props.prop("something_new").triangles) > 0
