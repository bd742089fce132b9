"""What each account may still send: budgets that outlive its connections.

A client that comes back gets no fresh budget by coming back, and how often it may come back has a
budget of its own. An account that has not been heard of for FORGET_S is forgotten; its budgets
are full again by then.
"""

from dataclasses import dataclass

from world.people import UserId
from world.protocol.session import BUDGETS, BudgetClass, TokenBucket

FORGET_S = 120.0

Buckets = dict[BudgetClass, TokenBucket]


def full_buckets(now_s: float) -> Buckets:
    """Returns one full bucket of each class."""
    return {kind: TokenBucket.full(budget, now_s) for kind, budget in BUDGETS.items()}


@dataclass(slots=True)
class _Account:
    buckets: Buckets
    heard_s: float


class Allowances:
    """The budgets of all accounts that were here a short while ago."""

    def __init__(self) -> None:
        self._accounts: dict[UserId, _Account] = {}

    def of(self, user_id: UserId, now_s: float) -> Buckets:
        """Returns the account's budgets, shared by all its connections."""
        account = self._accounts.get(user_id)
        if account is None:
            account = self._accounts[user_id] = _Account(full_buckets(now_s), now_s)
        account.heard_s = now_s
        return account.buckets

    def forget_old(self, now_s: float) -> None:
        """Forgets who has not been here for a while."""
        old = [key for key, one in self._accounts.items() if now_s - one.heard_s > FORGET_S]
        for user_id in old:
            del self._accounts[user_id]
