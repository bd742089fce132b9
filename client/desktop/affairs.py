"""What one person has to do with the others: talking, blocking, reporting, and visits.

Each is a request of the clinic. What is asked and not answered yet is remembered here, since the
panels say so; what is so the clinic alone tells, and stands in the model.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from client.clinic_model import ClinicModel
from client.desktop.notice_board import NoticeBoard
from client.network.channel import Answered
from client.panels import doctor_list, intents
from client.panels.check_in import CheckInView
from client.panels.doctor_list import DoctorListView
from client.ui.widgets import Intent
from world.protocol import messages as m

LONGEST_REPORT = 500


class Ask(Protocol):
    """Sends a request."""

    def __call__(
        self,
        request: m.Request,
        then: Callable[[Answered], None] | None = None,
        again: Intent | None = None,
    ) -> None:
        """Sends it; a refusal is told with a button for `again`, unless `then` is given."""


@dataclass(slots=True)
class Affairs:
    """One person's dealings with the people and the visits of the clinic.

    Args:
      model: what is known of the clinic.
      ask: sends requests.
      board: tells what became of them.

    Attributes:
      desk: the reception, as far as it was used.
      patients: the doctor's list, as far as it was used.
      agreed: the slots of this room with whom one would talk.
      refused: the slots whose wish to talk was answered.
    """

    model: ClinicModel
    ask: Ask
    board: NoticeBoard
    desk: CheckInView = field(default_factory=CheckInView)
    patients: DoctorListView = field(default_factory=DoctorListView)
    agreed: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)

    def forget_people(self) -> None:
        """Forgets what was agreed with the people of a room that one has left."""
        self.agreed.clear()
        self.refused.clear()

    def is_asked_to_talk_by(self, slot: int, person: m.Person) -> bool:
        """Whether somebody would like to talk, and has no answer yet."""
        return person.agrees_to_talk and slot not in self.agreed | self.refused

    def handle(self, intent: Intent) -> bool:
        """Does what the person wants; returns whether it was about people or visits."""
        return self._handle_people(intent) or self._handle_visit(intent)

    def type(self, intent: Intent) -> None:
        """Takes what was chosen on the doctor's list."""
        self.patients = doctor_list.update(self.patients, intent)

    # --- people

    def _handle_people(self, intent: Intent) -> bool:
        match intent:
            case intents.AgreeToTalk(slot, agrees):
                (self.agreed.add if agrees else self.agreed.discard)(slot)
                if not agrees:
                    self.refused.add(slot)
                self.ask(m.AgreeToTalk(1, slot, agrees))
            case intents.SetBlocked(slot, is_blocked):
                self.refused.add(slot)
                self.ask(m.Block(1, slot, is_blocked))
            case intents.SendReport(slot, text) if text.strip():
                self.ask(m.Report(1, slot, text.strip()[:LONGEST_REPORT]), again=intent)
            case intents.AllowVitals(slot, is_allowed):
                queue = self.model.queue
                if queue is not None and queue.visit_id is not None:
                    self.ask(m.AllowVitals(1, queue.visit_id, slot, is_allowed))
            case intents.Invite(visit_id, slot):
                invite = m.Invite(1, visit_id, slot, room_id=self._waiting_room_id())
                self.ask(invite, self._invited)
            case intents.AnswerInvitation(visit_id, agrees):
                self.ask(m.AnswerInvitation(1, visit_id, agrees))
            case _:
                return False
        return True

    def _invited(self, answer: Answered) -> None:
        sentence = "They were asked to come along. You are told what they answer."
        if answer.is_accepted:
            self.board.tell(sentence, "info")
        else:
            self.board.tell(answer.reason)

    def _waiting_room_id(self) -> str | None:
        room = self.model.room
        if room is None or room.room_type == "waiting":
            return None
        return next((door.leads_to for door in self.model.doors.values()), None)

    # --- visits

    def _handle_visit(self, intent: Intent) -> bool:
        match intent:
            case intents.CheckIn():
                self.desk = replace(self.desk, is_busy=True)
                self.ask(m.CheckIn(1), self._checked_in)
            case intents.LeaveQueue() if self.model.queue and self.model.queue.visit_id:
                self.ask(m.ChangeVisit(1, self.model.queue.visit_id, "leave"))
            case intents.CallNext():
                self._call(None)
            case intents.CallChosen(visit_id):
                self._call(visit_id or None)
            case intents.ChangeVisit(visit_id, change):
                self.ask(m.ChangeVisit(1, visit_id, change))
            case _:
                return False
        return True

    def _checked_in(self, answer: Answered) -> None:
        problem = "" if answer.is_accepted else answer.reason
        self.desk = replace(self.desk, is_busy=False, problem=problem)

    def _call(self, visit_id: str | None) -> None:
        room_id = self._free_room_id()
        if room_id is None:
            self.board.tell("No consult room is free. Wait until one is, then call again.")
            return
        self.patients = replace(self.patients, is_busy=True)
        self.ask(m.CallPatient(1, room_id, visit_id), self._has_called)

    def _has_called(self, answer: Answered) -> None:
        self.patients = replace(self.patients, is_busy=False)
        if not answer.is_accepted:
            self.board.tell(answer.reason)

    def _free_room_id(self) -> str | None:
        """Returns the consult room one is in, else the nearest that one may enter."""
        room = self.model.room
        if room is None:
            return None
        if room.room_type == "consult":
            return room.room_id
        open_ones = [
            door
            for door in self.model.doors.values()
            if door.is_open and door.may_pass and door.leads_to.startswith("consult-")
        ]
        return open_ones[0].leads_to if open_ones else None
