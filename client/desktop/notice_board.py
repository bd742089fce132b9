"""Notices: what went wrong or happened, until it was taken away or seen long enough."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from client.panels.notices import NoticeView
from client.ui.widgets import Intent

SHOWN: Final = 3
INFO_S: Final = 12.0


@dataclass(frozen=True, slots=True)
class _Notice:
    view: NoticeView
    again: Intent | None
    about: str = ""
    is_of_room: bool = False
    told_s: float | None = None


@dataclass(slots=True)
class NoticeBoard:
    """The notices of one person, newest last; full, the oldest goes."""

    history: list[str] = field(default_factory=list)
    _notices: deque[_Notice] = field(default_factory=lambda: deque(maxlen=SHOWN))
    _count: int = 0

    def tell(
        self,
        sentence: str,
        kind: Literal["info", "warning", "error"] = "warning",
        again: Intent | None = None,
        about: str = "",
    ) -> None:
        """Puts up a sentence.

        Args:
          sentence: what is told.
          kind: how it is told.
          again: what its button does; None for none.
          about: what it is about, until something newer is told of it or it is settled.
        """
        if about:
            self.settle(about)
        self._put(_Notice(self._view(sentence, kind, "Try again" if again else ""), again, about))

    def tell_of_visit(self, sentence: str, visit_id: str, *, is_of_room: bool) -> None:
        """Puts up what holds until something newer is told of the same visit.

        Args:
          sentence: what is told.
          visit_id: the visit that it is about.
          is_of_room: whether it holds no longer than one is in this room.
        """
        self.settle(visit_id)
        self._put(_Notice(self._view(sentence, "info", ""), None, visit_id, is_of_room))

    def settle(self, about: str) -> None:
        """Takes away what is no longer so."""
        self._notices = deque((one for one in self._notices if one.about != about), SHOWN)

    def note(self, sentence: str, visit_id: str) -> None:
        """Keeps what is told of a visit where something else shows it."""
        self.settle(visit_id)
        self._remember(sentence)

    def enter_room(self) -> None:
        """Takes away what was of the room that one has left."""
        self._notices = deque((one for one in self._notices if not one.is_of_room), SHOWN)

    def shown(self, now_s: float) -> list[NoticeView]:
        """Returns what is to be seen now; an info goes by itself."""
        dated = [
            one if one.told_s is not None else replace(one, told_s=now_s) for one in self._notices
        ]
        self._notices = deque(
            (
                one
                for one in dated
                if one.view.kind != "info" or now_s - (one.told_s or now_s) < INFO_S
            ),
            SHOWN,
        )
        return [one.view for one in self._notices]

    def dismiss(self, notice_id: str) -> None:
        """Takes a notice away."""
        self.take(notice_id)

    def take(self, notice_id: str) -> Intent | None:
        """Takes a notice away; returns what its button does."""
        found = next((one for one in self._notices if one.view.notice_id == notice_id), None)
        if found is None:
            return None
        self._notices.remove(found)
        return found.again

    def _view(
        self, sentence: str, kind: Literal["info", "warning", "error"], action: str
    ) -> NoticeView:
        self._count += 1
        return NoticeView(str(self._count), sentence, kind, action)

    def _put(self, notice: _Notice) -> None:
        self._notices.append(notice)
        self._remember(notice.view.sentence)

    def _remember(self, sentence: str) -> None:
        self.history = [*self.history[-49:], sentence]
