"""Where everything goes: groups here, single widgets in `layout_controls` and `layout_lists`.

Strategy: width comes from above, height from below. A group gives each child a width, the child
answers with a box of that width and whatever height it needs. Nothing is ever cut off: texts
break into lines, rows into more rows, grids lose columns, panels scroll.
"""

from collections.abc import Sequence

from client.ui import layout_controls, layout_lists  # noqa: F401 - they fill the tables
from client.ui.arrange import Frame, arrange, natural_width
from client.ui.boxes import Box
from client.ui.metrics import Metrics
from client.ui.nodes import sibling_ids
from client.ui.pixels import Rect
from client.ui.vocabulary import Align, Fill, Flow
from client.ui.widgets import Group, Panel, Widget

# A filled group keeps room for the focus rings of what is in it.
LEAST_FILLED_PADDING_DP = 12
# A cell of a grid may break its texts down to this width at 100 % text.
GOOD_CELL_DP = 300


@natural_width.register
def _(group: Group, metrics: Metrics) -> int:
    if group.width_dp:
        return metrics.with_text(group.width_dp)
    widths = [natural_width(child, metrics) for child in group.children] or [0]
    gap, padding = metrics.dp(group.gap_dp), _padding(group, metrics)
    if group.flow is Flow.ROW:
        return sum(widths) + gap * (len(widths) - 1) + 2 * padding
    if group.flow is Flow.GRID:
        columns = min(group.columns, len(widths))
        return max(widths) * columns + gap * (columns - 1) + 2 * padding
    return max(widths) + 2 * padding


@arrange.register
def _(group: Group, frame: Frame) -> Box:
    padding, gap = _padding(group, frame.metrics), frame.metrics.dp(group.gap_dp)
    inner = frame.inside(padding)
    rows = _rows(group, inner.width, frame.metrics, gap)
    ids = sibling_ids(frame.id, group.children)
    boxes: list[Box] = []
    y = inner.y
    for first, widths in rows:
        children = group.children[first : first + len(widths)]
        x = inner.x + _indent(group, inner.width, widths, gap)
        spread = gap + _spread(group, inner.width, widths, gap)
        placed = []
        for child, child_id, width in zip(children, ids[first:], widths, strict=False):
            placed.append(arrange(child, inner.at(child_id, x, y, width)))
            x += width + spread
        height = max(box.rect.height for box in placed)
        boxes += [box.moved(0, _drop(group, height - box.rect.height)) for box in placed]
        y += height + gap
    bottom = (y - gap if boxes else inner.y) + padding
    rect = Rect(frame.x, frame.y, frame.width, bottom - frame.y)
    return Box(frame.id, group, rect, children=tuple(boxes))


def arranged(panel: Panel, panel_id: str, width: int, frame: Frame) -> Box:
    """Returns a panel of that width at the origin, as high as it needs."""
    return arrange(panel, frame.at(panel_id, 0, 0, width))


def _drop(group: Group, spare: int) -> int:
    """Returns how far a child stands below the top of a row that is higher."""
    if group.flow is Flow.GRID:
        return 0
    return {Align.CENTER: spare // 2, Align.END: spare}.get(group.rise, 0)


def _padding(group: Group, metrics: Metrics) -> int:
    least = LEAST_FILLED_PADDING_DP if group.fill is not Fill.NONE else 0
    return metrics.dp(max(group.padding_dp, least))


def _rows(group: Group, width: int, metrics: Metrics, gap: int) -> list[tuple[int, list[int]]]:
    """Returns the rows of a group: index of the first child, and each child's width."""
    children = group.children
    if group.flow is Flow.COLUMN:
        return [(index, [width]) for index in range(len(children))]
    if group.flow is Flow.GRID:
        return _grid_rows(children, group.columns, width, metrics, gap)
    rows: list[tuple[int, list[int]]] = []
    for index, child in enumerate(children):
        natural = min(natural_width(child, metrics), width)
        taken = sum(rows[-1][1]) + gap * len(rows[-1][1]) if rows else width
        if taken + natural <= width and rows:
            rows[-1][1].append(natural)
        else:
            rows.append((index, [natural]))
    return [(first, _grown(children[first:], widths, width, gap)) for first, widths in rows]


def _grid_rows(
    children: Sequence[Widget], columns: int, width: int, metrics: Metrics, gap: int
) -> list[tuple[int, list[int]]]:
    widest = max((natural_width(child, metrics) for child in children), default=0)
    widest = min(widest, metrics.with_text(GOOD_CELL_DP))
    while columns > 1 and widest * columns + gap * (columns - 1) > width:
        columns -= 1
    each = (width - gap * (columns - 1)) // columns
    return [
        (first, [each] * min(columns, len(children) - first))
        for first in range(0, len(children), columns)
    ]


def _grown(children: Sequence[Widget], widths: list[int], width: int, gap: int) -> list[int]:
    """Returns the widths with a row's spare room shared among the children that grow."""
    shares = [child.grow for child in children[: len(widths)]]
    spare = width - sum(widths) - gap * (len(widths) - 1)
    if not sum(shares) or spare <= 0:
        return widths
    return [own + spare * share // sum(shares) for own, share in zip(widths, shares, strict=True)]


def _indent(group: Group, width: int, widths: list[int], gap: int) -> int:
    spare = width - sum(widths) - gap * (len(widths) - 1)
    return {Align.CENTER: spare // 2, Align.END: spare}.get(group.align, 0)


def _spread(group: Group, width: int, widths: list[int], gap: int) -> int:
    if group.align is not Align.SPREAD or len(widths) < 2:
        return 0
    return (width - sum(widths) - gap * (len(widths) - 1)) // (len(widths) - 1)
