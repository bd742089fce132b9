"""Accounts: who may sign in, what they are called, and what others are shown of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.data_keys import DataKeys, user_subject
from server.store.keys import StoreKeys
from server.store.schema import USER
from server.store.sealing import Place
from server.store.statements import in_batches
from world.errors import Conflict, NotFound

_SEALED: Final = ("login", "display_name", "alias")


@dataclass(frozen=True, slots=True)
class User:
    """One account.

    Attributes:
      id: uuid4 hex.
      role: one of the clinic's roles.
      login: what the person signs in with.
      display_name: the real name, for a visit's people and the staff concerned.
      alias: the neutral name that the waiting room sees.
      appearance: which of the bodies.
      is_demo: may exist only in a demo clinic.
      created_at_s: when, in seconds since the epoch.
      disabled_at_s: since when the account may do nothing, or None.
    """

    id: str
    role: str
    login: str = field(repr=False)
    display_name: str = field(repr=False)
    alias: str = field(repr=False)
    appearance: int
    is_demo: bool
    created_at_s: float
    disabled_at_s: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """What a sign-in is checked against."""

    user_id: str
    password_hash: str | None
    is_disabled: bool


class Users:
    """The accounts, within one transaction."""

    def __init__(self, connection: AsyncConnection, keys: StoreKeys, data_keys: DataKeys) -> None:
        self._connection = connection
        self._keys = keys
        self._data_keys = data_keys

    async def add(self, user: User, password_hash: str | None) -> None:
        """Adds an account; without a password hash it cannot sign in.

        Raises:
          Conflict: if the login is taken.
        """
        values = {
            "id": user.id,
            "login_index": self._keys.login_index(user.login),
            "role": user.role,
            "appearance": user.appearance,
            "password_hash": password_hash,
            "is_demo": user.is_demo,
            "created_at_s": user.created_at_s,
            "disabled_at_s": user.disabled_at_s,
        }
        for column in _SEALED:
            text: str = getattr(user, column)
            values[column] = await self._data_keys.seal(_place(user.id, column), text.encode())
        try:
            await self._connection.execute(insert(USER).values(values))
        except IntegrityError as error:
            raise Conflict("This login is taken: choose another one.") from error

    async def get(self, user_id: str) -> User:
        """Returns the account.

        Raises:
          NotFound: if there is none.
        """
        found = await self.get_many([user_id])
        if not found:
            raise NotFound(f"there is no user {user_id}")
        return found[user_id]

    async def get_many(self, user_ids: Iterable[str]) -> dict[str, User]:
        """Returns the accounts that exist among these, by id."""
        ids = sorted(set(user_ids))
        await self._data_keys.load(user_subject(user_id) for user_id in ids)
        found: dict[str, User] = {}
        for some in in_batches(ids):
            statement = select(USER).where(USER.c.id.in_(some))
            for row in (await self._connection.execute(statement)).mappings().all():
                found[row["id"]] = await self._user(row)
        return found

    async def with_role(self, role: str) -> list[User]:
        """Returns the accounts with this role, oldest first."""
        statement = select(USER.c.id).where(USER.c.role == role).order_by(USER.c.created_at_s)
        ids = (await self._connection.execute(statement)).scalars().all()
        found = await self.get_many(ids)
        return [found[user_id] for user_id in ids]

    async def has_demo(self) -> bool:
        """Returns whether any demo account exists that can still sign in."""
        statement = select(USER.c.id).where(USER.c.is_demo, USER.c.disabled_at_s.is_(None))
        return (await self._connection.execute(statement.limit(1))).first() is not None

    async def credential(self, login: str) -> Credential | None:
        """Returns what a sign-in with this login is checked against, or None if it is unknown."""
        statement = select(USER.c.id, USER.c.password_hash, USER.c.disabled_at_s).where(
            USER.c.login_index == self._keys.login_index(login)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        return Credential(row.id, row.password_hash, row.disabled_at_s is not None)

    async def held_password_hash(self, user_id: str) -> str | None:
        """Returns the password hash; nobody else changes it until this transaction ends."""
        statement = select(USER.c.password_hash).where(USER.c.id == user_id).with_for_update()
        return (await self._connection.execute(statement)).scalar_one_or_none()

    async def set_password_hash(self, user_id: str, password_hash: str) -> None:
        """Replaces the password hash."""
        await self._change(user_id, {"password_hash": password_hash})

    async def rename(self, user_id: str, alias: str) -> None:
        """Replaces the name that the waiting room sees."""
        sealed = await self._data_keys.seal(_place(user_id, "alias"), alias.encode())
        await self._change(user_id, {"alias": sealed})

    async def set_appearance(self, user_id: str, appearance: int) -> None:
        """Replaces the body."""
        await self._change(user_id, {"appearance": appearance})

    async def disable(self, user_id: str, at_s: float) -> None:
        """Bars the account; its sessions are ended by `Sessions.end_all`."""
        await self._change(user_id, {"disabled_at_s": at_s})

    async def _change(self, user_id: str, values: dict[str, object]) -> None:
        statement = update(USER).where(USER.c.id == user_id).values(values)
        if (await self._connection.execute(statement)).rowcount != 1:
            raise NotFound(f"there is no user {user_id}")

    async def _user(self, row: RowMapping) -> User:
        texts = {
            column: (await self._data_keys.unseal(_place(row["id"], column), row[column])).decode()
            for column in _SEALED
        }
        return User(
            id=row["id"],
            role=row["role"],
            appearance=row["appearance"],
            is_demo=row["is_demo"],
            created_at_s=row["created_at_s"],
            disabled_at_s=row["disabled_at_s"],
            **texts,
        )


def _place(user_id: str, column: str) -> Place:
    return Place("user", column, user_id, user_subject(user_id))
