"""A patient's visit in the waiting room: checking in, the place in the queue, being called."""

from dataclasses import dataclass
from enum import StrEnum

from client.panels import hud, intents
from client.panels.hud import QueueView
from client.ui.vocabulary import Emphasis, Fill, Live, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Group,
    Heading,
    ListBox,
    ListItem,
    Panel,
    Text,
    Widget,
    column,
    row,
)


class Stage(StrEnum):
    """How far the patient is."""

    ARRIVED = "arrived"
    WAITING = "waiting"
    CALLED = "called"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment of today; `when` and `whom_with` are words."""

    visit_id: str
    when: str
    whom_with: str


@dataclass(frozen=True, slots=True)
class CheckInView:
    """What the panel at the reception shows.

    Attributes:
      doctor: who calls; inside, a sentence about the visit.
    """

    stage: Stage = Stage.ARRIVED
    appointments: tuple[Appointment, ...] = ()
    queue: QueueView | None = None
    doctor: str = ""
    room_name: str = ""
    door: str = ""
    is_busy: bool = False
    problem: str = ""
    visit_id: str = ""


def panel(view: CheckInView) -> Panel:
    """Returns the panel for the stage."""
    stages = {
        Stage.ARRIVED: _arrived,
        Stage.WAITING: _waiting,
        Stage.CALLED: _called,
        Stage.INSIDE: _inside,
    }
    return Panel(
        "Reception",
        key=f"reception-{view.stage}",
        width_dp=520,
        dismissed=intents.Close(),
        children=(*stages[view.stage](view), *_problem(view.problem)),
    )


def _arrived(view: CheckInView) -> tuple[Widget, ...]:
    heading = column(
        Heading("Check in", style=TextStyle.TITLE),
        Text("Then take a seat or look around. You keep your place.", tone=Tone.MUTED),
        gap_dp=4,
    )
    walk_in = Button(
        "See the next free doctor",
        key="walk-in",
        intent=intents.CheckIn(None),
        is_busy=view.is_busy,
        icon="people",
        emphasis=Emphasis.NORMAL if view.appointments else Emphasis.PRIMARY,
    )
    if not view.appointments:
        text = Text("You have no appointment today. You can be seen all the same.")
        return heading, text, row(walk_in, _close("Not now"))
    items = tuple(
        ListItem(one.when, key=one.visit_id, icon="calendar", description=one.whom_with)
        for one in view.appointments
    )
    appointments = ListBox(
        "Your appointments today",
        key="appointments",
        children=items,
        chosen=intents.CheckIn,
        description="Press Enter on one to check in.",
        is_busy=view.is_busy,
    )
    help_text = Text("Choose one to check in for it, or:", tone=Tone.MUTED)
    return heading, appointments, help_text, row(walk_in, _close("Not now"))


def _waiting(view: CheckInView) -> tuple[Widget, ...]:
    queue = hud.queue_texts(view.queue, Live.OFF) if view.queue else ()
    return (
        Heading("You are checked in", style=TextStyle.TITLE, icon="check"),
        Group("Your place", children=queue, fill=Fill.CARD, padding_dp=16, gap_dp=8),
        Text(
            "When it is your turn you hear a chime, and a sentence here tells you which door "
            "to take. You may sit, walk about, or mute the microphone.",
        ),
        row(
            _close("Good"),
            Button(
                "Leave the queue",
                key="leave-queue",
                intent=intents.LeaveQueue(),
                emphasis=Emphasis.QUIET,
            ),
        ),
    )


def _called(view: CheckInView) -> tuple[Widget, ...]:
    sentence = f"{view.doctor} is waiting for you in {view.room_name}. The door is open for you."
    return (
        Heading("It is your turn", style=TextStyle.TITLE, icon="door"),
        Text(sentence, key="called", live=Live.ASSERTIVE),
        row(
            Button(
                f"Go to {view.room_name}",
                key="go",
                icon="walk",
                intent=intents.GoTo(view.door),
                emphasis=Emphasis.PRIMARY,
                grow=1,
            ),
            _close("I walk there myself"),
        ),
    )


def _inside(view: CheckInView) -> tuple[Widget, ...]:
    """Returns what a patient can do whose visit goes on, or has begun without the doctor."""
    return (
        Heading("Your visit", style=TextStyle.TITLE, icon="door"),
        Text(f"You are in {view.room_name}. {view.doctor}"),
        row(
            _close("Go on with the visit"),
            Button("Look at the vital signs", key="vitals", icon="heart", shortcut="F2",
                   intent=intents.ShowVitals()),
        ),
        row(
            Button("End my visit", key="end", intent=intents.AskToEnd(view.visit_id),
                   emphasis=Emphasis.DANGER),
        ),
    )  # fmt: skip


def _close(name: str) -> Button:
    return Button(name, key="close", intent=intents.Close())


def _problem(sentence: str) -> tuple[Widget, ...]:
    if not sentence:
        return ()
    text = Text(sentence, tone=Tone.DANGER, icon="warning", live=Live.ASSERTIVE)
    return (Group("Problem", children=(text,), fill=Fill.DANGER, padding_dp=14),)
