"""The doctor's list: who waits, whom to call, and the visit that is going on."""

from dataclasses import dataclass, field, replace

from client.panels import intents
from client.ui.vocabulary import Emphasis, Fill, Live, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Dialog,
    Group,
    Heading,
    Intent,
    ListBox,
    ListItem,
    Panel,
    Text,
    Widget,
    row,
)

LIST_DP, WAY_DP = 256, 72
"""Height of the list, and what it gives up for the button that leads to the called patient."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One visit in the queue; `about` says appointment or walk-in."""

    visit_id: str
    patient_name: str = field(repr=False)
    waited_min: float
    about: str = ""
    is_connected: bool = True


@dataclass(frozen=True, slots=True)
class Current:
    """The doctor's own visit: called, and in consult once both are inside.

    Attributes:
      destination: of the door that leads to it; empty for a doctor who is there.
      is_patient_inside: whether the patient is in the room.
    """

    visit_id: str
    patient_name: str = field(repr=False)
    room_name: str
    is_in_consult: bool
    destination: str = ""
    is_patient_inside: bool = False
    is_connected: bool = True


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who can be invited into the visit."""

    slot: int
    name: str = field(repr=False)
    role: str


@dataclass(frozen=True, slots=True)
class DoctorListView:
    """What the doctor's list shows."""

    waiting: tuple[Waiting, ...] = ()
    chosen: str = ""
    current: Current | None = None
    guests: tuple[Guest, ...] = ()
    is_inviting: bool = False
    is_asked_to_end: bool = False
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class _Inviting:
    visit_id: str

    def __call__(self, slot: str) -> Intent:
        return intents.Invite(self.visit_id, int(slot))


def update(view: DoctorListView, intent: Intent) -> DoctorListView:
    """Returns the view after what the doctor did."""
    match intent:
        case intents.ChooseVisit(visit_id):
            return replace(view, chosen=visit_id)
        case intents.OpenInvitation():
            return replace(view, is_inviting=True)
        case intents.AskToEnd():
            return replace(view, is_asked_to_end=True)
        case intents.Close() | intents.Invite() | intents.ChangeVisit():
            return replace(view, is_inviting=False, is_asked_to_end=False)
        case _:
            return view


def panels(view: DoctorListView) -> tuple[Panel, ...]:
    """Returns the list, and the invitation or the question whether to end over it."""
    top = Panel(
        "Patients",
        key="doctor-list",
        width_dp=560,
        dismissed=intents.Close(),
        first_focus=_first_focus(view.current),
        children=(
            Heading("Patients", style=TextStyle.TITLE),
            *(_current(view.current, view.is_busy) if view.current else ()),
            *_queue(view),
        ),
    )
    if view.current and view.is_inviting:
        return top, _invitation(view, view.current)
    if view.current and view.is_asked_to_end:
        return top, _end_question(view.current)
    return (top,)


def _first_focus(current: Current | None) -> str:
    if current is None:
        return "call-next"
    if current.destination:
        return "go"
    return "invite" if current.is_in_consult else "uncall"


def _current(current: Current, is_busy: bool) -> tuple[Widget, ...]:  # noqa: FBT001 - a view's field
    if current.is_in_consult:
        state = Text(f"In consult in {current.room_name}", icon="door", tone=Tone.GOOD)
        actions = row(
            Button(
                "Invite someone",
                key="invite",
                icon="plus",
                intent=intents.OpenInvitation(),
                is_busy=is_busy,
            ),
            Button(
                "End visit",
                key="end",
                intent=intents.AskToEnd(current.visit_id),
                emphasis=Emphasis.DANGER,
                is_busy=is_busy,
            ),
        )
    else:
        icon, tone = ("door", Tone.GOOD) if current.is_patient_inside else ("clock", Tone.NORMAL)
        state = Text(_where(current), key="where", icon=icon, tone=tone, live=Live.POLITE)
        actions = row(
            Button(
                "Take the call back",
                key="uncall",
                intent=intents.ChangeVisit(current.visit_id, "uncall"),
                is_busy=is_busy,
            ),
            Button(
                "Did not come",
                key="no-show",
                intent=intents.ChangeVisit(current.visit_id, "no-show"),
                is_busy=is_busy,
            ),
        )
    fill = Fill.GOOD if current.is_in_consult else Fill.CARD
    name = Text(current.patient_name, style=TextStyle.HEADING)
    children = (name, state, *_way(current), actions)
    return (Group("Your patient", children=children, fill=fill, padding_dp=16, gap_dp=8),)


def _where(current: Current) -> str:
    """Returns where the called patient is, and what the consult waits for."""
    if current.is_patient_inside:
        waits = "The consult begins when you come." if current.destination else ""
        return f"Inside {current.room_name}, and waits for you. {waits}".strip()
    if not current.is_connected:
        return f"Called to {current.room_name}. The connection is lost for now."
    return (
        f"Called to {current.room_name}, and on the way. The consult begins when both are inside."
    )


def _way(current: Current) -> tuple[Widget, ...]:
    if not current.destination:
        return ()
    go = Button(
        f"Go to {current.room_name}",
        key="go",
        icon="walk",
        intent=intents.GoTo(current.destination),
        emphasis=Emphasis.PRIMARY,
        grow=1,
    )
    return (row(go),)


def _queue(view: DoctorListView) -> tuple[Widget, ...]:
    items = tuple(
        ListItem(
            one.patient_name,
            key=one.visit_id,
            note=f"{one.waited_min:.0f} min",
            description=one.about if one.is_connected else f"{one.about}, connection lost",
        )
        for one in view.waiting
    )
    chosen = next((one for one in view.waiting if one.visit_id == view.chosen), None)
    is_blocked = view.current is not None or not view.waiting
    count = Text(_count(len(view.waiting)), key="count", tone=Tone.MUTED, live=Live.POLITE)
    rows = ListBox(
        "Waiting",
        key="waiting",
        children=items,
        chosen=intents.ChooseVisit,
        selected=view.chosen,
        empty="Nobody is waiting.",
        height_dp=LIST_DP - (WAY_DP if view.current and view.current.destination else 0),
    )
    buttons = row(
        Button(
            "Call next",
            key="call-next",
            intent=intents.CallNext(),
            is_disabled=is_blocked,
            is_busy=view.is_busy,
            emphasis=Emphasis.PRIMARY,
            grow=1,
        ),
        Button(
            f"Call {chosen.patient_name}" if chosen else "Call chosen",
            key="call-chosen",
            intent=intents.CallChosen(view.chosen),
            is_disabled=is_blocked or chosen is None,
            is_busy=view.is_busy,
        ),
        Button("Close", key="close", shortcut="Esc", intent=intents.Close()),
    )
    return count, rows, buttons


def _invitation(view: DoctorListView, current: Current) -> Dialog:
    items = tuple(
        ListItem(one.name, key=str(one.slot), icon="person", note=one.role) for one in view.guests
    )
    return Dialog(
        "Invite someone",
        key="invitation",
        dismissed=intents.Close(),
        children=(
            Heading("Invite someone", style=TextStyle.TITLE),
            Text("Whoever you invite sees and hears this visit until it ends or they leave."),
            ListBox(
                "Carers and interpreters here",
                key="guests",
                children=items,
                chosen=_Inviting(current.visit_id),
                empty="No carer or interpreter is in the clinic now.",
            ),
            row(Button("Back", intent=intents.Close())),
        ),
    )


def _end_question(current: Current) -> Dialog:
    says = (
        f"Chat and vital signs of the visit end, and the door opens. {current.patient_name} may "
        "stay until you call the next patient to this room."
    )
    return Dialog(
        "End this visit?",
        key="end-question",
        description=says,
        width_dp=440,
        dismissed=intents.Close(),
        first_focus="keep",
        children=(
            Heading("End this visit?", style=TextStyle.TITLE),
            Text(says),
            row(
                Button("Go on with the visit", key="keep", intent=intents.Close()),
                Button(
                    "End visit",
                    key="end",
                    intent=intents.ChangeVisit(current.visit_id, "end"),
                    emphasis=Emphasis.DANGER,
                ),
            ),
        ),
    )


def _count(waiting: int) -> str:
    return "1 patient is waiting." if waiting == 1 else f"{waiting} patients are waiting."
