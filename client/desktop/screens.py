"""Which panels are open, and what stands on them: from what is known to what is on the screen.

One panel is open at a time, beside the chat and what comes by itself: calls, questions, notices.
"""

from dataclasses import dataclass, field

from client.clinic_model import ClinicModel
from client.desktop import places, views
from client.desktop.affairs import Affairs
from client.desktop.body import Bodies
from client.desktop.calls import Calls
from client.desktop.conversation import Conversation
from client.desktop.notice_board import NoticeBoard
from client.panels import (
    call,
    chat,
    check_in,
    doctor_list,
    hud,
    intents,
    leaving,
    notices,
    pause_menu,
    person_menu,
    prompts,
    vitals,
)
from client.panels.check_in import CheckInView
from client.panels.pause_menu import PauseView
from client.panels.person_menu import PersonView
from client.panels.settings import Settings
from client.ui.widgets import Intent, Panel
from world.people import STAFF
from world.protocol.session import RESUME_S
from world.rooms.names import room_name

NOTHING, MENU, DESK, PERSON = "", "menu", "desk", "person"
VITALS, LEAVING, ENDING = "vitals", "leaving", "ending"
CALL = "call"
"""What a notice about a call that was put off is about."""
MAKE_WAY = frozenset({MENU, DESK, PERSON})
"""What closes by itself for a call; the other panels hold something that is typed or asked."""


@dataclass(frozen=True, slots=True)
class OpenDesk(Intent):
    """Shows the reception, or the doctor's list."""


@dataclass(frozen=True, slots=True)
class OpenChat(Intent):
    """Begins to write."""


@dataclass(frozen=True, slots=True)
class OpenPerson(Intent):
    """Shows what can be done about somebody."""

    slot: int


@dataclass(slots=True)
class Screens:
    """One person's panels.

    Attributes:
      model, bodies, board, affairs, calls, conversation: what they tell of.
      opened: the panel that is open.
      person: about whom it is, and what is typed about them.
      keys: which keys are shown.
    """

    model: ClinicModel
    bodies: Bodies
    board: NoticeBoard
    affairs: Affairs
    calls: Calls
    conversation: Conversation
    opened: str = NOTHING
    person: PersonView | None = None
    keys: views.Help = field(default_factory=views.Help)

    @property
    def is_staff(self) -> bool:
        """Whether this person sees the list of patients."""
        return self.model.me is not None and self.model.me.role in {role.value for role in STAFF}

    @property
    def is_reporting(self) -> bool:
        """Whether a report about somebody is being written."""
        return self.opened == PERSON and self.person is not None and self.person.is_reporting

    @property
    def consequence(self) -> str:
        """What leaving the clinic now would end or lose, in sentences; empty for nothing."""
        is_written = self.conversation.is_unsent or self.is_reporting
        lost = "What you have written is not sent. If you leave, it is lost." if is_written else ""
        return f"{views.consequence(self.model)} {lost}".strip()

    # --- what is shown

    def panels(
        self, line: views.Line, settings: Settings, hint: str, now_s: float
    ) -> tuple[Panel, ...]:
        """Returns what is on the screen in a room; the hint says what can be done right here."""
        found = [*hud.panels(views.hud(self.model, line, settings, hint, self.keys))]
        found += lost(line, now_s)
        found += self._prompts()
        found += chat.panels(self.conversation.view())
        found += self.notices(now_s)
        found += self._called()
        found += self._opened(line, settings, now_s)
        return tuple(found)

    def notices(self, now_s: float) -> list[Panel]:
        """Returns what was told of late."""
        return [notices.toast(one) for one in self.board.shown(now_s)]

    # --- what the person does

    def handle(self, intent: Intent) -> bool:
        """Opens and closes panels; returns whether that was all that was wanted."""
        match intent:
            case intents.OpenMenu():
                self.opened = MENU
            case OpenDesk():
                self.board.settle(CALL)
                self.opened = NOTHING if self.calls.come_back() else DESK
                self.affairs.desk = CheckInView()
            case OpenChat():
                self.conversation.is_open = True
            case OpenPerson(slot):
                self.opened, self.person = PERSON, PersonView(slot, "")
            case intents.ShowVitals():
                self._show_vitals()
            case intents.Close():
                self.opened = PERSON if self.is_reporting else NOTHING
            case intents.ShowKeys():
                self.opened = NOTHING
                self.keys.is_open = not self.keys.is_open
            case intents.AskToLeave():
                self.opened = LEAVING
            case intents.AskToEnd() if not self.is_staff:
                self.opened = ENDING
            case _:
                return self._handle_news(intent)
        return True

    def _handle_news(self, intent: Intent) -> bool:
        match intent:
            case intents.PutOffCall():
                self.calls.answer()
                self.board.tell(views.call_stands(self.model), "info", about=CALL)
            case intents.DismissNotice(notice_id):
                self.board.dismiss(notice_id)
            case intents.GoTo() | intents.SetSeated() | intents.LeaveQueue():
                self.opened = NOTHING
                return False  # and that it is done is for others
            case _:
                return False
        return True

    def type(self, intent: Intent) -> None:
        """Takes what is typed about a person."""
        if self.person is not None:
            self.person = person_menu.update(self.person, intent)

    # --- what goes on by itself

    def enter_room(self, *, is_other_room: bool) -> None:
        """Closes what was of the room, or of the slots, that were left."""
        self.person = None
        if is_other_room:
            self.board.enter_room()
            if self.opened in (VITALS, ENDING):
                self.opened = NOTHING

    def make_way(self) -> None:
        """Closes what stands before a call, unless somebody is writing there."""
        if self.opened in MAKE_WAY and not self.is_reporting:
            self.opened = NOTHING

    def follow_call(self) -> None:
        """Takes it that the person goes where the call leads."""
        self.calls.answer()
        self.board.settle(CALL)

    # --- inside

    def _show_vitals(self) -> None:
        if self.opened == VITALS:
            self.opened = NOTHING
        elif views.is_consult_room(self.model):
            self.opened = VITALS
        else:
            self.board.tell("Vital signs are shown in the consult room, during a visit.", "info")

    def _opened(self, line: views.Line, settings: Settings, now_s: float) -> tuple[Panel, ...]:
        layout = self.bodies.layout
        if self.opened == MENU and layout is not None and self.model.room is not None:
            going = places.destinations(
                self.model, layout, self.bodies.head_m, self.bodies.heads_m()
            )
            menu = PauseView(
                room_name(self.model.room.room_id),
                going,
                self.model.seat is not None,
                views.is_consult_room(self.model),
                settings,
                line.microphones,
                line.speakers,
            )
            return (pause_menu.panel(menu),)
        if self.opened == DESK and self.is_staff:
            view = views.doctor_list(self.model, self.affairs.patients, now_s)
            return doctor_list.panels(view)
        if self.opened == DESK:
            desk = views.check_in(self.model, self.affairs.desk, has_sound=line.has_sound)
            return (check_in.panel(desk),)
        if self.opened == VITALS:
            seen = self.model.vitals.view(now_s, self.model.server_s(now_s))
            return (vitals.enlarged(seen),)
        return self._questions()

    def _questions(self) -> tuple[Panel, ...]:
        queue = self.model.queue
        if self.opened == LEAVING and self.consequence:
            return (leaving.clinic(self.consequence),)
        if self.opened == ENDING and queue is not None and queue.state == "in-consult":
            return (leaving.visit(),)
        if self.opened == PERSON and self.person is not None:
            known = views.person(self.model, self.person, self.affairs.agreed)
            return (person_menu.panel(known),) if known else ()
        return ()

    def _called(self) -> list[Panel]:
        view = self.calls.view(is_writing=self.conversation.is_open)
        return [] if view is None or self.opened != NOTHING else [call.panel(view)]

    def _prompts(self) -> list[Panel]:
        found = [
            prompts.knock(prompts.KnockView(door, name)) for door, name in self.model.knocks.items()
        ]
        found += [
            prompts.voice_request(prompts.VoiceRequestView(slot, one.name))
            for slot, one in self.model.others().items()
            if self.affairs.is_asked_to_talk_by(slot, one)
        ]
        found += [prompts.come_along(view) for view in views.asked_along(self.model)]
        return found


def lost(line: views.Line, now_s: float) -> list[Panel]:
    """Returns what is said of a connection that is lost or silent; nothing of one that stands."""
    if line.state == "connected":
        return []
    if line.state == "silent":
        return [notices.silent()]
    kept_s = max(0.0, RESUME_S - (now_s - line.lost_s)) if line.lost_s else 0.0
    view = notices.ReconnectingView(max(1, line.attempts), 0.0, kept_s)
    return [notices.reconnecting(view)]
