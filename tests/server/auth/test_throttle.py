"""Counting failed sign-ins."""

import pytest

from server.auth.throttle import PER_ACCOUNT, PER_ADDRESS, PER_PAIR, Throttle
from world.errors import TooManyRequests


def fail(throttle, n, account=b"anna", address="a", now_s=0.0):
    for _ in range(n):
        throttle.charge(account, address, now_s)


def test_tries_beyond_the_allowance_are_refused_until_one_is_forgotten():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures)
    with pytest.raises(TooManyRequests):
        throttle.charge(b"anna", "a", 0.0)
    throttle.charge(b"anna", "a", PER_PAIR.seconds_each)


def test_one_address_cannot_try_many_accounts():
    throttle = Throttle()
    for i in range(PER_ADDRESS.failures):
        throttle.charge(b"%d" % i, "a", 0.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(b"anna", "a", 0.0)
    throttle.charge(b"anna", "b", 0.0)


def test_many_addresses_cannot_try_one_account():
    throttle = Throttle()
    for i in range(PER_ACCOUNT.failures):
        throttle.charge(b"anna", f"{i}", 0.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(b"anna", "another", 0.0)


def test_success_forgives_the_slips_before_it():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures - 1)
    throttle.charge(b"anna", "a", 0.0)
    throttle.forgive(b"anna", "a", 0.0)
    fail(throttle, PER_PAIR.failures)


def test_an_undecided_try_does_not_reset_the_count():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures - 1)
    throttle.charge(b"anna", "a", 0.0)
    throttle.pay_back(b"anna", "a", 0.0)
    throttle.charge(b"anna", "a", 0.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(b"anna", "a", 0.0)


def test_a_clock_that_is_set_back_forgives_nothing():
    throttle = Throttle()
    fail(throttle, PER_PAIR.failures, now_s=1000.0)
    with pytest.raises(TooManyRequests):
        throttle.charge(b"anna", "a", 0.0)


def test_counters_are_bounded():
    throttle = Throttle()
    for i in range(21_000):
        throttle.charge(b"%d" % i, f"{i}", 0.0)
    assert len(throttle._pairs._failures) == 20_000
