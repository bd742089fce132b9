"""Sign-in sessions and the tickets that carry one onto a socket.

A session's token is its id and a secret of 256 bits; a ticket is a secret of 256 bits. The
database holds their SHA-256 only. A ticket lives 30 seconds and works once (OWASP ASVS 5.0,
4.4.3), and it is never part of a URL.
"""

import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from server.auth.throttle import Allowance, Counters
from server.store.audit_chain import AuditRecord
from server.store.sessions import Session
from server.store.store import Store
from server.store.users import User
from server.store.work import Work
from world.errors import NotSignedIn

TICKET_LIFE_S: Final = 30.0
MOST_PER_USER: Final = 16
TICKETS: Final = Allowance(failures=30, seconds_each=2.0)
_ID: Final = re.compile(r"[0-9a-f]{32}")
_SIGN_IN_AGAIN: Final = "You are not signed in any more: sign in again."


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts.

    Attributes:
      idle_s: without being used; a connected client counts as using it.
      life_s: whatever happens.
    """

    idle_s: float = 12 * 3600.0
    life_s: float = 7 * 24 * 3600.0


class Sessions:
    """Starts, checks and ends sessions; used by the web process and by the world."""

    def __init__(
        self, store: Store, now_s: Callable[[], float], limits: SessionLimits | None = None
    ) -> None:
        self._store = store
        self._now_s = now_s
        self._limits = limits or SessionLimits()
        self._tickets = Counters(TICKETS)

    async def start(self, user_id: str) -> str:
        """Returns the token of a new session of this user."""
        async with self._store.write() as work:
            return await self.start_within(work, user_id)

    async def start_within(self, work: Work, user_id: str) -> str:
        """Returns the token of a new session, started in a transaction that does more.

        Of a user's sessions beyond MOST_PER_USER the oldest end.
        """
        now_s = self._now_s()
        session = Session(uuid.uuid4().hex, user_id, now_s, now_s, now_s + self._limits.life_s)
        secret = secrets.token_urlsafe(32)
        await work.sessions.add(session, digest(secret))
        work.audit.record(AuditRecord(now_s, user_id, "session.start", session.id))
        for ended in await work.sessions.end_oldest(user_id, MOST_PER_USER, now_s):
            work.audit.record(AuditRecord(now_s, user_id, "session.end", ended))
        return f"{session.id}.{secret}"

    async def check(self, token: str) -> Session:
        """Returns the session that the token opens.

        Raises:
          NotSignedIn: if there is none, or it is over.
        """
        async with self._store.read() as work:
            return await self._check(work, token)

    async def issue_ticket(self, token: str) -> str:
        """Returns a ticket for one socket of this session.

        Raises:
          NotSignedIn: if the session is over.
          TooManyRequests: if it asks more often than a client that reconnects.
        """
        # Looked at before anything is written, so that a stranger takes no lock from anybody.
        checked = await self.check(token)
        ticket = secrets.token_urlsafe(32)
        now_s = self._now_s()
        self._tickets.spend(checked.id.encode(), now_s)
        async with self._store.write() as work:
            session = await self._check(work, token)
            await work.sessions.drop_expired_tickets(now_s)
            await work.sessions.touch([session.id], now_s)
            await work.sessions.add_ticket(digest(ticket), session.id, now_s + TICKET_LIFE_S)
        return ticket

    async def consume_ticket(self, ticket: str) -> tuple[User, Session]:
        """Returns whose socket the ticket opens; it opens no second one.

        Raises:
          NotSignedIn: if it is unknown, used, too old, or its session is over.
        """
        now_s = self._now_s()
        async with self._store.write() as work:
            session_id = await work.sessions.take_ticket(digest(ticket), now_s)
        if session_id is None:
            raise NotSignedIn(_SIGN_IN_AGAIN)
        async with self._store.read() as work:
            session = await self._live(work, session_id)
            return await work.users.get(session.user_id), session

    async def still_live(self, session_ids: Iterable[str]) -> set[str]:
        """Returns those of these sessions that may go on; the sockets of the others are closed."""
        async with self._store.read() as work:
            return await work.sessions.live(session_ids, self._now_s(), self._limits.idle_s)

    async def touch(self, session_ids: Iterable[str]) -> None:
        """Notes that these sessions are being used."""
        async with self._store.write() as work:
            await work.sessions.touch(session_ids, self._now_s())

    async def end(self, token: str) -> None:
        """Ends the session that the token opens.

        Raises:
          NotSignedIn: if it is over already.
        """
        await self.check(token)
        async with self._store.write() as work:
            session = await self._check(work, token)
            await work.sessions.end(session.id, self._now_s())
            work.audit.record(
                AuditRecord(self._now_s(), session.user_id, "session.end", session.id)
            )

    async def _check(self, work: Work, token: str) -> Session:
        session_id, _, secret = token.partition(".")
        # Only what can be an id reaches the database: PostgreSQL takes no NUL in a text.
        found = await work.sessions.find(session_id) if _ID.fullmatch(session_id) else None
        expected = found[1] if found else bytes(32)
        if not hmac.compare_digest(expected, digest(secret)):
            raise NotSignedIn(_SIGN_IN_AGAIN)
        return await self._live(work, session_id)

    async def _live(self, work: Work, session_id: str) -> Session:
        alive = await work.sessions.live([session_id], self._now_s(), self._limits.idle_s)
        found = await work.sessions.find(session_id) if alive else None
        if found is None:
            raise NotSignedIn(_SIGN_IN_AGAIN)
        return found[0]


def digest(secret: str) -> bytes:
    """Returns what the database holds of a secret of full entropy."""
    return hashlib.sha256(secret.encode()).digest()
