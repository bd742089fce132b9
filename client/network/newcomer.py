"""Somebody with an invitation: what it is for, the account, and the first sign-in.

The clinic makes an account once. If its answer is lost on the way, the account may be there all
the same; so a second try with the same code, which the clinic then calls used, simply signs in.
"""

from typing import Final

from client.network import channel as c
from client.network.web_api import (
    SignedInBody,
    Unreachable,
    WeakPassword,
    WebApi,
    WrongPassword,
)
from world.errors import ClinicError, Conflict, NotFound, Refusal

ACCOUNT_MADE: Final = "Your account is made. Sign in with your login and password."
UNANSWERED: Final = (
    "The clinic did not answer, so nobody knows whether your password was changed. Try again; if "
    "the old one is wrong then, it was."
)
_FIELDS: Final[tuple[tuple[type[ClinicError], str], ...]] = (
    (NotFound, "code"),
    (Conflict, "login"),
    (WeakPassword, "password"),
)


class AccountMadeError(ClinicError):
    """The account is there, and only signing in to it has failed."""

    def __init__(self) -> None:
        super().__init__(ACCOUNT_MADE)


class Newcomer:
    """One person's way from an invitation to a session."""

    def __init__(self) -> None:
        self._unanswered = ""

    async def accept(self, web: WebApi, wanted: c.AcceptInvitation) -> SignedInBody:
        """Makes the account and returns its first session.

        Raises:
          AccountMadeError: if the account is made and one must sign in by oneself.
          Refusal: the clinic's own no, as a sentence.
          Unreachable, CertificateChanged: as for `WebApi.clinic`.
        """
        try:
            await web.accept(
                {
                    "code": wanted.code,
                    "login": wanted.login,
                    "password": wanted.password,
                    "display_name": wanted.display_name,
                    "alias": wanted.alias,
                }
            )
        except Unreachable:
            self._unanswered = wanted.code
            raise
        except NotFound:
            if wanted.code != self._unanswered:
                raise
        self._unanswered = ""
        try:
            return await web.sign_in(wanted.login, wanted.password)
        except (Refusal, Unreachable):
            raise AccountMadeError from None


def field_of(error: ClinicError) -> str:
    """Returns the key of the field that a refusal is about; empty for none."""
    return next((key for kind, key in _FIELDS if isinstance(error, kind)), "")


async def changed_password(
    web: WebApi | None, token: str, old: str, new: str
) -> c.PasswordAnswered:
    """Changes the password of who is signed in, and returns how that went."""
    if web is None or not token:
        return c.PasswordAnswered("You are not signed in any more. Sign in again.")
    try:
        await web.change_password(token, old, new)
    except Unreachable:
        return c.PasswordAnswered(UNANSWERED)
    except WrongPassword as error:
        return c.PasswordAnswered(str(error), "old")
    except WeakPassword as error:
        return c.PasswordAnswered(str(error), "new")
    except ClinicError as error:
        return c.PasswordAnswered(str(error))
    return c.PasswordAnswered()
