"""The places of the parts of texts, buttons, fields, switches, sliders, meters and images."""

from dataclasses import replace

from client.ui.arrange import (
    ICON_GAP_DP,
    TARGET_DP,
    Frame,
    arrange,
    bottom_of,
    height_of,
    icon_beside,
    icon_room_px,
    icon_size_px,
    least_text_px,
    name_and_value,
    natural_width,
    text_runs,
    y_below,
)
from client.ui.boxes import Box, Run
from client.ui.metrics import Metrics
from client.ui.pixels import Rect
from client.ui.vocabulary import Align, Emphasis, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Image,
    Meter,
    Progress,
    Slider,
    Text,
    TextField,
    Toggle,
    Trend,
    Waveform,
    Widget,
)

BUTTON_PADDING_DP = 18
SWITCH_DP = (54, 30)
BAR_DP = 16


@natural_width.register
def _(text: Text, metrics: Metrics) -> int:
    lines = text.name.split("\n")
    widest = max(metrics.width_px(" ".join(line.split()), text.style) for line in lines)
    return widest + (icon_room_px(metrics) if text.icon else 0)


@arrange.register
def _(text: Text, frame: Frame) -> Box:
    metrics = frame.metrics
    room = icon_room_px(metrics) if text.icon else 0
    if room and frame.width - room < least_text_px(metrics, text.name):
        room = 0
    body = replace(frame, x=frame.x + room, width=frame.width - room)
    runs = text_runs(text.name, body, text.style, text.tone, text.align)
    height = height_of(runs, frame.y)
    icon = icon_beside(frame, runs) if room else ()
    return Box(frame.id, text, frame.rect(height), runs, icon)


@natural_width.register
def _(button: Button, metrics: Metrics) -> int:
    width = metrics.width_px(button.name, TextStyle.LABEL) + 2 * _button_padding(button, metrics)
    width += icon_room_px(metrics) if button.icon else 0
    width += _shortcut_room(button.shortcut, metrics)
    return max(width, metrics.dp(TARGET_DP))


@arrange.register
def _(button: Button, frame: Frame) -> Box:
    metrics = frame.metrics
    padding = _button_padding(button, metrics)
    icon = icon_room_px(metrics) if button.icon else 0
    shortcut = _shortcut_room(button.shortcut, metrics)
    free = frame.width - 2 * padding
    if free - icon - shortcut < least_text_px(metrics, button.name):
        shortcut = 0
    if free - icon < least_text_px(metrics, button.name):
        icon = 0
    lines = metrics.lines(button.name, TextStyle.LABEL, free - icon - shortcut)
    line = metrics.line_px(TextStyle.LABEL)
    height = max(metrics.dp(TARGET_DP), line * len(lines) + 2 * metrics.dp(10))
    widest = max(metrics.width_px(text, TextStyle.LABEL) for text in lines)
    left = frame.x + padding + max(0, (free - widest - icon - shortcut) // 2)
    body = replace(frame, x=left + icon, y=frame.y + (height - line * len(lines)) // 2)
    body = replace(body, width=widest)
    runs = text_runs(button.name, body, TextStyle.LABEL, Tone.NORMAL, Align.CENTER)
    parts: tuple[tuple[str, Rect], ...] = ()
    if icon:
        parts += (("icon", _square(left, frame.y, height, icon_size_px(metrics))),)
    if shortcut:
        key = _key_cap(button.shortcut, frame, height, left + icon + widest, metrics)
        parts, runs = (*parts, ("key", key[0])), (*runs, key[1])
    return Box(frame.id, button, frame.rect(height), runs, parts)


@arrange.register
def _(field: TextField, frame: Frame) -> Box:
    metrics = frame.metrics
    label = text_runs(field.name, frame, TextStyle.LABEL, Tone.NORMAL)
    top = y_below(label, frame.y, metrics.dp(6))
    line = metrics.line_px(TextStyle.BODY)
    height = max(metrics.dp(TARGET_DP), line + 2 * metrics.dp(10))
    slot = Rect(frame.x, top, frame.width, height)
    note, icon = _note(field, replace(frame, y=slot.bottom + metrics.dp(6)))
    bottom = height_of(note, frame.y) if note else slot.bottom - frame.y
    return Box(frame.id, field, frame.rect(bottom), (*label, *note), (("field", slot), *icon))


@natural_width.register
def _(toggle: Toggle, metrics: Metrics) -> int:
    text = metrics.width_px(toggle.name, TextStyle.BODY)
    note = metrics.width_px(toggle.description, TextStyle.SMALL) if toggle.description else 0
    switch = metrics.dp(SWITCH_DP[0]) + metrics.dp(12)
    return switch + max(text, note) + _shortcut_room(toggle.shortcut, metrics)


@arrange.register
def _(toggle: Toggle, frame: Frame) -> Box:
    metrics = frame.metrics
    width, height = (metrics.dp(size) for size in SWITCH_DP)
    gap = metrics.dp(12)
    is_beside = frame.width - width - gap >= least_text_px(metrics)
    text = replace(frame, x=frame.x + width + gap, width=frame.width - width - gap)
    if not is_beside:
        text = replace(frame, y=frame.y + height + gap)
    name = f"{toggle.name}  ({toggle.shortcut})" if toggle.shortcut else toggle.name
    runs = text_runs(name, text, TextStyle.BODY, Tone.NORMAL)
    below = replace(text, y=bottom_of(runs, text.y))
    runs += text_runs(toggle.description, below, TextStyle.SMALL, Tone.MUTED)
    least = metrics.dp(TARGET_DP)
    total = max(height_of(runs, frame.y), height)
    if total < least and is_beside:
        runs = tuple(run.moved(0, (least - total) // 2) for run in runs)
    first = runs[0].rect if runs else frame.rect(height)
    y = first.y + (first.height - height) // 2 if is_beside else frame.y
    switch = Rect(frame.x, max(y, frame.y), width, height)
    return Box(frame.id, toggle, frame.rect(max(total, least)), runs, (("switch", switch),))


@arrange.register
def _(slider: Slider, frame: Frame) -> Box:
    runs = name_and_value(slider.name, slider.spoken_value, Tone.NORMAL, frame)
    top = y_below(runs, frame.y, 0)
    height = frame.metrics.dp(TARGET_DP)
    track = Rect(frame.x, top, frame.width, height)
    note = replace(frame, y=track.bottom)
    runs += text_runs(slider.description, note, TextStyle.SMALL, Tone.MUTED)
    bottom = max(height_of(runs, frame.y), track.bottom - frame.y)
    return Box(frame.id, slider, frame.rect(bottom), runs, (("track", track),))


@arrange.register
def _(meter: Meter, frame: Frame) -> Box:
    return _bar(meter, meter.word, meter.tone, frame)


@arrange.register
def _(progress: Progress, frame: Frame) -> Box:
    return _bar(progress, "", Tone.NORMAL, frame)


@arrange.register
def _(waveform: Waveform, frame: Frame) -> Box:
    rect = frame.rect(frame.metrics.dp(waveform.height_dp))
    return Box(frame.id, waveform, rect, parts=(("plot", rect),))


@arrange.register
def _(trend: Trend, frame: Frame) -> Box:
    """Places the curve beside its axis' ends and above the names of its edges."""
    metrics, history = frame.metrics, trend.history
    line, height = metrics.line_px(TextStyle.SMALL), metrics.dp(trend.height_dp)
    ends = (f"{history.high:g}", f"{history.low:g}")
    room = max(metrics.width_px(end, TextStyle.SMALL) for end in ends) + metrics.dp(ICON_GAP_DP)
    plot = Rect(frame.x + room, frame.y, max(0, frame.width - room), max(0, height - line))
    below = replace(frame, x=plot.x, y=plot.bottom, width=plot.width)
    lowest = replace(frame, y=max(frame.y, plot.bottom - line))
    runs = (
        *text_runs(ends[0], frame, TextStyle.SMALL, Tone.MUTED),
        *text_runs(ends[1], lowest, TextStyle.SMALL, Tone.MUTED),
        *text_runs(trend.since, below, TextStyle.SMALL, Tone.MUTED),
        *text_runs("now", below, TextStyle.SMALL, Tone.MUTED, Align.END),
    )
    return Box(frame.id, trend, frame.rect(height), runs, (("plot", plot),))


@natural_width.register
def _(image: Image, metrics: Metrics) -> int:
    size = metrics.with_text(image.size_dp)
    if image.picture is None:
        return size
    height, width = image.picture.pixels.shape[:2]
    return int(size * width // height)


@arrange.register
def _(image: Image, frame: Frame) -> Box:
    width = min(frame.width, natural_width(image, frame.metrics))
    height = width
    if image.picture is not None:
        lines, columns = image.picture.pixels.shape[:2]
        height = round(width * lines / columns)
    rect = Rect(frame.x, frame.y, width, height)
    return Box(frame.id, image, frame.rect(height), parts=(("icon", rect),))


def _bar(widget: Widget, word: str, tone: Tone, frame: Frame) -> Box:
    runs = name_and_value(widget.name, word, tone, frame)
    track = Rect(
        frame.x, y_below(runs, frame.y, frame.metrics.dp(6)), frame.width, frame.metrics.dp(BAR_DP)
    )
    note = replace(frame, y=track.bottom + frame.metrics.dp(6))
    below = text_runs(widget.description, note, TextStyle.SMALL, Tone.MUTED)
    bottom = height_of(below, frame.y) if below else track.bottom - frame.y
    return Box(frame.id, widget, frame.rect(bottom), runs + below, (("track", track),))


def _note(field: TextField, frame: Frame) -> tuple[tuple[Run, ...], tuple[tuple[str, Rect], ...]]:
    """Returns a field's description, with a sign before it where the field is wrong."""
    if not field.is_invalid or not field.description:
        return text_runs(field.description, frame, TextStyle.SMALL, Tone.MUTED), ()
    room = icon_room_px(frame.metrics)
    body = replace(frame, x=frame.x + room, width=frame.width - room)
    runs = text_runs(field.description, body, TextStyle.SMALL, Tone.DANGER)
    return runs, icon_beside(frame, runs)


def _key_cap(
    shortcut: str, frame: Frame, height: int, left: int, metrics: Metrics
) -> tuple[Rect, Run]:
    line = metrics.line_px(TextStyle.SMALL)
    width = metrics.width_px(shortcut, TextStyle.SMALL)
    inner = metrics.dp(7)
    rect = Rect(
        left + metrics.dp(ICON_GAP_DP) + metrics.dp(4),
        frame.y + (height - line) // 2,
        width + 2 * inner,
        line,
    )
    text = Rect(rect.x + inner, rect.y, width, line)
    return rect, Run(shortcut, text, TextStyle.SMALL, Tone.NORMAL)


def _shortcut_room(shortcut: str, metrics: Metrics) -> int:
    if not shortcut:
        return 0
    return metrics.width_px(shortcut, TextStyle.SMALL) + metrics.dp(ICON_GAP_DP + 4 + 14)


def _button_padding(button: Button, metrics: Metrics) -> int:
    return metrics.dp(12 if button.emphasis is Emphasis.QUIET else BUTTON_PADDING_DP)


def _square(x: int, y: int, height: int, size: int) -> Rect:
    return Rect(x, y + (height - size) // 2, size, size)
