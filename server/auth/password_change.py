"""Changing one's own password, by somebody who is signed in and knows the old one.

A session alone is not enough: whoever finds a machine unlocked must not take the account over. So
the old password is asked for, and wrong ones are counted as at sign-in. All other sessions of the
account end, since one of them may be why the password is changed.
"""

from collections.abc import Callable
from typing import Final, NoReturn

from server.auth.addresses import subscriber
from server.auth.passwords import Passwords, WeakPassword, check_password
from server.auth.sessions import Sessions
from server.auth.throttle import Throttle, Try
from server.store.audit_chain import AuditRecord
from server.store.sessions import Session
from server.store.store import Store
from world.errors import NotPermitted

_WRONG: Final = "This is not the password that you have now: type it again."
_SAME: Final = "You have this password already: choose another one."
_ACTION: Final = "user.password"


class WrongPassword(NotPermitted):
    """The password is not the one that the account has now."""


class PasswordChange:
    """Changes passwords on behalf of their owners."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        sessions: Sessions,
        throttle: Throttle,
        now_s: Callable[[], float],
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._sessions = sessions
        self._throttle = throttle
        self._now_s = now_s

    async def change(self, token: str, old: str, new: str, address: str) -> str:
        """Gives the session's user the new password; returns the user's id.

        Raises:
          NotSignedIn: if the session is over.
          WeakPassword: if the new password is guessed too easily, or is the old one.
          WrongPassword: if the old password is not right.
          TooManyRequests: if too many were wrong, or too many people sign in at once.
        """
        session = await self._sessions.check(token)
        async with self._store.read() as work:
            user = await work.users.get(session.user_id)
            credential = await work.users.credential(user.login)
        stored = None if credential is None else credential.password_hash
        check_password(new, user.login)
        one = Try(
            self._store.login_index(user.login), self._store.address_index(subscriber(address))
        )
        async with self._throttle.turn(one):
            await self._decide(one, session, stored, old, new)
        return user.id

    async def _decide(
        self, one: Try, session: Session, stored: str | None, old: str, new: str
    ) -> None:
        user_id = session.user_id
        with self._throttle.charged(one, self._now_s()):
            is_right = await self._passwords.is_right(stored, old)
        if not is_right:
            await self._refuse(one, user_id)
        self._throttle.forgive(one, self._now_s())
        # Only now: whoever does not know the old password must not learn that they guessed it.
        if new == old:
            raise WeakPassword(_SAME)
        new_hash = await self._passwords.hash(new)
        now_s = self._now_s()
        async with self._store.write() as work:
            # Of two changes at once the first one counts; the other was made from what is over.
            if await work.users.held_password_hash(user_id) != stored:
                raise WrongPassword(_WRONG)
            await work.users.set_password_hash(user_id, new_hash)
            await work.sessions.end_all(user_id, now_s, but=session.id)
            await work.sign_in_failures.put(self._throttle.counts(one, now_s), now_s)
            work.audit.record(AuditRecord(now_s, user_id, _ACTION, user_id))

    async def _refuse(self, one: Try, user_id: str) -> NoReturn:
        now_s = self._now_s()
        async with self._store.write() as work:
            await work.sign_in_failures.put(self._throttle.counts(one, now_s), now_s)
            work.audit.record(AuditRecord(now_s, user_id, _ACTION, user_id, outcome="refused"))
        raise WrongPassword(_WRONG)
