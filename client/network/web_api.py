"""Signing in over HTTPS: the few requests that a client makes of the clinic's web server.

Each is one connection, made in a thread: signing in is rare, and the standard library's client
knows nothing of asyncio. Answers come from the pinned clinic, and are checked all the same.
"""

import asyncio
import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from client.network.trust import CertificateChanged, pinned_context, require_pinned
from world.errors import (
    ClinicError,
    Conflict,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Refusal,
    TooManyRequests,
)
from world.protocol.messages import PROTOCOL_VERSION

WITHIN_S: Final = 10.0
PASSWORD_WITHIN_S: Final = 60.0
"""A password is slow to check on purpose, and waits behind those of everybody who signs in now. Who
gave up sooner would try again, and make the line longer for nothing."""
WITH_PASSWORD: Final = frozenset({"/api/sign-in", "/api/password", "/api/invitations/accept"})
LARGEST_BYTES: Final = 65_536
_REFUSALS: Final[dict[int, type[Refusal]]] = {
    401: NotSignedIn,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    422: NotPermitted,
    429: TooManyRequests,
}
Body = TypeVar("Body")


class Unreachable(ClinicError):
    """The clinic's web server does not answer, or not as one of ours."""


class WeakPassword(NotPermitted):
    """The password that was chosen is guessed too easily."""


class WrongPassword(NotPermitted):
    """The password is not the one that the account has."""


_BY_CODE: Final[dict[str, type[Refusal]]] = {
    "weak_password": WeakPassword,
    "wrong_password": WrongPassword,
}


class Problem(msgspec.Struct, frozen=True):
    """Why the server says no."""

    code: str
    message: str


class SignedInBody(msgspec.Struct, frozen=True):
    """A session has begun; a clinic of an older version does not say who this is."""

    token: str
    user_id: str
    role: str = ""
    alias: str = ""


class TicketBody(msgspec.Struct, frozen=True):
    """What opens one websocket."""

    ticket: str


class ClinicBody(msgspec.Struct, frozen=True):
    """What a client must know before anybody signs in."""

    name: str
    is_demo: bool
    world_port: int
    protocol_version: int


class InvitationBody(msgspec.Struct, frozen=True):
    """What for an invitation is."""

    role: str


class NothingBody(msgspec.Struct, frozen=True):
    """An answer whose content does not matter."""


@dataclass(frozen=True, slots=True)
class WebApi:
    """The web server of one clinic.

    Attributes:
      certificate_pem: the pinned certificate; None speaks plain HTTP, which is for loopback only.
    """

    host: str
    port: int
    certificate_pem: str | None

    async def clinic(self) -> ClinicBody:
        """Returns what the clinic says of itself.

        Raises:
          Unreachable: if it cannot be asked, or speaks another version.
          CertificateChanged: if it is not the pinned one.
        """
        clinic = await self._ask("GET", "/api/clinic", ClinicBody)
        if clinic.protocol_version != PROTOCOL_VERSION:
            raise Unreachable(
                f"This program speaks version {PROTOCOL_VERSION}, the clinic version "
                f"{clinic.protocol_version}. Install the version that the clinic has."
            )
        return clinic

    async def sign_in(self, login: str, password: str) -> SignedInBody:
        """Returns a new session.

        Raises:
          Refusal: the clinic's own no, as a sentence.
          Unreachable, CertificateChanged: as for `clinic`.
        """
        body = {"login": login, "password": password}
        return await self._ask("POST", "/api/sign-in", SignedInBody, body)

    async def look(self, code: str) -> str:
        """Returns the role of the account that an invitation makes; it stays open.

        Raises:
          Refusal: the clinic's own no, as a sentence.
          Unreachable, CertificateChanged: as for `clinic`.
        """
        path = "/api/invitations/look"
        return (await self._ask("POST", path, InvitationBody, {"code": code})).role

    async def accept(self, invitation: dict[str, str]) -> None:
        """Takes up an account: code, login, password, display_name and alias.

        Raises:
          Refusal: the clinic's own no, as a sentence.
          Unreachable, CertificateChanged: as for `clinic`.
        """
        await self._ask("POST", "/api/invitations/accept", NothingBody, invitation)

    async def change_password(self, token: str, old: str, new: str) -> None:
        """Gives the account a new password.

        Raises:
          WrongPassword, WeakPassword: if the old one is not right, or the new one not good.
          Refusal, Unreachable, CertificateChanged: as for `sign_in`.
        """
        body = {"old_password": old, "new_password": new}
        await self._ask("POST", "/api/password", NothingBody, body, token)

    async def ticket(self, token: str) -> str:
        """Returns a ticket for one websocket.

        Raises:
          NotSignedIn: if the session has ended.
          Unreachable, CertificateChanged: as for `clinic`.
        """
        return (await self._ask("POST", "/api/ticket", TicketBody, {}, token)).ticket

    async def sign_out(self, token: str) -> None:
        """Ends the session.

        Raises:
          Refusal, Unreachable, CertificateChanged: as for `sign_in`.
        """
        await self._ask("POST", "/api/sign-out", NothingBody, {}, token)

    async def _ask(
        self,
        method: str,
        path: str,
        kind: type[Body],
        body: dict[str, str] | None = None,
        token: str = "",
    ) -> Body:
        try:
            status, content = await asyncio.to_thread(self._exchange, method, path, body, token)
        except ssl.SSLCertVerificationError:
            raise CertificateChanged from None
        except (OSError, http.client.HTTPException):
            raise Unreachable(
                f"The clinic at {self.host} does not answer. Check the address and your network."
            ) from None
        return _answer(status, content, kind)

    def _exchange(
        self, method: str, path: str, body: dict[str, str] | None, token: str
    ) -> tuple[int, bytes]:
        connection = self._connection()
        try:
            connection.connect()
            connection.sock.settimeout(PASSWORD_WITHIN_S if path in WITH_PASSWORD else WITHIN_S)
            if self.certificate_pem is not None and isinstance(connection.sock, ssl.SSLSocket):
                require_pinned(connection.sock.getpeercert(True), self.certificate_pem)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            content = None
            if body is not None:
                content = json.dumps(body).encode()
                headers["Content-Type"] = "application/json"
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            return response.status, response.read(LARGEST_BYTES)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self.certificate_pem is None:
            return http.client.HTTPConnection(self.host, self.port, timeout=WITHIN_S)
        context = pinned_context(self.certificate_pem)
        return http.client.HTTPSConnection(self.host, self.port, timeout=WITHIN_S, context=context)


async def ticket_of_now(web: WebApi, token: str) -> str:
    """Returns a ticket, for a connection that tries again when it gets none.

    Raises:
      NotSignedIn: if the session has ended: to try again is of no use.
      CertificateChanged: if it is not the pinned clinic; nothing was sent.
      ConnectionError: if the clinic does not answer, or wants one to come later.
    """
    try:
        return await web.ticket(token)
    except NotSignedIn:
        raise
    except (Unreachable, Refusal) as error:
        raise ConnectionError(str(error)) from None


def _answer(status: int, content: bytes, kind: type[Body]) -> Body:
    try:
        if status < 300:
            return msgspec.json.decode(content, type=kind)
        problem = msgspec.json.decode(content, type=Problem)
    except msgspec.MsgspecError:
        raise Unreachable(
            "What answers at this address is not a clinic of Metaclinic. Check the address."
        ) from None
    refusal = _BY_CODE.get(problem.code) or _REFUSALS.get(status)
    if refusal is not None:
        raise refusal(problem.message)
    raise Unreachable(problem.message)
