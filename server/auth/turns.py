"""Turns at the slow hashes, shared out so that nobody takes all of them.

The pool of `server.auth.passwords` has few places. One account and one address each take two of
them at most. Whoever comes on top of that for the same account is sent away; at the same address,
which a whole hospital may have, people stand in a line that is not long.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from server.auth.errors import TryLater

PER_ACCOUNT: Final = 2
PER_ADDRESS: Final = 2
LONGEST_LINE: Final = 16
_SOON_S: Final = 2.0


class Turns:
    """Who is at the slow hashes, and who stands in line."""

    def __init__(self) -> None:
        self._of_account: Counter[bytes] = Counter()
        self._at_address: Counter[bytes] = Counter()
        self._lines: dict[bytes, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def taken(self, account: bytes, address: bytes) -> AsyncIterator[None]:
        """Waits for a turn and holds it.

        Raises:
          TryLater: if the account has its turns, or the line at the address is too long.
        """
        if (
            self._of_account[account] >= PER_ACCOUNT
            or self._at_address[address] >= PER_ADDRESS + LONGEST_LINE
        ):
            raise TryLater("Other tries are being looked at: try again in a few seconds.", _SOON_S)
        self._of_account[account] += 1
        self._at_address[address] += 1
        line = self._lines.setdefault(address, asyncio.Semaphore(PER_ADDRESS))
        try:
            async with line:
                yield
        finally:
            _give_back(self._of_account, account)
            if _give_back(self._at_address, address) == 0:
                del self._lines[address]


def _give_back(counts: Counter[bytes], key: bytes) -> int:
    """Returns how many are left; a key that counts none is forgotten."""
    counts[key] -= 1
    left = counts[key]
    if left == 0:
        del counts[key]
    return left
