"""Signing in: the form, and whether the clinic is the one it says it is.

An unknown certificate shows words to compare with what the clinic has told; a changed one is
refused, and there is no button that goes on regardless.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from client.panels import intents
from client.ui.vocabulary import Emphasis, Fill, Flow, Live, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Dialog,
    Group,
    Heading,
    Intent,
    Panel,
    Text,
    TextField,
    Toggle,
    Widget,
    column,
    row,
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the clinic's server showed.

    Attributes:
      words: the fingerprint as words, to compare by eye or on the phone.
      standing: never seen here before, or another one than last time.
    """

    fingerprint: str
    words: tuple[str, ...]
    standing: Literal["unknown", "changed"]


@dataclass(frozen=True, slots=True)
class SignInView:
    """The form as it stands; problems are sentences that say what to do.

    Attributes:
      sent_back_to: key of the first field that was wrong when one tried; the focus goes there.
    """

    address: str = ""
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    is_password_shown: bool = False
    is_busy: bool = False
    address_problem: str = ""
    login_problem: str = ""
    password_problem: str = ""
    problem: str = ""
    sent_back_to: str = ""
    certificate: Certificate | None = None


def update(view: SignInView, intent: Intent) -> SignInView:
    """Returns the view after what the person did; `is_busy` then says that it is to connect."""
    match intent:
        case intents.SignIn():
            return _checked(view)
        case intents.StopSigningIn() | intents.DistrustCertificate():
            return replace(view, is_busy=False, certificate=None)
        case intents.TrustCertificate():
            return replace(view, certificate=None, is_busy=True)
        case _:
            return _drafted(view, intent)


def panels(view: SignInView) -> tuple[Panel, ...]:
    """Returns the form, and over it the question about the certificate where there is one."""
    form = Panel(
        "Sign in",
        key="sign-in",
        width_dp=460,
        first_focus=view.sent_back_to,
        children=tuple(_form(view)),
    )
    if view.certificate is None:
        return (form,)
    is_changed = view.certificate.standing == "changed"
    return form, (_changed if is_changed else _unknown)(view.certificate, view.address)


def _drafted(view: SignInView, intent: Intent) -> SignInView:
    match intent:
        case intents.TypeAddress(text):
            return replace(view, address=text, address_problem="")
        case intents.TypeLogin(text):
            return replace(view, login=text, login_problem="")
        case intents.TypePassword(text):
            return replace(view, password=text, password_problem="")
        case intents.ShowPassword(is_shown):
            return replace(view, is_password_shown=is_shown)
        case _:
            return view


def _checked(view: SignInView) -> SignInView:
    address = "" if view.address.strip() else "Type the address that the clinic gave you."
    login = "" if view.login.strip() else "Type your login. It is in your invitation."
    password = "" if view.password else "Type your password."
    wrong = {"address": address, "login": login, "password": password}
    return replace(
        view,
        sent_back_to=next((key for key, problem in wrong.items() if problem), ""),
        address_problem=address,
        login_problem=login,
        password_problem=password,
        problem="",
        is_busy=not any(wrong.values()),
    )


def _form(view: SignInView) -> list[Widget]:
    submit = intents.SignIn(view.address, view.login, view.password)
    widgets: list[Widget] = [
        column(
            Heading("Welcome to Metaclinic", style=TextStyle.TITLE),
            Text("Sign in to meet your doctor.", tone=Tone.MUTED),
            gap_dp=4,
        ),
    ]
    if view.problem:
        widgets.append(_problem(view.problem))
    widgets += [
        TextField(
            "Clinic's address",
            key="address",
            value=view.address,
            changed=intents.TypeAddress,
            submitted=submit,
            is_busy=view.is_busy,
            is_invalid=bool(view.address_problem),
            description=view.address_problem,
            placeholder="clinic.example",
        ),
        TextField(
            "Login",
            key="login",
            value=view.login,
            changed=intents.TypeLogin,
            submitted=submit,
            is_busy=view.is_busy,
            is_invalid=bool(view.login_problem),
            description=view.login_problem,
        ),
        TextField(
            "Password",
            key="password",
            value=view.password,
            changed=intents.TypePassword,
            submitted=submit,
            is_busy=view.is_busy,
            is_secret=not view.is_password_shown,
            is_invalid=bool(view.password_problem),
            description=view.password_problem,
        ),
        Toggle("Show password", changed=intents.ShowPassword, is_checked=view.is_password_shown),
        _buttons(view, submit),
    ]
    return widgets


def _buttons(view: SignInView, submit: Intent) -> Group:
    if view.is_busy:
        return row(
            Button(
                "Signing in \u2026",
                key="sign-in",
                intent=submit,
                is_busy=True,
                icon="hourglass",
                emphasis=Emphasis.PRIMARY,
                grow=1,
            ),
            Button("Stop", key="leave", intent=intents.StopSigningIn()),
        )
    return row(
        Button("Sign in", key="sign-in", intent=submit, emphasis=Emphasis.PRIMARY, grow=1),
        Button("Quit", key="leave", intent=intents.Leave()),
    )


def _problem(sentence: str) -> Group:
    text = Text(sentence, tone=Tone.DANGER, icon="warning", live=Live.ASSERTIVE)
    return Group("Problem", children=(text,), fill=Fill.DANGER, padding_dp=14)


def _unknown(certificate: Certificate, address: str) -> Dialog:
    words = tuple(
        Text(f"{number}. {word}", style=TextStyle.HEADING)
        for number, word in enumerate(certificate.words, start=1)
    )
    return Dialog(
        "Is this your clinic?",
        key="certificate",
        description=f"The words are: {', '.join(certificate.words)}.",
        width_dp=520,
        dismissed=intents.DistrustCertificate(),
        first_focus="distrust",
        children=(
            Heading("Is this your clinic?", style=TextStyle.TITLE, icon="shield"),
            Text(
                f"This computer has not met {address} before. Compare these words with the ones "
                "in your invitation, or call the clinic. All must be the same, in this order."
            ),
            Group(
                "Words to compare",
                children=words,
                flow=Flow.GRID,
                columns=2,
                fill=Fill.CARD,
                padding_dp=18,
            ),
            row(
                Button(
                    "The words match",
                    intent=intents.TrustCertificate(certificate.fingerprint),
                    emphasis=Emphasis.PRIMARY,
                ),
                Button("They do not match", key="distrust", intent=intents.DistrustCertificate()),
            ),
        ),
    )


def _changed(certificate: Certificate, address: str) -> Dialog:
    del certificate  # what a stranger shows is not worth reading
    return Dialog(
        "This is not the clinic you know",
        key="certificate",
        description="Nothing was sent. Call the clinic.",
        width_dp=520,
        dismissed=intents.DistrustCertificate(),
        children=(
            Heading(
                "This is not the clinic you know",
                style=TextStyle.TITLE,
                tone=Tone.DANGER,
                icon="warning",
            ),
            Text(
                f"{address} shows another certificate than last time. Someone may be listening "
                "in, so Metaclinic does not connect. Nothing was sent, not even your password."
            ),
            Text(
                "Call the clinic. If it has a new certificate, ask for a new invitation link "
                "and open that."
            ),
            row(Button("Back", intent=intents.DistrustCertificate(), emphasis=Emphasis.PRIMARY)),
        ),
    )
