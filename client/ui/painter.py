"""Paints panels, and of a panel only what looks different from last time.

Each panel has one sheet, as high as the panel needs. Widgets never overlap, so a changed one is
painted over its own place; a changed layout paints the sheet anew.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image, ImageDraw

from client.ui import shapes
from client.ui.boxes import Box
from client.ui.brush import Brush
from client.ui.drawing import draw
from client.ui.editing import Line
from client.ui.pixels import Color, Pixels, Rect
from client.ui.surface import PlacedPanel, Surface
from client.ui.theme import Palette
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor, Fill, State
from client.ui.widgets import Group, TextField

SCROLL_BAR_DP = 6
FADE_DP = 32


@dataclass(frozen=True, slots=True)
class Look:
    """All that decides what a widget looks like; equal looks are equal pixels."""

    box: Box
    ground: Color
    states: tuple[frozenset[State], ...]
    line: Line | None


@dataclass(frozen=True, slots=True)
class Painting:
    """A panel's picture; `is_new` is false where it is the one of last time."""

    image: Image.Image
    is_new: bool
    painted_widgets: int = 0

    @property
    def pixels(self) -> Pixels:
        """Returns the (height, width, 4) pixels, straight alpha."""
        return np.asarray(self.image)


@dataclass(slots=True)
class Sheet:
    """What is known of a panel from last time."""

    setting: object = None
    paper: Image.Image = field(default_factory=lambda: Image.new("RGBA", (1, 1)))
    looks: tuple[Look, ...] = ()
    view: object = None
    image: Image.Image = field(default_factory=lambda: Image.new("RGBA", (1, 1)))


class Painter:
    """Keeps the pictures of all panels of a surface up to date."""

    def __init__(self) -> None:
        self._sheets: dict[str, Sheet] = {}

    def paint(self, surface: Surface, tree: Tree) -> dict[str, Painting]:
        """Returns the picture of each panel by its id, after placing them."""
        placed = surface.place(tree)
        states = {node.id: node.states for node in tree.nodes}
        lines = {
            node.id: tree.line(node.id) for node in tree.nodes if isinstance(node.widget, TextField)
        }
        self._sheets = {one.panel_id: self._sheets.get(one.panel_id, Sheet()) for one in placed}
        return {one.panel_id: self._panel(one, surface, states, lines) for one in placed}

    def _panel(
        self,
        placed_panel: PlacedPanel,
        surface: Surface,
        states: dict[str, frozenset[State]],
        lines: dict[str, Line],
    ) -> Painting:
        sheet = self._sheets[placed_panel.panel_id]
        palette = surface.theme.monitor if placed_panel.panel.is_monitor else surface.theme.panel
        looks = tuple(_looks(placed_panel.box, palette, states, lines))
        setting = (surface.theme.name, surface.metrics, _skeleton(looks))
        is_same_frame = sheet.setting == setting
        changed = _changed(looks, sheet.looks) if is_same_frame else list(looks)
        if not is_same_frame:
            size = (placed_panel.box.rect.width, max(1, placed_panel.box.rect.height))
            sheet.paper = Image.new("RGBA", size, (*looks[0].ground, 255))
        brush = Brush(
            sheet.paper,
            ImageDraw.Draw(sheet.paper),
            surface.theme,
            palette,
            surface.metrics,
            states,
            lines,
        )
        for look in changed:
            if is_same_frame:
                _wipe(look, brush)
            draw(look.box.widget, look.box, brush)
        view = (placed_panel.rect[2:], placed_panel.scroll_px)
        is_new = bool(changed) or not is_same_frame or sheet.view != view
        sheet.setting, sheet.looks, sheet.view = setting, looks, view
        if is_new:
            sheet.image = _cut_out(placed_panel, brush)
        return Painting(sheet.image, is_new, len(changed))


def composed(surface: Surface, paintings: dict[str, Painting], tree: Tree) -> Image.Image:
    """Returns all panels as one transparent picture, with what a modal one covers dimmed."""
    image = Image.new("RGBA", (surface.width, surface.height))
    reach, radius = surface.metrics.dp(18), surface.metrics.dp(surface.theme.panel_radius_dp)
    for placed_panel in surface.placed:
        if placed_panel.panel_id == tree.modal_panel:
            scrim = Image.new("RGBA", image.size, surface.theme.scrim)
            image = Image.alpha_composite(image, scrim)
        if placed_panel.panel.anchor is not Anchor.FULL:
            dark = shapes.shadow(placed_panel.rect.width, placed_panel.rect.height, radius, reach)
            _laid(
                image, dark, placed_panel.rect.x - reach, placed_panel.rect.y - reach + reach // 4
            )
        painting = paintings[placed_panel.panel_id]
        _laid(image, painting.image, placed_panel.rect.x, placed_panel.rect.y)
    return image


def _laid(image: Image.Image, above: Image.Image, x: int, y: int) -> None:
    left, top = max(0, -x), max(0, -y)
    image.alpha_composite(above, (max(0, x), max(0, y)), (left, top))


def _looks(
    box: Box,
    palette: Palette,
    states: dict[str, frozenset[State]],
    lines: dict[str, Line],
    ground: Color | None = None,
) -> list[Look]:
    """Returns the looks of groups and single widgets, reading order; rows belong to their list."""
    if ground is None:
        widget = box.widget
        ground = palette.fills[widget.fill] if isinstance(widget, Group) else palette.surface
    if not isinstance(box.widget, Group):
        inside = tuple(states.get(one.id, frozenset()) for one in box.walk())
        return [Look(box, ground, inside, lines.get(box.id))]
    own = replace(box, children=(), widget=replace(box.widget, children=()))
    found = [Look(own, ground, (), None)]
    below = palette.fills[box.widget.fill] if box.widget.fill is not Fill.NONE else ground
    for child in box.children:
        found += _looks(child, palette, states, lines, below)
    return found


def _changed(looks: tuple[Look, ...], before: tuple[Look, ...]) -> list[Look]:
    """Returns the single widgets that look different; a group shows nothing of its own anew."""
    return [
        new
        for new, old in zip(looks, before, strict=True)
        if new != old and not isinstance(new.box.widget, Group)
    ]


def _skeleton(looks: tuple[Look, ...]) -> tuple[object, ...]:
    """Returns what must stay the same for single widgets to be painted over."""
    return tuple((look.box.id, look.box.rect, look.ground, _frame_of(look)) for look in looks)


def _frame_of(look: Look) -> object:
    widget = look.box.widget
    return (widget.fill, widget.padding_dp) if isinstance(widget, Group) else None


def _wipe(look: Look, brush: Brush) -> None:
    theme, metrics = brush.theme, brush.metrics
    ring = metrics.dp(theme.ring_dp) + metrics.dp(theme.ring_gap_dp)
    brush.fill(look.box.rect.grown(ring), 0, look.ground)


def _cut_out(placed_panel: PlacedPanel, brush: Brush) -> Image.Image:
    """Returns the part of the sheet that is seen, with the panel's edge and round corners."""
    rect, metrics = placed_panel.rect, brush.metrics
    top = placed_panel.scroll_px
    image = Image.new(
        "RGBA", (rect.width, rect.height), (*brush.palette.fills[placed_panel.panel.fill], 255)
    )
    image.paste(brush.image.crop((0, top, rect.width, top + min(rect.height, _height(brush)))))
    if placed_panel.is_scrolling:
        _fade_ends(placed_panel, image, brush)
        _scroll_bar(placed_panel, image, brush)
    if placed_panel.panel.anchor is Anchor.FULL:
        return image
    radius = metrics.dp(brush.theme.panel_radius_dp)
    whole = Rect(0, 0, rect.width, rect.height)
    fill = placed_panel.panel.fill
    edge = brush.palette.hairline
    if brush.theme.has_outlines or fill is not Fill.NONE:
        edge = brush.palette.edge
    shapes.outline(image, whole, radius, brush.edge, edge)
    image.putalpha(shapes.rounded_mask(rect.width, rect.height, radius))
    return image


def _height(brush: Brush) -> int:
    return int(brush.image.size[1])


def _fade_ends(placed_panel: PlacedPanel, image: Image.Image, brush: Brush) -> None:
    """Lets what goes on above and below fade, so that it is seen to go on."""
    reach, rect = brush.metrics.dp(FADE_DP), placed_panel.rect
    ground = (*brush.palette.fills[placed_panel.panel.fill], 255)
    gradient = Image.linear_gradient("L").resize((rect.width, reach))
    if placed_panel.scroll_px < placed_panel.box.rect.height - rect.height:
        image.paste(ground, (0, rect.height - reach, rect.width, rect.height), gradient)
    if placed_panel.scroll_px > 0:
        top = gradient.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        image.paste(ground, (0, 0, rect.width, reach), top)


def _scroll_bar(placed_panel: PlacedPanel, image: Image.Image, brush: Brush) -> None:
    seen, whole = placed_panel.rect.height, placed_panel.box.rect.height
    width, margin = brush.metrics.dp(SCROLL_BAR_DP), brush.metrics.dp(14)
    length = seen - 2 * margin
    x = placed_panel.rect.width - width - brush.metrics.dp(6)
    track = Rect(x, margin, width, length)
    shapes.fill(image, track, width // 2, brush.palette.track)
    thumb = track._replace(
        y=margin + length * placed_panel.scroll_px // whole, height=length * seen // whole
    )
    shapes.fill(image, thumb, width // 2, brush.palette.edge)
