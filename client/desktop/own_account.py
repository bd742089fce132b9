"""The own account, opened from the menu: changing the password while the clinic goes on.

Intents and reports go in, commands for the network process come out.
"""

from client.network import channel as c
from client.panels import account, intents
from client.panels.account import NEW, OLD, AccountView
from client.ui.widgets import Intent, Panel


class OwnAccount:
    """The screen of the own account, open or not."""

    def __init__(self) -> None:
        self._view: AccountView | None = None

    def open(self, view: AccountView) -> None:
        """Shows it."""
        self._view = view

    def panels(self) -> tuple[Panel, ...]:
        """Returns what is shown of it."""
        return () if self._view is None else (account.panel(self._view),)

    def handle(self, intent: Intent) -> list[c.AnyCommand]:
        """Returns the commands that follow from what the person did."""
        if self._view is None:
            return []
        was_busy = self._view.form.is_busy
        self._view = account.update(self._view, intent)
        typed = self._view.form
        match intent:
            case intents.CloseAccount():
                self._view = None
            case intents.ChangePassword() if typed.is_busy and not was_busy:
                return [c.ChangePassword(typed.text(OLD), typed.text(NEW))]
            case _:
                pass
        return []

    def take(self, answer: c.PasswordAnswered) -> str:
        """Takes how it went; returns what is to be told where the screen is closed already."""
        if self._view is None:
            return answer.problem or account.CHANGED
        self._view = account.answered(self._view, answer.problem, answer.field)
        return ""
