"""Signing in: one path for every login, known or not, so that none betrays itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NoReturn

from server.auth.addresses import subscriber
from server.auth.passwords import Passwords
from server.auth.sessions import Sessions
from server.auth.throttle import Throttle, Try
from server.store.audit_chain import AuditRecord
from server.store.store import Store
from world.errors import NotSignedIn

_WRONG: Final = (
    "The login or the password is not right: look at both and try again, or ask the clinic."
)
_NOBODY: Final = "unknown"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A successful sign-in; the token is the session's and a secret."""

    user_id: str
    token: str = field(repr=False)


class SignIn:
    """Checks logins and passwords and starts sessions."""

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

    async def sign_in(self, login: str, password: str, address: str) -> SignedIn:
        """Returns the new session.

        Raises:
          NotSignedIn: if the login or the password is wrong or the account is barred.
          TooManyRequests: if there were too many tries, or too many people sign in at once.
        """
        one = Try(self._store.login_index(login), self._store.address_index(subscriber(address)))
        async with self._throttle.turn(one):
            return await self._decide(one, login, password)

    async def _decide(self, one: Try, login: str, password: str) -> SignedIn:
        with self._throttle.charged(one, self._now_s()):
            async with self._store.read() as work:
                credential = await work.users.credential(login)
            stored = None if credential is None else credential.password_hash
            is_right = await self._passwords.is_right(stored, password)
        if credential is None or stored is None or credential.is_disabled or not is_right:
            await self._refuse(one, _NOBODY if credential is None else credential.user_id)
        self._throttle.forgive(one, self._now_s())
        outdated = self._passwords.is_outdated(stored)
        new_hash = await self._passwords.hash(password) if outdated else None
        async with self._store.write() as work:
            # The password may have been changed while this one was looked at.
            if await work.users.held_password_hash(credential.user_id) != stored:
                raise NotSignedIn(_WRONG)
            if new_hash is not None:
                await work.users.set_password_hash(credential.user_id, new_hash)
            now_s = self._now_s()
            await work.sign_in_failures.put(self._throttle.counts(one, now_s), now_s)
            token = await self._sessions.start_within(work, credential.user_id)
        return SignedIn(credential.user_id, token)

    async def _refuse(self, one: Try, subject: str) -> NoReturn:
        now_s = self._now_s()
        async with self._store.write() as work:
            await work.sign_in_failures.put(self._throttle.counts(one, now_s), now_s)
            work.audit.record(
                AuditRecord(now_s, "web", "session.start", subject, outcome="refused")
            )
        raise NotSignedIn(_WRONG)
