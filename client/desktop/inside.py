"""Being in the clinic: what a person wants becomes walking and requests, and panels say how it is.

Intents come from widgets, keys and scripts alike; there is no other way to do anything. Requests
that fail say why in a notice, and nothing is shown as done before the clinic has said so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from client.clinic_model import ClinicModel
from client.desktop import places, views
from client.desktop.affairs import Affairs
from client.desktop.body import Bodies
from client.desktop.calls import Calls
from client.desktop.conversation import Conversation
from client.desktop.notice_board import NoticeBoard
from client.desktop.station import HINT, Station
from client.desktop.ways import Ways
from client.network import channel as c
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
from world.protocol import messages as m
from world.protocol.session import RESUME_S
from world.rooms.names import room_name

NOTHING, MENU, DESK, PERSON = "", "menu", "desk", "person"
VITALS, LEAVING, ENDING = "vitals", "leaving", "ending"
CALL = "call"
"""What a notice about a call that was put off is about."""
MAKE_WAY = frozenset({MENU, DESK, PERSON})
"""What closes by itself for a call; the other panels hold something that is typed or asked."""
OF_THE_ROOM = frozenset({"met", "ended"})
"""What is announced of the room where one is, and means nothing outside it."""


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


@dataclass(frozen=True, slots=True)
class OpenNearestPerson(Intent):
    """Shows what can be done about whoever is nearest and most in front."""


@dataclass(frozen=True, slots=True)
class Use(Intent):
    """Does what is offered right here: sits, stands, goes through, knocks."""


@dataclass(slots=True)
class Screens:
    """Which panel is open beside the chat, and what is typed in it."""

    opened: str = NOTHING
    person: PersonView | None = None
    keys: views.Help = field(default_factory=views.Help)

    @property
    def is_reporting(self) -> bool:
        """Whether a report about somebody is being written."""
        return self.opened == PERSON and self.person is not None and self.person.is_reporting


class Inside:
    """One person in the clinic.

    Args:
      model: what is known of the clinic.
      bodies: of the room.
      ask: sends a request; what is given with it is called with the answer.
      now_s: this machine's clock, seconds since the epoch.
    """

    def __init__(
        self,
        model: ClinicModel,
        bodies: Bodies,
        ask: Callable[[m.Request, Callable[[c.Answered], None]], None],
        now_s: Callable[[], float],
    ) -> None:
        self.model, self.bodies = model, bodies
        self.screens = Screens()
        self.board = NoticeBoard()
        self._ask_with, self._now_s = ask, now_s
        self.calls = Calls(model)
        self.conversation = Conversation(model, ask, now_s)
        self.affairs = Affairs(model, self._ask, self.board)
        self.station = Station(model, self._ask, self.board.tell)
        self.ways = Ways(model, bodies, self._ask, self.board.tell)
        self._place = ("", -1)

    # --- what is shown

    def panels(self, line: views.Line, settings: Settings) -> tuple[Panel, ...]:
        """Returns everything that is on the screen."""
        now_s, screens = self._now_s(), self.screens
        if self.station.is_at_scope:
            return self._at_scope(line, now_s)
        edge = views.hud(self.model, line, settings, self._hint(), screens.keys)
        found = [*hud.panels(edge)]
        if line.state != "connected":
            found += self._lost(line, now_s)
        found += self._prompts()
        found += chat.panels(self.conversation.view())
        found += [notices.toast(one) for one in self.board.shown(now_s)]
        found += self._called()
        found += self._opened(line, settings, now_s)
        found += self.station.panels()
        return tuple(found)

    def _hint(self) -> str:
        return HINT if self._is_station_offered() else self.ways.hint()

    def _at_scope(self, line: views.Line, now_s: float) -> tuple[Panel, ...]:
        """Returns what is read over the scope's picture: the room's panels would be in the way."""
        found = [*self.station.panels()]
        if line.state != "connected":
            found += self._lost(line, now_s)
        found += [notices.toast(one) for one in self.board.shown(now_s)]
        return tuple(found)

    def _lost(self, line: views.Line, now_s: float) -> list[Panel]:
        if line.state == "silent":
            return [notices.silent()]
        kept_s = max(0.0, RESUME_S - (now_s - line.lost_s)) if line.lost_s else 0.0
        view = notices.ReconnectingView(max(1, line.attempts), 0.0, kept_s)
        return [notices.reconnecting(view)]

    def _opened(self, line: views.Line, settings: Settings, now_s: float) -> tuple[Panel, ...]:
        screens, layout = self.screens, self.bodies.layout
        if screens.opened == MENU and layout is not None and self.model.room is not None:
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
        if screens.opened == DESK and self.is_staff:
            view = views.doctor_list(self.model, self.affairs.patients, now_s)
            return doctor_list.panels(view)
        if screens.opened == DESK:
            desk = views.check_in(self.model, self.affairs.desk, has_sound=line.has_sound)
            return (check_in.panel(desk),)
        if screens.opened == VITALS:
            seen = self.model.vitals.view(now_s, self.model.server_s(now_s))
            return (vitals.enlarged(seen),)
        return self._questions()

    def _questions(self) -> tuple[Panel, ...]:
        screens, queue = self.screens, self.model.queue
        if screens.opened == LEAVING and self.consequence:
            return (leaving.clinic(self.consequence),)
        if screens.opened == ENDING and queue is not None and queue.state == "in-consult":
            return (leaving.visit(),)
        if screens.opened == PERSON and screens.person is not None:
            known = views.person(self.model, screens.person, self.affairs.agreed)
            return (person_menu.panel(known),) if known else ()
        return ()

    def _called(self) -> list[Panel]:
        view = self.calls.view(is_writing=self.conversation.is_open)
        return [] if view is None or self.screens.opened != NOTHING else [call.panel(view)]

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

    @property
    def is_staff(self) -> bool:
        """Whether this person sees the list of patients."""
        return self.model.me is not None and self.model.me.role in {role.value for role in STAFF}

    @property
    def consequence(self) -> str:
        """What leaving the clinic now would end or lose, in sentences; empty for nothing."""
        is_written = self.conversation.is_unsent or self.screens.is_reporting
        lost = "What you have written is not sent. If you leave, it is lost." if is_written else ""
        return f"{views.consequence(self.model)} {lost}".strip()

    @property
    def is_monitoring(self) -> bool:
        """Whether the vital signs are shown large."""
        return self.screens.opened == VITALS

    # --- what goes on by itself

    def advance(self, now_s: float, dt_s: float) -> None:
        """Moves on by a moment; now_s runs evenly."""
        walker, keys = self.bodies.walker, self.screens.keys
        is_acting = bool(walker.held) or walker.is_on_way
        keys.few_s = 0.0 if is_acting else max(0.0, keys.few_s - dt_s)
        self.bodies.advance(self.model, now_s, dt_s)
        self.ways.advance(now_s)
        self.station.advance(now_s)
        while self.model.told:
            self._be_told(self.model.told.popleft())

    def take(self, message: m.ServerMessage) -> None:
        """Takes a message; the model has taken it already."""
        if isinstance(message, m.RoomView):
            place = (message.room_id, message.own_slot)
            is_other, is_elsewhere = place != self._place, place[0] != self._place[0]
            self._place = place
            if is_elsewhere:
                self.ways.forget()
                self._enter_room()
            if is_other:
                self.affairs.forget_people()
                self.screens.person = None
        if self.calls.follow():
            self._make_way()
        if self.calls.room_id is None:
            self.board.settle(CALL)
        self.conversation.take(message)
        self.bodies.take(message, self.model)
        self.station.take(message)

    def _enter_room(self) -> None:
        self.board.enter_room()
        if self.screens.opened in (VITALS, ENDING):
            self.screens.opened = NOTHING
        if self._place[0] == self.calls.room_id:
            self._follow_call()

    def _follow_call(self) -> None:
        self.calls.answer()
        self.board.settle(CALL)

    def _make_way(self) -> None:
        """Closes what stands before a call, unless somebody is writing there."""
        if self.screens.opened in MAKE_WAY and not self.screens.is_reporting:
            self.screens.opened = NOTHING

    def _be_told(self, told: m.Notice | m.Told) -> None:
        if isinstance(told, m.Notice):
            self.board.tell(told.sentence, "info" if told.kind == "info" else "warning")
            return
        visit_id = told.visit_id or ""
        if self.calls.is_shown_for(told):
            self.board.note(told.sentence, visit_id)
            if self.calls.hear(told):
                self._make_way()
            return
        is_of_room = self.is_staff or told.announcement in OF_THE_ROOM
        self.board.tell_of_visit(told.sentence, visit_id, is_of_room=is_of_room)

    # --- what the person does

    def handle(self, intent: Intent) -> None:
        """Does what the person wants."""
        self.screens.keys.few_s = 0.0
        handlers = (
            self.station.handle,
            self._handle_screens,
            self._handle_looking,
            self._handle_body,
            self.affairs.handle,
        )
        # The first that knows the intent takes it, while what is typed still stands.
        any(handler(intent) for handler in handlers)
        self.conversation.handle(intent)
        self.affairs.type(intent)
        screens = self.screens
        if screens.person is not None:
            screens.person = person_menu.update(screens.person, intent)

    def _handle_screens(self, intent: Intent) -> bool:
        screens = self.screens
        match intent:
            case intents.OpenMenu() if self.station.is_at_scope:
                self.station.open_menu()
            case intents.OpenMenu():
                screens.opened = MENU
            case OpenDesk():
                self.board.settle(CALL)
                screens.opened = NOTHING if self.calls.come_back() else DESK
                self.affairs.desk = CheckInView()
            case OpenChat():
                self.conversation.is_open = True
            case intents.ShowVitals():
                self._show_vitals()
            case intents.Close():
                self._close()
            case intents.ShowKeys():
                screens.opened = NOTHING
                screens.keys.is_open = not screens.keys.is_open
            case _:
                return self._handle_news(intent)
        return True

    def _handle_news(self, intent: Intent) -> bool:
        match intent:
            case intents.AskToLeave():
                self.screens.opened = LEAVING
            case intents.AskToEnd() if not self.is_staff:
                self.screens.opened = ENDING
            case intents.LeaveQueue():
                self.screens.opened = NOTHING
                return False  # what it asks of the clinic is asked elsewhere
            case intents.PutOffCall():
                self.calls.answer()
                self.board.tell(views.call_stands(self.model), "info", about=CALL)
            case intents.DismissNotice(notice_id):
                self.board.dismiss(notice_id)
            case intents.TryAgain(notice_id):
                again = self.board.take(notice_id)
                if again is not None:
                    self.handle(again)
            case _:
                return False
        return True

    def _close(self) -> None:
        if not self.screens.is_reporting:
            self.screens.opened = NOTHING

    def _show_vitals(self) -> None:
        if self.screens.opened == VITALS:
            self.screens.opened = NOTHING
        elif views.is_consult_room(self.model):
            self.screens.opened = VITALS
        else:
            self.board.tell("Vital signs are shown in the consult room, during a visit.", "info")

    def _handle_body(self, intent: Intent) -> bool:
        match intent:
            case intents.GoTo(places.STATION):
                self.screens.opened = NOTHING
                self.ways.go_to_station(self._use_station)
            case Use() if self._is_station_offered():
                self._use_station()
            case intents.GoTo(destination):
                self.screens.opened = NOTHING
                if destination == f"door:{self.model.door_to(self.calls.room_id)}":
                    self._follow_call()
                self.ways.go_to(destination)
            case intents.SetSeated(is_seated):
                self.screens.opened = NOTHING
                self.ways.set_seated(is_seated=is_seated)
            case Use():
                self.ways.use()
            case intents.AnswerKnock(door, is_let_in):
                self.model.knocks.pop(door, None)
                if is_let_in:
                    self.ways.go_to(f"open:{door}")
            case _:
                return False
        return True

    def _is_station_offered(self) -> bool:
        layout, is_seated = self.bodies.layout, self.model.seat is not None
        is_near = layout is not None and self.station.is_near(layout, self.bodies.head_m)
        return is_near and not is_seated

    def _use_station(self) -> None:
        self.bodies.walker.stop()
        self.bodies.walker.held.clear()
        self.station.open()

    def _handle_looking(self, intent: Intent) -> bool:
        match intent:
            case OpenPerson(slot):
                self.screens.opened, self.screens.person = PERSON, PersonView(slot, "")
            case OpenNearestPerson():
                self._open_nearest_person()
            case intents.ShowNextPerson(slot):
                self._show_next_person(slot)
            case _:
                return False
        return True

    def _open_nearest_person(self) -> None:
        near = self.ways.people()
        if near:
            self.handle(OpenPerson(near[0]))
        else:
            self.board.tell("Nobody is here but you.", "info")

    def _show_next_person(self, slot: int) -> None:
        near = self.ways.people()
        after = near.index(slot) + 1 if slot in near else 0
        if near:
            self.screens.person = PersonView(near[after % len(near)], "")

    # --- requests

    def _ask(
        self,
        request: m.Request,
        then: Callable[[c.Answered], None] | None = None,
        again: Intent | None = None,
    ) -> None:
        def answered(answer: c.Answered) -> None:
            if then is not None:
                then(answer)
            elif not answer.is_accepted:
                self.board.tell(answer.reason, "error" if again else "warning", again)

        self._ask_with(request, answered)
