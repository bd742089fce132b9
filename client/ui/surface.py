"""Where panels stand on a screen or on a board in the room, and which widget a pixel belongs to.

Panels with the same anchor stand below one another; one that is too high scrolls to the focus.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from client.ui.arrange import Frame, natural_width
from client.ui.boxes import Box
from client.ui.events import Drag, Event, Hover, Press, Release
from client.ui.field_window import field_window
from client.ui.layout import arranged
from client.ui.metrics import Metrics
from client.ui.nodes import sibling_ids
from client.ui.pixels import Rect
from client.ui.theme import CALM, Theme
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor
from client.ui.widgets import Panel, Slider, TextField

MARGIN_DP = 14
STACK_GAP_DP = 8
SCROLL_MARGIN_DP = 24


@dataclass(frozen=True, slots=True)
class PlacedPanel:
    """A panel in its place.

    Attributes:
      box: the panel with its top left corner at the origin, as high as it needs.
      rect: where it is seen on the surface; lower than the box where the panel scrolls.
      scroll_px: how far the box is moved up inside.
    """

    panel_id: str
    panel: Panel
    box: Box
    rect: Rect
    scroll_px: int = 0

    @property
    def is_scrolling(self) -> bool:
        """Returns whether part of the panel is out of sight."""
        return self.box.rect.height > self.rect.height

    def on_panel(self, x: float, y: float) -> tuple[float, float]:
        """Returns a point of the surface in the panel's own pixels."""
        return x - self.rect.x, y - self.rect.y + self.scroll_px


class Surface:
    """A rectangle of pixels that shows one tree.

    Args:
      width: in pixels.
      height: in pixels.
      metrics: scale, text scale and typeface.
      theme: how it looks.
    """

    def __init__(
        self, width: int, height: int, metrics: Metrics | None = None, theme: Theme = CALM
    ) -> None:
        self.width = width
        self.height = height
        self.metrics = metrics or Metrics()
        self.theme = theme
        self.placed: tuple[PlacedPanel, ...] = ()
        self._boxes: dict[str, tuple[object, Box]] = {}
        self._scrolls: dict[str, int] = {}
        self._focus: str | None = None

    def place(self, tree: Tree) -> tuple[PlacedPanel, ...]:
        """Returns the panels in their places, the topmost last; unchanged ones as before."""
        ids = sibling_ids("", tree.panels)
        frame = Frame("", 0, 0, 0, self.metrics, tree.place)
        boxes = [
            self._box(panel, panel_id, frame, tree)
            for panel, panel_id in zip(tree.panels, ids, strict=True)
        ]
        self._boxes = {panel_id: self._boxes[panel_id] for panel_id in ids}
        rects = _stacked(tree.panels, boxes, self)
        placed = [
            PlacedPanel(panel_id, panel, box, rect)
            for panel, panel_id, box, rect in zip(tree.panels, ids, boxes, rects, strict=True)
        ]
        focused = tree.focused.id if tree.focused else None
        self.placed = tuple(self._scrolled(one, focused) for one in placed)
        self._focus = focused
        return self.placed

    def node_at(self, tree: Tree, x: float, y: float) -> str | None:
        """Returns the id of the widget at a pixel; None for the world and behind a modal panel."""
        found = self._box_at(tree, x, y)
        return found[1].id if found else None

    def hover(self, tree: Tree, x: float, y: float) -> Event:
        """Returns what a pointer that moves to a pixel means."""
        return Hover(self.node_at(tree, x, y))

    def press(self, tree: Tree, x: float, y: float) -> Event:
        """Returns what a pointer that goes down on a pixel means."""
        found = self._box_at(tree, x, y)
        if found is None:
            return Press(None)
        box = found[1]
        return Press(box.id, _along(*found, x, y), self._caret(tree, *found, x))

    def drag(self, tree: Tree, x: float, y: float) -> Event:
        """Returns what a pointer that moves while down means."""
        for placed_panel in self.placed:
            held = [box for box in placed_panel.box.walk() if box.id == tree.pressed_id]
            if held:
                return Drag(_along(placed_panel, held[0], x, y) or 0.0)
        return self.hover(tree, x, y)

    def release(self, tree: Tree, x: float, y: float) -> Event:
        """Returns what a pointer that goes up over a pixel means."""
        return Release(self.node_at(tree, x, y))

    def scroll(self, x: float, y: float, by_dp: float) -> bool:
        """Scrolls the panel at a pixel, down where positive; returns whether there is one."""
        for placed_panel in reversed(self.placed):
            if placed_panel.rect.holds(x, y) and placed_panel.is_scrolling:
                moved = placed_panel.scroll_px + round(by_dp * self.metrics.scale)
                self._scrolls[placed_panel.panel_id] = max(0, moved)
                return True
        return False

    def _caret(self, tree: Tree, placed_panel: PlacedPanel, box: Box, x: float) -> int | None:
        slot = box.part("field")
        if slot is None or not isinstance(box.widget, TextField):
            return None
        window = field_window(box.widget, slot, tree.line(box.id), self.metrics)
        inside, _ = placed_panel.on_panel(x, 0.0)
        return window.caret_at(inside, self.metrics)

    def _box(self, panel: Panel, panel_id: str, frame: Frame, tree: Tree) -> Box:
        places = tuple(tree.place(node.id) for node in tree.nodes if node.panel_id == panel_id)
        width = self._width(panel)
        wanted = (panel, places, width, self.metrics)
        known = self._boxes.get(panel_id)
        if known is None or known[0] != wanted:
            known = (wanted, arranged(panel, panel_id, width, frame))
            self._boxes[panel_id] = known
        return known[1]

    def _width(self, panel: Panel) -> int:
        """Returns a panel's width: half as much wider as its text is larger, if there is room.

        One that names no width is as wide as what is in it.
        """
        if panel.anchor is Anchor.FULL:
            return self.width
        metrics = self.metrics
        if panel.width_dp:
            wanted = metrics.half_with_text(panel.width_dp)
        else:
            wanted = natural_width(panel, metrics)
        return min(wanted, self.width - 2 * metrics.dp(MARGIN_DP))

    def _scrolled(self, placed_panel: PlacedPanel, focused: str | None) -> PlacedPanel:
        """Returns the placed_panel scrolled so that a newly focused widget is seen."""
        most = placed_panel.box.rect.height - placed_panel.rect.height
        if most <= 0:
            return placed_panel
        scroll = min(self._scrolls.get(placed_panel.panel_id, 0), most)
        target = next((box for box in placed_panel.box.walk() if box.id == focused), None)
        if target is not None and focused != self._focus:
            margin = self.metrics.dp(SCROLL_MARGIN_DP)
            scroll = min(scroll, target.rect.y - margin)
            scroll = max(scroll, target.rect.bottom + margin - placed_panel.rect.height)
        scroll = min(max(scroll, 0), most)
        self._scrolls[placed_panel.panel_id] = scroll
        return replace(placed_panel, scroll_px=scroll)

    def _box_at(self, tree: Tree, x: float, y: float) -> tuple[PlacedPanel, Box] | None:
        modal = tree.modal_panel
        for placed_panel in reversed(self.placed):
            if modal not in (None, placed_panel.panel_id) or not placed_panel.rect.holds(x, y):
                continue
            inside = placed_panel.on_panel(x, y)
            return placed_panel, [
                box for box in placed_panel.box.walk() if box.rect.holds(*inside)
            ][-1]
        return None


def _along(placed_panel: PlacedPanel, box: Box, x: float, y: float) -> float | None:
    track = box.part("track") if isinstance(box.widget, Slider) else None
    if track is None or not track.width:
        return None
    inside, _ = placed_panel.on_panel(x, y)
    return min(max((inside - track.x) / track.width, 0.0), 1.0)


def _stacked(panels: Sequence[Panel], boxes: Sequence[Box], surface: Surface) -> list[Rect]:
    """Returns each panel's place: at its anchor, or further in where others stand already."""
    metrics = surface.metrics
    gap = metrics.dp(STACK_GAP_DP)
    placed: list[Rect] = []
    edges: list[Rect] = []
    for panel, box in zip(panels, boxes, strict=True):
        if panel.anchor is Anchor.FULL:
            placed.append(Rect(0, 0, surface.width, surface.height))
            continue
        margin = metrics.dp(MARGIN_DP)
        height = min(box.rect.height, surface.height - 2 * margin)
        rect = _anchored(panel.anchor, box.rect._replace(height=height), margin, surface)
        if panel.anchor is not Anchor.CENTER:
            rect = _moved_in(rect, edges, gap, panel.anchor)
            rect = rect._replace(y=min(max(rect.y, margin), surface.height - margin - height))
            edges.append(rect)
        placed.append(rect)
    return placed


def _anchored(anchor: Anchor, size: Rect, margin: int, surface: Surface) -> Rect:
    across, down = surface.width - size.width, surface.height - size.height
    words = anchor.split()
    x = margin if "left" in words else across - margin if "right" in words else across // 2
    y = margin if "top" in words else down - margin if "bottom" in words else down // 2
    return Rect(x, y, size.width, size.height)


def _moved_in(rect: Rect, taken: Sequence[Rect], gap: int, anchor: Anchor) -> Rect:
    """Returns the place moved towards the middle until it touches none that is taken."""
    is_top = "top" in anchor.split()
    nearest_first = sorted(taken, key=lambda one: one.y if is_top else -one.bottom)
    for other in nearest_first:
        if rect.overlaps(other):
            y = other.bottom + gap if is_top else other.y - gap - rect.height
            rect = rect._replace(y=y)
    return rect
