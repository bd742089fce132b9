"""A visit from sign-in to leaving, done by a script that wants what a person would want.

It gives the program the same intents that widgets and keys give, waits for what a person would wait
for, tells each thing that has happened in a sentence, and takes pictures. It is how a machine
without a display shows that the clinic works. This module is what all visits have in common; what a
patient, a doctor and others do stands in the modules beside it.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import atan2, hypot
from pathlib import Path
from typing import Final, TypeAlias

from client.app import App
from client.desktop.picture import FIELD_OF_VIEW_RAD
from client.desktop.walker import wrapped
from client.panels import intents
from client.panels.device_check import Microphone
from client.program import Step
from client.ui.vocabulary import Role
from client.ui.widgets import Intent
from world.geometry import Vector
from world.protocol import messages as m
from world.rooms.names import room_name
from world.vitals.catalog import HEART_RATE
from world.vitals.observation import State, reading

Until = Callable[[], object]
Act: TypeAlias = Iterator[Until]

MICROPHONES: Final = {
    Microphone.WORKING: "The device check hears your microphone.",
    Microphone.DENIED: "The microphone is not allowed: you listen and write.",
    Microphone.MISSING: "There is no microphone: you listen and write.",
}
LOOK_ROUND_RAD: Final = 0.9
VIEWPOINT: Final = (0.2, 0.66)
"""A place in the waiting room that shows most of it, in shares of its size."""
CLOSE_VIEW_RAD: Final = 0.8
SETTLE_S: Final = 0.6
AGAIN_S: Final = 3.0
TRACE_S: Final = 4.0


class JourneyFailed(Exception):
    """Something that belongs to a visit did not happen in time."""


@dataclass(slots=True)
class Journey(ABC):
    """One person's visit; those beside this module say of what acts it is made.

    Args:
      app: the client.
      seconds: how long the visit may take.
      folder: for the pictures; None takes none.
      tell: takes the story's lines.

    Attributes:
      pictures: what was taken.
    """

    app: App
    seconds: float
    folder: Path | None
    tell: Callable[[str], None]
    pictures: list[Path] = field(default_factory=list)
    _start_s: float = 0.0

    @abstractmethod
    def acts(self) -> Mapping[str, Callable[[], Act]]:
        """Returns the acts of the visit in their order, by name."""

    def run(self, names: Sequence[str] = ()) -> bool:
        """Returns whether everything that belongs to the visit has happened.

        Args:
          names: of the acts to play; all if there are none.
        """
        self._start_s = time.monotonic()
        acts = self.acts()
        try:
            for name in names or acts:
                self._play(acts[name]())
        except JourneyFailed as failed:
            self._tell(f"It went wrong: {failed}")
            return False
        finally:
            if self.pictures:
                self.tell(f"{len(self.pictures)} pictures are in {self.folder}.")
        self._tell("The visit is over: everything happened that belongs to it.")
        return True

    # --- acts that all have in common

    def _come_in(self) -> Act:
        program = self.app.program
        form = program.entering.form
        program.do(intents.SignIn(form.address, form.login, form.password))
        yield lambda: program.step is Step.DEVICE_CHECK or self._fail_if(form_problem(self.app))
        self._tell(f"You sign in at {program.clinic_name}.")
        yield lambda: program.entering.check.microphone is not Microphone.ASKING
        self._tell(MICROPHONES[program.entering.check.microphone])
        yield from self._pause(SETTLE_S)
        self._picture("device-check")
        program.do(intents.EnterClinic(program.entering.check.alias))
        yield lambda: program.step is Step.INSIDE
        others = ", ".join(sorted(one.name for one in program.model.others().values()))
        self._tell(f"You are in {self._here()}. You see {others or 'nobody yet'}.")
        yield from self._pause(SETTLE_S)
        self._picture("arrival")

    def _look_round(self) -> Act:
        bodies = self.app.program.bodies
        if bodies.layout is None or not bodies.layout.seats:
            raise JourneyFailed("this room has no seats")
        width_m, depth_m, _ = bodies.layout.size_m
        seats = [seat.position_m for seat in bodies.layout.seats]
        middle = tuple(sum(axis) / len(seats) for axis in zip(*seats, strict=True))
        spot = (width_m * VIEWPOINT[0], depth_m * VIEWPOINT[1])
        ahead_rad = atan2(spot[0] - middle[0], middle[1] - spot[1])
        bodies.walk_to(spot, ahead_rad)
        yield lambda: not bodies.walker.is_on_way
        for turn_rad in (LOOK_ROUND_RAD, -LOOK_ROUND_RAD, 0.0):
            bodies.walker.follow([], wrapped(ahead_rad + turn_rad))
            yield lambda: not bodies.walker.is_on_way
        yield from self._pause(SETTLE_S)
        self._picture("waiting-room")
        self._tell("You look round the waiting room.")

    def _look_at_vitals(self) -> Act:
        model = self.app.program.model
        yield lambda: self._heart_rate() is not None
        yield from self._pause(TRACE_S)
        yield from self._aim(self._panel_m())
        yield self._is_rate_shown
        view = model.vitals.view(time.time(), model.server_s(time.time()))
        source = "a recording" if view.is_replayed else "a sensor"
        self._tell(f"The monitor shows a heart rate of {self._heart_rate()} per min from {source}.")
        if view.signal.trace is None:
            raise JourneyFailed("the monitor shows no ECG")
        self._picture("vitals-panel", CLOSE_VIEW_RAD)
        program = self.app.program
        program.do(intents.ShowVitals())
        yield lambda: program.tree.find_all(Role.WAVEFORM)
        yield from self._pause(SETTLE_S)
        self._picture("vitals-large")
        program.do(intents.Close())

    def _go_away(self) -> Act:
        program = self.app.program
        program.do(intents.Leave())
        yield lambda: program.step is Step.ENDED
        self._tell("You leave the clinic.")

    # --- how acts are played

    def _play(self, act: Act) -> None:
        for is_so in act:
            while not is_so():
                if self._left_s() <= 0:
                    self._picture("end")
                    raise JourneyFailed(f"time ran out while you were {self._doing()}")
                if self.app.program.step is Step.SIGN_IN and self.app.program.user_id:
                    raise JourneyFailed(form_problem(self.app) or "the connection ended")
                if self.app.is_closed:
                    raise JourneyFailed("the window was closed, or the program was told to end")
                self.app.step()

    def _pause(self, seconds: float) -> Act:
        end_s = time.monotonic() + seconds
        yield lambda: time.monotonic() >= end_s

    def _insist(self, wish: Callable[[], Intent], is_so: Until) -> Act:
        """Wants something until it is so: a clinic that was gone may have lost the first wish."""
        program, again_s = self.app.program, 0.0

        def has_come() -> object:
            nonlocal again_s
            now_s = time.monotonic()
            if program.bodies.walker.is_on_way or program.line.state != "connected":
                again_s = max(again_s, now_s + AGAIN_S) if again_s else 0.0
            elif not is_so() and now_s >= again_s:
                again_s = now_s + AGAIN_S
                program.do(wish())
            return is_so()

        yield has_come

    def _left_s(self) -> float:
        return self.seconds - (time.monotonic() - self._start_s)

    def _fail_if(self, problem: str) -> bool:
        if problem:
            raise JourneyFailed(problem)
        return False

    def _tell(self, sentence: str) -> None:
        self.tell(f"[{time.monotonic() - self._start_s:5.1f} s] {sentence}")

    def _picture(self, name: str, view_rad: float = FIELD_OF_VIEW_RAD) -> None:
        if self.folder is not None:
            path = self.folder / f"{name}.png"
            self.app.stage.set_field_of_view(view_rad)
            self.app.screenshot(path)
            self.app.stage.set_field_of_view(FIELD_OF_VIEW_RAD)
            self.pictures.append(path)

    # --- what is seen

    def _here(self) -> str:
        room = self.app.program.model.room
        return room_name(room.room_id) if room else "no room"

    def _visit_state(self) -> m.VisitState | None:
        visits = list(self.app.program.model.visits.values())
        return visits[-1].state if visits else None

    def _heart_rate(self) -> str | None:
        model = self.app.program.model
        newest = model.vitals.newest.get(HEART_RATE)
        now = reading(HEART_RATE, newest, model.server_s(time.time()))
        is_live = now.state is State.LIVE and now.value is not None
        return now.sign.text(now.value) if is_live and now.value is not None else None

    def _is_rate_shown(self) -> bool:
        """Whether the monitor shows a heart rate of now."""
        model = self.app.program.model
        shown = model.vitals.view(time.time(), model.server_s(time.time())).vitals
        return any(
            one.key == HEART_RATE and one.state is State.LIVE and bool(one.text) for one in shown
        )

    def _panel_m(self) -> Vector:
        layout = self.app.program.bodies.layout
        for panel in layout.panels if layout else ():
            if panel.name == "vitals":
                return panel.position_m
        raise JourneyFailed("the consult room has no panel for vital signs")

    def _aim(self, target_m: Vector) -> Act:
        """Looks at a point until it is in the middle of the picture."""
        bodies = self.app.program.bodies
        x, y, z = (target_m[axis] - float(bodies.head_m[axis]) for axis in range(3))
        bodies.walker.follow([], atan2(-x, y))
        yield lambda: not bodies.walker.is_on_way
        bodies.walker.pitch_rad = atan2(z, hypot(x, y))
        yield from self._pause(SETTLE_S)

    def _face(self, is_meant: Callable[[m.Person], bool]) -> None:
        """Turns to somebody in the room."""
        bodies, model = self.app.program.bodies, self.app.program.model
        heads_m = bodies.heads_m()
        for slot, one in model.others().items():
            if is_meant(one) and slot in heads_m:
                way = heads_m[slot] - bodies.head_m
                bodies.walker.follow([], atan2(-float(way[0]), float(way[1])))

    def _doing(self) -> str:
        program = self.app.program
        if program.step is not Step.INSIDE:
            return f"at the step {program.step}"
        state = self._visit_state()
        return f"in {self._here()}" + (f", the visit being {state}" if state else "")


def form_problem(app: App) -> str:
    """Returns what stands in the way of signing in, as a sentence; empty for nothing."""
    form = app.program.entering.form
    if form.certificate is not None:
        return "The clinic's certificate is not the one that this computer knows."
    return form.problem or form.address_problem or form.login_problem or form.password_problem
