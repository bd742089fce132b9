"""Questions that come from others: a knock, a wish to talk.

They are announced and never take the focus, so that no key that was meant for something else
answers them; F6 goes to them.
"""

from dataclasses import dataclass, field

from client.panels import intents
from client.ui.vocabulary import Anchor, Emphasis, Live, Opening, TextStyle, Tone
from client.ui.widgets import Button, Heading, Intent, Panel, Text, row


@dataclass(frozen=True, slots=True)
class KnockView:
    """Somebody at a door."""

    door: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VoiceRequestView:
    """Somebody who would like to talk."""

    slot: int
    name: str = field(repr=False)


def knock(view: KnockView) -> Panel:
    """Returns the question whether to let somebody in; waiting is always an answer."""
    return _prompt(
        f"knock-{view.door}",
        "Someone knocks",
        "knock",
        f"{view.name} would like to come in.",
        (
            Button(
                "Let in",
                intent=intents.AnswerKnock(view.door, is_let_in=True),
                emphasis=Emphasis.PRIMARY,
            ),
            Button("Not now", intent=intents.AnswerKnock(view.door, is_let_in=False)),
        ),
        intents.AnswerKnock(view.door, is_let_in=False),
    )


def voice_request(view: VoiceRequestView) -> Panel:
    """Returns the question whether to talk with a stranger."""
    return _prompt(
        f"voice-{view.slot}",
        "Someone would like to talk",
        "speaker",
        f"{view.name} would like to talk with you. You hear each other only if you agree.",
        (
            Button(
                "Talk",
                intent=intents.AgreeToTalk(view.slot, agrees=True),
                emphasis=Emphasis.PRIMARY,
            ),
            Button("No, thank you", intent=intents.AgreeToTalk(view.slot, agrees=False)),
            Button(
                "Block",
                icon="block",
                intent=intents.SetBlocked(view.slot, is_blocked=True),
                emphasis=Emphasis.QUIET,
            ),
        ),
        intents.AgreeToTalk(view.slot, agrees=False),
    )


def _prompt(  # noqa: PLR0913, PLR0917 - the parts of a question
    key: str,
    title: str,
    icon: str,
    sentence: str,
    buttons: tuple[Button, ...],
    dismissed: Intent,
) -> Panel:
    return Panel(
        title,
        key=key,
        description=f"{sentence} Press F6 to answer.",
        anchor=Anchor.TOP,
        width_dp=440,
        padding_dp=20,
        live=Live.ASSERTIVE,
        opening=Opening.LEAVES_FOCUS,
        dismissed=dismissed,
        children=(
            Heading(title, icon=icon),
            Text(sentence),
            row(*buttons),
            Text("Press F6 to answer.", style=TextStyle.SMALL, tone=Tone.MUTED),
        ),
    )
