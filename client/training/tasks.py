"""What is read at a station round an attempt: tasks to choose from, waiting, the menu."""

from dataclasses import dataclass
from typing import Final

from client.training.attempts import OpenAttempts
from client.training.panels import LeaveStation, clock
from client.training.replay import ShowExpert
from client.ui.vocabulary import Align, Anchor, Emphasis, Live, Opening, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Dialog,
    Heading,
    Intent,
    ListBox,
    ListItem,
    Panel,
    Progress,
    Text,
    Toggle,
    Widget,
    row,
)
from world.protocol import messages as m

TASKS_WIDTH_DP: Final = 640
MENU_WIDTH_DP: Final = 460
PREPARING: Final = "The simulation is being prepared. The first time on a machine takes minutes."


@dataclass(frozen=True, slots=True)
class ChooseTask(Intent):
    """Marks the task that is to be practised."""

    name: str


@dataclass(frozen=True, slots=True)
class SetLeftHanded(Intent):
    """Exchanges the hands' instruments and the mouse's buttons."""

    is_left_handed: bool


@dataclass(frozen=True, slots=True)
class BeginTask(Intent):
    """Begins the task that is marked."""


@dataclass(frozen=True, slots=True)
class LookOn(Intent):
    """Looks through the scope while somebody else practises."""


@dataclass(frozen=True, slots=True)
class GoOn(Intent):
    """Closes the menu of the station."""


@dataclass(frozen=True, slots=True)
class FinishAttempt(Intent):
    """Ends the attempt and has it scored."""


@dataclass(frozen=True, slots=True)
class TasksView:
    """What can be practised.

    Attributes:
      tasks: as the clinic offers them; none while the simulation is being prepared.
      chosen: name of the marked one.
      is_left_handed: as the person has set it.
      busy: what goes on here now, in a sentence; empty for nothing.
      is_beginning: it was asked for.
      problem: why it was refused.
      is_expert_shown: an expert's instruments are shown while one practises.
    """

    tasks: tuple[m.Procedure, ...]
    chosen: str = ""
    is_left_handed: bool = False
    busy: str = ""
    is_beginning: bool = False
    problem: str = ""
    is_expert_shown: bool = False


def tasks(view: TasksView) -> Panel:
    """Returns what one chooses from at a station."""
    return Dialog(
        "Practise",
        key="training-tasks",
        width_dp=TASKS_WIDTH_DP,
        dismissed=LeaveStation(),
        first_focus="look" if view.busy else "begin",
        children=(
            Heading("Practise", style=TextStyle.TITLE),
            *(_of_another(view.busy) if view.busy else _to_choose(view)),
        ),
    )


def menu(*, is_own: bool, may_end: bool) -> Panel:
    """Returns what Escape shows at the scope.

    Args:
      is_own: the person practises; else looks on.
      may_end: they may end the attempt.
    """
    end = Button(
        "Finish and see the score" if is_own else "End this attempt",
        key="finish",
        icon="check",
        intent=FinishAttempt(),
    )
    goes_on = "Go on" if is_own else "Go on looking"
    return Dialog(
        "Station",
        key="training-menu",
        description="The clock goes on." if is_own else "",
        width_dp=MENU_WIDTH_DP,
        dismissed=GoOn(),
        first_focus="go-on",
        children=(
            Heading("Station", style=TextStyle.TITLE),
            *((Text("The clock goes on while you read this.", icon="clock"),) if is_own else ()),
            Button(goes_on, key="go-on", shortcut="Esc", intent=GoOn(), emphasis=Emphasis.PRIMARY),
            *((end,) if may_end else ()),
            Button("Step back into the room", key="leave", icon="leave", intent=LeaveStation()),
        ),
    )


def waiting(name: str, sentence: str) -> Panel:
    """Returns what is said while the scene is made, or the record is played again."""
    return Panel(
        name,
        key="training-waiting",
        anchor=Anchor.TOP,
        width_dp=MENU_WIDTH_DP,
        is_monitor=True,
        opening=Opening.LEAVES_FOCUS,
        children=(
            Text(sentence, key="sentence", icon="hourglass", style=TextStyle.LABEL,
                 live=Live.POLITE),
            Progress(name, fraction=None),
        ),
    )  # fmt: skip


def _of_another(busy: str) -> tuple[Widget, ...]:
    return (
        Text(f"{busy} You can look through the scope.", icon="person"),
        row(
            Button("Look on", key="look", intent=LookOn(), emphasis=Emphasis.PRIMARY),
            Button("Step back", key="leave", intent=LeaveStation(), icon="leave"),
            align=Align.SPREAD,
        ),
    )


def _to_choose(view: TasksView) -> tuple[Widget, ...]:
    marked = next((one for one in view.tasks if one.name == view.chosen), None)
    return (
        ListBox(
            "Tasks",
            key="tasks",
            children=tuple(
                ListItem(one.title, key=one.name, note=f"at most {clock(one.limit_s)}")
                for one in view.tasks
            ),
            chosen=ChooseTask,
            selected=view.chosen,
            empty=PREPARING,
            height_dp=200,
        ),
        *(_described(marked) if marked else ()),
        Toggle(
            "Left-handed",
            key="left-handed",
            description="The other hand begins, and the mouse's buttons are exchanged.",
            changed=SetLeftHanded,
            is_checked=view.is_left_handed,
        ),
        Toggle(
            "Expert beside me",
            key="expert",
            description="Shows the instruments of an expert bot, translucent, at the same time.",
            changed=ShowExpert,
            is_checked=view.is_expert_shown,
        ),
        *((_problem(view.problem),) if view.problem else ()),
        row(
            Button(
                "Begin",
                key="begin",
                intent=BeginTask(),
                emphasis=Emphasis.PRIMARY,
                is_disabled=marked is None or view.is_beginning,
                is_busy=view.is_beginning,
            ),
            Button("My attempts", key="attempts", icon="calendar", intent=OpenAttempts()),
            Button("Step back", key="leave", intent=LeaveStation(), icon="leave"),
            align=Align.SPREAD,
        ),
        Text("FLS-style; not affiliated with the FLS program; not a certification.",
             style=TextStyle.SMALL, tone=Tone.MUTED),
    )  # fmt: skip


def _described(task: m.Procedure) -> tuple[Widget, ...]:
    proficient = f" Proficient: within {clock(task.proficient_s)}." if task.proficient_s else ""
    return (Text(task.brief + proficient, key="brief"),)


def _problem(sentence: str) -> Text:
    return Text(sentence, key="problem", icon="warning", tone=Tone.DANGER, live=Live.ASSERTIVE)
