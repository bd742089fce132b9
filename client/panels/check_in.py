"""A patient's visit in the waiting room: checking in, the place in the queue, being called."""

from dataclasses import dataclass, field
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

NO_APPOINTMENT = "You have no appointment today. You can be seen all the same."
SEEN_AGAIN = (
    "Only if you want to be seen once more. The way out of the clinic is in the menu (Esc)."
)
TURN = "When it is your turn, a sentence here tells you which door to take."
TURN_HEARD = (
    "When it is your turn you hear a chime, and a sentence here tells you which door to take."
)


class Stage(StrEnum):
    """How far the patient is."""

    ARRIVED = "arrived"
    WAITING = "waiting"
    INSIDE = "inside"
    OUTSIDE = "outside"


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
      says: a sentence about the own visit that goes on, or has just ended; empty for none.
      door: where one goes to the visit, empty where no door leads there.
      visit_id: the visit that one can end; empty for none.
      has_sound: whether there is something to hear a chime with.
    """

    stage: Stage = Stage.ARRIVED
    appointments: tuple[Appointment, ...] = ()
    queue: QueueView | None = None
    says: str = field(default="", repr=False)
    room_name: str = ""
    door: str = ""
    is_busy: bool = False
    problem: str = ""
    visit_id: str = ""
    has_sound: bool = True


def panel(view: CheckInView) -> Panel:
    """Returns the panel for the stage."""
    stages = {
        Stage.ARRIVED: _arrived,
        Stage.WAITING: _waiting,
        Stage.INSIDE: _inside,
        Stage.OUTSIDE: _outside,
    }
    return Panel(
        "Reception",
        key=f"reception-{view.stage}",
        width_dp=520,
        dismissed=intents.Close(),
        children=(*stages[view.stage](view), *_problem(view.problem)),
    )


def _arrived(view: CheckInView) -> tuple[Widget, ...]:
    over = (Text(view.says, key="over", icon="check"),) if view.says else ()
    heading = column(
        *over,
        Heading("Check in again" if over else "Check in", style=TextStyle.TITLE),
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
        text = Text(SEEN_AGAIN if over else NO_APPOINTMENT)
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
            f"{TURN_HEARD if view.has_sound else TURN} "
            "You may sit, walk about, or mute the microphone.",
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


def _inside(view: CheckInView) -> tuple[Widget, ...]:
    """Returns what a patient can do whose visit goes on, or has begun without the doctor."""
    return (
        Heading("Your visit", style=TextStyle.TITLE, icon="door"),
        Text(f"You are in {view.room_name}. {view.says}"),
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


def _outside(view: CheckInView) -> tuple[Widget, ...]:
    """Returns what can be done about a visit whose room one has left, or has not come to."""
    go = Button(
        f"Go to {view.room_name}",
        key="go",
        icon="walk",
        intent=intents.GoTo(view.door),
        emphasis=Emphasis.PRIMARY,
        grow=1,
    )
    end = Button(
        "End my visit", key="end", intent=intents.AskToEnd(view.visit_id), emphasis=Emphasis.DANGER
    )
    return (
        Heading("Your visit", style=TextStyle.TITLE, icon="door"),
        Text(f"Your visit is in {view.room_name}. {view.says}"),
        row(*((go,) if view.door else ()), _close("Not now")),
        *((row(end),) if view.visit_id else ()),
    )  # fmt: skip


def _close(name: str) -> Button:
    return Button(name, key="close", intent=intents.Close())


def _problem(sentence: str) -> tuple[Widget, ...]:
    if not sentence:
        return ()
    text = Text(sentence, tone=Tone.DANGER, icon="warning", live=Live.ASSERTIVE)
    return (Group("Problem", children=(text,), fill=Fill.DANGER, padding_dp=14),)
