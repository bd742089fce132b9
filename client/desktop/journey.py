"""A patient's visit from sign-in to leaving, done by a script that wants what a person would want.

It gives the program the same intents that widgets and keys give, waits for what a person would wait
for, tells each thing that has happened in a sentence, and takes pictures. It is how a machine
without a display shows that the clinic works.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import atan2, hypot
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from client.app import App
from client.desktop.inside import OpenDesk
from client.desktop.picture import FIELD_OF_VIEW_RAD
from client.desktop.walker import wrapped
from client.panels import intents
from client.panels.device_check import Microphone
from client.program import Step
from client.ui.widgets import Intent
from world.geometry import Vector
from world.protocol import messages as m
from world.rooms.names import room_name
from world.vitals.catalog import HEART_RATE
from world.vitals.observation import State, reading

Until = Callable[[], object]
Act = Iterator[Until]
ActName: TypeAlias = Literal[
    "come in",
    "look round",
    "check in",
    "wait",
    "go to the doctor",
    "sit down",
    "look at the vitals",
    "talk",
    "leave",
]
ACTS: Final[tuple[ActName, ...]] = get_args(ActName)
"""A patient's whole visit."""
LOOKING_IN: Final[tuple[ActName, ...]] = ("come in", "look round", "leave")
"""What those do who are no patients: nobody examines them."""

MICROPHONES: Final = {
    Microphone.WORKING: "The device check hears your microphone.",
    Microphone.DENIED: "The microphone is not allowed: you listen and write.",
    Microphone.MISSING: "There is no microphone: you listen and write.",
}
LOOK_ROUND_RAD: Final = 0.9
VIEWPOINT: Final = (0.2, 0.66)
"""A place in the waiting room that shows most of it, in shares of its size."""
CLOSE_VIEW_RAD: Final = 0.8
HEARD_DBOV: Final = -55.0
SETTLE_S: Final = 0.6
AGAIN_S: Final = 3.0
DOOR_SIGHT_M: Final = 1.4
TRACE_S: Final = 4.0
SEATED: Final = "patient"
"""The seat of a consult room that is the patient's."""


class JourneyFailed(Exception):
    """Something that belongs to a visit did not happen in time."""


@dataclass(slots=True)
class Journey:
    """One patient's visit.

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

    def run(self, acts: Sequence[ActName] = ACTS) -> bool:
        """Returns whether everything that belongs to these acts of a visit has happened."""
        self._start_s = time.monotonic()
        play: dict[ActName, Callable[[], Act]] = {
            "come in": self._come_in,
            "look round": self._look_round,
            "check in": self._check_in,
            "wait": self._wait_for_call,
            "go to the doctor": self._go_to_doctor,
            "sit down": self._sit_down,
            "look at the vitals": self._look_at_vitals,
            "talk": self._talk,
            "leave": self._leave,
        }
        try:
            for name in acts:
                self._play(play[name]())
        except JourneyFailed as failed:
            self._tell(f"It went wrong: {failed}")
            return False
        self._tell("The visit is over: everything happened that belongs to it.")
        return True

    # --- acts

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

    def _check_in(self) -> Act:
        program, model = self.app.program, self.app.program.model
        yield lambda: model.queue is not None
        program.do(OpenDesk())
        yield from self._pause(SETTLE_S)
        if self._state() not in ("called", "checked-in"):
            program.do(intents.CheckIn(None))
        yield (
            lambda: (
                self._state() in ("called", "checked-in")
                or self._fail_if(program.inside.screens.desk.problem)
            )
        )
        place = model.queue
        waits = f"place {place.place} of {place.waiting}" if place else "no place"
        self._tell(f"You check in at the reception: {waits} in the queue.")
        yield from self._pause(SETTLE_S)
        self._picture("reception")
        program.do(intents.Close())
        if self._state() == "checked-in":
            program.do(intents.SetSeated(is_seated=True))
            yield lambda: model.seat is not None or self._state() == "called"
            if model.seat is not None:
                self._tell("You take a seat and wait.")

    def _wait_for_call(self) -> Act:
        yield lambda: self._state() == "called"
        queue = self.app.program.model.queue
        where = room_name(queue.room_id) if queue and queue.room_id else "a consult room"
        self._tell(f"The doctor calls you to {where}.")
        model = self.app.program.model
        if model.seat is not None:
            yield from self._insist(
                lambda: intents.SetSeated(is_seated=False), lambda: model.seat is None
            )
        yield from self._look_at_called_door()
        yield from self._pause(SETTLE_S)
        self._picture("called")

    def _go_to_doctor(self) -> Act:
        model = self.app.program.model
        yield from self._insist(
            lambda: intents.GoTo(f"door:{self._called_door()}"), lambda: not model.is_waiting_room
        )
        self._tell(f"You walk through the open door into {self._here()}.")
        yield lambda: any(one.role == "doctor" for one in model.others().values())
        doctor = next(one for one in model.others().values() if one.role == "doctor")
        self._tell(f"{doctor.name} is there.")

    def _sit_down(self) -> Act:
        program, model = self.app.program, self.app.program.model
        yield from self._insist(
            lambda: intents.GoTo(f"seat:{SEATED}"), lambda: model.seat == SEATED
        )
        self._tell("You sit down.")
        yield lambda: self._visit_state() == "in-consult" and bool(model.closed_doors)
        self._tell("The door closes behind you: what is said here stays here.")
        self._face_doctor()
        yield lambda: not program.bodies.walker.is_on_way
        yield from self._pause(SETTLE_S)
        self._picture("consult-room")

    def _look_at_vitals(self) -> Act:
        program, model = self.app.program, self.app.program.model
        yield lambda: self._heart_rate() is not None
        yield from self._pause(TRACE_S)
        layout = program.bodies.layout
        panel = (
            next((one for one in layout.panels if one.name == "vitals"), None) if layout else None
        )
        if panel is None:
            raise JourneyFailed("the consult room has no panel for vital signs")
        yield from self._aim(panel.position_m)
        yield self._is_rate_shown
        view = model.vitals.view(time.time(), model.server_s(time.time()))
        source = "a recording" if view.is_replayed else "a sensor"
        self._tell(f"The monitor shows a heart rate of {self._heart_rate()} per min from {source}.")
        if view.signal.trace is None:
            raise JourneyFailed("the monitor shows no ECG")
        self._picture("vitals-panel", CLOSE_VIEW_RAD)

    def _talk(self) -> Act:
        program, line = self.app.program, self.app.program.line
        self._face_doctor()
        yield lambda: line.loudest_dbov > HEARD_DBOV
        self._tell(f"You hear the doctor: {line.packets_received} packets of voice have come.")
        program.do(intents.SendMessage("Thank you, that helps."))
        yield lambda: any(one.slot == program.model.own_slot for one in program.model.lines)
        self._tell("You write a line, and the doctor can read it.")
        yield from self._pause(SETTLE_S)
        self._picture("talking")

    def _leave(self) -> Act:
        program = self.app.program
        if self._visit_state() == "in-consult":
            yield from self._unless_over(lambda: self._visit_state() == "ended")
        if self._visit_state() == "ended":
            self._tell("The doctor ends the visit, and the door opens.")
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

    def _unless_over(self, is_so: Until) -> Act:
        """Waits for something that need not happen, as long as there is time for the rest."""
        yield lambda: is_so() or self._left_s() < self.seconds * 0.08

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

    def _state(self) -> str | None:
        queue = self.app.program.model.queue
        return queue.state if queue else None

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

    def _look_at_called_door(self) -> Act:
        layout = self.app.program.bodies.layout
        for door in layout.doors if layout else ():
            if door.name == self._called_door():
                x, y, z = door.position_m
                yield from self._aim((x, y, z + DOOR_SIGHT_M))

    def _called_door(self) -> str:
        model = self.app.program.model
        room_id = model.queue.room_id if model.queue else None
        return next((d.door for d in model.doors.values() if d.leads_to == room_id), "")

    def _aim(self, target_m: Vector) -> Act:
        """Looks at a point until it is in the middle of the picture."""
        bodies = self.app.program.bodies
        x, y, z = (target_m[axis] - float(bodies.head_m[axis]) for axis in range(3))
        bodies.walker.follow([], atan2(-x, y))
        yield lambda: not bodies.walker.is_on_way
        bodies.walker.pitch_rad = atan2(z, hypot(x, y))
        yield from self._pause(SETTLE_S)

    def _face_doctor(self) -> None:
        bodies, model = self.app.program.bodies, self.app.program.model
        heads_m = bodies.heads_m()
        for slot, one in model.others().items():
            if one.role == "doctor" and slot in heads_m:
                way = heads_m[slot] - bodies.head_m
                bodies.walker.follow([], atan2(-float(way[0]), float(way[1])))

    def _doing(self) -> str:
        program = self.app.program
        if program.step is not Step.INSIDE:
            return f"at the step {program.step}"
        return f"in {self._here()}, your visit being {self._visit_state() or self._state()}"


def form_problem(app: App) -> str:
    """Returns what stands in the way of signing in, as a sentence; empty for nothing."""
    form = app.program.entering.form
    if form.certificate is not None:
        return "The clinic's certificate is not the one that this computer knows."
    return form.problem or form.address_problem or form.login_problem or form.password_problem
