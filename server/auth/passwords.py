"""Passwords: what is accepted, and slow hashes in a bounded pool beside the event loop.

Rules:
* argon2id; a secret pepper joins by HMAC first, so that a stolen database alone cannot be guessed
  at, and a password of any length, with any character, counts as a whole.
* At least 8 characters, up to 256, no rules of composition (OWASP ASVS 5.0, 6.2.1, 6.2.5, 6.2.9),
  none that everybody tries first (6.2.4), not the login itself.
* At most two hashes run at a time; waiting places are few, and when they are full the request is
  refused at once rather than the machine being exhausted.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from server.auth.errors import TryLater
from world.errors import NotPermitted, TooManyRequests

SHORTEST: Final = 8
LONGEST: Final = 256
_TRIED_FIRST: Final = frozenset(
    """
    password password1 passw0rd 12345678 123456789 1234567890 qwertyui qwertyuiop 1q2w3e4r
    1qaz2wsx abcd1234 iloveyou sunshine princess football baseball superman trustno1 welcome1
    letmein1 starwars whatever computer internet michelle jennifer charlie1 asdfghjk asdfghjkl
    zaq12wsx changeme hospital medicine metaclinic doctor123 patient1 q1w2e3r4 11111111 00000000
    88888888 87654321 987654321 11223344 aa123456 password123
    """.split()  # noqa: SIM905  a list of quoted words is harder to read
)
_SOON_S: Final = 5.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one hash costs.

    Attributes:
      passes: times over the memory.
      memory_kib: in KiB.
      lanes: computed side by side.

    Source: RFC 9106 section 4, second recommended option.
    """

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


class WeakPassword(NotPermitted):
    """The password is one that is guessed too easily."""


class Passwords:
    """Hashes and checks passwords.

    The queue of waiting checks is bounded; when it is full, `TooManyRequests` is raised.
    """

    def __init__(
        self, pepper: bytes, cost: HashCost | None = None, *, workers: int = 2, waiting: int = 32
    ) -> None:
        cost = cost or HashCost()
        self._pepper = pepper
        self._hasher = PasswordHasher(cost.passes, cost.memory_kib, cost.lanes, type=Type.ID)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="password")
        self._free_places = workers + waiting
        self._nobodys_hash: asyncio.Future[str] | None = None

    async def hash(self, password: str) -> str:
        """Returns the hash to store.

        Raises:
          TooManyRequests: if too many are waiting.
        """
        return await self._run(lambda: self._hasher.hash(self._peppered(password)))

    async def is_right(self, password_hash: str | None, password: str) -> bool:
        """Returns whether the password is the one that was hashed.

        Without a hash (an unknown login) it takes the same work, and the answer is no.

        Raises:
          TooManyRequests: if too many are waiting.
        """
        nobodys = await self._hash_of_nobody()
        against = nobodys if password_hash is None else password_hash
        matches = await self._run(lambda: self._matches(against, password))
        return matches and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Returns whether the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        """Ends the pool."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _hash_of_nobody(self) -> str:
        if self._nobodys_hash is None:
            self._nobodys_hash = asyncio.ensure_future(self.hash(secrets.token_urlsafe()))
        try:
            return await asyncio.shield(self._nobodys_hash)
        except TooManyRequests:
            self._nobodys_hash = None
            raise

    async def _run(self, work: Callable[[], T]) -> T:
        if self._free_places == 0:
            raise TryLater(
                "Many people are signing in at this moment: try again in a few seconds.", _SOON_S
            )
        self._free_places -= 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        # The place is free when the work is done, not when somebody stops waiting for it.
        future.add_done_callback(self._free_place)
        return await asyncio.shield(future)

    def _free_place(self, _: asyncio.Future[T]) -> None:
        self._free_places += 1

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, self._peppered(password))
        except (VerificationError, InvalidHashError):
            return False

    def _peppered(self, password: str) -> bytes:
        return hmac.digest(self._pepper, password.encode(), "sha256")


def check_password(password: str, login: str) -> None:
    """Returns if the password is good enough for this login.

    Raises:
      WeakPassword: if not; the message says what is asked for.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"Choose a password of {SHORTEST} to {LONGEST} characters.")
    plain = password.casefold()
    if plain in _TRIED_FIRST or plain == login.strip().casefold():
        raise WeakPassword("This password is among the first that others try: choose another.")
