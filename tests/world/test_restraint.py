import pytest

from world.errors import TooManyRequests
from world.restraint import INVITATIONS, KNOCKS, NAMES, Limit, count

TWICE = Limit(2, 10.0, "Wait.")


def test_what_is_too_often_is_refused_until_the_oldest_is_past():
    deeds = count(count({}, ("a",), TWICE, 100.0), ("a",), TWICE, 104.0)
    with pytest.raises(TooManyRequests, match="Wait"):
        count(deeds, ("a",), TWICE, 109.9)
    deeds = count(deeds, ("a",), TWICE, 110.0)
    assert deeds[("a",)] == (104.0, 110.0)


def test_each_key_is_counted_for_itself():
    deeds = count({}, ("a", "door-1"), KNOCKS, 100.0)
    deeds = count(deeds, ("a", "door-2"), KNOCKS, 100.0)
    assert len(count(deeds, ("b", "door-1"), KNOCKS, 100.0)) == 3


def test_what_nobody_asks_for_any_more_is_forgotten():
    deeds = {}
    for second in range(5_000):
        deeds = count(deeds, (f"user-{second}",), NAMES, 1_000.0 + second)
    assert len(deeds) == INVITATIONS.within_s
