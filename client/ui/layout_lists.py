"""The places of rows in a list and of entries in a log: whole ones only, around the active one."""

from dataclasses import replace

from client.ui.arrange import (
    TARGET_DP,
    Frame,
    arrange,
    bottom_of,
    height_of,
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
from client.ui.nodes import sibling_ids
from client.ui.pixels import Rect
from client.ui.vocabulary import TextStyle, Tone
from client.ui.widgets import ListBox, ListItem, Log, LogEntry

ROW_PADDING_DP = 12
INSET_DP = 6


@natural_width.register
def _(rows: ListBox, metrics: Metrics) -> int:
    widths = [metrics.width_px(item.name, TextStyle.BODY) for item in rows.children] or [0]
    return max(max(widths) + metrics.dp(90), metrics.dp(220))


@arrange.register
def _(rows: ListBox, frame: Frame) -> Box:
    metrics = frame.metrics
    label = text_runs(rows.name, frame, TextStyle.LABEL, Tone.NORMAL)
    top = y_below(label, frame.y, metrics.dp(6))
    inner = replace(frame, y=top).inside(metrics.dp(INSET_DP))
    if not rows.children:
        body = inner.inside(metrics.dp(ROW_PADDING_DP))
        runs = text_runs(rows.empty, body, TextStyle.BODY, Tone.MUTED)
        slot = Rect(frame.x, top, frame.width, bottom_of(runs, body.y) + body.y - inner.y - top)
        slot = slot._replace(height=slot.height + metrics.dp(INSET_DP))
        rect = frame.rect(slot.bottom - frame.y)
        return Box(frame.id, rows, rect, (*label, *runs), (("inset", slot),))
    ids = sibling_ids(frame.id, rows.children)
    items = [
        arrange(item, inner.at(item_id, inner.x, inner.y, inner.width - metrics.dp(10)))
        for item, item_id in zip(rows.children, ids, strict=True)
    ]
    heights = [item.rect.height for item in items]
    first, last = _window(heights, frame.place(frame.id), metrics.half_with_text(rows.height_dp))
    shown, y = [], inner.y
    for item in items[first:last]:
        shown.append(item.moved(0, y - inner.y))
        y += item.rect.height
    slot = Rect(frame.x, top, frame.width, y + metrics.dp(INSET_DP) - top)
    parts = [("inset", slot)]
    if last - first < len(items):
        parts.append(("scroll", _scroll_thumb(slot, first, last, len(items), metrics)))
    rect = frame.rect(slot.bottom - frame.y)
    return Box(frame.id, rows, rect, label, tuple(parts), tuple(shown))


@arrange.register
def _(item: ListItem, frame: Frame) -> Box:
    metrics = frame.metrics
    padding = metrics.dp(ROW_PADDING_DP)
    mark = icon_room_px(metrics) if frame.width > 2 * least_text_px(metrics) else 0
    body = replace(frame, x=frame.x + padding + mark, y=frame.y + metrics.dp(10))
    body = replace(body, width=frame.width - 2 * padding - mark)
    runs = name_and_value(item.name, item.note, Tone.MUTED, body, TextStyle.BODY)
    below = replace(body, y=bottom_of(runs, body.y))
    runs += text_runs(item.description, below, TextStyle.SMALL, Tone.MUTED)
    least = metrics.dp(TARGET_DP)
    height = height_of(runs, frame.y) + metrics.dp(10)
    if height < least:
        runs = tuple(run.moved(0, (least - height) // 2) for run in runs)
    size = icon_size_px(metrics)
    first = runs[0].rect
    icon = Rect(frame.x + padding, first.y + (first.height - size) // 2, size, size)
    parts = (("icon", icon),) if mark else ()
    return Box(frame.id, item, frame.rect(max(height, least)), runs, parts)


@arrange.register
def _(log: Log, frame: Frame) -> Box:
    metrics = frame.metrics
    label = text_runs(log.name, frame, TextStyle.LABEL, Tone.NORMAL)
    top = y_below(label, frame.y, metrics.dp(6))
    slot = Rect(frame.x, top, frame.width, metrics.half_with_text(log.height_dp))
    body = replace(frame, y=top).inside(metrics.dp(ROW_PADDING_DP))
    body = replace(body, width=body.width - metrics.dp(8))
    room = slot.height - 2 * metrics.dp(ROW_PADDING_DP)
    if not log.entries:
        empty = text_runs(log.empty, body, TextStyle.BODY, Tone.MUTED)
        return _log_box(frame, log, (*label, *empty), slot, empty)
    end = max(1, len(log.entries) - frame.place(frame.id))
    runs: tuple[Run, ...] = ()
    first = end
    while first > 0:
        entry = _entry_runs(log.entries[first - 1], body)
        gap = metrics.dp(8) if runs else 0
        if runs and bottom_of(entry, body.y) - body.y + gap + bottom_of(runs, 0) > room:
            break
        step = bottom_of(entry, body.y) - body.y + gap
        runs = (*(run.moved(0, -body.y) for run in entry), *(run.moved(0, step) for run in runs))
        first -= 1
    runs = tuple(run.moved(0, body.y) for run in runs)
    box = _log_box(frame, log, (*label, *runs), slot, runs)
    if end - first == len(log.entries):
        return box
    slot = dict(box.parts)["inset"]
    thumb = _scroll_thumb(slot, first, end, len(log.entries), metrics)
    return replace(box, parts=(*box.parts, ("scroll", thumb)))


def _log_box(
    frame: Frame, log: Log, runs: tuple[Run, ...], slot: Rect, inside: tuple[Run, ...]
) -> Box:
    """Returns a log's box, higher than usual where one entry alone is."""
    lowest = bottom_of(inside, slot.y) + frame.metrics.dp(ROW_PADDING_DP)
    slot = slot._replace(height=max(slot.height, lowest - slot.y))
    return Box(frame.id, log, frame.rect(slot.bottom - frame.y), runs, (("inset", slot),))


def _entry_runs(entry: LogEntry, frame: Frame) -> tuple[Run, ...]:
    tone = Tone.ACCENT if entry.tone is Tone.NORMAL else entry.tone
    head = name_and_value(entry.author, entry.note, Tone.MUTED, frame, TextStyle.LABEL, tone)
    below = replace(frame, y=bottom_of(head, frame.y))
    return head + text_runs(entry.text, below, TextStyle.BODY, Tone.NORMAL)


def _window(heights: list[int], active: int, room: int) -> tuple[int, int]:
    """Returns the first and the one past the last row that fit together around the active one."""
    if sum(heights) <= room:
        return 0, len(heights)
    active = min(active, len(heights) - 1)
    first, last, used = active, active + 1, heights[active]
    while True:
        above = first > 0 and used + heights[first - 1] <= room
        below = last < len(heights) and used + heights[last] <= room
        if above and (active - first <= last - 1 - active or not below):
            first -= 1
            used += heights[first]
        elif below:
            used += heights[last]
            last += 1
        else:
            return first, last


def _scroll_thumb(slot: Rect, first: int, last: int, count: int, metrics: Metrics) -> Rect:
    margin = metrics.dp(INSET_DP)
    length = slot.height - 2 * margin
    top = slot.y + margin + length * first // count
    height = max(metrics.dp(12), length * (last - first) // count)
    top = min(top, slot.bottom - margin - height)
    return Rect(slot.right - metrics.dp(10), top, metrics.dp(5), height)
