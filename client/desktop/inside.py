"""Being in the clinic: what a person wants becomes walking and requests.

Intents come from widgets, keys and scripts alike; there is no other way to do anything. Requests
that fail say why in a notice, and nothing is shown as done before the clinic has said so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from client.clinic_model import ClinicModel
from client.desktop import places, views
from client.desktop.affairs import Affairs
from client.desktop.body import Bodies
from client.desktop.calls import Calls
from client.desktop.conversation import Conversation
from client.desktop.notice_board import NoticeBoard
from client.desktop.screens import CALL, VITALS, OpenPerson, Screens, lost
from client.desktop.station import HINT, Station
from client.desktop.ways import Ways
from client.network import channel as c
from client.panels import intents
from client.panels.settings import Settings
from client.ui.widgets import Intent, Panel
from world.protocol import messages as m

OF_THE_ROOM = frozenset({"met", "ended"})
"""What is announced of the room where one is, and means nothing outside it."""


@dataclass(frozen=True, slots=True)
class OpenNearestPerson(Intent):
    """Shows what can be done about whoever is nearest and most in front."""


@dataclass(frozen=True, slots=True)
class Use(Intent):
    """Does what is offered right here: sits, stands, goes through, knocks."""


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
        self._ask_with, self._now_s = ask, now_s
        self.board = NoticeBoard()
        self.calls = Calls(model)
        self.conversation = Conversation(model, ask, now_s)
        self.affairs = Affairs(model, self._ask, self.board)
        self.screens = Screens(
            model, bodies, self.board, self.affairs, self.calls, self.conversation
        )
        self.station = Station(model, self._ask, self.board.tell)
        self.ways = Ways(model, bodies, self._ask, self.board.tell)
        self._place = ("", -1)

    # --- what is shown

    def panels(self, line: views.Line, settings: Settings) -> tuple[Panel, ...]:
        """Returns everything that is on the screen."""
        now_s, station = self._now_s(), self.station.panels()
        if self.station.is_at_scope:
            # Over the scope's picture the room's panels would be in the way.
            return (*station, *lost(line, now_s), *self.screens.notices(now_s))
        return (*self.screens.panels(line, settings, self._hint(), now_s), *station)

    @property
    def is_monitoring(self) -> bool:
        """Whether the vital signs are shown large."""
        return self.screens.opened == VITALS

    def _hint(self) -> str:
        return HINT if self._is_station_offered() else self.ways.hint()

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
            if is_other:
                self.affairs.forget_people()
                self.screens.enter_room(is_other_room=is_elsewhere)
            if self._place[0] == self.calls.room_id:
                self.screens.follow_call()
        if self.calls.follow():
            self.screens.make_way()
        if self.calls.room_id is None:
            self.board.settle(CALL)
        self.conversation.take(message)
        self.bodies.take(message, self.model)
        self.station.take(message)

    def _be_told(self, told: m.Notice | m.Told) -> None:
        if isinstance(told, m.Notice):
            self.board.tell(told.sentence, "info" if told.kind == "info" else "warning")
            return
        visit_id = told.visit_id or ""
        if self.calls.is_shown_for(told):
            self.board.note(told.sentence, visit_id)
            if self.calls.hear(told):
                self.screens.make_way()
            return
        is_of_room = self.screens.is_staff or told.announcement in OF_THE_ROOM
        self.board.tell_of_visit(told.sentence, visit_id, is_of_room=is_of_room)

    # --- what the person does

    def handle(self, intent: Intent) -> None:
        """Does what the person wants."""
        self.screens.keys.few_s = 0.0
        handlers = (
            self.station.handle,
            self._handle_screens,
            self._handle_body,
            self.affairs.handle,
        )
        # The first that knows the intent takes it, while what is typed still stands.
        any(handler(intent) for handler in handlers)
        self.conversation.handle(intent)
        self.affairs.type(intent)
        self.screens.type(intent)

    def _handle_screens(self, intent: Intent) -> bool:
        match intent:
            case intents.OpenMenu() if self.station.is_at_scope:
                self.station.open_menu()
            case intents.TryAgain(notice_id):
                again = self.board.take(notice_id)
                if again is not None:
                    self.handle(again)
            case OpenNearestPerson():
                self._open_nearest_person()
            case intents.ShowNextPerson(slot):
                self._show_next_person(slot)
            case _:
                return self.screens.handle(intent)
        return True

    def _handle_body(self, intent: Intent) -> bool:
        match intent:
            case intents.GoTo(places.STATION):
                self.ways.go_to_station(self._use_station)
            case Use() if self._is_station_offered():
                self._use_station()
            case intents.GoTo(destination):
                if destination == f"door:{self.model.door_to(self.calls.room_id)}":
                    self.screens.follow_call()
                self.ways.go_to(destination)
            case intents.SetSeated(is_seated):
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
            self.handle(OpenPerson(near[after % len(near)]))

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
