import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.errors import TooManyRequests
from world.moderation import (
    TIES_MAX_N,
    Moderation,
    agree,
    block,
    end_agreements,
    unblock,
    withdraw,
)

USERS = st.sampled_from("abcd")
STEPS = st.sampled_from([block, unblock, agree, withdraw])


def test_a_block_works_both_ways_and_only_its_maker_takes_it_back():
    blocked = block(Moderation(), "a", "b")
    assert blocked.is_blocked("a", "b")
    assert blocked.is_blocked("b", "a")
    assert unblock(blocked, "b", "a").is_blocked("a", "b")
    assert not unblock(blocked, "a", "b").is_blocked("a", "b")


def test_two_have_agreed_only_when_both_did():
    half = agree(Moderation(), "a", "b")
    assert not half.is_agreed("a", "b")
    both = agree(half, "b", "a")
    assert both.is_agreed("a", "b")
    assert both.is_agreed("b", "a")
    assert not withdraw(both, "b", "a").is_agreed("a", "b")
    assert not block(both, "a", "b").is_agreed("a", "b")


def test_who_leaves_the_room_has_agreed_with_nobody():
    both = agree(agree(agree(Moderation(), "a", "b"), "b", "a"), "b", "c")
    left = end_agreements(both, "a")
    assert left.agreements == {"b": frozenset("c")}


def test_lists_are_bounded():
    full = Moderation()
    for number in range(TIES_MAX_N):
        full = block(full, "a", f"u{number}")
    assert block(full, "a", "u0") == full
    with pytest.raises(TooManyRequests):
        block(full, "a", "one-more")


@given(st.lists(st.tuples(STEPS, USERS, USERS), max_size=30))
def test_ties_equal_a_plain_list_of_pairs(steps):
    moderation, blocks, agreements = Moderation(), set(), set()
    for step, one, other in steps:
        moderation = step(moderation, one, other)
        if step is block:
            blocks.add((one, other))
            agreements -= {(one, other), (other, one)}
        elif step is unblock:
            blocks.discard((one, other))
        elif step is agree:
            agreements.add((one, other))
        else:
            agreements.discard((one, other))
    for one in "abcd":
        for other in "abcd":
            assert moderation.is_blocked(one, other) == bool({(one, other), (other, one)} & blocks)
            assert moderation.is_agreed(one, other) == ({(one, other), (other, one)} <= agreements)
