"""What one can do about another person: talk, block, report."""

from dataclasses import dataclass, field, replace

from client.panels import intents
from client.ui.vocabulary import Emphasis, Fill, Live, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Dialog,
    Group,
    Heading,
    Intent,
    Text,
    TextField,
    Toggle,
    Widget,
    column,
    row,
)

LONGEST_REPORT = 500


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as this one may know them.

    Attributes:
      role: vouched for by the clinic; empty for patients among strangers.
      agrees: whether one has agreed to talk with them.
      is_heard: whether both have, so that voices are heard.
      sees_vitals: whether this guest of one's visit sees one's vital signs; None for no guest.
      has_next: whether others are here too.
    """

    slot: int
    name: str = field(repr=False)
    role: str = ""
    agrees: bool = False
    is_heard: bool = False
    is_blocked: bool = False
    sees_vitals: bool | None = None
    has_next: bool = False
    is_reporting: bool = False
    report: str = field(default="", repr=False)
    problem: str = ""
    is_sent: bool = False


@dataclass(frozen=True, slots=True)
class _Agreeing:
    slot: int

    def __call__(self, agrees: bool) -> Intent:  # noqa: FBT001 - a switch calls it
        return intents.AgreeToTalk(self.slot, agrees)


@dataclass(frozen=True, slots=True)
class _Blocking:
    slot: int

    def __call__(self, is_blocked: bool) -> Intent:  # noqa: FBT001 - a switch calls it
        return intents.SetBlocked(self.slot, is_blocked)


@dataclass(frozen=True, slots=True)
class _Allowing:
    slot: int

    def __call__(self, is_allowed: bool) -> Intent:  # noqa: FBT001 - a switch calls it
        return intents.AllowVitals(self.slot, is_allowed)


def update(view: PersonView, intent: Intent) -> PersonView:
    """Returns the view after what the person did."""
    match intent:
        case intents.StartReport():
            return replace(view, is_reporting=True, is_sent=False)
        case intents.TypeReport(text):
            return replace(view, report=text, problem="")
        case intents.SendReport(_, text) if text.strip():
            return replace(view, is_reporting=False, report="", is_sent=True)
        case intents.SendReport():
            return replace(view, problem="Write in a few words what happened.")
        case intents.Close():
            return replace(view, is_reporting=False)
        case _:
            return view


def panel(view: PersonView) -> Dialog:
    """Returns the menu about a person, or the form of a report."""
    return Dialog(
        view.name,
        key=f"{'report' if view.is_reporting else 'person'}-{view.slot}",
        width_dp=460,
        dismissed=intents.Close(),
        first_focus="report-text" if view.is_reporting else "",
        children=(_heading(view), *(_report(view) if view.is_reporting else _menu(view))),
    )


def _heading(view: PersonView) -> Widget:
    # Staff are mostly called by their part here, and "Doctor: doctor" says nothing more.
    part = "Confirmed" if view.name == view.role else f"{view.role}, confirmed"
    badge = (
        Text(f"{part} by the clinic", icon="shield", tone=Tone.GOOD)
        if view.role
        else Text("A visitor under a name of their choice", tone=Tone.MUTED)
    )
    return column(Heading(view.name, style=TextStyle.TITLE, icon="person"), badge, gap_dp=4)


def _menu(view: PersonView) -> tuple[Widget, ...]:
    sent = Text(
        "Your report was sent to the clinic's staff.",
        icon="check",
        tone=Tone.GOOD,
        live=Live.POLITE,
    )
    return (
        *((sent,) if view.is_sent else ()),
        Toggle(
            "Talk with each other",
            key="talk",
            is_checked=view.agrees,
            changed=_Agreeing(view.slot),
            description=_talk_note(view),
            is_disabled=view.is_blocked,
        ),
        Toggle(
            "Block",
            key="block",
            is_checked=view.is_blocked,
            changed=_Blocking(view.slot),
            description="You no longer see, hear or read each other in the waiting room.",
        ),
        *_vitals(view),
        row(
            Button(
                "Report \u2026", key="report", icon="flag", intent=intents.StartReport(view.slot)
            ),
            *((_next(view.slot),) if view.has_next else ()),
            Button("Close", key="close", shortcut="Esc", intent=intents.Close()),
        ),
    )


def _vitals(view: PersonView) -> tuple[Widget, ...]:
    if view.sees_vitals is None:
        return ()
    return (
        Toggle(
            "May see my vital signs",
            key="vitals",
            is_checked=view.sees_vitals,
            changed=_Allowing(view.slot),
            description="Your doctor sees them in any case. You can take this back at any time.",
        ),
    )


def _next(slot: int) -> Button:
    return Button("Next person", key="next", intent=intents.ShowNextPerson(slot))


def _talk_note(view: PersonView) -> str:
    if view.is_heard:
        return "You hear each other."
    if view.agrees:
        return "Waiting for the other to agree."
    return "You hear each other once both agree."


def _report(view: PersonView) -> tuple[Widget, ...]:
    send = intents.SendReport(view.slot, view.report)
    note = Group(
        "Who reads it",
        children=(
            Text(
                "The clinic's staff read it with your name. The person is not told who reported.",
            ),
        ),
        fill=Fill.CARD,
        padding_dp=14,
    )
    return (
        TextField(
            "What happened?",
            key="report-text",
            value=view.report,
            changed=intents.TypeReport,
            submitted=send,
            longest=LONGEST_REPORT,
            is_invalid=bool(view.problem),
            description=view.problem,
        ),
        note,
        row(
            Button("Send report", key="send", intent=send, emphasis=Emphasis.PRIMARY),
            Button("Back", key="back", intent=intents.Close()),
        ),
    )
