"""What people decide about one another: blocks, and agreements to talk.

Rules:

* A block works both ways at once and ends any agreement; nobody is told that they are blocked.
* Strangers hear each other once both have agreed, until one withdraws, blocks, or leaves the
  room: whoever moves people calls `end_agreements` for those who changed rooms or went.

Who may do it at all is decided in world/access.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from world.errors import TooManyRequests
from world.people import UserId

Ties: TypeAlias = Mapping[UserId, frozenset[UserId]]

TIES_MAX_N = 500
"""Blocks, or agreements, of one user; a limit of the house that bounds memory."""

_NOBODY: frozenset[UserId] = frozenset()


@dataclass(frozen=True, slots=True)
class Moderation:
    """Who has blocked whom, and who would talk with whom."""

    blocks: Ties = field(default_factory=dict)
    agreements: Ties = field(default_factory=dict)

    def is_blocked(self, one: UserId, other: UserId) -> bool:
        """Whether one of the two has blocked the other."""
        blocks = self.blocks
        return other in blocks.get(one, _NOBODY) or one in blocks.get(other, _NOBODY)

    def is_agreed(self, one: UserId, other: UserId) -> bool:
        """Whether both have agreed to talk."""
        agreements = self.agreements
        return other in agreements.get(one, _NOBODY) and one in agreements.get(other, _NOBODY)


def block(moderation: Moderation, by: UserId, whom: UserId) -> Moderation:
    """Returns the ties after a block, which also ends their agreement.

    Raises:
      TooManyRequests: if this user has blocked TIES_MAX_N others already.
    """
    blocks = _tie(moderation.blocks, by, whom)
    agreements = _untie(_untie(moderation.agreements, by, whom), whom, by)
    return replace(moderation, blocks=blocks, agreements=agreements)


def unblock(moderation: Moderation, by: UserId, whom: UserId) -> Moderation:
    """Returns the ties after this user's own block is taken back; the other's remains."""
    return replace(moderation, blocks=_untie(moderation.blocks, by, whom))


def agree(moderation: Moderation, by: UserId, whom: UserId) -> Moderation:
    """Returns the ties after one side has agreed to talk.

    Raises:
      TooManyRequests: if this user has agreed with TIES_MAX_N others already.
    """
    return replace(moderation, agreements=_tie(moderation.agreements, by, whom))


def withdraw(moderation: Moderation, by: UserId, whom: UserId) -> Moderation:
    """Returns the ties after one side no longer agrees."""
    return replace(moderation, agreements=_untie(moderation.agreements, by, whom))


def end_agreements(moderation: Moderation, user_id: UserId) -> Moderation:
    """Returns the ties without any agreement by or with this user."""
    agreements = {
        one: others - {user_id}
        for one, others in moderation.agreements.items()
        if one != user_id and others - {user_id}
    }
    return replace(moderation, agreements=agreements)


def _tie(ties: Ties, by: UserId, whom: UserId) -> Ties:
    others = ties.get(by, _NOBODY) | {whom}
    if len(others) > TIES_MAX_N:
        raise TooManyRequests("This list is full. Take somebody off it first.")
    return {**ties, by: others}


def _untie(ties: Ties, by: UserId, whom: UserId) -> Ties:
    others = ties.get(by, _NOBODY) - {whom}
    kept = {one: those for one, those in ties.items() if one != by}
    return {**kept, by: others} if others else kept
