"""A patient's visit: checks in, waits, is called, meets the doctor, and goes.

A clinic keeps the visit of somebody who vanished (world/visit_states.py): whoever comes back to one
that has begun goes on with it, from wherever it and the own body are.
"""

from collections.abc import Callable, Mapping
from typing import Final

from client.desktop.journey import SETTLE_S, Act, Journey, Until
from client.desktop.screens import OpenDesk
from client.panels import intents
from client.ui.vocabulary import Role
from world.protocol import messages as m
from world.rooms.names import room_name

HEARD_DBOV: Final = -55.0
DOOR_SIGHT_M: Final = 1.4
GOOD_BYE: Final = "Thank you, good-bye."
SEATED: Final = "patient"
"""The seat of a consult room that is the patient's."""


class PatientJourney(Journey):
    """One patient's visit."""

    __slots__ = ()

    def acts(self) -> Mapping[str, Callable[[], Act]]:
        """Returns a patient's whole visit."""
        return {
            "come in": self._come_in,
            "look round": self._look_round_first,
            "check in": self._check_in,
            "wait": self._wait_for_call,
            "go to the doctor": self._go_to_doctor,
            "sit down": self._sit_down,
            "look at the vitals": self._look_at_vitals,
            "talk": self._talk,
            "leave": self._leave,
        }

    def _look_round_first(self) -> Act:
        if self.app.program.model.is_waiting_room:
            yield from self._look_round()

    def _check_in(self) -> Act:
        program, model = self.app.program, self.app.program.model
        yield lambda: model.queue is not None
        if self._is_met:
            self._tell("You come back to your visit, which goes on.")
            return
        program.do(OpenDesk())
        yield from self._pause(SETTLE_S)
        if self._state() not in ("called", "checked-in"):
            program.do(intents.CheckIn(None))
        yield (
            lambda: (
                self._state() in ("called", "checked-in")
                or self._fail_if(program.inside.affairs.desk.problem)
            )
        )
        place = model.queue
        if place is not None and self._state() == "checked-in":
            waits = f"place {place.place} of {place.waiting} in the queue"
        else:
            waits = "nobody is before you"
        self._tell(f"You check in at the reception: {waits}.")
        yield from self._pause(SETTLE_S)
        self._picture("reception")
        program.do(intents.Close())
        if self._state() == "checked-in":
            program.do(intents.SetSeated(is_seated=True))
            yield lambda: model.seat is not None or self._state() == "called"
            if model.seat is not None:
                self._tell("You take a seat and wait.")

    def _wait_for_call(self) -> Act:
        if self._is_met:
            return
        yield lambda: self._state() == "called"
        queue = self.app.program.model.queue
        where = room_name(queue.room_id) if queue and queue.room_id else "a consult room"
        program, model = self.app.program, self.app.program.model
        yield (
            lambda: (
                not model.is_waiting_room or program.tree.find_all(Role.BUTTON, f"Go to {where}")
            )
        )
        self._tell(f"The doctor calls you to {where}.")
        if model.seat is not None:
            yield from self._insist(
                lambda: intents.SetSeated(is_seated=False), lambda: model.seat is None
            )
        yield from self._look_at_called_door()
        yield from self._pause(SETTLE_S)
        self._picture("called")

    def _go_to_doctor(self) -> Act:
        model = self.app.program.model
        if model.is_waiting_room:
            yield from self._insist(
                lambda: intents.GoTo(f"door:{self._called_door()}"),
                lambda: not model.is_waiting_room,
            )
            self._tell(f"You walk through the open door into {self._here()}.")
        yield lambda: any(map(_is_doctor, model.others().values()))
        doctor = next(filter(_is_doctor, model.others().values()))
        self._tell(f"{doctor.name} is there.")

    def _sit_down(self) -> Act:
        program, model = self.app.program, self.app.program.model
        yield from self._insist(
            lambda: intents.GoTo(f"seat:{SEATED}"), lambda: model.seat == SEATED
        )
        self._tell("You sit down.")
        yield lambda: self._is_in_consult and bool(model.closed_doors)
        self._tell("The door closes behind you: what is said here stays here.")
        self._face(_is_doctor)
        yield lambda: not program.bodies.walker.is_on_way
        yield from self._pause(SETTLE_S)
        self._picture("consult-room")

    def _talk(self) -> Act:
        program, line = self.app.program, self.app.program.line
        self._face(_is_doctor)
        yield lambda: line.loudest_dbov > HEARD_DBOV
        self._tell(f"You hear the doctor: {line.packets_received} packets of voice have come.")
        program.do(intents.SendMessage("Thank you, that helps."))
        yield lambda: any(one.is_own for one in program.model.lines)
        self._tell("You write a line, and the doctor can read it.")
        yield from self._pause(SETTLE_S)
        self._picture("talking")

    def _leave(self) -> Act:
        if self._is_in_consult:
            self.app.program.do(intents.SendMessage(GOOD_BYE))
            self._tell(f"You write: {GOOD_BYE}")
            yield from self._unless_over(lambda: self._visit_state() == "ended")
        if self._visit_state() == "ended":
            self._tell("The doctor ends the visit, and the door opens.")
        yield from self._go_away()

    # --- what is seen

    def _unless_over(self, is_so: Until) -> Act:
        """Waits for something that need not happen, as long as there is time for the rest."""
        yield lambda: is_so() or self._left_s() < self.seconds * 0.08

    @property
    def _is_met(self) -> bool:
        """Whether the visit is one from before, in which the doctor was met already."""
        return self._state() == "in-consult"

    @property
    def _is_in_consult(self) -> bool:
        """Whether the visit has begun; whoever comes back is told of it by the queue alone."""
        return self._is_met or self._visit_state() == "in-consult"

    def _state(self) -> str | None:
        queue = self.app.program.model.queue
        return queue.state if queue else None

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


def _is_doctor(person: m.Person) -> bool:
    return person.role == "doctor"
