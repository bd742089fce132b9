import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from world.acoustics import (
    AUDIBLE_RADIUS_M,
    HYSTERESIS_M,
    attenuation,
    audibility_plan,
    within_reach,
)


def _everybody(count):
    return ~np.eye(count, dtype=bool)


def test_gain_falls_as_the_web_audio_inverse_model_has_it():
    assert attenuation(np.array([0.0, 0.5, 1.0, 2.0, 4.0])) == pytest.approx([1, 1, 1, 0.5, 0.25])
    assert attenuation(np.array([3.0]), 2.0, 0.5) == pytest.approx([0.8])
    doubling_db = 20 * np.log10(attenuation(np.array([2.0]))[0])
    assert doubling_db == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("wrong", [(0.0, 1.0), (float("nan"), 1.0), (1.0, -1.0)])
def test_a_law_without_meaning_is_refused(wrong):
    with pytest.raises(ValueError, match="reference_m"):
        attenuation(np.array([1.0]), *wrong)


def test_a_voice_once_heard_is_held_over_the_edge():
    edge_m = np.array([AUDIBLE_RADIUS_M + HYSTERESIS_M / 2])
    assert not within_reach(edge_m)[0]
    assert within_reach(edge_m, np.array([True]))[0]
    assert not within_reach(np.array([AUDIBLE_RADIUS_M + HYSTERESIS_M + 0.01]), np.array([True]))[0]
    assert not within_reach(np.array([np.nan]), np.array([True]))[0]


def test_walking_along_the_edge_switches_once():
    allowed, was_audible, switches = _everybody(2), None, 0
    for sway_m in (0.0, 0.2, -0.1, 0.3, 0.1, 0.4):
        plan = audibility_plan(
            np.array([[0, 0, 1.6], [AUDIBLE_RADIUS_M + sway_m, 0, 1.6]]), allowed, was_audible
        )
        switches += was_audible is not None and plan.audible[0, 1] != was_audible[0, 1]
        was_audible = plan.audible
    assert was_audible[0, 1]
    assert switches == 0


def test_a_listener_gets_the_nearest_voices_with_their_gains():
    positions_m = np.array([[0, 0, 1.6], [4, 0, 1.6], [2, 0, 1.6], [9, 0, 1.6]])
    plan = audibility_plan(positions_m, _everybody(4), voices_max_n=2)
    assert plan.heard_by(0) == [(2, 0.5), (1, 0.25)]
    assert plan.heard_by(3) == [(1, pytest.approx(0.2)), (2, pytest.approx(1 / 7))]
    assert plan.audible[0].tolist() == [False, True, True, False]


def test_at_equal_distance_the_order_is_that_of_the_indices():
    ring = [[np.cos(a), np.sin(a), 0.0] for a in np.linspace(0, 2 * np.pi, 9)[:-1]]
    plan = audibility_plan(np.array([[0.0, 0, 0], *ring]), _everybody(9), voices_max_n=3)
    assert [speaker for speaker, _ in plan.heard_by(0)] == [1, 2, 3]


def test_an_empty_and_a_lonely_room_are_silent():
    assert audibility_plan(np.zeros((0, 3)), np.zeros((0, 0), bool)).speakers.shape == (0, 0)
    assert audibility_plan(np.zeros((1, 3)), np.ones((1, 1), bool)).heard_by(0) == []


def test_shapes_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        audibility_plan(np.zeros((3, 3)), _everybody(2))
    with pytest.raises(ValueError, match="do not fit"):
        audibility_plan(np.zeros((2, 3)), _everybody(2), np.zeros((3, 3), bool))
    with pytest.raises(ValueError, match="do not fit"):
        audibility_plan(np.zeros((2, 3)), _everybody(2), voices_max_n=0)


@given(st.data(), st.integers(0, 12), st.integers(1, 5))
def test_the_plan_equals_a_slow_one_and_holds_only_allowed_pairs(data, count, voices_n):
    grid = st.integers(0, 40).map(lambda step: step * 0.25)
    odd = st.sampled_from([np.nan, 1e12])
    positions_m = data.draw(hnp.arrays(float, (count, 3), elements=st.one_of(grid, grid, odd)))
    allowed = data.draw(hnp.arrays(bool, (count, count)))
    was_audible = data.draw(hnp.arrays(bool, (count, count)))
    plan = audibility_plan(positions_m, allowed, was_audible, voices_n)
    for listener in range(count):
        reached = []
        for speaker in range(count):
            distance_m = float(np.linalg.norm(positions_m[listener] - positions_m[speaker]))
            limit_m = AUDIBLE_RADIUS_M + HYSTERESIS_M * was_audible[listener, speaker]
            if speaker != listener and allowed[listener, speaker] and distance_m <= limit_m:
                reached.append((int(np.floor(distance_m * 1000 + 0.5)), speaker, distance_m))
        expected = [(s, pytest.approx(1 / max(d, 1.0))) for _, s, d in sorted(reached)[:voices_n]]
        assert plan.heard_by(listener) == expected
        assert set(np.flatnonzero(plan.audible[listener])) == {s for _, s, _ in reached}
