"""Whether the clinic is the one it says it is.

An unknown certificate shows words to compare with what the clinic has told; a changed one is
refused, and there is no button that goes on regardless.
"""

from dataclasses import dataclass
from typing import Literal

from client.panels import intents
from client.ui.vocabulary import Emphasis, Fill, Flow, TextStyle, Tone
from client.ui.widgets import Button, Dialog, Group, Heading, Text, row


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


def dialog(certificate: Certificate, address: str) -> Dialog:
    """Returns the question whether this is the right clinic, or that it is not."""
    if certificate.standing == "changed":
        return _changed(address)
    return _unknown(certificate, address)


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


def _changed(address: str) -> Dialog:
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
