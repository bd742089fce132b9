"""Questions that come from others: a knock, a wish to talk, to come along to a visit.

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


@dataclass(frozen=True, slots=True)
class ComeAlongView:
    """Somebody who asks to come along to a visit; all names are neutral ones.

    Attributes:
      part: of who asks, as a word.
      is_own: whether who asks is the patient.
    """

    visit_id: str
    by: str = field(repr=False)
    part: str
    patient: str = field(repr=False)
    is_own: bool


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


def come_along(view: ComeAlongView) -> Panel:
    """Returns the question whether to come along to a visit; there is no hurry to answer."""
    part = view.part.lower()
    # Staff are mostly called by their part here, and "Doctor (doctor)" says nothing more.
    who = f"A {part}" if view.by == view.part else f"{view.by} ({part})"
    whose = "their visit" if view.is_own else f"the visit of {view.patient}"
    return _prompt(
        f"come-along-{view.visit_id}",
        "You are asked along",
        "people",
        f"{who} asks you to come along to {whose}. If you do, you and they read "
        "one another's real names.",
        (
            Button(
                "Come along",
                intent=intents.AnswerInvitation(view.visit_id, agrees=True),
                emphasis=Emphasis.PRIMARY,
            ),
            Button(
                "No, thank you",
                intent=intents.AnswerInvitation(view.visit_id, agrees=False),
            ),
        ),
        None,
    )


def _prompt(  # noqa: PLR0913, PLR0917 - the parts of a question
    key: str,
    title: str,
    icon: str,
    sentence: str,
    buttons: tuple[Button, ...],
    dismissed: Intent | None,
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
