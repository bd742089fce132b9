"""Notices: what went wrong or happened, until it was taken away or seen long enough."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Literal

from client.panels.notices import NoticeView
from client.ui.widgets import Intent

SHOWN: Final = 3
INFO_S: Final = 12.0


@dataclass(frozen=True, slots=True)
class _Notice:
    view: NoticeView
    again: Intent | None
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
    ) -> None:
        """Puts up a sentence; `again` is what its button does."""
        self._count += 1
        action = "Try again" if again else ""
        view = NoticeView(str(self._count), sentence, kind, action)
        self._notices.append(_Notice(view, again))
        self.history = [*self.history[-49:], sentence]

    def shown(self, now_s: float) -> list[NoticeView]:
        """Returns what is to be seen now; an info goes by itself."""
        dated = [
            one if one.told_s is not None else _Notice(one.view, one.again, now_s)
            for one in self._notices
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
