"""The pages: each takes a request and returns an answer; the rules are in `server.auth`."""

import asyncio
import ipaddress
import re
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.auth.accounts import NewAccount
from server.web.answers import answer, plain
from server.web.bodies import (
    AcceptBody,
    ChangePasswordBody,
    LookBody,
    SignedInBody,
    SignInBody,
    read_body,
)
from server.web.services import WebServices
from world.errors import NotSignedIn
from world.protocol.messages import PROTOCOL_VERSION

_log = structlog.get_logger(__name__)
_PROMETHEUS: Final = "text/plain; version=0.0.4"
_NO_TOKEN: Final = "This needs a session: sign in first."  # noqa: S105  a sentence
Page = Callable[[Request], Awaitable[Response]]


class Pages:
    """The pages of one web process."""

    def __init__(self, services: WebServices) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """Returns which page answers which address and method."""
        return [
            self._post("/api/sign-in", self.sign_in),
            self._post("/api/ticket", self.ticket),
            self._post("/api/sign-out", self.sign_out),
            self._post("/api/password", self.change_password),
            self._post("/api/invitations/look", self.look_at_invitation),
            self._post("/api/invitations/accept", self.accept_invitation),
            Route("/api/clinic", self.clinic, methods=["GET"]),
            Route("/healthz", self.health, methods=["GET"]),
            Route("/readyz", self.readiness, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """Starts a session: login and password in, token out."""
        body = await read_body(request, SignInBody)
        signed_in = await self._services.sign_in.sign_in(
            body.login, body.password, _address(request)
        )
        _log.info("session.started", user_id=signed_in.user_id)
        async with self._services.store.read() as work:
            user = await work.users.get(signed_in.user_id)
        return answer(SignedInBody(signed_in.token, user.id, user.role, user.alias))

    async def ticket(self, request: Request) -> Response:
        """Gives a ticket for one socket: session token in, ticket out."""
        return answer({"ticket": await self._services.sessions.issue_ticket(_token(request))})

    async def sign_out(self, request: Request) -> Response:
        """Ends the session of the token."""
        await self._services.sessions.end(_token(request))
        return answer({"signed_out": True})

    async def change_password(self, request: Request) -> Response:
        """Changes the password of who holds the session token; the other sessions end."""
        token = _token(request)
        body = await read_body(request, ChangePasswordBody)
        user_id = await self._services.password_change.change(
            token, body.old_password, body.new_password, _address(request)
        )
        _log.info("password.changed", user_id=user_id)
        return answer({"is_changed": True})

    async def look_at_invitation(self, request: Request) -> Response:
        """Says what for an invitation is, to who holds its code; it stays open."""
        body = await read_body(request, LookBody)
        return answer({"role": await self._services.accounts.invited_role(body.code)})

    async def accept_invitation(self, request: Request) -> Response:
        """Takes up an account: the invitation's code and the person's own words in."""
        body = await read_body(request, AcceptBody)
        account = NewAccount(body.login, body.password, body.display_name, body.alias)
        user = await self._services.accounts.accept(body.code, account, _address(request))
        _log.info("invitation.accepted", user_id=user.id)
        return answer({"user_id": user.id, "role": user.role}, 201)

    async def clinic(self, _: Request) -> Response:
        """Says what a client must know before anybody signs in."""
        async with self._services.store.read() as work:
            clinic = await work.clinics.find()
        if clinic is None:
            raise HTTPException(404)
        return answer(
            {
                "name": clinic.name,
                "is_demo": clinic.is_demo,
                "world_port": self._services.world_port,
                "protocol_version": PROTOCOL_VERSION,
            }
        )

    async def health(self, _: Request) -> Response:
        """Says that the process runs."""
        return answer({"is_alive": True})

    async def readiness(self, _: Request) -> Response:
        """Says that the process can do its work: the database answers."""
        await self._services.store.ping()
        return answer({"is_ready": True})

    async def metrics(self, request: Request) -> Response:
        """Shows the metrics to this machine; for everybody else there is nothing here."""
        if not _is_loopback(_address(request)) or not _is_local(request.headers.get("host", "")):
            raise HTTPException(404)
        return plain(await asyncio.to_thread(self._services.metrics), _PROMETHEUS)

    def _post(self, path: str, page: Page) -> Route:
        async def from_our_pages(request: Request) -> Response:
            origin = request.headers.get("origin")
            if origin is not None and origin not in self._services.origins:
                raise HTTPException(403)
            return await page(request)

        return Route(path, from_our_pages, methods=["POST"])


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn(_NO_TOKEN)
    return token.strip()


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _is_local(host: str) -> bool:
    """Returns whether a Host header names this machine.

    A page elsewhere can point its own name here (DNS rebinding), but then it says that name.
    """
    name = re.sub(r":\d+\Z", "", host)
    if name.startswith("["):
        return name.endswith("]") and _is_loopback(name[1:-1])
    return name.lower() == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback
