"""One's own account: who one is here, and changing the password."""

from dataclasses import dataclass, field, replace
from typing import Final

from client.panels import form, intents
from client.panels.form import Form, text_field
from client.ui.vocabulary import Emphasis, Fill, Flow, Live, TextStyle, Tone
from client.ui.widgets import Button, Dialog, Group, Heading, Intent, Text, Widget, column, row

OLD, NEW, AGAIN, CLOSE = "old", "new", "again", "close"
CHANGED: Final = "Your password is changed. You are signed out everywhere else."


@dataclass(frozen=True, slots=True)
class AccountView:
    """The screen as it stands.

    Attributes:
      name: the own real name.
      alias: the neutral name.
      role: the part in the clinic, as a word.
      is_changed: whether the password was changed just now.
    """

    name: str = field(default="", repr=False)
    alias: str = field(default="", repr=False)
    role: str = ""
    clinic: str = ""
    form: Form = field(default_factory=Form)
    is_changed: bool = False


def update(view: AccountView, intent: Intent) -> AccountView:
    """Returns the view after what the person did; `form.is_busy` then says that it is sent."""
    match intent:
        case intents.ChangePassword():
            return replace(view, form=view.form.judged(_wrong(view.form)))
        case _:
            return replace(view, form=view.form.drafted(intent))


def answered(view: AccountView, problem: str, key: str) -> AccountView:
    """Returns the view after the clinic's answer; without a problem the password is changed."""
    if problem:
        return replace(view, form=view.form.refused(problem, key))
    return replace(view, form=Form(), is_changed=True)


def panel(view: AccountView) -> Dialog:
    """Returns the screen."""
    return Dialog(
        "Your account",
        key="account",
        width_dp=600,
        dismissed=intents.CloseAccount(),
        first_focus=CLOSE if view.is_changed else view.form.sent_back_to,
        children=(
            column(
                Heading("Your account", style=TextStyle.TITLE),
                Text(view.name, style=TextStyle.LABEL, icon="person"),
                Text(_known_as(view), tone=Tone.MUTED),
                gap_dp=4,
            ),
            *(_done() if view.is_changed else _password(view.form)),
        ),
    )


def _known_as(view: AccountView) -> str:
    return f"{view.role.capitalize()} at {view.clinic}, {view.alias} in the waiting room"


def _password(typed: Form) -> tuple[Widget, ...]:
    submit = intents.ChangePassword()
    return (
        Heading("Change your password"),
        *form.problem(typed.problem),
        text_field(typed, OLD, "Password that you have now", submit, is_secret=True),
        Group(
            "The new password",
            flow=Flow.GRID,
            columns=2,
            gap_dp=16,
            children=(
                text_field(
                    typed,
                    NEW,
                    "New password",
                    submit,
                    note="At least 8 characters. Three or four words make a good one.",
                    is_secret=True,
                ),
                text_field(typed, AGAIN, "The new one again", submit, is_secret=True),
            ),
        ),
        form.show_passwords(typed),
        row(
            Button(
                "Changing it \u2026" if typed.is_busy else "Change the password",
                key="change",
                intent=submit,
                is_busy=typed.is_busy,
                icon="hourglass" if typed.is_busy else "lock",
                emphasis=Emphasis.PRIMARY,
                grow=1,
            ),
            _close(),
        ),
    )


def _done() -> tuple[Widget, ...]:
    text = Text(CHANGED, tone=Tone.GOOD, icon="check", live=Live.POLITE)
    return (Group("Done", children=(text,), fill=Fill.GOOD, padding_dp=14), row(_close()))


def _close() -> Button:
    return Button("Close", key=CLOSE, shortcut="Esc", intent=intents.CloseAccount())


def _wrong(typed: Form) -> dict[str, str]:
    return {
        OLD: "" if typed.text(OLD) else "Type the password that you have now.",
        NEW: "" if typed.text(NEW) else "Choose a new password.",
        AGAIN: form.same_twice(typed, NEW, AGAIN),
    }
