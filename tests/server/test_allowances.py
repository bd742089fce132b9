from server.allowances import FORGET_S, Allowances
from world.protocol.session import BUDGETS, BudgetClass


def _spend(buckets, now_s):
    return sum(iter(lambda: buckets[BudgetClass.REQUEST].take(now_s), False))


def test_an_account_that_comes_back_finds_what_it_left_of_its_budgets():
    allowances = Allowances()
    assert _spend(allowances.of("p", 0.0), 0.0) == BUDGETS[BudgetClass.REQUEST].burst
    allowances.forget_old(FORGET_S)
    assert _spend(allowances.of("p", 0.0), 0.0) == 0
    assert _spend(allowances.of("q", 0.0), 0.0) == BUDGETS[BudgetClass.REQUEST].burst


def test_an_account_that_was_long_away_is_forgotten():
    allowances = Allowances()
    spent = allowances.of("p", 0.0)
    allowances.forget_old(FORGET_S + 1.0)
    assert allowances.of("p", FORGET_S + 1.0) is not spent


def test_nothing_is_gained_by_being_forgotten():
    assert all(budget.burst / budget.rate_hz <= FORGET_S for budget in BUDGETS.values())
