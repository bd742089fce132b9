"""How often somebody may do what reaches others uninvited, whatever the budget of messages allows.

A deed is counted under a key that says who does what to whom; only those of the last minutes are
kept, and with a restart all are forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from world.errors import TooManyRequests

Key: TypeAlias = tuple[str, ...]
Deeds: TypeAlias = Mapping[Key, tuple[float, ...]]
"""When each deed was done, in seconds since the epoch, oldest first."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many deeds of one key within so long; a limit of the house.

    Attributes:
      sentence: what who has done more is told.
    """

    most_n: int
    within_s: float
    sentence: str


KNOCKS = Limit(1, 10.0, "You have just knocked at this door. Wait for an answer.")
"""Of one person on one door."""
NAMES = Limit(5, 60.0, "You have changed your name often. Wait a minute, and try again.")
"""Of one person."""
INVITATIONS = Limit(
    3, 600.0, "You have asked this person several times. Wait some minutes, and try again."
)
"""Of one person by another."""
_KEPT_S = max(limit.within_s for limit in (KNOCKS, NAMES, INVITATIONS))


def count(deeds: Deeds, key: Key, limit: Limit, now_s: float) -> Deeds:
    """Returns the deeds with one more of this key, without those that no limit asks for.

    Raises:
      TooManyRequests: if it is one too many.
    """
    recent = tuple(at_s for at_s in deeds.get(key, ()) if now_s - at_s < limit.within_s)
    if len(recent) >= limit.most_n:
        raise TooManyRequests(limit.sentence)
    kept = {one: times for one, times in deeds.items() if now_s - times[-1] < _KEPT_S}
    return {**kept, key: (*recent, now_s)}
