"""Every response of the web process is built here, with the headers that protect a browser."""

import math
from collections.abc import Mapping
from typing import Final

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.auth.errors import TryLater
from server.auth.password_change import WrongPassword
from server.auth.passwords import WeakPassword
from world.errors import (
    ClinicError,
    Conflict,
    NotFound,
    NotPermitted,
    NotSignedIn,
    StoreUnavailable,
    TooManyRequests,
)

_log = structlog.get_logger(__name__)

# OWASP HTTP Headers Cheat Sheet; nothing of ours is to be shown, framed, cached or guessed at.
SECURITY_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

# The most special first: the first that fits is taken.
_MEANINGS: Final[tuple[tuple[type[ClinicError], int, str], ...]] = (
    (NotSignedIn, 401, "not_signed_in"),
    (WeakPassword, 422, "weak_password"),
    (WrongPassword, 403, "wrong_password"),
    (NotPermitted, 403, "not_permitted"),
    (NotFound, 404, "not_found"),
    (Conflict, 409, "conflict"),
    (TooManyRequests, 429, "too_many_requests"),
    (StoreUnavailable, 503, "store_unavailable"),
)
_HTTP: Final = {
    400: ("bad_request", "This request cannot be read: update the program that sent it."),
    403: ("not_permitted", "Pages from elsewhere may not do this: open the clinic's own page."),
    404: ("not_found", "There is nothing here: see the address for a slip of the pen."),
    405: ("method_not_allowed", "This address does not take such a request."),
    408: ("too_slow", "The request took too long to arrive: try again."),
    413: ("too_large", "The request is too large: shorten what was written."),
    415: ("not_json", "The request must be JSON: update the program that sent it."),
    422: ("invalid", "Something is missing, too long, or holds characters that cannot be shown."),
}


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, for programs (`code`) and people (`message`)."""

    code: str
    message: str


def answer(body: msgspec.Struct | Mapping[str, object], status: int = 200) -> Response:
    """Returns a JSON response."""
    return plain(msgspec.json.encode(body), "application/json", status)


def plain(body: bytes, media_type: str, status: int = 200) -> Response:
    """Returns a response of another type."""
    return Response(body, status, SECURITY_HEADERS, media_type)


async def refuse(_: Request, error: Exception) -> Response:
    """Returns the response for an error of the clinic, or for a bug."""
    for kind, status, code in _MEANINGS:
        if isinstance(error, kind):
            if status >= 500:
                _log.error("request.failed", code=code, error=type(error).__name__)
            response = answer(Problem(code, str(error)), status)
            if isinstance(error, TryLater):
                response.headers["Retry-After"] = str(math.ceil(error.wait_s))
            return response
    problem = Problem(
        "internal_error", "The server has made a mistake. Try again; if it stays, tell the clinic."
    )
    return answer(problem, 500)


async def refuse_http(_: Request, error: Exception) -> Response:
    """Returns the response for what HTTP itself does not allow."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code, message = _HTTP.get(status, ("http_error", "This request cannot be answered."))
    return answer(Problem(code, message), status)
