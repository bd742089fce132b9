"""Where focus goes: pure rules over nodes in reading order.

Rules:
- Tab and Shift-Tab walk through everything that takes focus and wrap round.
- A modal panel on top keeps them inside (WAI-ARIA Authoring Practices, Dialog (Modal) Pattern).
- Arrows move between neighbors along the way a group flows; at its end the outer group decides.
- F6 walks from panel to panel, newest first.
"""

from collections.abc import Mapping, Sequence

from client.ui.nodes import Node, sibling_ids
from client.ui.vocabulary import Flow
from client.ui.widgets import Group, Panel, Widget

ARROW_STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def modal_panel(nodes: Mapping[str, Node]) -> str | None:
    """Returns the id of the topmost panel that keeps the focus; None where none does."""
    modal = [
        node.id
        for node in nodes.values()
        if isinstance(node.widget, Panel) and node.widget.is_modal
    ]
    return modal[-1] if modal else None


def all_stops(nodes: Mapping[str, Node]) -> list[str]:
    """Returns the ids that can take focus, also behind a modal panel, in reading order."""
    return [node.id for node in nodes.values() if node.widget.is_focusable]


def order(nodes: Mapping[str, Node]) -> list[str]:
    """Returns the ids that take focus now, in reading order."""
    scope = modal_panel(nodes)
    return [stop for stop in all_stops(nodes) if scope in (None, nodes[stop].panel_id)]


def after_tab(nodes: Mapping[str, Node], focus: str | None, *, backwards: bool) -> str | None:
    """Returns the next id in order, wrapping round; None where nothing takes focus."""
    stops = order(nodes)
    if not stops:
        return None
    if focus not in stops:
        return stops[-1] if backwards else stops[0]
    return stops[(stops.index(focus) + (-1 if backwards else 1)) % len(stops)]


def after_arrow(nodes: Mapping[str, Node], focus: str, key: str) -> str | None:
    """Returns the neighbor in that direction; None where no group around has one."""
    stops = order(nodes)
    child_id, parent_id = focus, nodes[focus].parent_id
    while parent_id is not None:
        parent = nodes[parent_id].widget
        children = sibling_ids(parent_id, parent.children)
        step = _step(parent, key)
        place = children.index(child_id) + step
        while step and 0 <= place < len(children):
            inside = within(stops, children[place])
            if inside:
                return inside[0] if step > 0 else inside[-1]
            place += step
        child_id, parent_id = parent_id, nodes[parent_id].parent_id
    return None


def after_panel_key(nodes: Mapping[str, Node], focus: str | None, *, backwards: bool) -> str | None:
    """Returns the first stop of the next panel, newest first; None where nothing takes focus."""
    stops = order(nodes)
    panels = list(dict.fromkeys(nodes[stop].panel_id for stop in reversed(stops)))
    if not panels:
        return None
    here = nodes[focus].panel_id if focus and focus in nodes else None
    if here not in panels:
        return entry(nodes, panels[-1 if backwards else 0])
    place = (panels.index(here) + (-1 if backwards else 1)) % len(panels)
    return entry(nodes, panels[place])


def entry(nodes: Mapping[str, Node], panel_id: str) -> str | None:
    """Returns where focus enters a panel: its own choice, else its first stop."""
    stops = within(order(nodes), panel_id)
    panel = nodes[panel_id].widget
    wanted = panel.first_focus if isinstance(panel, Panel) else ""
    chosen = [stop for stop in stops if wanted and nodes[stop].widget.key == wanted]
    return next(iter(chosen or stops), None)


def within(stops: Sequence[str], ancestor_id: str) -> list[str]:
    """Returns the stops that are the ancestor itself or inside it."""
    return [stop for stop in stops if stop == ancestor_id or stop.startswith(f"{ancestor_id}/")]


def nearest(before: Sequence[str], after: Sequence[str], lost: str) -> str | None:
    """Returns the stop that took a lost one's place, in the same panel; None where none is."""
    if lost not in before:
        return None
    panel_id = "/" + lost.split("/")[1]
    old, new = within(before, panel_id), within(after, panel_id)
    return new[min(old.index(lost), len(new) - 1)] if new else None


def _step(parent: Widget, key: str) -> int:
    across, down = ARROW_STEPS[key]
    flow = parent.flow if isinstance(parent, Group) else Flow.COLUMN
    if flow is Flow.ROW:
        return across
    if flow is Flow.GRID and isinstance(parent, Group):
        return across + down * parent.columns
    return down
