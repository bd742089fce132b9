"""Slows down guessing: failures are counted per address, per account, and per both together.

A try is charged before its password is looked at, so that many at once count as many, and paid
back if it succeeds. Counting for logins that nobody has is no different. The three tables are
bounded: full, the counter that was used longest ago is forgotten.

Where an account was signed in to before, what others do to it elsewhere does not count: its owner
is not locked out by an attack.

Successes are counted too, per account and in memory alone: they cost a slow hash and a session
each, and only who knows the password can have them.

The counters are kept in the store with the row that says that a try was refused, before whoever
tried is told. So a process that is killed forgets only tries of which nobody has learnt anything,
and the next one goes on counting where it ended.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Final

from server.auth.errors import TryLater
from server.auth.turns import Turns
from server.store.sign_in_failures import FailureCount, Kind
from world.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many failures (or whatever is counted) are allowed, and how soon one is forgotten."""

    failures: int
    seconds_each: float


@dataclass(frozen=True, slots=True)
class Try:
    """Who tries to prove who they are, and from where.

    Attributes:
      account: the login's blind index, whether the login exists or not.
      address: the blind index of the address.
    """

    account: bytes
    address: bytes

    @property
    def keys(self) -> dict[Kind, bytes]:
        """What it is counted by."""
        pair = self.account + self.address
        return {"pair": pair, "account": self.account, "address": self.address}


# An account's own limit is wide, so that a stranger cannot easily lock a patient out.
PER_PAIR: Final = Allowance(failures=8, seconds_each=30.0)
PER_ACCOUNT: Final = Allowance(failures=60, seconds_each=10.0)
PER_ADDRESS: Final = Allowance(failures=100, seconds_each=3.0)
SUCCESSES: Final = Allowance(failures=10, seconds_each=6.0)
_COUNTERS: Final = 20_000


class Throttle:
    """Counts the tries of one process, and shares out the turns at looking at them."""

    def __init__(self) -> None:
        self._counters: dict[Kind, Counters] = {
            "pair": Counters(PER_PAIR),
            "account": Counters(PER_ACCOUNT),
            "address": Counters(PER_ADDRESS),
        }
        self._successes = Counters(SUCCESSES)
        self._turns = Turns()
        # Accounts with addresses from which they were signed in to, the latest last.
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def turn(self, one: Try) -> AbstractAsyncContextManager[None]:
        """Waits for this try's turn at the slow hashes and holds it; to be taken before charging.

        Raises:
          TryLater: if too many others of its account or address wait.
        """
        account = one.keys["pair"] if self._is_known(one) else one.account
        return self._turns.taken(account, one.address)

    def _is_known(self, one: Try) -> bool:
        return one.keys["pair"] in self._known

    def charge(self, one: Try, now_s: float) -> None:
        """Counts a try.

        Raises:
          TryLater: if there were too many lately; the message says how long to wait.
        """
        wait_s = max(
            self._successes.wait_s(one.account, now_s),
            *(
                self._counters[kind].wait_s(key, now_s)
                for kind, key in one.keys.items()
                if kind != "account" or not self._is_known(one)
            ),
        )
        refuse_while(wait_s)
        for kind, key in one.keys.items():
            self._counters[kind].add(key, now_s, 1)

    @contextmanager
    def charged(self, one: Try, now_s: float) -> Iterator[None]:
        """Counts a try, and pays it back if it was turned away before it was decided.

        Raises:
          TooManyRequests: if too many failed lately.
        """
        self.charge(one, now_s)
        try:
            yield
        except TooManyRequests:
            self.pay_back(one, now_s)
            raise

    def pay_back(self, one: Try, now_s: float) -> None:
        """Says that the try that was charged was not decided."""
        for kind, key in one.keys.items():
            self._counters[kind].add(key, now_s, -1)

    def forgive(self, one: Try, now_s: float) -> None:
        """Says that the try that was charged succeeded: this person's slips are forgotten."""
        self.pay_back(one, now_s)
        self._counters["pair"].forget(one.keys["pair"])
        self._successes.add(one.account, now_s, 1)
        self._known[one.keys["pair"]] = None
        self._known.move_to_end(one.keys["pair"])
        if len(self._known) > _COUNTERS:
            self._known.popitem(last=False)

    def counts(self, one: Try, now_s: float) -> list[FailureCount]:
        """Returns the counters of a try as they stand, to be kept."""
        return [self._counters[kind].count_of(kind, key, now_s) for kind, key in one.keys.items()]

    def restore(self, counts: Iterable[FailureCount]) -> None:
        """Takes over what an earlier process has counted, the oldest counter first."""
        for count in counts:
            self._counters[count.kind].restore(count)


class Counters:
    """Counts by key what is forgotten one by one as time goes by; bounded."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        # Key to the failures that still counted, and when.
        self._failures: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def spend(self, key: bytes, now_s: float) -> None:
        """Counts one more.

        Raises:
          TryLater: if there were too many lately; the message says how long to wait.
        """
        refuse_while(self.wait_s(key, now_s))
        self.add(key, now_s, 1)

    def wait_s(self, key: bytes, now_s: float) -> float:
        """Returns how long it takes until one more is allowed."""
        excess = self._count(key, now_s) + 1 - self._allowance.failures
        return max(0.0, excess * self._allowance.seconds_each)

    def add(self, key: bytes, now_s: float, failures: int) -> None:
        """Counts some more, or less."""
        self._set(key, max(0.0, self._count(key, now_s) + failures), now_s)

    def forget(self, key: bytes) -> None:
        """Counts from nothing again."""
        self._failures.pop(key, None)

    def restore(self, count: FailureCount) -> None:
        """Takes over what an earlier process has counted."""
        self._set(count.key, count.failures, count.at_s)

    def count_of(self, kind: Kind, key: bytes, now_s: float) -> FailureCount:
        """Returns a counter as it stands, to be kept."""
        failures = self._count(key, now_s)
        forgotten_at_s = now_s + failures * self._allowance.seconds_each
        return FailureCount(kind, key, failures, now_s, forgotten_at_s)

    def _set(self, key: bytes, failures: float, at_s: float) -> None:
        self._failures[key] = (failures, at_s)
        self._failures.move_to_end(key)
        if len(self._failures) > _COUNTERS:
            self._failures.popitem(last=False)

    def _count(self, key: bytes, now_s: float) -> float:
        count, at_s = self._failures.get(key, (0.0, now_s))
        # A clock that was set back forgets nothing and forgives nothing.
        return max(0.0, count - max(0.0, now_s - at_s) / self._allowance.seconds_each)


def refuse_while(wait_s: float) -> None:
    """Returns if there is nothing to wait for.

    Raises:
      TryLater: if there is; the message says how long.
    """
    if wait_s > 0:
        raise TryLater(
            f"There were too many tries: wait {max(1, round(wait_s))} seconds, then try again.",
            wait_s,
        )
