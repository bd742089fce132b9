"""Opening a clinic, inviting people, accepting invitations, barring accounts."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from server.auth.addresses import subscriber
from server.auth.passwords import Passwords, check_password
from server.auth.sessions import digest
from server.auth.throttle import Throttle, Try
from server.store.audit_chain import AuditRecord
from server.store.clinics import Clinic
from server.store.invitations import Invitation
from server.store.store import Store
from server.store.users import User
from world import naming
from world.errors import Conflict
from world.people import Role

INVITATION_LIFE_S: Final = 7 * 24 * 3600.0
INSTALLER: Final = "installer"
_LOOKS: Final = 252
"""A look is counted round among the bodies of a role: a multiple of two, four and nine bodies."""
_TAKEN: Final = "This login is taken: choose another one."


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a person says when they take up an account.

    Attributes:
      appearance: which body they chose; None leaves it to chance.
    """

    login: str = field(repr=False)
    password: str = field(repr=False)
    display_name: str = field(repr=False)
    alias: str = field(repr=False)
    appearance: int | None = None


class Accounts:
    """Makes and bars accounts; each act is audited in the transaction that does it."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        now_s: Callable[[], float],
        throttle: Throttle | None = None,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._now_s = now_s
        self._throttle = throttle or Throttle()

    async def add(self, account: NewAccount, role: Role, *, is_demo: bool = False) -> User:
        """Adds an account without an invitation: the installer's and the demo's way.

        Raises:
          WeakPassword: if the password is guessed too easily.
          NotPermitted: if a name is none that is shown.
          Conflict: if the login is taken.
        """
        check_password(account.password, account.login)
        password_hash = await self._passwords.hash(account.password)
        user = _user(account, role, self._now_s(), is_demo=is_demo)
        async with self._store.write() as work:
            await work.users.add(user, password_hash)
            work.audit.record(AuditRecord(self._now_s(), INSTALLER, "user.add", user.id))
        return user

    async def open_clinic(self, name: str, account: NewAccount) -> User:
        """Opens a real clinic and returns its first administrator; both or neither.

        Raises:
          WeakPassword: if the password is guessed too easily.
          NotPermitted: if a name is none that is shown.
          NotPermitted: if a name is none that is shown.
          Conflict: if there is a clinic already.
        """
        check_password(account.password, account.login)
        password_hash = await self._passwords.hash(account.password)
        now_s = self._now_s()
        user = _user(account, Role.ADMIN, now_s, is_demo=False)
        async with self._store.write() as work:
            await work.clinics.open(Clinic(name, is_demo=False, opened_at_s=now_s))
            await work.users.add(user, password_hash)
            work.audit.record(AuditRecord(now_s, INSTALLER, "clinic.open", user.id))
        return user

    async def invite(
        self, role: Role, invited_by: str | None = None, visit_id: str | None = None
    ) -> str:
        """Returns the one-time code by which one person takes up an account of this role."""
        now_s = self._now_s()
        code = secrets.token_urlsafe(24)
        invitation = Invitation(
            uuid.uuid4().hex, role.value, visit_id, invited_by, now_s, now_s + INVITATION_LIFE_S
        )
        async with self._store.write() as work:
            await work.invitations.add(invitation, digest(code))
            work.audit.record(
                AuditRecord(now_s, invited_by or INSTALLER, "invitation.add", invitation.id)
            )
        return code

    async def invited_role(self, code: str) -> str:
        """Returns the role of the account that this code would make now.

        Raises:
          NotFound: if the code is unknown, used or expired; the message says which.
        """
        async with self._store.read() as work:
            return (await work.invitations.open(digest(code), self._now_s())).role

    async def accept(self, code: str, account: NewAccount, address: str) -> User:
        """Returns the account that the invitation made; a few tries are allowed per code.

        Raises:
          NotFound: if the code is unknown, used or expired.
          WeakPassword: if the password is guessed too easily.
          NotPermitted: if a name is none that is shown.
          Conflict: if the login is taken.
          TooManyRequests: if there were too many tries with this code or from this address.
        """
        one = Try(digest(code), self._store.address_index(subscriber(address)))
        async with self._throttle.turn(one):
            with self._throttle.charged(one, self._now_s()):
                user = await self._accept(code, account)
        self._throttle.forgive(one, self._now_s())
        return user

    async def _accept(self, code: str, account: NewAccount) -> User:
        async with self._store.read() as work:
            invitation = await work.invitations.open(digest(code), self._now_s())
            # Before the slow hash, which who asks for a taken login must not get for nothing.
            if await work.users.credential(account.login) is not None:
                raise Conflict(_TAKEN)
        check_password(account.password, account.login)
        password_hash = await self._passwords.hash(account.password)
        now_s = self._now_s()
        user = _user(account, Role(invitation.role), now_s, is_demo=False)
        async with self._store.write() as work:
            await work.users.add(user, password_hash)
            await work.invitations.use(invitation.id, user.id, now_s)
            work.audit.record(AuditRecord(now_s, user.id, "invitation.use", invitation.id))
        return user

    async def set_password(self, user_id: str, password: str) -> None:
        """Replaces a password and ends the sessions that the old one began.

        Raises:
          NotFound: if there is no such account.
        """
        password_hash = await self._passwords.hash(password)
        async with self._store.write() as work:
            await work.users.set_password_hash(user_id, password_hash)
            await work.sessions.end_all(user_id, self._now_s())
            work.audit.record(AuditRecord(self._now_s(), INSTALLER, "user.password", user_id))

    async def disable(self, user_id: str, by: str) -> None:
        """Bars an account and ends its sessions; open sockets follow within a second.

        Raises:
          NotFound: if there is no such account.
        """
        now_s = self._now_s()
        async with self._store.write() as work:
            await work.users.disable(user_id, now_s)
            await work.sessions.end_all(user_id, now_s)
            work.audit.record(AuditRecord(now_s, by, "user.disable", user_id))


def _user(account: NewAccount, role: Role, now_s: float, *, is_demo: bool) -> User:
    return User(
        id=uuid.uuid4().hex,
        role=role.value,
        login=account.login,
        display_name=naming.name_of(account.display_name),
        alias=naming.alias_of(account.alias, role),
        appearance=(
            secrets.randbelow(_LOOKS) if account.appearance is None else account.appearance
        ),
        is_demo=is_demo,
        created_at_s=now_s,
    )
