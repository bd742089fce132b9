import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.errors import RemoteProtocolError
from world.protocol import messages as m
from world.protocol.session import (
    BUDGETS,
    RULES,
    Budget,
    BudgetClass,
    SessionState,
    TokenBucket,
    require_legal,
)


@pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("state", SessionState)
def test_a_message_is_legal_in_its_state_only(kind, state):
    if RULES[kind].state is state:
        assert require_legal(state, kind) is RULES[kind]
        return
    with pytest.raises(RemoteProtocolError) as caught:
        require_legal(state, kind)
    assert caught.value.close_code == 1008


def test_only_signing_in_is_legal_before_one_is_known():
    assert [kind for kind, rule in RULES.items() if rule.state is SessionState.OPENING] == [
        m.Authenticate
    ]


def test_nothing_is_legal_on_a_closed_session():
    assert not [kind for kind, rule in RULES.items() if rule.state is SessionState.CLOSED]


@given(st.lists(st.floats(0, 2), max_size=200))
def test_a_bucket_never_gives_more_than_burst_plus_rate(gaps_s):
    bucket = TokenBucket.full(Budget(burst=5, rate_hz=10), 0.0)
    now_s = granted = 0.0
    for gap_s in gaps_s:
        now_s += gap_s
        granted += bucket.take(now_s)
    assert granted <= 5 + 10 * now_s + 1e-6


def test_a_bucket_that_has_waited_long_gives_its_burst_and_no_more():
    bucket = TokenBucket.full(Budget(burst=5, rate_hz=10), 0.0)
    assert sum(bucket.take(3_600.0) for _ in range(100)) == 5


def test_a_clock_that_jumps_back_gives_nothing_away_and_breaks_nothing():
    bucket = TokenBucket.full(Budget(burst=1, rate_hz=1), 100.0)
    assert bucket.take(100.0)
    assert not bucket.take(50.0)
    assert bucket.take(51.5)


def test_every_class_of_traffic_has_a_budget():
    assert set(BUDGETS) == set(BudgetClass)


def test_what_reaches_others_unasked_has_the_pace_of_a_person():
    words = {kind for kind, rule in RULES.items() if rule.budget is BudgetClass.WORDS}
    assert words == {m.Say, m.Report, m.Knock}
    bucket = TokenBucket.full(BUDGETS[BudgetClass.WORDS], 0.0)
    assert sum(bucket.take(tenth / 10) for tenth in range(1_000)) <= 8 + 100
