"""What a network address counts as."""

import pytest

from server.auth.addresses import subscriber


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
)
def test_addresses_of_one_subscriber_count_as_one(one, other):
    assert subscriber(one) == subscriber(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.1", "192.0.2.2"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("", "unix"),
    ],
)
def test_addresses_of_two_subscribers_count_as_two(one, other):
    assert subscriber(one) != subscriber(other)
