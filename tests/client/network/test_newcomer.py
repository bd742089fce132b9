"""From an invitation to a session, and to a new password, also where an answer is lost."""

import pytest

from client.network import channel as c
from client.network.newcomer import (
    UNANSWERED,
    AccountMadeError,
    Newcomer,
    changed_password,
    field_of,
)
from client.network.web_api import SignedInBody, Unreachable, WeakPassword, WrongPassword
from world.errors import Conflict, NotFound, NotPermitted, NotSignedIn, TooManyRequests

WANTED = c.AcceptInvitation("h", 1, "c" * 32, "robin", "three ponds", "Robin Field", "Heron")
SESSION = SignedInBody("token", "0" * 32)


class Web:
    """The clinic's answers, in order: an error is raised, all else is returned."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def __getattr__(self, name):
        async def ask(*given):
            self.asked.append((name, *given))
            answer = self.answers[name].pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask


async def test_the_account_is_made_and_signed_in_to():
    web = Web(accept=[None], sign_in=[SESSION])
    assert await Newcomer().accept(web, WANTED) == SESSION
    assert web.asked == [
        (
            "accept",
            {
                "code": "c" * 32,
                "login": "robin",
                "password": "three ponds",
                "display_name": "Robin Field",
                "alias": "Heron",
            },
        ),
        ("sign_in", "robin", "three ponds"),
    ]


async def test_an_answer_that_was_lost_makes_no_second_account():
    newcomer = Newcomer()
    web = Web(accept=[Unreachable("No answer."), NotFound("Used already.")], sign_in=[SESSION])
    with pytest.raises(Unreachable):
        await newcomer.accept(web, WANTED)
    assert await newcomer.accept(web, WANTED) == SESSION


async def test_a_code_that_somebody_else_used_is_refused():
    web = Web(accept=[NotFound("Used already.")])
    with pytest.raises(NotFound):
        await Newcomer().accept(web, WANTED)


@pytest.mark.parametrize("error", [Unreachable("No."), TooManyRequests("No."), NotSignedIn("No.")])
async def test_an_account_that_is_made_is_said_though_signing_in_failed(error):
    web = Web(accept=[None], sign_in=[error])
    with pytest.raises(AccountMadeError, match="Sign in with your login"):
        await Newcomer().accept(web, WANTED)


def test_each_refusal_is_about_its_field():
    errors = [NotFound("."), Conflict("."), WeakPassword("."), NotPermitted("."), Unreachable(".")]
    assert [field_of(error) for error in errors] == ["code", "login", "password", "", ""]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, c.PasswordAnswered()),
        (WrongPassword("Wrong."), c.PasswordAnswered("Wrong.", "old")),
        (WeakPassword("Weak."), c.PasswordAnswered("Weak.", "new")),
        (TooManyRequests("Wait."), c.PasswordAnswered("Wait.")),
        (Unreachable("No answer."), c.PasswordAnswered(UNANSWERED)),
    ],
)
async def test_how_a_change_went_is_told_beside_its_field(answer, expected):
    web = Web(change_password=[answer])
    assert await changed_password(web, "token", "old", "new") == expected
    assert web.asked == [("change_password", "token", "old", "new")]


async def test_without_a_session_nothing_is_asked():
    web = Web()
    assert (await changed_password(web, "", "old", "new")).problem
    assert (await changed_password(None, "token", "old", "new")).problem
    assert web.asked == []
