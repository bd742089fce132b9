"""Bodies: what they hold, how long they may be, how they are read from a stranger."""

import asyncio
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from server.auth.passwords import LONGEST

LARGEST_BYTES: Final = 4096
_ARRIVE_S: Final = 5.0

# Shown in three dimensions above a head: something visible, no control character, and nothing
# that turns the writing direction around (Unicode Standard Annex 9, explicit formatting).
_SHOWN: Final = r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]*\Z"
Login = Annotated[str, Meta(min_length=1, max_length=120, pattern=_SHOWN)]
Password = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
Code = Annotated[str, Meta(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_-]+\Z")]
Body = TypeVar("Body")


class SignInBody(msgspec.Struct, frozen=True):
    """What a person signs in with."""

    login: Login
    password: Password


class SignedInBody(msgspec.Struct, frozen=True):
    """What signing in is answered with: the session's token, and who this is."""

    token: str
    user_id: str
    role: str
    alias: str


class ChangePasswordBody(msgspec.Struct, frozen=True):
    """What a password is changed with."""

    old_password: Password
    new_password: Password


class LookBody(msgspec.Struct, frozen=True):
    """What an invited person finds out with whether the invitation stands."""

    code: Code


class AcceptBody(msgspec.Struct, frozen=True):
    """What an invited person takes up the account with."""

    code: Code
    login: Login
    password: Password
    display_name: Annotated[str, Meta(min_length=1, max_length=80, pattern=_SHOWN)]
    alias: Annotated[str, Meta(min_length=1, max_length=24, pattern=_SHOWN)]


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Returns the request's body as this kind.

    Raises:
      HTTPException: 408 if it comes too slowly, 413 if it is too long, 415 if it is not JSON,
        422 if it does not hold what it should.
    """
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise HTTPException(415)
    try:
        async with asyncio.timeout(_ARRIVE_S):
            content = await _read(request)
    except TimeoutError:
        raise HTTPException(408) from None
    try:
        body = msgspec.json.decode(content, type=kind)
        # JSON may spell half a surrogate pair, which no text that is stored or hashed can hold.
        msgspec.json.encode(body)
    except (msgspec.DecodeError, UnicodeError):
        raise HTTPException(422) from None
    return body


async def _read(request: Request) -> bytes:
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > LARGEST_BYTES:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(content)
