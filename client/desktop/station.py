"""A training room's station as one person has it: choosing, practising, looking on, the score.

Rules:
- Whoever is in the room is sent the scene's pictures; who practises sees them over the whole
  window, the others on the room's screens, and over the window if they want to.
- A scene whose frame is missing is asked for anew: no more, and again.
- Nothing is shown as begun or ended before the clinic has said so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Final, Protocol

from client.clinic_model import ClinicModel
from client.desktop.debriefing import Debriefing
from client.network import channel as c
from client.training import attempts, panels, replay, results, tasks
from client.training.panels import AttemptView, DebriefView, ErrorView, LeaveStation, TryAgain
from client.training.place import screen_of
from client.ui.widgets import Intent, Panel
from sim.instruments.inputs import Inputs
from world.errors import RemoteProtocolError
from world.geometry import FloatArray
from world.people import SCHOOL, Role
from world.protocol import messages as m
from world.protocol.scene_lane import Hands, Scene, SceneDecoder
from world.rooms import layout as rooms

USE_STATION_M: Final = 1.7
"""Nearer than the clinic asks for (world/training/rules.py), so that no offer is refused."""
ASK_AGAIN_S: Final = 1.0
LONGEST_UNTOLD_S: Final = 1.5
"""The clinic tells the clock once a second; a clock that it tells no more stands."""
SHOWN_FOR_S: Final = 6.0
"""How long what happened stays in sight."""
UNCOUNTED: Final = frozenset({"event", "object"})
"""Units of what happens or not, and has no size to be told."""
AFRESH: Final = frozenset({"preparing", "replaying"})
"""States in which another scene begins."""
TASKS, MENU = "tasks", "menu"
HINT: Final = "Press Space to practise at the station."


class Controls(Protocol):
    """What a window does with a person's hands; `client.training.view.TrainingView` is one."""

    def panels(self) -> tuple[Panel, ...]:
        """Returns what is to be read beside the picture."""

    def button(self, name: str, *, is_down: bool) -> bool:
        """Takes a key or a mouse button; returns whether it was of use."""

    def let_go(self) -> None:
        """Lets go of all keys."""


class Player(Protocol):
    """Somebody else who moves the hands, such as a program that shows how a task is done."""

    def ask(self, scene: Scene, now_s: float) -> Inputs | None:
        """Returns what is asked for now; None to hold still."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A scene that arrived, and when."""

    tick: int
    scene: Scene
    hands: Hands
    at_s: float


@dataclass(slots=True)
class _Stay:
    """What is forgotten on leaving the room.

    Attributes:
      view: how it stands at the station.
      happened: what happened last.
      errors: amount and unit of each kind of error that has happened.
      over: the attempt that was over last, while its debrief is shown.
      opened: which of the station's own panels is open.
      is_looking: the scope's picture is to fill the window.
      was_own: the attempt that goes on, or was the last, is this person's.
      is_beginning: an attempt was asked for.
      problem: why it was refused.
    """

    view: m.StationView | None = None
    happened: m.Happened | None = None
    errors: dict[str, tuple[float, str]] = field(default_factory=dict)
    over: m.AttemptOver | None = None
    opened: str = ""
    is_looking: bool = False
    was_own: bool = False
    is_beginning: bool = False
    problem: str = ""


class Station:
    """The station of the room where one is.

    Args:
      model: what is known of the clinic.
      ask: sends a request.
      tell: tells the person what cannot be done.

    Attributes:
      offered: what can be practised.
      chosen: name of the task that is marked.
      is_left_handed: as the person has set it.
      shown: the scene that arrived last; None while there is none.
      controls: of the window; None without one.
      player: moves the hands in the person's place.
      debriefing: what the person looks back at.
    """

    def __init__(
        self,
        model: ClinicModel,
        ask: Callable[[m.Request, Callable[[c.Answered], None] | None], None],
        tell: Callable[[str], None],
    ) -> None:
        self._model, self._ask, self._tell = model, ask, tell
        self.offered: tuple[m.Procedure, ...] = ()
        self.chosen = ""
        self.is_left_handed = False
        self.shown: Shown | None = None
        self.controls: Controls | None = None
        self.player: Player | None = None
        self.debriefing = Debriefing(model, ask)
        self._stay = _Stay()
        self._decoder = SceneDecoder()
        self._is_broken = False
        self._ask_due_s = 0.0
        self._now_s = self._told_s = 0.0

    # --- what is so

    @property
    def view(self) -> m.StationView | None:
        """How it stands at the station; None in a room without one."""
        return self._stay.view

    @property
    def over(self) -> m.AttemptOver | None:
        """The attempt whose debrief is shown."""
        return self._stay.over

    @property
    def is_own(self) -> bool:
        """Whether it is this person who practises here."""
        view = self._stay.view
        return view is not None and view.trainee is not None and (
            view.trainee == self._model.own_slot
        )  # fmt: skip

    @property
    def is_running(self) -> bool:
        """Whether an attempt runs here."""
        return self._stay.view is not None and self._stay.view.state == "running"

    @property
    def is_replaying(self) -> bool:
        """Whether an attempt is shown again here."""
        return self._stay.view is not None and self._stay.view.state == "replaying"

    @property
    def place(self) -> str:
        """Which trocars and scope the task in progress has, by name (sim/instruments)."""
        return self._task.station if self._task is not None else ""

    @property
    def is_at_scope(self) -> bool:
        """Whether the scope's picture fills the window."""
        return self._stay.is_looking and (self._stay.over is not None or not self._is_free)

    @property
    def is_steering(self) -> bool:
        """Whether mouse and keys move the instruments now."""
        stay = self._stay
        return self.is_at_scope and self.is_own and self.is_running and not (
            stay.opened or stay.over
        )  # fmt: skip

    @property
    def attempt(self) -> AttemptView:
        """What is known of the attempt in progress, to be read beside the picture."""
        stay = self._stay
        view, task = stay.view, self._task
        if view is None:
            return AttemptView("Training", "")
        if self.debriefing.view is not None:
            return self._replayed(self.debriefing.view, task)
        happened = stay.happened
        is_fresh = happened is not None and view.elapsed_s - happened.elapsed_s < SHOWN_FOR_S
        return AttemptView(
            task.title if task else "Training",
            view.notice.rstrip("."),
            task.brief if task else "",
            view.elapsed_s,
            view.limit_s or None,
            _told(happened) if happened is not None and is_fresh else "",
            is_bad=happened is not None and is_fresh and happened.is_error,
            errors=tuple(ErrorView(kind, *much) for kind, much in stay.errors.items()),
        )

    @property
    def seen_task(self) -> str:
        """Name of the task that is seen through the scope; empty for none."""
        return self._task.name if self._task is not None and not self._is_free else ""

    @property
    def clock_s(self) -> float:
        """What the clock of the attempt that is seen says, between what the clinic tells of it."""
        shown_again, view = self.debriefing.view, self._stay.view
        if shown_again is not None:
            return self.debriefing.at_s - shown_again.starts_s
        if view is None or view.elapsed_s <= 0:
            return 0.0
        return view.elapsed_s + min(self._now_s - self._told_s, LONGEST_UNTOLD_S)

    def is_near(self, layout: rooms.Layout, head_m: FloatArray) -> bool:
        """Whether somebody with the head there can practise."""
        screen = screen_of(layout)
        if screen is None or self._stay.view is None:
            return False
        x, y, _ = screen.position_m
        return hypot(x - float(head_m[0]), y - float(head_m[1])) < USE_STATION_M

    # --- what comes in

    def take(self, message: m.ServerMessage) -> None:  # noqa: C901 - a table
        """Takes a message; the model has taken it already."""
        match message:
            case m.RoomView(room_type=room_type):
                self._enter(is_training=room_type == "training")
            case m.Procedures(entries):
                self.offered = entries
                names = [one.name for one in entries]
                if self.chosen not in names:
                    self.chosen = names[0] if names else ""
            case m.StationView():
                self._follow(message)
            case m.Happened() if self._stay.view is not None:
                self._stay.happened = message
                if message.is_error:
                    so_far, _ = self._stay.errors.get(message.kind, (0.0, ""))
                    self._stay.errors[message.kind] = (so_far + message.amount, message.unit)
            case m.AttemptsView():
                self.debriefing.take_list(message)
            case m.ReplayView() if self.is_replaying:
                if self.debriefing.take_view(message):
                    self._stay.is_looking, self._stay.opened = True, ""
            case m.Event(body=m.AttemptOver() as over) if self._stay.view is not None:
                self._conclude(over)
            case _:
                pass

    def take_scene(self, frame: bytes, at_s: float) -> None:
        """Takes a frame of the scene lane that arrived then."""
        if self._stay.view is None:
            return
        try:
            scene = self._decoder.read(frame)
        except RemoteProtocolError:
            self._is_broken = True
            return
        self._is_broken = False
        self.shown = Shown(self._decoder.tick, scene, self._decoder.hands, at_s)
        if self.is_replaying:
            self.debriefing.take_moment(self._decoder.hands)

    def advance(self, now_s: float) -> None:
        """Asks anew for the scene where a frame of it is missing; now_s runs evenly."""
        self._now_s = now_s
        if self._is_broken and now_s >= self._ask_due_s:
            self._ask_due_s = now_s + ASK_AGAIN_S
            self._ask(m.WatchStation(1, None), lambda _: self._watch())

    # --- what is shown

    def panels(self) -> tuple[Panel, ...]:
        """Returns the station's panels; over the scope's picture, all that is to be read."""
        stay = self._stay
        if stay.over is not None:
            return (panels.debrief(self._debrief(stay.over)),)
        found = self._of_scope() if self.is_at_scope else ()
        if self.debriefing.is_listing:
            return (*found, self.debriefing.listed({one.name: one.title for one in self.offered}))
        if stay.opened == MENU and self.is_at_scope:
            return (*found, tasks.menu(is_own=self.is_own, may_end=self._may_end))
        if stay.opened == TASKS:
            return (*found, tasks.tasks(self._tasks()))
        return found

    # --- what the person does

    def open(self) -> None:
        """Steps up to the station."""
        if self.is_own and self._stay.view is not None and self._stay.view.state != "free":
            self._stay.is_looking = True
        else:
            self._stay.opened, self._stay.problem = TASKS, ""

    def open_menu(self) -> None:
        """Shows what can be done at the scope."""
        if self._stay.over is None:
            self._stay.opened = MENU
            self._let_go()

    def handle(self, intent: Intent) -> bool:  # noqa: C901 - a table
        """Does what the person wants of the station; returns whether it was that."""
        stay = self._stay
        match intent:
            case attempts.OpenAttempts():
                stay.opened = TASKS
                return self.debriefing.handle(intent)
            case attempts.WatchAttempt(attempt_id) if stay.over is not None:
                stay.over, stay.is_looking = None, False
                self.debriefing.watch_own(attempt_id)
            case tasks.ChooseTask(name):
                self.chosen, stay.problem = name, ""
            case tasks.SetLeftHanded(is_left_handed):
                self.is_left_handed = is_left_handed
            case tasks.BeginTask():
                self._begin()
            case TryAgain():
                self.chosen = stay.over.procedure if stay.over else self.chosen
                stay.over, stay.opened, stay.is_looking = None, TASKS, False
                self._begin()
            case tasks.LookOn():
                stay.is_looking, stay.opened = True, ""
            case tasks.GoOn():
                stay.opened = ""
            case tasks.FinishAttempt():
                stay.opened = ""
                self._ask(m.EndAttempt(1), None)
            case LeaveStation():
                self._leave()
            case _:
                return self.debriefing.handle(intent)
        return True

    # --- inside

    def _replayed(self, view: m.ReplayView, task: m.Procedure | None) -> AttemptView:
        """Returns what is known of an attempt at the moment of it that is shown again."""
        at_s = self.debriefing.at_s
        counts: dict[str, float] = {}
        for mark in replay.errors(view):
            if mark.at_s <= at_s:
                counts[mark.kind] = counts.get(mark.kind, 0.0) + 1.0
        return AttemptView(
            task.title if task else "Replay",
            self._stay.view.notice.rstrip(".") if self._stay.view is not None else "",
            elapsed_s=at_s,
            limit_s=view.duration_s or None,
            errors=tuple(ErrorView(kind, much) for kind, much in counts.items()),
        )

    @property
    def _is_free(self) -> bool:
        return self._stay.view is None or self._stay.view.state == "free"

    @property
    def _task(self) -> m.Procedure | None:
        view, shown_again = self._stay.view, self.debriefing.view
        name = view.procedure if view is not None and view.procedure else self.chosen
        if shown_again is not None:
            name = shown_again.procedure
        return next((one for one in self.offered if one.name == name), None)

    @property
    def _may_end(self) -> bool:
        me = self._model.me
        return self.is_own or (me is not None and me.role == Role.INSTRUCTOR.value)

    def _enter(self, *, is_training: bool) -> None:
        me = self._model.me
        self._stay = _Stay()
        self.debriefing.forget()
        self._decoder, self.shown, self._is_broken = SceneDecoder(), None, False
        if is_training and me is not None and me.role in SCHOOL:
            self._watch()

    def _watch(self) -> None:
        self._ask(m.WatchStation(1, "full"), None)

    def _follow(self, view: m.StationView) -> None:
        stay, before = self._stay, self._stay.view
        stay.view, self._told_s = view, self._now_s
        if view.state != "free":
            stay.was_own = self.is_own
        if view.state in AFRESH and (before is None or before.state != view.state):
            stay.happened, self.shown = None, None
            stay.errors.clear()
        if view.state != "replaying":
            self.debriefing.take_view(None)
        if view.state in ("preparing", "running") and self.is_own and not stay.over:
            is_new = before is None or before.state not in ("preparing", "running")
            if is_new:
                stay.is_looking, stay.opened, stay.is_beginning = True, "", False
        if view.state == "free" and stay.over is None:
            stay.is_looking = False
            if stay.opened == MENU:
                stay.opened = ""

    def _conclude(self, over: m.AttemptOver) -> None:
        stay = self._stay
        if not (stay.was_own or stay.is_looking):
            self._tell(_in_short(over))
            return
        stay.over, stay.opened, stay.is_beginning = over, "", False
        self._let_go()

    def _begin(self) -> None:
        stay = self._stay
        if not self.chosen:
            return
        stay.is_beginning, stay.problem = True, ""
        self._ask(m.BeginAttempt(1, self.chosen, self.is_left_handed), self._begun)

    def _begun(self, answer: c.Answered) -> None:
        stay = self._stay
        stay.is_beginning = False
        if answer.is_accepted:
            stay.opened = ""
        else:
            stay.opened, stay.problem = TASKS, answer.reason

    def _leave(self) -> None:
        stay = self._stay
        stay.opened, stay.over, stay.is_looking = "", None, False
        self.debriefing.is_listing = False
        self._let_go()
        if self.is_own and self.is_running:
            self._tell("Your attempt goes on. Press Space at the station to go back to it.")

    def _let_go(self) -> None:
        if self.controls is not None:
            self.controls.let_go()

    def _of_scope(self) -> tuple[Panel, ...]:
        view = self._stay.view
        if view is not None and view.state == "preparing":
            return (tasks.waiting("Preparing", "The scene is being made for you."),)
        read = self.controls.panels() if self.controls is not None else ()
        if self.is_replaying:
            if self.debriefing.view is None or self.controls is None:
                return (tasks.waiting("Replay", "The record of the attempt is being opened."),)
            return (*read, *self.debriefing.steered())
        if view is not None and view.state == "scoring":
            sentence = "The record is played again, and scored. That takes seconds."
            return (*read, tasks.waiting("Scoring", sentence))
        return read

    def _tasks(self) -> tasks.TasksView:
        stay, view = self._stay, self._stay.view
        busy = ""
        replayed = self.debriefing.view
        if self.is_replaying and not (replayed is not None and replayed.may_steer):
            busy = "An attempt is shown again here."
        elif view is not None and view.state not in ("free", "replaying") and not self.is_own:
            person = self._model.people.get(view.trainee) if view.trainee is not None else None
            busy = f"{person.name if person is not None else 'Somebody'} practises here now."
        return tasks.TasksView(
            self.offered,
            self.chosen,
            self.is_left_handed,
            busy,
            stay.is_beginning,
            stay.problem,
            self.debriefing.is_expert_wanted,
        )

    def _debrief(self, over: m.AttemptOver) -> DebriefView:
        task = next((one for one in self.offered if one.name == over.procedure), None)
        is_own = self._stay.was_own
        watch = attempts.WatchAttempt(over.attempt_id) if is_own and over.verdict else None
        return replace(results.debrief_of(over, task), may_repeat=is_own, watch=watch)


def _told(happened: m.Happened) -> str:
    """Returns what happened in a sentence, with how much of it there was."""
    if happened.unit in UNCOUNTED:
        return happened.sentence
    much = panels.amount(ErrorView(happened.kind, happened.amount, happened.unit))
    return f"{happened.sentence.rstrip('.')}: {much}."


def _in_short(over: m.AttemptOver) -> str:
    """Returns what an attempt came to, in a sentence for who was not looking."""
    parts = over.verdict.parts if over.verdict is not None else ()
    total = next((part.value for part in parts if part.name == results.COMPOSITE), None)
    return over.sentence if total is None else f"An attempt here is over: {100 * total:.0f} of 100."
