"""Going somewhere and doing there what one goes there for: seats, doors, people. Nothing is shown.

What is done at the end of a way waits until the way is walked, and is forgotten in another room.
"""

import math
from collections.abc import Callable
from typing import Final, Literal, Protocol

from client.clinic_model import ClinicModel
from client.desktop import places
from client.desktop.body import Bodies
from client.desktop.walker import FORWARD, wrapped
from client.network.channel import Answered
from client.training.place import screen_of, stand_of
from world.protocol import messages as m
from world.route import Spot

PASS_AGAIN_S: Final = 1.5
AHEAD_WEIGHT: Final = 2.0
"""How much farther somebody behind one's back counts than somebody in front."""


class Ask(Protocol):
    """Sends a request."""

    def __call__(self, request: m.Request, then: Callable[[Answered], None] | None = None) -> None:
        """Sends it; `then` is called with the answer, else a refusal is told to the person."""


class Tell(Protocol):
    """Tells the person something."""

    def __call__(
        self, sentence: str, kind: Literal["info", "warning", "error"] = "warning"
    ) -> None:
        """Tells a sentence."""


class Ways:
    """One person's ways through the room.

    Args:
      model: what is known of the room.
      bodies: of the room.
      ask: sends requests.
      tell: tells the person what cannot be done.
    """

    def __init__(self, model: ClinicModel, bodies: Bodies, ask: Ask, tell: Tell) -> None:
        self._model, self._bodies, self._ask, self._tell = model, bodies, ask, tell
        self._then: Callable[[], None] | None = None
        self._pass_after_s = 0.0

    def forget(self) -> None:
        """Forgets what was to be done at the end of a way."""
        self._then = None

    def advance(self, now_s: float) -> None:
        """Does what is due: at the end of a way, and at an open door that is walked through."""
        if self._then is not None and not self._bodies.walker.is_on_way:
            then, self._then = self._then, None
            then()
        self._pass_open_door(now_s)

    def hint(self) -> str:
        """Returns what can be done right here, as a sentence; empty for nothing."""
        found = self._offer()
        return "" if self._bodies.walker.is_on_way or found is None else found.sentence

    def people(self) -> list[int]:
        """Returns the slots of the others, whoever is nearest and most in front first."""
        heads_m, own_m = self._bodies.heads_m(), self._bodies.head_m
        yaw_rad = self._bodies.walker.yaw_rad

        def oddness(slot: int) -> float:
            if slot not in heads_m:  # has just come in
                return math.inf
            x, y = (heads_m[slot] - own_m)[:2].tolist()
            off_rad = abs(wrapped(math.atan2(-x, y) - yaw_rad))
            return math.hypot(x, y) * (1.0 + AHEAD_WEIGHT * off_rad)

        return sorted(self._model.others(), key=oddness)

    def go_to(self, destination: str) -> None:
        """Walks to a place of the menu, and does there what one goes there for.

        Args:
          destination: "seat:NAME", "door:NAME" or "person:SLOT"; "open:NAME" opens a door from
            inside.
        """
        if self._model.seat is not None:
            self._ask(m.Stand(1), lambda answer: self._stood(answer, destination))
        else:
            self._go(destination)

    def go_to_station(self, then: Callable[[], None]) -> None:
        """Walks up to the room's training station, and does there what one goes there for."""
        if self._model.seat is not None:
            self._ask(m.Stand(1), lambda answer: self._stood_for(answer, then))
        else:
            self._walk_to_station(then)

    def set_seated(self, *, is_seated: bool) -> None:
        """Sits down on the nearest free seat, or stands up."""
        layout = self._bodies.layout
        if not is_seated:
            self._ask(m.Stand(1))
        elif layout is not None:
            seat = places.nearest_free_seat(self._model, layout, self._bodies.head_m)
            if seat:
                self._go(f"seat:{seat}")
            else:
                self._tell("All seats are taken. You can stand, or wait for a seat.")

    def use(self) -> None:
        """Does what is offered right here."""
        found = self._offer()
        match found.act if found else None:
            case "stand":
                self._ask(m.Stand(1))
            case "sit" if found:
                self._ask(m.Sit(1, found.name))
            case "go and sit" if found:
                self._go(f"seat:{found.name}")
            case "go and pass" if found:
                self._go(f"door:{found.name}")
            case "pass" if found:
                self._ask(m.GoThrough(1, found.name))
            case "none" if found:
                self._tell(found.sentence, "info")
            case "knock" if found:
                self._ask(m.Knock(1, found.name), self._knocked)
            case _:
                self._tell("There is nothing here. Go to a seat or a door first.", "info")

    # --- inside

    def _offer(self) -> places.Offer | None:
        layout = self._bodies.layout
        if layout is None or self._model.room is None:
            return None
        yaw_rad = self._bodies.walker.yaw_rad
        return places.offer(self._model, layout, self._bodies.head_m, yaw_rad)

    def _pass_open_door(self, now_s: float) -> None:
        layout, walker = self._bodies.layout, self._bodies.walker
        if layout is None or FORWARD not in walker.held or now_s < self._pass_after_s:
            return
        door = places.door_before(self._model, layout, self._bodies.head_m, walker.yaw_rad)
        if door:
            self._pass_after_s = now_s + PASS_AGAIN_S
            self._ask(m.GoThrough(1, door))

    def _stood(self, answer: Answered, destination: str) -> None:
        if answer.is_accepted:
            self._model.with_own_seat(None)
            self._go(destination)
        else:
            self._tell(answer.reason)

    def _stood_for(self, answer: Answered, then: Callable[[], None]) -> None:
        if answer.is_accepted:
            self._model.with_own_seat(None)
            self._walk_to_station(then)
        else:
            self._tell(answer.reason)

    def _walk_to_station(self, then: Callable[[], None]) -> None:
        layout = self._bodies.layout
        screen = screen_of(layout) if layout is not None else None
        if screen is None:
            self._tell("There is no station in this room. Go to a training room.")
            return
        spot, facing_rad = stand_of(screen)
        self._walk(spot, facing_rad, then)

    def _go(self, destination: str) -> None:
        kind, _, name = destination.partition(":")
        layout = self._bodies.layout
        if layout is None:
            return
        seat, door = places.seat_of(layout, name), places.door_of(layout, name)
        heads_m = self._bodies.heads_m()
        if kind == "seat" and not places.may_sit(self._model, name):
            self._tell("This seat is for the clinic's staff. Choose another one.")
        elif kind == "seat" and seat is not None:
            self._walk(seat.position_m[:2], None, lambda: self._ask(m.Sit(1, name)))
        elif kind == "door" and door is not None:
            self._walk(places.before_door(door), door.yaw_rad, lambda: self._arrive_at(name))
        elif kind == "open" and door is not None:
            open_door = m.OpenDoor(1, name)
            self._walk(places.before_door(door), door.yaw_rad, lambda: self._ask(open_door))
        elif kind == "person" and name.isdecimal() and int(name) in heads_m:
            spot, facing_rad = places.beside_person(self._bodies.head_m, heads_m[int(name)])
            self._walk(spot, facing_rad, None)
        else:
            self._tell("That is not there any more. Choose another place.")

    def _walk(self, spot: Spot, facing_rad: float | None, then: Callable[[], None] | None) -> None:
        if self._bodies.walk_to(spot, facing_rad):
            self._then = then
        else:
            self._tell("There is no way there. Choose another place.")

    def _arrive_at(self, door: str) -> None:
        state = self._model.doors.get(door)
        if state is not None and state.may_pass:
            self._ask(m.GoThrough(1, door))

    def _knocked(self, answer: Answered) -> None:
        if answer.is_accepted:
            self._tell("You knocked. Wait until the door is opened.", "info")
        else:
            self._tell(answer.reason)
