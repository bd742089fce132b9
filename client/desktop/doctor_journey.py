"""A doctor's side of a visit: calls who is next, meets them, sees the ECG, writes, and ends it."""

from collections.abc import Callable, Mapping
from typing import Final

from client.desktop.journey import SETTLE_S, Act, Journey, JourneyFailed
from client.desktop.screens import OpenDesk
from client.panels import intents
from world.protocol import messages as m
from world.rooms.names import room_name

SEATED: Final = "doctor"
"""The seat of a consult room that is the doctor's."""
QUESTION: Final = "How do you feel today?"


class DoctorJourney(Journey):
    """One visit as its doctor has it; the patient is somebody else in the clinic."""

    __slots__ = ()

    def acts(self) -> Mapping[str, Callable[[], Act]]:
        """Returns a doctor's side of a whole visit."""
        return {
            "come in": self._come_in,
            "look round": self._look_round,
            "look at the list": self._look_at_list,
            "call": self._call,
            "go to the consult room": self._go_to_room,
            "meet": self._meet,
            "look at the vitals": self._look_at_vitals,
            "write": self._write,
            "end the visit": self._end,
            "leave": self._go_away,
        }

    def _look_at_list(self) -> Act:
        self.app.program.do(OpenDesk())
        yield lambda: bool(self._waiting())
        names = ", ".join(one.patient_name for one in self._waiting())
        self._tell(f"Your list shows who has checked in: {names}.")
        yield from self._pause(SETTLE_S)
        self._picture("list-of-patients")

    def _call(self) -> Act:
        yield from self._insist(intents.CallNext, lambda: self._held() is not None)
        visit = self._visit()
        self._tell(f"You call {visit.patient_name} to {room_name(visit.room_id or '')}.")
        yield from self._pause(SETTLE_S)
        self._picture("called-patient")
        self.app.program.do(intents.Close())

    def _go_to_room(self) -> Act:
        model = self.app.program.model
        room_id = self._visit().room_id
        door = next((d.door for d in model.doors.values() if d.leads_to == room_id), "")
        yield from self._insist(
            lambda: intents.GoTo(f"door:{door}"),
            lambda: model.room is not None and model.room.room_id == room_id,
        )
        self._tell(f"You walk into {self._here()}.")
        yield from self._insist(
            lambda: intents.GoTo(f"seat:{SEATED}"), lambda: model.seat == SEATED
        )
        self._tell("You sit down and wait for your patient.")

    def _meet(self) -> Act:
        program, model = self.app.program, self.app.program.model
        yield lambda: self._visit().state == "in-consult" and bool(model.closed_doors)
        self._tell(f"{self._visit().patient_name} has come, and the door is closed.")
        self._face(self._is_patient)
        yield lambda: not program.bodies.walker.is_on_way
        yield from self._pause(SETTLE_S)
        self._picture("consult-room")

    def _write(self) -> Act:
        program, model = self.app.program, self.app.program.model
        self._face(self._is_patient)
        program.do(intents.SendMessage(QUESTION))
        yield lambda: any(one.is_own for one in model.lines)
        self._tell(f"You write: {QUESTION}")
        yield lambda: not model.lines[-1].is_own
        self._tell(f"{model.lines[-1].name} answers: {model.lines[-1].text}")
        yield from self._pause(SETTLE_S)
        self._picture("talking")

    def _end(self) -> Act:
        visit, model = self._visit(), self.app.program.model
        yield from self._insist(
            lambda: intents.ChangeVisit(visit.visit_id, "end"), lambda: self._held() is None
        )
        yield lambda: not model.closed_doors
        self._tell("You end the visit, and the door opens.")
        yield lambda: not any(map(self._has_name(visit.patient_name), model.others().values()))
        self._tell(f"{visit.patient_name} has gone.")
        yield from self._pause(SETTLE_S)
        self._picture("after-the-visit")

    # --- what is seen

    def _waiting(self) -> list[m.QueueEntry]:
        """Returns who can be called."""
        listed = self.app.program.model.waiting or ()
        return [one for one in listed if one.state == "checked-in" and one.is_connected]

    def _held(self) -> m.QueueEntry | None:
        """Returns the visit that is this doctor's now."""
        listed = self.app.program.model.waiting or ()
        return next((one for one in listed if one.state in ("called", "in-consult")), None)

    def _visit(self) -> m.QueueEntry:
        held = self._held()
        if held is None:
            raise JourneyFailed("the patient has left the visit")
        return held

    def _visit_state(self) -> m.VisitState | None:
        held = self._held()
        return held.state if held else None

    def _is_patient(self, person: m.Person) -> bool:
        held = self._held()
        return held is not None and person.name == held.patient_name

    def _has_name(self, name: str) -> Callable[[m.Person], bool]:
        return lambda person: person.name == name
