"""The widgets that are shown, and what a person is doing with them.

The tree owns focus, carets, places in lists and what is to be spoken; it never changes a value
by itself. An event goes in, intents come out; whoever owns the values builds the panels anew and
shows them. It knows no pixels: `client.ui.surface` turns a pointer into a widget's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from client.ui import controls, focus
from client.ui.announcements import Announcement, Announcer, outline, spoken
from client.ui.editing import Line
from client.ui.events import Drag, Event, Hover, Key, Press, Release, Typed
from client.ui.nodes import Node, numbered
from client.ui.vocabulary import Opening, State
from client.ui.widgets import Intent, ListBox, Log, Panel, Slider, TextField, Widget


@dataclass(frozen=True, slots=True)
class Response:
    """What an event led to; a consumed one is not for the world."""

    intents: tuple[Intent, ...] = ()
    is_consumed: bool = True


IGNORED = Response(is_consumed=False)
CONSUMED = Response()


class Tree:
    """The panels on one surface with one focus."""

    def __init__(self) -> None:
        self.panels: tuple[Panel, ...] = ()
        self.announcer = Announcer()
        self._nodes: dict[str, Node] = {}
        self._focus: str | None = None
        self._hover: str | None = None
        self._pressed: str | None = None
        self._lines: dict[str, Line] = {}
        self._places: dict[str, int] = {}
        # Where focus goes back to when a panel closes, by panel, oldest first.
        self._returns: dict[str, str | None] = {}
        # Panels that wait with taking the focus, oldest first.
        self._patient: list[str] = []

    # What is there

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Returns all widgets in reading order with their states of now."""
        return tuple(self._with_states(node) for node in self._nodes.values())

    @property
    def focused(self) -> Node | None:
        """Returns the widget that keys go to; None where they go to the world."""
        return self._with_states(self._nodes[self._focus]) if self._focus else None

    @property
    def modal_panel(self) -> str | None:
        """Returns the id of the panel that keeps the focus; None where none does."""
        return focus.modal_panel(self._nodes)

    @property
    def pressed_id(self) -> str | None:
        """Returns the id of the widget that the pointer holds down."""
        return self._pressed

    def node(self, node_id: str) -> Node | None:
        """Returns the widget with this id; None where it is not shown."""
        node = self._nodes.get(node_id)
        return self._with_states(node) if node else None

    def find_all(self, role: str = "", name: str = "") -> list[Node]:
        """Returns the widgets of that role and name; empty means any."""
        return [
            node
            for node in self.nodes
            if role in ("", node.widget.role) and name in ("", node.widget.name)
        ]

    def find(self, role: str = "", name: str = "") -> Node:
        """Returns the one widget of that role and name.

        Raises:
          LookupError: if there is none or more than one; names what is there.
        """
        found = self.find_all(role, name)
        if len(found) != 1:
            raise LookupError(
                f"{len(found)} widgets are {role or 'anything'} {name!r}, expected one of:\n"
                f"{self.describe()}"
            )
        return found[0]

    def describe(self) -> str:
        """Returns all widgets as indented text."""
        return outline(self.nodes)

    def speak_focus(self) -> str:
        """Returns what a screen reader says of the focused widget; empty without one."""
        node = self.focused
        return spoken(node) if node else ""

    def line(self, node_id: str) -> Line:
        """Returns a text field's text and caret."""
        widget = self._nodes[node_id].widget
        text = widget.value if isinstance(widget, TextField) else ""
        return self._lines.get(node_id, Line(text, len(text)))

    def place(self, node_id: str) -> int:
        """Returns the active row of a list, or how many entries back a log is scrolled."""
        place = self._places.get(node_id, self._first_place(node_id))
        return min(place, max(0, _count(self._nodes[node_id].widget) - 1))

    def take_announcements(self) -> tuple[Announcement, ...]:
        """Returns what is to be spoken, assertive first, and forgets it."""
        return self.announcer.take()

    # What changes

    def show(self, panels: Sequence[Panel]) -> None:
        """Replaces what is shown; focus, carets and places stay where their widgets stay."""
        before, stops = self._nodes, focus.all_stops(self._nodes)
        self.panels = tuple(panels)
        self._nodes = numbered(panels)
        self._keep_what_is_left()
        self.announcer.say_changes(before, self._nodes.values())
        held = self._focus
        self._close(before)
        if self._focus is not None and self._focus not in focus.all_stops(self._nodes):
            self._focus = focus.nearest(stops, focus.all_stops(self._nodes), self._focus)
        self._open(before)
        self._stay_in_modal()
        if self._focus != held:
            self.announcer.say(self.speak_focus())

    def focus_on(self, node_id: str | None) -> None:
        """Moves focus to a widget that takes it, or to the world, and says so."""
        if node_id == self._focus or (node_id and node_id not in focus.order(self._nodes)):
            return
        self._focus = node_id
        self._stay_in_modal()
        self.announcer.say(self.speak_focus())

    def handle(self, event: Event) -> Response:
        """Returns what the event leads to, after moving focus, caret or place."""
        match event:
            case Key():
                return self._on_key(event)
            case Typed(text):
                return self._on_typed(text)
            case Hover(node_id):
                self._hover = node_id
                return CONSUMED if node_id else IGNORED
            case Press():
                return self._on_press(event)
            case Drag(along):
                return self._on_drag(along)
            case Release(node_id):
                return self._on_release(node_id)

    # Showing

    def _keep_what_is_left(self) -> None:
        self._places = {key: at for key, at in self._places.items() if key in self._nodes}
        self._lines = {
            key: line
            for key, line in self._lines.items()
            if key in self._nodes and getattr(self._nodes[key].widget, "value", None) == line.text
        }
        if self._pressed not in self._nodes:
            self._pressed = None

    def _close(self, before: dict[str, Node]) -> None:
        """Gives focus back to where it was before the panels that are gone."""
        shown = {node.panel_id for node in self._nodes.values()}
        for panel_id in [one for one in reversed(self._returns) if one not in shown]:
            came_from = self._returns.pop(panel_id)
            held = before[self._focus].panel_id if self._focus in before else None
            if held in (panel_id, None):
                stops = focus.all_stops(self._nodes)
                self._focus = came_from if came_from in stops else None

    def _open(self, before: dict[str, Node]) -> None:
        """Moves focus into the panels that are new or now ask for it."""
        known = {node.panel_id for node in before.values()}
        for node in self._nodes.values():
            panel = node.widget
            if not isinstance(panel, Panel):
                continue
            target = focus.entry(self._nodes, node.id)
            old = before[node.id].widget if node.id in known else None
            if isinstance(old, Panel):
                self._follow(node, old, target)
            elif panel.opening is Opening.TAKES_FOCUS and target:
                self._enter(node.id, target)
            elif panel.opening is Opening.SPARES_TYPING:
                self._patient.append(node.id)
        self._let_in(known)

    def _enter(self, panel_id: str, target: str) -> None:
        self._returns[panel_id] = self._focus
        self._focus = target

    def _let_in(self, known: set[str]) -> None:
        """Moves focus into the panels that spare who types, once nobody does."""
        held = self._nodes[self._focus].widget if self._focus else None
        for panel_id in [one for one in self._patient if one in self._nodes]:
            target = focus.entry(self._nodes, panel_id)
            is_welcome = held is None or (panel_id not in known and not isinstance(held, TextField))
            if target and is_welcome:
                self._enter(panel_id, target)
        entered = self._returns.keys()
        self._patient = [one for one in self._patient if one in self._nodes and one not in entered]

    def _follow(self, node: Node, before: Panel, target: str | None) -> None:
        """Moves focus within a panel that has it and now names another first control."""
        named = node.widget.first_focus if isinstance(node.widget, Panel) else ""
        if named in ("", before.first_focus) or self._focus is None:
            return
        if focus.within([self._focus], node.id):
            self._focus = target

    def _stay_in_modal(self) -> None:
        modal = self.modal_panel
        if modal and self._focus not in focus.within(focus.order(self._nodes), modal):
            self._focus = focus.entry(self._nodes, modal)

    # Events

    def _on_key(self, key: Key) -> Response:
        moves = {"tab": focus.after_tab, "f6": focus.after_panel_key}
        if key.name in moves:
            target = moves[key.name](self._nodes, self._focus, backwards=key.has_shift)
            return self._moved(target) if target else IGNORED
        if key.name == "escape":
            return self._on_escape()
        return self._on_own_key(key)

    def _on_own_key(self, key: Key) -> Response:
        node = self.focused
        if node is None:
            return CONSUMED if self.modal_panel else IGNORED
        step = controls.after_key(node.widget, self._position(node), key)
        if step is not None:
            return self._taken(node, step)
        if key.name in focus.ARROW_STEPS:
            target = focus.after_arrow(self._nodes, node.id, key.name)
            return self._moved(target) if target else CONSUMED
        return CONSUMED if self.modal_panel else IGNORED

    def _on_escape(self) -> Response:
        panel_id = self._nodes[self._focus].panel_id if self._focus else self.modal_panel
        panel = self._nodes[panel_id].widget if panel_id else None
        if isinstance(panel, Panel) and panel.dismissed is not None:
            return Response((panel.dismissed,))
        if self._focus is None:
            return IGNORED
        if self.modal_panel is None:
            self._focus = None
        return CONSUMED

    def _on_typed(self, text: str) -> Response:
        node = self.focused
        step = controls.after_typing(node.widget, self._position(node), text) if node else None
        return self._taken(node, step) if node and step else IGNORED

    def _on_press(self, press: Press) -> Response:
        node = self.node(press.node_id) if press.node_id else None
        if node is None:
            return CONSUMED if self.modal_panel else IGNORED
        self._pressed = node.id
        owner = self._owner(node)
        if owner is None or owner.id not in focus.order(self._nodes):
            return CONSUMED
        self.focus_on(owner.id)
        if press.caret is not None:
            self._lines[node.id] = replace(self.line(node.id), caret=press.caret, anchor=None)
        return CONSUMED if press.along is None else self._on_drag(press.along)

    def _on_drag(self, along: float) -> Response:
        node = self.node(self._pressed) if self._pressed else None
        if node is None or not isinstance(node.widget, Slider):
            return IGNORED
        return self._taken(node, controls.after_pull(node.widget, along))

    def _on_release(self, node_id: str | None) -> Response:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return IGNORED
        node = self.node(pressed) if pressed == node_id else None
        owner = self._owner(node) if node else None
        if node is None or owner is None or owner.id not in focus.order(self._nodes):
            return CONSUMED
        if isinstance(owner.widget, ListBox) and owner.id != node.id:
            place = [row.id for row in self._rows(owner)].index(node.id)
            self._taken(owner, controls.Step(place=place))
            return self._taken(owner, controls.chosen(owner.widget, place))
        return self._taken(owner, controls.activated(owner.widget))

    def _moved(self, target: str) -> Response:
        self.focus_on(target)
        return CONSUMED

    def _taken(self, node: Node, step: controls.Step) -> Response:
        """Moves caret and place as the step says, tells what is there now, returns its intents."""
        if step.line is not None:
            self._lines[node.id] = step.line
        if step.place is not None:
            self._places[node.id] = step.place
            self.announcer.say(self._spoken_at(node, step.place))
        return Response(step.intents)

    def _spoken_at(self, node: Node, place: int) -> str:
        if isinstance(node.widget, Log):
            entry = node.widget.entries[-1 - place]
            return f"{entry.author}: {entry.text}"
        return spoken(self._rows(node)[place])

    def _position(self, node: Node) -> controls.Position:
        return controls.Position(self.line(node.id), self.place(node.id))

    def _rows(self, node: Node) -> list[Node]:
        return [one for one in self.nodes if one.parent_id == node.id]

    def _owner(self, node: Node) -> Node | None:
        """Returns the widget that takes focus for this one: itself, or the list around a row."""
        if node.widget.is_focusable:
            return node
        parent = self.node(node.parent_id) if node.parent_id else None
        return parent if parent and isinstance(parent.widget, ListBox) else None

    # States

    def _first_place(self, node_id: str) -> int:
        widget = self._nodes[node_id].widget
        if not isinstance(widget, ListBox):
            return 0
        keys = [item.key for item in widget.children]
        return keys.index(widget.selected) if widget.selected in keys else 0

    def _with_states(self, node: Node) -> Node:
        states = set(node.states)
        if node.id == self._focus:
            states.add(State.FOCUSED)
        if node.id == self._hover:
            states.add(State.HOVERED)
        if node.id == self._pressed:
            states.add(State.PRESSED)
        if self._is_active_row(node):
            states.add(State.ACTIVE)
        return replace(node, states=frozenset(states)) if states != node.states else node

    def _is_active_row(self, node: Node) -> bool:
        if node.parent_id is None:
            return False
        parent = self._nodes[node.parent_id].widget
        if not isinstance(parent, ListBox):
            return False
        return parent.children[self.place(node.parent_id)] is node.widget


def _count(widget: Widget) -> int:
    return len(widget.entries) if isinstance(widget, Log) else len(widget.children)
