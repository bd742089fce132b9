import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.interpolation import (
    EXTRAPOLATED_S,
    LEAST_DELAY_S,
    MOST_DELAY_S,
    Interpolation,
)
from world.geometry import angle_between, quaternion_from_yaw
from world.protocol.motion import resting

TICK_S = 0.05
SPEED = 1.2


def walking(tick, count=1):
    """Poses of people who walk along +X and turn, as they are at a tick."""
    time_s = tick * TICK_S
    poses = resting(count)
    poses.head_m[:] = (1.0 + SPEED * time_s, 2.0, 1.6)
    poses.head_rotation[:] = quaternion_from_yaw(np.array(time_s))
    return poses


def play(arrivals, until_s, hz=60, after_s=1.0):
    """Feeds (arrival time, tick) pairs and returns (time, shown) of each frame after the start."""
    interpolation, waiting, shown = Interpolation(TICK_S), sorted(arrivals), []
    for frame in range(int(until_s * hz)):
        now_s = frame / hz
        while waiting and waiting[0][0] <= now_s:
            at_s, tick = waiting.pop(0)
            interpolation.add(tick & 0xFFFF, np.array([7]), walking(tick), at_s)
        if interpolation._tracks and now_s >= after_s:
            shown.append((now_s, interpolation.at(now_s)))
    return interpolation, shown


def heads(shown):
    return np.array([one.poses.head_m[0] for _, one in shown])


def test_on_an_even_line_a_walk_is_shown_exactly_and_a_little_late():
    interpolation, shown = play([(tick * TICK_S + 0.03, tick) for tick in range(80)], 4.0)
    for now_s, one in shown:
        late_s = 0.03 + interpolation.delay_s(7)
        expected = 1.0 + SPEED * (now_s - late_s)
        assert one.poses.head_m[0, 0] == pytest.approx(expected, abs=0.01)
        assert one.velocity_m_per_s[0, 0] == pytest.approx(SPEED, abs=1e-6)
    assert interpolation.delay_s(7) == pytest.approx(LEAST_DELAY_S, abs=0.01)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000), st.floats(0.0, 0.08), st.floats(0.0, 0.2))
def test_under_jitter_and_loss_nobody_jumps_and_nobody_walks_back(seed, jitter_s, loss):
    rng = random.Random(seed)
    arrivals = [
        (tick * TICK_S + 0.02 + rng.random() * jitter_s, tick)
        for tick in range(120)
        if rng.random() >= loss
    ]
    interpolation, shown = play(arrivals, 5.8, after_s=1.5)
    steps = np.diff(heads(shown)[:, 0])
    assert steps.max() < 0.12
    assert steps.min() > -0.08
    assert LEAST_DELAY_S <= interpolation.delay_s(7) <= MOST_DELAY_S


def test_the_delay_grows_with_the_jitter_and_shrinks_again():
    rng = random.Random(5)
    calm = [(tick * TICK_S, tick) for tick in range(60)]
    rough = [(tick * TICK_S + rng.random() * 0.12, tick) for tick in range(60, 160)]
    again = [(tick * TICK_S, tick) for tick in range(160, 300)]
    delays = [
        play(calm + rest, until_s)[0].delay_s(7)
        for rest, until_s in (([], 3.0), (rough, 8.0), (rough + again, 15.0))
    ]
    assert delays[1] > delays[0] + 0.05
    assert delays[2] < delays[1] - 0.05


def test_without_news_a_body_goes_on_for_a_moment_and_then_holds():
    _, shown = play([(tick * TICK_S, tick) for tick in range(40)], 4.0)
    end_m = 1.0 + SPEED * (39 * TICK_S + EXTRAPOLATED_S)
    assert heads(shown)[-1, 0] == pytest.approx(end_m)
    assert not shown[-1][1].velocity_m_per_s.any()


def test_tick_numbers_wrap_without_a_jump():
    first = 0xFFFF - 20
    _, shown = play([(0.01 + n * TICK_S, first + n) for n in range(80)], 4.0)
    steps = np.diff(heads(shown)[:, 0])
    assert np.allclose(steps, SPEED / 60, atol=2e-3)


def test_frames_that_overtake_one_another_are_put_in_order():
    swapped = [tick + (1 if tick % 2 == 0 else -1) for tick in range(80)]
    arrivals = [(0.1 + n * TICK_S, tick) for n, tick in enumerate(swapped)]
    _, shown = play(arrivals, 3.8)
    assert np.diff(heads(shown)[:, 0]).min() > -1e-9


def test_who_comes_every_fourth_tick_is_shown_later_but_as_smoothly():
    _, shown = play([(tick * TICK_S, tick) for tick in range(0, 120, 4)], 5.5, after_s=2.5)
    steps = np.diff(heads(shown)[:, 0])
    assert np.allclose(steps, SPEED / 60, atol=4e-3)


def test_heads_turn_on_the_shorter_way_at_an_even_pace():
    _, shown = play([(tick * TICK_S, tick) for tick in range(140)], 6.8)
    rotations = np.array([one.poses.head_rotation[0] for _, one in shown])
    turns = angle_between(rotations[1:], rotations[:-1])
    assert turns.max() < 2 / 60
    assert math.isclose(turns.mean(), 1 / 60, rel_tol=0.05)


def test_a_door_is_no_way_to_slide_through():
    interpolation = Interpolation(TICK_S)
    near, far = resting(1), resting(1)
    near.head_m[0], far.head_m[0] = (1, 1, 1.6), (8, 6, 1.6)
    for tick in range(20):
        interpolation.add(tick, np.array([3]), near if tick < 10 else far, tick * TICK_S)
    seen = {tuple(interpolation.at(n / 200).poses.head_m[0]) for n in range(60, 240)}
    assert seen == {(1.0, 1.0, 1.6), (8.0, 6.0, 1.6)}


def test_a_server_that_starts_again_is_followed_from_its_first_tick():
    interpolation = Interpolation(TICK_S)
    for tick in range(2000, 2100):
        interpolation.add(tick, np.array([1]), walking(tick), tick * TICK_S)
    start_s = 2100 * TICK_S + 1.0
    for tick in range(40):
        interpolation.add(tick, np.array([2]), walking(tick), start_s + tick * TICK_S)
    shown = interpolation.at(start_s + 39 * TICK_S)
    assert shown.slots.tolist() == [2]
    assert shown.poses.head_m[0, 0] == pytest.approx(1.0 + SPEED * 37.8 * TICK_S, abs=0.03)


def test_nobody_is_nobody():
    shown = Interpolation().at(1.0)
    assert len(shown.slots) == len(shown.poses) == 0
