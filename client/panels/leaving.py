"""The questions before something ends: the visit, or the whole stay in the clinic.

What is safe has the focus, so that a key too many ends nothing.
"""

from client.panels import intents
from client.ui.vocabulary import Emphasis, TextStyle
from client.ui.widgets import Button, Dialog, Heading, Intent, Text, row


def clinic(consequence: str) -> Dialog:
    """Returns the question whether to leave the clinic; the consequence is a sentence."""
    return _question(
        "Leave the clinic?",
        consequence,
        Button("Stay", key="stay", intent=intents.Close()),
        ("Leave the clinic", intents.Leave()),
    )


def visit() -> Dialog:
    """Returns the question whether a patient's own visit is over."""
    return _question(
        "End your visit?",
        "The doctor is told that you go, and the door opens for you.",
        Button("Go on with the visit", key="stay", intent=intents.Close()),
        ("End my visit", intents.LeaveQueue()),
    )


def before_entering() -> Dialog:
    """Returns the question whether to sign out again before the clinic was entered."""
    return _question(
        "Sign out?",
        "You have not gone in yet. If you sign out, you type your login and password again.",
        Button("Stay", key="stay", intent=intents.Close()),
        ("Sign out", intents.Leave()),
    )


def _question(title: str, sentence: str, stay: Button, end: tuple[str, Intent]) -> Dialog:
    name, intent = end
    return Dialog(
        title,
        key=f"question-{name.lower().replace(' ', '-')}",
        description=sentence,
        width_dp=460,
        dismissed=intents.Close(),
        first_focus="stay",
        children=(
            Heading(title, style=TextStyle.TITLE),
            Text(sentence),
            row(stay, Button(name, key="end", intent=intent, emphasis=Emphasis.DANGER)),
        ),
    )
