"""Widgets in their places: ids, parents and states, flat and in reading order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from client.ui.vocabulary import State
from client.ui.widgets import Button, ListBox, Panel, Toggle, Widget


@dataclass(frozen=True, slots=True)
class Node:
    """A widget in its place; the id stays the same while keys and names on its path do."""

    id: str
    widget: Widget
    parent_id: str | None
    panel_id: str
    depth: int
    states: frozenset[State]

    @property
    def is_focused(self) -> bool:
        """Returns whether keys go here."""
        return State.FOCUSED in self.states


def numbered(panels: Sequence[Panel]) -> dict[str, Node]:
    """Returns every widget of the panels under its id, in reading order."""
    nodes: dict[str, Node] = {}
    for panel, panel_id in zip(panels, sibling_ids("", panels), strict=True):
        for node in _walk(panel, panel_id, None, panel_id, 0):
            nodes[node.id] = node
    return nodes


def sibling_ids(parent_id: str, siblings: Sequence[Widget]) -> list[str]:
    """Returns one id each: key, or role and name, with a number where that is not enough."""
    seen: dict[str, int] = {}
    ids = []
    for widget in siblings:
        part = (widget.key or f"{widget.role}:{widget.name}").replace("/", "|")
        seen[part] = seen.get(part, 0) + 1
        ids.append(f"{parent_id}/{part}" + (f"#{seen[part]}" if seen[part] > 1 else ""))
    return ids


def _walk(
    widget: Widget, node_id: str, parent: Widget | None, panel_id: str, depth: int
) -> Iterator[Node]:
    parent_id = node_id.rpartition("/")[0] or None
    yield Node(node_id, widget, parent_id, panel_id, depth, frozenset(_lasting(widget, parent)))
    ids = sibling_ids(node_id, widget.children)
    for child, child_id in zip(widget.children, ids, strict=True):
        yield from _walk(child, child_id, widget, panel_id, depth + 1)


def _lasting(widget: Widget, parent: Widget | None) -> Iterator[State]:
    """Yields the states that the widget itself says; the others depend on the person."""
    if widget.is_disabled:
        yield State.DISABLED
    if widget.is_busy:
        yield State.BUSY
    if widget.is_invalid:
        yield State.INVALID
    if isinstance(widget, Toggle) and widget.is_checked:
        yield State.CHECKED
    if isinstance(widget, Button) and widget.is_expanded:
        yield State.EXPANDED
    if isinstance(parent, ListBox) and widget.key and widget.key == parent.selected:
        yield State.SELECTED
