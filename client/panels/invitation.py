"""Taking up an invitation: the code, then who one is, then how one signs in.

Three short steps instead of one long form. What the person typed is kept when they step back, and
nothing but the code leaves this machine before the last step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from client.panels import certificate, form, intents
from client.panels.certificate import Certificate
from client.panels.form import Form, text_field
from client.ui.vocabulary import Emphasis, TextStyle, Tone
from client.ui.widgets import Button, Group, Heading, Intent, Panel, Text, Widget, column, row

LONGEST_NAME: Final = 80
LONGEST_ALIAS: Final = 24
LONGEST_LOGIN: Final = 120
ADDRESS, CODE = "address", "code"
NAME, ALIAS = "name", "alias"
LOGIN, PASSWORD, AGAIN = "login", "password", "again"
_STAFF: Final = frozenset({"doctor", "nurse"})
_AN: Final = frozenset({"interpreter", "instructor", "administrator"})


class Step(IntEnum):
    """How far the person is."""

    CODE = 1
    NAMES = 2
    LOGIN = 3


FIELDS: Final[Mapping[Step, tuple[str, ...]]] = {
    Step.CODE: (ADDRESS, CODE),
    Step.NAMES: (NAME, ALIAS),
    Step.LOGIN: (LOGIN, PASSWORD, AGAIN),
}
"""The fields of each step, in their order."""


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation that is being taken up.

    Attributes:
      role: of the account, as the clinic says; empty before it was asked.
      certificate: the question about the clinic, where there is one.
    """

    form: Form = field(default_factory=Form)
    step: Step = Step.CODE
    clinic: str = ""
    role: str = ""
    certificate: Certificate | None = None


def update(view: InvitationView, intent: Intent) -> InvitationView:
    """Returns the view after what the person did; `form.is_busy` then says that it is sent."""
    match intent:
        case intents.StepBack() if view.step > Step.CODE:
            return at_step(view, Step(view.step - 1))
        case intents.StopSigningIn() | intents.DistrustCertificate():
            return replace(view, form=replace(view.form, is_busy=False), certificate=None)
        case intents.TrustCertificate():
            return replace(view, form=replace(view.form, is_busy=True), certificate=None)
        case intents.TypeInto() | intents.ReplaceCertificate() if view.certificate is not None:
            asked = certificate.update(view.certificate, intent)
            form = replace(view.form, is_busy=asked is None)
            return replace(view, certificate=asked, form=form)
        case _:
            return _submitted(view, intent)


def at_step(view: InvitationView, step: Step) -> InvitationView:
    """Returns the view at another step, with nothing wrong yet."""
    fresh = replace(view.form, problems={}, problem="", is_busy=False, sent_back_to="")
    return replace(view, form=fresh, step=step)


def refused(view: InvitationView, sentence: str, key: str) -> InvitationView:
    """Returns the view with the clinic's no, at the step of the field that it is about."""
    step = next((step for step, keys in FIELDS.items() if key in keys), view.step)
    return replace(view, form=view.form.refused(sentence, key), step=step)


def panels(view: InvitationView) -> tuple[Panel, ...]:
    """Returns the step, and over it the question about the certificate where there is one."""
    steps = {Step.CODE: _code, Step.NAMES: _names, Step.LOGIN: _login}
    panel = Panel(
        "Your invitation",
        key=f"invitation-{view.step}",
        width_dp=500,
        first_focus=view.form.sent_back_to,
        dismissed=intents.StopSigningIn() if view.form.is_busy else intents.StepBack(),
        children=tuple(steps[view.step](view)),
    )
    if view.certificate is None:
        return (panel,)
    return panel, certificate.dialog(view.certificate, view.form.text(ADDRESS))


# --- what is wrong


def _submitted(view: InvitationView, intent: Intent) -> InvitationView:
    match intent:
        case intents.LookAtInvitation():
            return replace(view, form=view.form.judged(_wrong_code(view.form)))
        case intents.ChooseNames():
            return _with_names(view)
        case intents.MakeAccount():
            return replace(view, form=view.form.judged(_wrong_login(view.form)))
        case _:
            return replace(view, form=view.form.drafted(intent))


def _wrong_code(typed: Form) -> dict[str, str]:
    code = typed.text(CODE).strip()
    is_code = all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in code)
    problem = "" if is_code else "A code has letters, digits, - and _ only. Compare it again."
    return {
        ADDRESS: ""
        if typed.text(ADDRESS).strip()
        else "Type the address that the clinic gave you.",
        CODE: problem if code else "Type the code that is in your invitation.",
    }


def _with_names(view: InvitationView) -> InvitationView:
    typed = view.form
    name = "" if typed.text(NAME).strip() else "Type your name as it is in your papers."
    alias = "" if typed.text(ALIAS).strip() else "Choose any name, for example a color or a bird."
    judged = typed.judged({NAME: name, ALIAS: alias})
    if judged.problems:
        return replace(view, form=judged)
    return at_step(view, Step.LOGIN)


def _wrong_login(typed: Form) -> dict[str, str]:
    return {
        LOGIN: "" if typed.text(LOGIN).strip() else "Choose a login, for example your first name.",
        PASSWORD: "" if typed.text(PASSWORD) else "Choose a password.",
        AGAIN: form.same_twice(typed, PASSWORD, AGAIN),
    }


# --- the steps


def _code(view: InvitationView) -> list[Widget]:
    submit = intents.LookAtInvitation()
    return [
        _heading(
            view, "Take up your invitation", "The clinic has given you an address and a code."
        ),
        *form.problem(view.form.problem),
        text_field(view.form, ADDRESS, "Clinic's address", submit, placeholder="clinic.example"),
        text_field(
            view.form,
            CODE,
            "Invitation code",
            submit,
            note="It works once. Large and small letters differ.",
            longest=128,
        ),
        _buttons(view, "Go on", "Asking the clinic \u2026", submit),
    ]


def _names(view: InvitationView) -> list[Widget]:
    submit = intents.ChooseNames()
    real, neutral = _notes(view.role)
    return [
        _heading(view, "Who are you?", f"{view.clinic} invites you as {_part(view.role)}."),
        text_field(view.form, NAME, "Your name", submit, note=real, longest=LONGEST_NAME),
        text_field(
            view.form, ALIAS, "Your neutral name", submit, note=neutral, longest=LONGEST_ALIAS
        ),
        _buttons(view, "Go on", "", submit),
    ]


def _login(view: InvitationView) -> list[Widget]:
    submit = intents.MakeAccount()
    return [
        _heading(view, "How will you sign in?", "You type these each time you come."),
        *form.problem(view.form.problem),
        text_field(view.form, LOGIN, "Login", submit, longest=LONGEST_LOGIN),
        text_field(
            view.form,
            PASSWORD,
            "Password",
            submit,
            note="At least 8 characters. Three or four words make a good one.",
            is_secret=True,
        ),
        text_field(view.form, AGAIN, "The same password again", submit, is_secret=True),
        form.show_passwords(view.form),
        _buttons(view, "Make the account", "Making the account \u2026", submit),
    ]


def _heading(view: InvitationView, title: str, sentence: str) -> Group:
    return column(
        Text(f"Step {view.step.value} of {len(Step)}", style=TextStyle.SMALL, tone=Tone.MUTED),
        Heading(title, style=TextStyle.TITLE),
        Text(sentence, tone=Tone.MUTED),
        gap_dp=4,
    )


def _buttons(view: InvitationView, name: str, busy: str, submit: Intent) -> Group:
    if view.form.is_busy:
        waiting = Button(
            busy,
            key="go-on",
            intent=submit,
            is_busy=True,
            icon="hourglass",
            emphasis=Emphasis.PRIMARY,
            grow=1,
        )
        return row(waiting, Button("Stop", key="back", intent=intents.StopSigningIn()))
    return row(
        Button(name, key="go-on", intent=submit, emphasis=Emphasis.PRIMARY, grow=1),
        Button("Back", key="back", intent=intents.StepBack()),
    )


def _part(role: str) -> str:
    word = {"admin": "administrator"}.get(role, role)
    return f"{'an' if word in _AN else 'a'} {word}"


def _notes(role: str) -> tuple[str, str]:
    """Returns who reads the real name, and who the neutral one."""
    if role == "patient":
        return (
            "Your doctor reads it, and who takes part in your visits. Other patients never do.",
            "Other people in the waiting room read this one.",
        )
    if role in _STAFF:
        return (
            "Your colleagues read it, and the patients whom you treat.",
            "The others in the waiting room read this one, with your part beside it.",
        )
    return (
        "Those read it who take part in a visit together with you.",
        "Everybody else in the clinic reads this one.",
    )
