"""A visit of those who are no patients and no doctors: what they can do in the clinic today."""

from collections.abc import Callable, Mapping
from typing import Final

from client.desktop.journey import SETTLE_S, Act, Journey
from client.panels import intents

GREETING: Final = "Good day to everybody."


class VisitorJourney(Journey):
    """One visit to the waiting room."""

    __slots__ = ()

    def acts(self) -> Mapping[str, Callable[[], Act]]:
        """Returns everything that can be done there."""
        return {
            "come in": self._come_in,
            "look round": self._look_round,
            "sit down": self._sit_down,
            "write": self._write,
            "look at the doors": self._look_at_doors,
            "leave": self._go_away,
        }

    def _sit_down(self) -> Act:
        model = self.app.program.model
        yield from self._insist(
            lambda: intents.SetSeated(is_seated=True), lambda: model.seat is not None
        )
        self._tell("You take a seat.")
        yield from self._pause(SETTLE_S)
        self._picture("seated")

    def _write(self) -> Act:
        model = self.app.program.model
        self.app.program.do(intents.SendMessage(GREETING))
        yield lambda: any(one.is_own for one in model.lines)
        self._tell(f"You write, and all in the room can read it: {GREETING}")
        yield from self._pause(SETTLE_S)
        self._picture("talking")

    def _look_at_doors(self) -> Act:
        model = self.app.program.model
        consult = [one for one in model.doors.values() if one.leads_to.startswith("consult-")]
        yield lambda: not any(door.may_pass for door in consult)
        self._tell("The consult rooms belong to visits: their doors let you knock, not pass.")
        if any(one.may_pass for one in model.doors.values()):
            self._tell("The door of the training room lets you pass.")
