"""How often somebody may do what reaches others uninvited, whatever the budget of messages allows.

A deed is counted under a key that says who does what to whom; only those of the last minutes are
kept. Of what somebody writes, which the clinic has to keep for weeks, the bytes are counted over a
day. With a restart all is forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from world.errors import TooManyRequests
from world.people import UserId

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


DAY_S = 86_400.0
TEXT_COSTS_BYTES = 200
"""What keeping a text costs besides its own bytes: its row, seal and place in two indices."""
MOST_A_DAY_BYTES = 256 * 1024
"""More than somebody types at 40 words a minute, without a pause, for a working day."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody has written of late.

    Attributes:
      left_bytes: of which so much still counted then; it fades evenly, a day's measure in a day.
      at_s: when that was so, in seconds since the epoch.
    """

    left_bytes: float
    at_s: float

    def counted_bytes(self, now_s: float) -> float:
        """Returns how much of it still counts."""
        faded_bytes = max(0.0, now_s - self.at_s) * MOST_A_DAY_BYTES / DAY_S
        return max(0.0, self.left_bytes - faded_bytes)


def write(
    written: Mapping[UserId, Written], user_id: UserId, text: str, now_s: float
) -> Mapping[UserId, Written]:
    """Returns what everybody has written of late, with one more text of this person.

    Raises:
      TooManyRequests: if it is more than the clinic keeps of one person in a day.
    """
    before_bytes = written[user_id].counted_bytes(now_s) if user_id in written else 0.0
    left_bytes = before_bytes + len(text.encode()) + TEXT_COSTS_BYTES
    if left_bytes > MOST_A_DAY_BYTES:
        raise TooManyRequests(
            "You have written as much as the clinic keeps of one person in a day. Talk instead, or "
            "write again in an hour."
        )
    kept = {one: past for one, past in written.items() if past.counted_bytes(now_s) > 0}
    return {**kept, user_id: Written(left_bytes, now_s)}
