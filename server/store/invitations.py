"""Invitations: a secret that makes one account of a stated role, once, before it expires."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import INVITATION
from world.errors import NotFound


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation.

    Attributes:
      id: uuid4 hex.
      role: of the account that it makes.
      visit_id: the visit that the new person joins, or None.
      invited_by: user id, or None for the one who installs the clinic.
      created_at_s: when, in seconds since the epoch.
      expires_at_s: until when it can be accepted.
    """

    id: str
    role: str
    visit_id: str | None
    invited_by: str | None
    created_at_s: float
    expires_at_s: float


class Invitations:
    """The invitations, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, invitation: Invitation, token_hash: bytes) -> None:
        """Adds an invitation; its secret itself is never stored."""
        values = {name: getattr(invitation, name) for name in Invitation.__slots__}
        await self._connection.execute(insert(INVITATION).values(token_hash=token_hash, **values))

    async def open(self, token_hash: bytes, now_s: float) -> Invitation:
        """Returns the invitation that this secret opens now.

        Raises:
          NotFound: if there is none, it was used, or it has expired. The message says which of
            these: nobody holds a code by guessing, and who holds one may know.
        """
        columns = [INVITATION.c[name] for name in (*Invitation.__slots__, "used_at_s")]
        statement = select(*columns).where(INVITATION.c.token_hash == token_hash)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound("The clinic does not know this code: compare it with your invitation.")
        values = dict(row)
        if values.pop("used_at_s") is not None:
            raise NotFound(
                "This invitation was used already: sign in, or ask the clinic for a new one."
            )
        if values["expires_at_s"] <= now_s:
            raise NotFound("This invitation has expired: ask the clinic for a new one.")
        return Invitation(**values)

    async def use(self, invitation_id: str, user_id: str, at_s: float) -> None:
        """Marks the invitation used, by whom.

        Raises:
          NotFound: if somebody has used it meanwhile.
        """
        statement = (
            update(INVITATION)
            .where(INVITATION.c.id == invitation_id, INVITATION.c.used_at_s.is_(None))
            .values(used_at_s=at_s, used_by=user_id)
        )
        if (await self._connection.execute(statement)).rowcount != 1:
            raise NotFound("This invitation was just used: ask the clinic for a new one.")
