import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.queue import (
    EVIDENCE_MIN_N,
    expected_wait,
    next_for,
    place,
    queue,
    recent_durations_s,
    wait_of,
)
from world.visit_events import Book, Call, CheckIn, End, Leave, WalkIn

ROOM, WAITING = "consult-1", "waiting"
DURATIONS_S = (300.0, 600.0, 600.0, 600.0, 900.0)


def _order(house):
    return [visit.visit_id for visit in queue(house.visits)]


def test_who_comes_first_is_seen_first(house):
    for number in (3, 1, 2):
        house.come(f"p{number}", "patient")
        house.walk_in(f"p{number}", f"v{number}")
        house.now_s += 1.0
    assert _order(house) == ["v3", "v1", "v2"]
    assert [place(house.visits, v) for v in ("v3", "v1", "v2")] == [1, 2, 3]
    house.do(Leave("v1"), "p1")
    assert place(house.visits, "v2") == 2
    assert place(house.visits, "v1") is None


def test_an_early_patient_does_not_overtake_and_a_late_one_keeps_no_turn(house):
    for user_id in ("early", "late", "walker"):
        house.come(user_id, "patient")
    house.do(Book("v-late", "late", 900.0), "late")
    house.do(Book("v-early", "early", 2000.0), "early")
    house.do(CheckIn("v-early"), "early")
    house.now_s = 1500.0
    house.do(WalkIn("v-walker", "walker"), "walker")
    house.now_s = 1600.0
    house.do(CheckIn("v-late"), "late")
    assert _order(house) == ["v-walker", "v-late", "v-early"]


def test_the_next_one_is_here_and_not_booked_with_a_colleague_who_is(house):
    for doctor_id in "de":
        house.come(doctor_id, "doctor")
    for user_id in "pqr":
        house.come(user_id, "patient")
    house.do(Book("v1", "p", 0.0, booked_with="e"), "p")
    house.do(CheckIn("v1"), "p")
    house.walk_in("q", "v2")
    house.now_s += 1.0
    house.walk_in("r", "v3")
    house.vanish("q")
    assert next_for(house.visits, "d").visit_id == "v3"
    assert next_for(house.visits, "e").visit_id == "v1"
    house.vanish("e")
    assert next_for(house.visits, "d").visit_id == "v1"


def test_without_evidence_or_doctor_the_wait_is_not_known(house):
    assert expected_wait(2, [], 1, DURATIONS_S[: EVIDENCE_MIN_N - 1]) is None
    assert expected_wait(2, [], 0, DURATIONS_S) is None
    house.come("p", "patient")
    house.walk_in("p")
    assert wait_of(house.visits, "v1", house.now_s) is None
    assert wait_of(house.visits, "no-such-visit", house.now_s) is None


def test_a_free_doctor_means_no_wait():
    wait = expected_wait(1, [30.0], 3, DURATIONS_S)
    assert (wait.low_s, wait.expected_s, wait.high_s) == (0.0, 0.0, 0.0)


def test_the_wait_is_the_rest_of_the_running_consult_and_those_ahead():
    wait = expected_wait(2, [200.0], 1, DURATIONS_S)
    assert wait.expected_s == 400.0 + 2 * 600.0
    assert expected_wait(2, [200.0, 500.0], 2, DURATIONS_S).expected_s == 700.0
    # Longer than all known: taken to last a usual consult more.
    assert expected_wait(0, [5000.0], 1, DURATIONS_S).expected_s == 600.0


@given(
    ahead_n=st.integers(0, 20),
    busy=st.lists(st.floats(0.0, 5000.0), max_size=4),
    free_n=st.integers(0, 3),
    durations_s=st.lists(st.floats(1.0, 5000.0), min_size=EVIDENCE_MIN_N, max_size=60),
)
def test_intervals_are_ordered_and_grow_with_the_people_ahead(ahead_n, busy, free_n, durations_s):
    doctors_n = len(busy) + free_n
    wait = expected_wait(ahead_n, busy, doctors_n, durations_s)
    if doctors_n == 0:
        assert wait is None
        return
    more = expected_wait(ahead_n + 1, busy, doctors_n, durations_s)
    assert 0.0 <= wait.low_s <= more.low_s
    assert wait.expected_s <= more.expected_s
    assert wait.high_s <= more.high_s


@pytest.mark.parametrize("doctors_n", [1, 2, 3])
@pytest.mark.parametrize("ahead_n", [0, 2, 6])
def test_most_waits_of_a_simulated_clinic_lie_in_the_interval(doctors_n, ahead_n):
    rng = np.random.default_rng(7)
    inside_n, runs_n = 0, 400
    for _ in range(runs_n):
        past_s = rng.lognormal(np.log(600.0), 0.5, 40)
        elapsed_s = rng.uniform(0.0, 600.0, doctors_n)
        free_at_s = [_rest_s(rng, elapsed) for elapsed in elapsed_s]
        wait = expected_wait(ahead_n, list(elapsed_s), doctors_n, past_s)
        heapq.heapify(free_at_s)
        for _ in range(ahead_n):
            heapq.heapreplace(free_at_s, free_at_s[0] + rng.lognormal(np.log(600.0), 0.5))
        inside_n += wait.low_s <= free_at_s[0] <= wait.high_s
    assert inside_n / runs_n > 0.5


def _rest_s(rng, elapsed_s):
    while True:
        total_s = rng.lognormal(np.log(600.0), 0.5)
        if total_s > elapsed_s:
            return total_s - elapsed_s


def test_the_evidence_is_the_consults_that_ended_today(house):
    house.come("d", "doctor")
    house.come("p", "patient")
    for number in range(EVIDENCE_MIN_N):
        house.walk_in("p", f"v{number}")
        house.do(Call(f"v{number}", ROOM), "d")
        house.go("d", ROOM)
        house.go("p", ROOM)
        house.now_s += 60.0 * (number + 1)
        house.do(End(f"v{number}"), "d")
        house.go("p", WAITING)
        house.go("d", WAITING)
    assert recent_durations_s(house.visits) == (60.0, 120.0, 180.0, 240.0, 300.0)
    house.walk_in("p", "next")
    assert wait_of(house.visits, "next", house.now_s).expected_s == 0.0
    house.now_s += 1.0
    house.come("q", "patient")
    house.walk_in("q", "later")
    assert wait_of(house.visits, "later", house.now_s).expected_s == 180.0
