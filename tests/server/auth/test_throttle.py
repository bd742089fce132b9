"""Counting failed sign-ins."""

import pytest

from server.auth.throttle import PER_ACCOUNT, PER_ADDRESS, PER_PAIR, SUCCESSES, Throttle, Try
from world.errors import TooManyRequests

ANNA = Try(b"anna", b"a")


def fail(throttle, n, one=ANNA, now_s=0.0):
    for _ in range(n):
        throttle.charge(one, now_s)


def test_tries_beyond_the_allowance_are_refused_until_one_is_forgotten():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures)
    with pytest.raises(TooManyRequests):
        throttle.charge(ANNA, 0.0)
    throttle.charge(ANNA, PER_PAIR.seconds_each)


def test_one_address_cannot_try_many_accounts():
    throttle = Throttle()
    for i in range(PER_ADDRESS.failures):
        throttle.charge(Try(b"%d" % i, b"a"), 0.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(ANNA, 0.0)
    throttle.charge(Try(b"anna", b"b"), 0.0)


def test_many_addresses_cannot_try_one_account():
    throttle = Throttle()
    for i in range(PER_ACCOUNT.failures):
        throttle.charge(Try(b"anna", b"%d" % i), 0.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(Try(b"anna", b"another"), 0.0)


def test_success_forgives_the_slips_before_it():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures)
    throttle.forgive(ANNA, 0.0)
    fail(throttle, PER_PAIR.failures)


def test_an_undecided_try_does_not_reset_the_count():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures - 1)
    with pytest.raises(TooManyRequests, match="full"), throttle.charged(ANNA, 0.0):
        raise TooManyRequests("The pool is full.")
    throttle.charge(ANNA, 0.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(ANNA, 0.0)


def test_a_clock_that_is_set_back_forgives_nothing():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures, now_s=1000.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(ANNA, 0.0)


def test_counters_are_bounded():
    throttle = Throttle()
    for i in range(21_000):
        throttle.charge(Try(b"%d" % i, b"at %d" % i), 0.0)
    assert len(throttle._counters["pair"]._failures) == 20_000


def test_another_throttle_goes_on_counting_where_one_ended():
    first, second = Throttle(), Throttle()
    fail(first, PER_PAIR.failures)
    second.restore(first.counts(ANNA, 0.0))
    with pytest.raises(TooManyRequests, match="wait 30 seconds"):
        second.charge(ANNA, 0.0)
    second.charge(ANNA, PER_PAIR.seconds_each)
    assert [count.failures for count in second.counts(ANNA, 0.0)] == [8.0, 6.0, 1.0]


def test_successes_are_counted_too():
    throttle = Throttle()
    for _ in range(SUCCESSES.failures):
        throttle.charge(ANNA, 0.0)
        throttle.forgive(ANNA, 0.0)
    with pytest.raises(TooManyRequests, match="wait 6 seconds"):
        throttle.charge(Try(b"anna", b"elsewhere"), 0.0)
    throttle.charge(Try(b"bert", b"a"), 0.0)
    throttle.charge(ANNA, SUCCESSES.seconds_each)


def test_an_attack_from_elsewhere_does_not_lock_the_owner_out_where_they_signed_in_before():
    throttle = Throttle()
    throttle.charge(ANNA, 0.0)
    throttle.forgive(ANNA, 0.0)
    for i in range(PER_ACCOUNT.failures):
        throttle.charge(Try(b"anna", b"%d" % i), 0.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(Try(b"anna", b"another"), 0.0)
    fail(throttle, PER_PAIR.failures)
    with pytest.raises(TooManyRequests):
        throttle.charge(ANNA, 0.0)
