"""Whether the clinic is the one it says it is.

An unknown certificate shows words to compare with what the clinic has told. A changed one shows the
old words and the new: it is trusted only by who types what the administrator reads to them, never
by the button that has the focus, and never by itself. One that is refused cannot be trusted at all.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from client.panels import intents
from client.panels.form import Form, text_field
from client.ui.vocabulary import Emphasis, Fill, Flow, TextStyle, Tone
from client.ui.widgets import Button, Dialog, Group, Heading, Intent, Text, Widget, row

CONFIRMATION: Final = "new-words"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the clinic's server showed.

    Attributes:
      words: the fingerprint as words, to compare by eye or on the phone.
      standing: never seen here before, another one than last time, or not to be trusted whatever
        anybody says.
      known_words: of the one that it would replace.
      form: what is typed of the new words.
    """

    fingerprint: str
    words: tuple[str, ...]
    standing: Literal["unknown", "changed", "refused"]
    known_words: tuple[str, ...] = ()
    form: Form = field(default_factory=Form)


def update(certificate: Certificate, intent: Intent) -> Certificate | None:
    """Returns the question after what the person did; None once it is answered with a yes."""
    if not isinstance(intent, intents.ReplaceCertificate):
        return replace(certificate, form=certificate.form.drafted(intent))
    if certificate.standing != "changed":
        return certificate
    if _is_confirmed(certificate):
        return None
    wrong = "These are not the first and the last of the new words. Compare all of them again."
    return replace(certificate, form=certificate.form.refused(wrong, CONFIRMATION))


def dialog(certificate: Certificate, address: str) -> Dialog:
    """Returns the question whether this is the right clinic, or that it is not."""
    match certificate.standing:
        case "unknown":
            return _unknown(certificate, address)
        case "changed":
            return _changed(certificate, address)
        case "refused":
            return _refused(address)


def _is_confirmed(certificate: Certificate) -> bool:
    typed = certificate.form.text(CONFIRMATION).lower().replace(",", " ").split()
    return typed == [certificate.words[0], certificate.words[-1]]


def _unknown(certificate: Certificate, address: str) -> Dialog:
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
                children=tuple(
                    Text(f"{number}. {word}", style=TextStyle.HEADING)
                    for number, word in enumerate(certificate.words, start=1)
                ),
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


NOT_TRUSTED = (
    "This may not be your clinic. Nothing was sent. Call the clinic, and ask for its address and "
    "the words of its certificate."
)
"""What is said beside the address after somebody has found that the words do not match."""


def _changed(certificate: Certificate, address: str) -> Dialog:
    replaces = intents.ReplaceCertificate(certificate.fingerprint)
    return Dialog(
        "The clinic shows another certificate",
        key="certificate",
        description=f"Nothing was sent. The new words are: {', '.join(certificate.words)}.",
        width_dp=600,
        gap_dp=10,
        dismissed=intents.DistrustCertificate(),
        first_focus=certificate.form.sent_back_to or "distrust",
        children=(
            _warning("The clinic shows another certificate"),
            Text(
                f"{address} shows another certificate than last time. Nothing was sent, not even "
                "your password. Someone may be listening in."
            ),
            Text(
                "It is to be expected only if the administrator has moved the clinic to another "
                "address or machine, or made it anew. Call the administrator, by a number that you "
                "had before, and let them read you the clinic's words."
            ),
            _words("The words so far", certificate.known_words, Tone.MUTED),
            _words("The new words", certificate.words, Tone.NORMAL),
            text_field(
                certificate.form,
                CONFIRMATION,
                "The first and the last new word, as the administrator says them",
                replaces,
                note="Only if all eight new words are the same.",
            ),
            row(
                Button(
                    "Do not connect",
                    key="distrust",
                    intent=intents.DistrustCertificate(),
                    emphasis=Emphasis.PRIMARY,
                ),
                Button("Trust the new certificate", intent=replaces, emphasis=Emphasis.DANGER),
            ),
        ),
    )


def _words(name: str, words: tuple[str, ...], tone: Tone) -> Group:
    listed = ", ".join(f"{number}. {word}" for number, word in enumerate(words, start=1))
    return Group(
        name,
        children=(Text(name, style=TextStyle.SMALL, tone=Tone.MUTED), Text(listed, tone=tone)),
        fill=Fill.CARD,
        padding_dp=10,
        gap_dp=4,
    )


def _refused(address: str) -> Dialog:
    return Dialog(
        "This is not the clinic you know",
        key="certificate",
        description="Nothing was sent. Call the clinic.",
        width_dp=520,
        dismissed=intents.DistrustCertificate(),
        children=(
            _warning("This is not the clinic you know"),
            Text(
                f"{address} shows another certificate than the one that it must have. Someone may "
                "be listening in, so Metaclinic does not connect. Nothing was sent, not even your "
                "password."
            ),
            Text(
                "Call the clinic. If you came by a link, ask for a new one; if the clinic runs on "
                "this machine, see what else answers at its port."
            ),
            row(Button("Back", intent=intents.DistrustCertificate(), emphasis=Emphasis.PRIMARY)),
        ),
    )


def _warning(title: str) -> Widget:
    return Heading(title, style=TextStyle.TITLE, tone=Tone.DANGER, icon="warning")
