"""How each kind of widget looks: an open table over the kinds, one brush for all."""

from dataclasses import replace
from functools import singledispatch

from PIL import Image as PillowImage
from PIL import ImageDraw

from client.ui import trend, waveform
from client.ui.boxes import Box, Run
from client.ui.brush import Brush
from client.ui.editing import Line
from client.ui.field_window import CARET_DP, field_window
from client.ui.field_window import STYLE as FIELD_STYLE
from client.ui.pixels import Color, Rect
from client.ui.vocabulary import Emphasis, Fill, State, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Group,
    Image,
    ListBox,
    ListItem,
    Log,
    Meter,
    Panel,
    Progress,
    Slider,
    Text,
    TextField,
    Toggle,
    Trend,
    Waveform,
    Widget,
)

THUMB_DP = 26
TRACK_DP = 8
STRIPE_DP = 14
FILL_TONES = {Fill.GOOD: Tone.GOOD, Fill.CAUTION: Tone.CAUTION, Fill.DANGER: Tone.DANGER}


@singledispatch
def draw(widget: Widget, box: Box, brush: Brush) -> None:
    """Paints a widget in its box, without its children where it is a group."""


@draw.register
def _(group: Group, box: Box, brush: Brush) -> None:
    if group.fill is Fill.NONE or isinstance(group, Panel):
        return
    tone = FILL_TONES.get(group.fill)
    brush.fill(box.rect, brush.radius, brush.palette.fills[group.fill])
    edge = brush.tone(tone) if tone else brush.palette.hairline
    brush.outline(box.rect, brush.radius, edge)


@draw.register
def _(text: Text, box: Box, brush: Brush) -> None:
    brush.runs(box)
    icon = box.part("icon")
    if icon:
        brush.icon(text.icon, icon, brush.tone(text.tone))


@draw.register
def _(button: Button, box: Box, brush: Brush) -> None:
    ground, ink = _button_colors(button, box, brush)
    if button.emphasis is not Emphasis.QUIET or brush.has(box, State.HOVERED):
        brush.fill(box.rect, brush.radius, ground)
    if button.is_disabled:
        brush.outline(box.rect, brush.radius, brush.palette.hairline)
    elif brush.theme.has_outlines:
        brush.outline(box.rect, brush.radius, brush.palette.edge)
    brush.runs(box, ink)
    icon, key = box.part("icon"), box.part("key")
    if icon:
        brush.icon("hourglass" if button.is_busy else button.icon, icon, ink)
    if key:
        brush.outline(key, brush.metrics.dp(5), ink, brush.metrics.dp(1))
    _ring(box, box.rect, brush)


@draw.register
def _(field: TextField, box: Box, brush: Brush) -> None:
    brush.runs(box)
    icon, slot = box.part("icon"), box.part("field")
    if icon:
        brush.icon("warning", icon, brush.tone(Tone.DANGER))
    if slot is None:
        return
    palette = brush.palette
    brush.fill(slot, brush.radius, palette.fills[Fill.CARD] if field.is_busy else palette.field)
    edge = brush.tone(Tone.DANGER) if field.is_invalid else palette.edge
    brush.outline(slot, brush.radius, edge, brush.edge * (2 if field.is_invalid else 1))
    _field_text(field, box, slot, brush)
    _ring(box, slot, brush)


@draw.register
def _(toggle: Toggle, box: Box, brush: Brush) -> None:
    brush.runs(box, brush.tone(Tone.MUTED) if toggle.is_disabled else None)
    switch = box.part("switch")
    if switch is None:
        return
    accent, ink = brush.palette.buttons[Emphasis.PRIMARY]
    half, margin = switch.height // 2, brush.metrics.dp(4)
    knob = Rect(switch.x, switch.y, switch.height, switch.height).grown(-margin)
    if toggle.is_checked:
        brush.fill(switch, half, accent)
        knob = knob.moved(switch.width - switch.height, 0)
        brush.fill(knob, half, ink)
        brush.icon("check", knob.grown(-brush.metrics.dp(3)), accent)
    else:
        brush.fill(switch, half, brush.palette.field)
        brush.outline(switch, half, brush.palette.edge, 2 * brush.edge)
        brush.fill(knob.grown(-brush.metrics.dp(2)), half, brush.palette.edge)
    _ring(box, box.rect, brush)


@draw.register
def _(slider: Slider, box: Box, brush: Brush) -> None:
    brush.runs(box)
    track = box.part("track")
    if track is None:
        return
    accent, ink = brush.palette.buttons[Emphasis.PRIMARY]
    height, side = brush.metrics.dp(TRACK_DP), brush.metrics.dp(THUMB_DP)
    bar = Rect(track.x, track.y + (track.height - height) // 2, track.width, height)
    middle = track.x + side // 2 + round((track.width - side) * slider.fraction)
    brush.fill(bar, height // 2, brush.palette.track)
    brush.outline(bar, height // 2, brush.palette.edge, brush.metrics.dp(1))
    brush.fill(bar._replace(width=middle - bar.x), height // 2, accent)
    for mark in slider.marks:
        share = (mark - slider.lowest) / (slider.highest - slider.lowest)
        at = track.x + side // 2 + round((track.width - side) * min(max(share, 0.0), 1.0))
        tick = Rect(at - brush.metrics.dp(2), bar.y - height, brush.metrics.dp(4), 3 * height)
        brush.fill(tick, brush.metrics.dp(2), brush.tone(Tone.CAUTION))
    thumb = Rect(middle - side // 2, track.y + (track.height - side) // 2, side, side)
    brush.fill(thumb, side // 2, accent)
    brush.fill(thumb.grown(-brush.metrics.dp(8)), side // 2, ink)
    _ring(box, track, brush)


@draw.register
def _(meter: Meter, box: Box, brush: Brush) -> None:
    brush.runs(box)
    _bar(box, meter.level, brush.tone(meter.tone), brush)


@draw.register
def _(progress: Progress, box: Box, brush: Brush) -> None:
    brush.runs(box)
    accent, _ = brush.palette.buttons[Emphasis.PRIMARY]
    _bar(box, progress.fraction or 0.0, accent, brush)
    track = box.part("track")
    if progress.fraction is None and track:
        step = brush.metrics.dp(STRIPE_DP)
        for x in range(track.x + step, track.right - step, 2 * step):
            brush.fill(track._replace(x=x, width=step).grown(-brush.edge), 0, accent)


@draw.register
def _(_rows: ListBox, box: Box, brush: Brush) -> None:
    label = tuple(run for run in box.runs if run.style is TextStyle.LABEL)
    slot = box.part("inset")
    if slot is None:
        return
    brush.fill(slot, brush.radius, brush.palette.fills[Fill.INSET])
    brush.outline(slot, brush.radius, brush.palette.edge)
    for run in (*label, *(run for run in box.runs if run not in label)):
        brush.run(run, brush.tone(run.tone))
    for child in box.children:
        if isinstance(child.widget, ListItem):
            _list_item(child.widget, child, brush, is_list_focused=brush.has(box, State.FOCUSED))
    _scroll_thumb(box, brush)
    _ring(box, slot, brush)


@draw.register
def _(log: Log, box: Box, brush: Brush) -> None:
    slot = box.part("inset")
    if slot is None:
        return
    brush.fill(slot, brush.radius, brush.palette.fills[Fill.INSET])
    brush.outline(slot, brush.radius, brush.palette.hairline if log.entries else brush.palette.edge)
    brush.runs(box)
    _scroll_thumb(box, brush)
    _ring(box, slot, brush)


@draw.register
def _(wave: Waveform, box: Box, brush: Brush) -> None:
    waveform.paint(brush.image, box.rect, wave, brush.palette, brush.metrics.scale)


@draw.register
def _(course: Trend, box: Box, brush: Brush) -> None:
    plot = box.part("plot")
    if plot is not None:
        trend.paint(brush.image, plot, course, brush.palette, brush.metrics.scale)
    brush.runs(box)


@draw.register
def _(image: Image, box: Box, brush: Brush) -> None:
    place = box.part("icon")
    if place is None or place.width <= 0:
        return
    if image.picture is None:
        brush.icon(image.icon, place, brush.tone(image.tone))
        return
    picture = PillowImage.fromarray(image.picture.pixels).resize((place.width, place.height))
    brush.image.paste(picture, place.corners, picture.getchannel("A"))


def _button_colors(button: Button, box: Box, brush: Brush) -> tuple[Color, Color]:
    palette = brush.palette
    if button.is_disabled:
        return palette.fills[Fill.CARD], brush.tone(Tone.MUTED)
    ground, ink = palette.buttons[button.emphasis]
    if brush.has(box, State.PRESSED):
        return _mixed(ground, ink, 0.16), ink
    if brush.has(box, State.HOVERED):
        quiet = button.emphasis in (Emphasis.NORMAL, Emphasis.QUIET)
        return (palette.hovered if quiet else _mixed(ground, (0, 0, 0), 0.14)), ink
    return ground, ink


def _field_text(field: TextField, box: Box, slot: Rect, brush: Brush) -> None:
    line = brush.lines.get(box.id, Line(field.value, len(field.value)))
    window = field_window(field, slot, line, brush.metrics)
    begin, end = line.selected
    if begin < end and brush.has(box, State.FOCUSED):
        selection = window.span(begin, end, brush.metrics)
        height = brush.metrics.line_px(FIELD_STYLE)
        middle = selection.y + (selection.height - height) // 2
        brush.fill(selection._replace(y=middle, height=height), 0, brush.palette.selected)
    seen = brush.image.crop(window.rect.corners)
    text = window.text or field.placeholder
    if text:
        place = Rect(-window.shift_px, 0, window.rect.width, window.rect.height)
        tone = Tone.NORMAL if window.text else Tone.MUTED
        inside = replace(brush, image=seen, draw=ImageDraw.Draw(seen))
        inside.run(Run(text, place, FIELD_STYLE), brush.tone(tone))
        brush.image.paste(seen, window.rect.corners)
    if brush.has(box, State.FOCUSED):
        height = brush.metrics.line_px(FIELD_STYLE)
        y = window.rect.y + (window.rect.height - height) // 2
        caret = Rect(window.rect.x + window.caret_px, y, brush.metrics.dp(CARET_DP), height)
        brush.fill(caret, 0, brush.tone(Tone.ACCENT))


def _list_item(item: ListItem, box: Box, brush: Brush, *, is_list_focused: bool) -> None:
    is_selected, is_active = brush.has(box, State.SELECTED), brush.has(box, State.ACTIVE)
    palette, rect = brush.palette, box.rect.grown(-brush.metrics.dp(1))
    if is_selected or brush.has(box, State.HOVERED):
        ground = palette.selected if is_selected else palette.hovered
        brush.fill(rect, brush.metrics.dp(7), ground)
    if is_active and is_list_focused:
        brush.outline(rect, brush.metrics.dp(7), palette.focus, brush.metrics.dp(2))
    brush.runs(box, brush.tone(Tone.MUTED) if item.is_disabled else None)
    icon = box.part("icon")
    if icon:
        name = item.icon or ("dot" if is_selected else "circle")
        brush.icon(name, icon, brush.tone(Tone.ACCENT if is_selected else Tone.MUTED))


def _bar(box: Box, level: float, color: Color, brush: Brush) -> None:
    track = box.part("track")
    if track is None:
        return
    half = track.height // 2
    brush.fill(track, half, brush.palette.track)
    level = min(max(level, 0.0), 1.0)
    if level > 0.0:
        width = max(track.height, round(track.width * level))
        brush.fill(track._replace(width=min(width, track.width)), half, color)
    brush.outline(track, half, brush.palette.edge, brush.metrics.dp(1))


def _scroll_thumb(box: Box, brush: Brush) -> None:
    thumb = box.part("scroll")
    if thumb:
        brush.fill(thumb, thumb.width // 2, brush.palette.edge)


def _ring(box: Box, around: Rect, brush: Brush) -> None:
    """Paints the focus ring with a gap, so that it stands out from any control."""
    if not brush.has(box, State.FOCUSED):
        return
    theme, metrics = brush.theme, brush.metrics
    ring, gap = metrics.dp(theme.ring_dp), metrics.dp(theme.ring_gap_dp)
    rect = around.grown(ring + gap)
    brush.outline(rect, brush.radius + ring + gap, brush.palette.focus, ring)


def _mixed(one: Color, other: Color, share: float) -> Color:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
