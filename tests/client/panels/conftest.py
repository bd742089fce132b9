from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from client.ui.events import Key, Typed
from client.ui.tree import Tree


@dataclass
class Desk:
    """A person with nothing but a keyboard before one screen."""

    view: object
    build: Callable
    update: Callable = lambda view, _intent: view
    tree: Tree = field(default_factory=Tree)
    intents: list = field(default_factory=list)

    def __post_init__(self):
        self.show()

    def show(self, view=None):
        self.view = self.view if view is None else view
        panels = self.build(self.view)
        self.tree.show(panels if isinstance(panels, tuple) else (panels,))

    def keys(self, *names):
        for name in names:
            self._handle(Key(name))

    def type(self, text):
        for letter in text:
            self._handle(Key(letter))
            self._handle(Typed(letter))

    def tab_to(self, name):
        for _ in range(40):
            if self.focused == name:
                return
            self.keys("tab")
        raise LookupError(f"no Tab leads to {name!r}:\n{self.tree.describe()}")

    @property
    def focused(self):
        return self.tree.focused.widget.name if self.tree.focused else None

    def said(self):
        return [one.text for one in self.tree.take_announcements()]

    def _handle(self, event):
        for intent in self.tree.handle(event).intents:
            self.intents.append(intent)
            self.view = self.update(self.view, intent)
        self.show()


@pytest.fixture
def desk():
    return Desk
