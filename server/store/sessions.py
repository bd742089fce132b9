"""Sign-in sessions and the single-use tickets that open a socket; secrets only as hashes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import SESSION, TICKET, USER
from server.store.statements import in_batches


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in, until it is ended or expires.

    Attributes:
      id: uuid4 hex.
      user_id: whose it is.
      created_at_s: when, in seconds since the epoch.
      last_seen_at_s: when it was last used.
      expires_at_s: when it ends whatever happens.
      ended_at_s: when it was ended, or None.
    """

    id: str
    user_id: str
    created_at_s: float
    last_seen_at_s: float
    expires_at_s: float
    ended_at_s: float | None = None


_COLUMNS = [SESSION.c[name] for name in Session.__slots__]


class Sessions:
    """The sessions and tickets, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, session: Session, secret_hash: bytes) -> None:
        """Adds a session."""
        values = {name: getattr(session, name) for name in Session.__slots__}
        await self._connection.execute(insert(SESSION).values(secret_hash=secret_hash, **values))

    async def find(self, session_id: str) -> tuple[Session, bytes] | None:
        """Returns the session and the hash of its secret."""
        statement = select(*_COLUMNS, SESSION.c.secret_hash).where(SESSION.c.id == session_id)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        values = dict(row)
        secret_hash = bytes(values.pop("secret_hash"))
        return Session(**values), secret_hash

    async def touch(self, session_ids: Iterable[str], at_s: float) -> None:
        """Notes that the sessions were used."""
        for some in in_batches(sorted(set(session_ids))):
            statement = update(SESSION).where(SESSION.c.id.in_(some)).values(last_seen_at_s=at_s)
            await self._connection.execute(statement)

    async def end(self, session_id: str, at_s: float) -> None:
        """Ends a session and forgets its tickets."""
        await self._connection.execute(delete(TICKET).where(TICKET.c.session_id == session_id))
        statement = (
            update(SESSION)
            .where(SESSION.c.id == session_id, SESSION.c.ended_at_s.is_(None))
            .values(ended_at_s=at_s)
        )
        await self._connection.execute(statement)

    async def end_all(self, user_id: str, at_s: float, but: str = "") -> None:
        """Ends every session of a user, save the one named, and forgets their tickets."""
        theirs = select(SESSION.c.id).where(SESSION.c.user_id == user_id, SESSION.c.id != but)
        await self._connection.execute(delete(TICKET).where(TICKET.c.session_id.in_(theirs)))
        statement = (
            update(SESSION)
            .where(SESSION.c.id.in_(theirs), SESSION.c.ended_at_s.is_(None))
            .values(ended_at_s=at_s)
        )
        await self._connection.execute(statement)

    async def end_oldest(self, user_id: str, kept: int, at_s: float) -> list[str]:
        """Ends the sessions of a user but the newest few; returns the ids of those ended."""
        statement = (
            select(SESSION.c.id)
            .where(SESSION.c.user_id == user_id, SESSION.c.ended_at_s.is_(None))
            .order_by(SESSION.c.created_at_s.desc())
            .offset(kept)
        )
        beyond = list((await self._connection.execute(statement)).scalars())
        for session_id in beyond:
            await self.end(session_id, at_s)
        return beyond

    async def live(self, session_ids: Iterable[str], now_s: float, idle_s: float) -> set[str]:
        """Returns those of these sessions that may go on now."""
        alive: set[str] = set()
        for some in in_batches(sorted(set(session_ids))):
            statement = (
                select(SESSION.c.id)
                .join(USER, USER.c.id == SESSION.c.user_id)
                .where(
                    SESSION.c.id.in_(some),
                    SESSION.c.ended_at_s.is_(None),
                    SESSION.c.expires_at_s > now_s,
                    SESSION.c.last_seen_at_s > now_s - idle_s,
                    USER.c.disabled_at_s.is_(None),
                )
            )
            alive.update((await self._connection.execute(statement)).scalars())
        return alive

    async def add_ticket(self, secret_hash: bytes, session_id: str, expires_at_s: float) -> None:
        """Adds a ticket."""
        values = {
            "secret_hash": secret_hash,
            "session_id": session_id,
            "expires_at_s": expires_at_s,
        }
        await self._connection.execute(insert(TICKET).values(values))

    async def take_ticket(self, secret_hash: bytes, now_s: float) -> str | None:
        """Returns the ticket's session id and removes the ticket; a second taker gets None."""
        statement = (
            delete(TICKET)
            .where(TICKET.c.secret_hash == secret_hash)
            .returning(TICKET.c.session_id, TICKET.c.expires_at_s)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None or row.expires_at_s <= now_s:
            return None
        return str(row.session_id)

    async def drop_expired_tickets(self, now_s: float) -> None:
        """Forgets the tickets that nobody used in time."""
        await self._connection.execute(delete(TICKET).where(TICKET.c.expires_at_s <= now_s))
