"""Slows down guessing: failures are counted per address, per account, and per both together.

A sign-in is charged before its password is looked at, so that many at once count as many, and
paid back if it succeeds. Counting for logins that nobody has is no different. The three tables
are bounded: full, the counter that was used longest ago is forgotten.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from world.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many failures are forgiven, and how soon one is forgotten."""

    failures: int
    seconds_each: float


# An account's own limit is wide, so that a stranger cannot easily lock a patient out.
PER_PAIR: Final = Allowance(failures=8, seconds_each=30.0)
PER_ACCOUNT: Final = Allowance(failures=60, seconds_each=10.0)
PER_ADDRESS: Final = Allowance(failures=100, seconds_each=3.0)
_COUNTERS: Final = 20_000


class Throttle:
    """Counts the failed sign-ins of one process."""

    def __init__(self) -> None:
        self._pairs = _Counters(PER_PAIR)
        self._accounts = _Counters(PER_ACCOUNT)
        self._addresses = _Counters(PER_ADDRESS)

    def charge(self, account: bytes, address: str, now_s: float) -> None:
        """Counts a try.

        Args:
          account: the login's blind index, whether the login exists or not.
          address: where it comes from.
          now_s: the time, in seconds.

        Raises:
          TooManyRequests: if too many failed lately; the message says how long to wait.
        """
        pair = account + address.encode()
        wait_s = max(
            self._pairs.wait_s(pair, now_s),
            self._accounts.wait_s(account, now_s),
            self._addresses.wait_s(address.encode(), now_s),
        )
        if wait_s > 0:
            raise TooManyRequests(
                f"Too many sign-ins failed: wait {max(1, round(wait_s))} seconds, then try again."
            )
        self._pairs.add(pair, now_s, 1)
        self._accounts.add(account, now_s, 1)
        self._addresses.add(address.encode(), now_s, 1)

    def pay_back(self, account: bytes, address: str, now_s: float) -> None:
        """Says that the try that was charged was not decided."""
        self._pairs.add(account + address.encode(), now_s, -1)
        self._accounts.add(account, now_s, -1)
        self._addresses.add(address.encode(), now_s, -1)

    def forgive(self, account: bytes, address: str, now_s: float) -> None:
        """Says that the try that was charged succeeded: this person's slips are forgotten."""
        self.pay_back(account, address, now_s)
        self._pairs.forget(account + address.encode())


class _Counters:
    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        # Key to the failures that still counted, and when.
        self._failures: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: bytes, now_s: float) -> float:
        excess = self._count(key, now_s) + 1 - self._allowance.failures
        return max(0.0, excess * self._allowance.seconds_each)

    def add(self, key: bytes, now_s: float, failures: int) -> None:
        self._failures[key] = (max(0.0, self._count(key, now_s) + failures), now_s)
        self._failures.move_to_end(key)
        if len(self._failures) > _COUNTERS:
            self._failures.popitem(last=False)

    def forget(self, key: bytes) -> None:
        self._failures.pop(key, None)

    def _count(self, key: bytes, now_s: float) -> float:
        count, at_s = self._failures.get(key, (0.0, now_s))
        # A clock that was set back forgets nothing and forgives nothing.
        return max(0.0, count - max(0.0, now_s - at_s) / self._allowance.seconds_each)
