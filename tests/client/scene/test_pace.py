"""The ladder of tiers and scales: down at once, up slowly, and never to and fro."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.scene.pace import (
    CLOSED_FOR_S,
    FAST_FOR_S,
    FAST_S,
    LOOKED_AT,
    SETTLING,
    SLOW_S,
    Rung,
    ladder,
    start,
)

SLOW, FAST, FAIR = SLOW_S * 1.5, FAST_S / 2, (SLOW_S + FAST_S) / 2


def begun(tier="low", scale=1.0, highest="high", *, is_fixed=False):
    return start(highest, Rung(tier, scale), is_fixed=is_fixed)


def run(pace, frame_s, seconds):
    """Takes equal frames and returns the rungs that were stepped to."""
    return [pace.rung for _ in range(int(seconds / frame_s)) if pace.take(frame_s)]


def test_it_begins_with_the_rung_that_was_asked_for():
    assert begun("low", 1.0).rung == Rung("low", 1.0)
    assert begun("potato", 0.65, "low").rung == Rung("potato", 0.65)
    assert begun("high", 0.85, "high").rung == Rung("high", 0.8)


def test_slow_frames_step_down_soon():
    pace = begun()
    assert run(pace, SLOW, 2.5) == [Rung("low", 0.8)]


def test_slow_frames_end_on_the_lowest_rung():
    pace = begun()
    run(pace, SLOW, 60.0)
    assert pace.rung == Rung("potato", 0.5)


def test_fast_frames_step_up_only_after_a_long_while():
    pace = begun("potato", 0.65)
    assert run(pace, FAST, FAST_FOR_S * 0.9) == []
    assert run(pace, FAST, FAST_FOR_S) == [Rung("potato", 0.8)]


def test_fair_frames_change_nothing():
    assert run(begun(), FAIR, 300.0) == []


def test_single_stalls_change_nothing():
    pace = begun()
    for index in range(3000):
        assert not pace.take(3.0 if index % 40 == 0 else FAIR)


def test_a_rung_that_was_too_slow_is_tried_again_ever_more_rarely():
    pace = begun("potato", 0.65, "low")
    tried = [0]
    for frame in range(int(1200 / FAIR)):
        is_slow = pace.rung.scale > 0.65 or pace.rung.tier == "low"
        if pace.take(SLOW if is_slow else FAST):
            tried.append(frame)
    downs = tried[2::2]
    gaps = [(later - earlier) * FAST for earlier, later in itertools.pairwise(downs)]
    assert len(gaps) >= 2
    assert gaps[0] > CLOSED_FOR_S
    assert all(later > 1.5 * earlier for earlier, later in itertools.pairwise(gaps))


def test_who_chose_a_tier_keeps_it():
    pace = begun("low", 1.0, "low", is_fixed=True)
    for frame_s in (SLOW, FAST):
        assert {rung.tier for rung in run(pace, frame_s, 200.0)} <= {"low"}


@pytest.mark.parametrize("highest", ["potato", "low", "high"])
def test_the_ladder_never_goes_above_the_highest(highest):
    names = [rung.tier for rung in ladder(highest, is_fixed=False)]
    assert names[-1] == highest
    assert names == sorted(names, key=["potato", "low", "high"].index)


@given(st.lists(st.floats(0.001, 2.0), max_size=400))
def test_it_never_leaves_the_ladder_and_steps_one_rung_at_a_time(frames_s):
    pace = begun()
    since = 0
    for frame_s in frames_s:
        before = pace.index
        since += 1
        if pace.take(frame_s):
            assert abs(pace.index - before) == 1
            assert since >= LOOKED_AT + SETTLING
            since = 0
        assert 0 <= pace.index < len(pace.rungs)
