"""Signing in: the form, and over it the question whether the clinic is the right one."""

from dataclasses import dataclass, field, replace

from client.panels import certificate, form, intents
from client.panels.certificate import Certificate
from client.ui.vocabulary import Emphasis, TextStyle, Tone
from client.ui.widgets import (
    Button,
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
        case intents.TypeInto() | intents.ReplaceCertificate() if view.certificate is not None:
            asked = certificate.update(view.certificate, intent)
            return replace(view, certificate=asked, is_busy=asked is None)
        case _:
            return _drafted(view, intent)


def panels(view: SignInView) -> tuple[Panel, ...]:
    """Returns the form, and over it the question about the certificate where there is one."""
    panel = Panel(
        "Sign in",
        key="sign-in",
        width_dp=460,
        first_focus=view.sent_back_to,
        children=tuple(_form(view)),
    )
    if view.certificate is None:
        return (panel,)
    return panel, certificate.dialog(view.certificate, view.address)


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
    login = (
        ""
        if view.login.strip()
        else "Type your login. If you have none yet, take up your invitation."
    )
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
    return [
        column(
            Heading("Welcome to Metaclinic", style=TextStyle.TITLE),
            Text("Sign in to come into the clinic.", tone=Tone.MUTED),
            gap_dp=4,
        ),
        *form.problem(view.problem),
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
        Button(
            "I have an invitation",
            key="invitation",
            icon="person",
            intent=intents.TakeUpInvitation(),
            emphasis=Emphasis.QUIET,
            is_disabled=view.is_busy,
        ),
    ]


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
