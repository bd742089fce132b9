"""A demo account that is never gone for good: signed in again, and connected again, for ever.

Rules:
* A clinic that does not answer is tried again by the connection itself, at its own ladder of tries.
* A session that is over is followed by another one; the next ticket belongs to that.
* A clinic that sends one away for good (its close code says so), or whose password is another now,
  is tried again as well, ever more seldom: it may have been made anew, or be full for a while.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import structlog

from client.network.connection import Connection
from client.network.web_api import Unreachable, WebApi, ticket_of_now
from world.errors import ClinicError, NotSignedIn, Refusal

AGAIN_S: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
SETTLED_S: Final = 120.0
"""Whoever was connected for so long begins with the shortest wait again."""

_log = structlog.get_logger(__name__)


class Account:
    """One of the demo clinic's accounts; a body and a device of it share the session.

    Args:
      web: where one signs in.
      login, password: of the account.
    """

    def __init__(self, web: WebApi, login: str, password: str) -> None:
        self._web, self._login, self._password = web, login, password
        self._token = ""
        self._turn = asyncio.Lock()

    async def ticket(self) -> str:
        """Returns a ticket, of a new session where there is none any more.

        Raises:
          NotSignedIn: if the clinic does not know login and password.
          CertificateChanged: if it is another clinic now.
          ConnectionError: if it does not answer, or wants one to come later.
        """
        async with self._turn:
            if not self._token:
                self._token = await self._new_session()
            try:
                return await ticket_of_now(self._web, self._token)
            except NotSignedIn as error:
                self._token = ""
                raise ConnectionError(str(error)) from None

    async def _new_session(self) -> str:
        try:
            return (await self._web.sign_in(self._login, self._password)).token
        except NotSignedIn:
            raise
        except (Unreachable, Refusal) as error:
            raise ConnectionError(str(error)) from None

    def forget_session(self) -> None:
        """Signs in anew before the next ticket."""
        self._token = ""


async def keep(
    connection: Connection,
    account: Account,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> NoReturn:
    """Keeps a connection up until cancelled, whatever the clinic says."""
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        began_s = loop.time()
        try:
            await connection.run()
        except ClinicError as error:
            failures = 0 if loop.time() - began_s > SETTLED_S else failures + 1
            wait_s = AGAIN_S[min(failures, len(AGAIN_S)) - 1] if failures else AGAIN_S[0]
            _log.warning("bot.sent_away", reason=type(error).__name__, again_in_s=wait_s)
            account.forget_session()
            await sleep(wait_s)
