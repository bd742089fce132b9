"""The calls of one stay: which is to be followed, and which was followed, put off or is over."""

from client.clinic_model import ClinicModel
from client.desktop import views
from client.panels.call import CallView
from world.protocol import messages as m

CALLS = frozenset({"called", "called-again"})


class Calls:
    """What one person was called to, and has answered.

    Args:
      model: what is known of the clinic.
    """

    def __init__(self, model: ClinicModel) -> None:
        self._model = model
        self._number = self._answered = 0
        self.room_id: str | None = None

    def view(self, *, is_writing: bool) -> CallView | None:
        """Returns the call that is not answered; None for none, and where its door is not."""
        if self._number == self._answered:
            return None
        return views.call(self._model, self._number, is_writing=is_writing)

    def follow(self) -> bool:
        """Takes what is known now; returns whether somebody is called anew."""
        before, self.room_id = self.room_id, views.called_to(self._model)
        if self.room_id is None:
            self.answer()
        is_new = self.room_id not in {None, before}
        self._number += is_new
        return is_new

    def hear(self, told: m.Told) -> bool:
        """Takes what was told of a call; returns whether one that was answered is called again."""
        is_again = self.is_shown_for(told) and self._number == self._answered
        if not is_again or views.call(self._model, 0, is_writing=False) is None:
            return False
        self._number += 1
        return True

    def is_shown_for(self, told: m.Told) -> bool:
        """Whether this is told of a call that the person sees as such."""
        return told.announcement in CALLS and views.called_to(self._model) is not None

    def come_back(self) -> bool:
        """Shows a call again that was put off; returns whether there is one to follow."""
        if views.call(self._model, 0, is_writing=False) is None:
            return False
        self._number += self._number == self._answered
        return True

    def answer(self) -> None:
        """Takes it that the person has followed the call, or put it off."""
        self._answered = self._number
