import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from world import interest


def _seen(choice):
    return [set(rows.tolist()) for rows in np.split(choice.rows, choice.ends)[:-1]]


def _crowd(count, seed):
    return np.random.default_rng(seed).uniform((0, 0, 1.4), (20, 20, 1.8), (count, 3))


@given(st.integers(0, 25))
def test_in_a_small_room_everybody_is_sent_everybody_else(count):
    seen = _seen(interest.choose(_crowd(count, 1), tick=3))
    assert seen == [set(range(count)) - {viewer} for viewer in range(count)]


@settings(max_examples=20, deadline=None)
@given(st.integers(30, 120), st.integers(0, 2**32 - 1))
def test_the_nearest_come_every_tick_and_all_others_within_a_turn(count, seed):
    head_m = _crowd(count, seed)
    ticks = [_seen(interest.choose(head_m, tick)) for tick in range(interest.CAROUSEL)]
    distance_m = np.hypot(*(head_m[:, None, :2] - head_m[None, :, :2]).T)
    for viewer in range(count):
        order = [row for row in np.argsort(distance_m[viewer]) if row != viewer]
        surely_near = set(order[: interest.NEAR - 1])
        assert all(surely_near <= seen[viewer] for seen in ticks)
        assert set().union(*(seen[viewer] for seen in ticks)) == set(order)


def test_a_marked_person_is_sent_to_everybody_each_tick():
    head_m, marked = _crowd(80, 3), np.zeros(80, bool)
    marked[17] = True
    for tick in range(interest.CAROUSEL):
        seen = _seen(interest.choose(head_m, tick, marked))
        assert all(17 in rows for viewer, rows in enumerate(seen) if viewer != 17)


def test_the_number_of_records_stays_within_the_budget():
    seen = _seen(interest.choose(_crowd(200, 4), tick=1))
    assert max(map(len, seen)) <= interest.NEAR + 200 // interest.CAROUSEL
