"""What a key, a letter or a pull means to each kind of control: pure rules, one table.

Keys as in the WAI-ARIA Authoring Practices, Slider and Listbox patterns, but up and down leave a
slider: with a gamepad's cross there is no other way on.
"""

from dataclasses import dataclass
from functools import singledispatch

from client.ui.editing import Line
from client.ui.events import Key
from client.ui.widgets import Button, Intent, ListBox, Log, Slider, TextField, Toggle, Widget

PAGE_STEPS = 10
SLIDER_STEPS = {"left": -1, "right": 1, "page-down": -PAGE_STEPS, "page-up": PAGE_STEPS}
LOG_STEPS = {"up": 1, "down": -1, "page-up": PAGE_STEPS, "page-down": -PAGE_STEPS}
# All other keys belong to a text field while it has the focus, so that typing never walks.
FIELD_LEAVING_KEYS = frozenset({"up", "down", "page-up", "page-down"})


@dataclass(frozen=True, slots=True)
class Position:
    """How a control stands: a field's text and caret, a list's active row or a log's scroll."""

    line: Line
    place: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: intents, and where the line or the place moves to; None stays."""

    intents: tuple[Intent, ...] = ()
    line: Line | None = None
    place: int | None = None


NOTHING = Step()


@singledispatch
def after_key(widget: Widget, position: Position, key: Key) -> Step | None:  # noqa: ARG001 - a table
    """Returns what a key does to the control; None where it means nothing to it."""
    return None


@after_key.register
def _(button: Button, _position: Position, key: Key) -> Step | None:
    return activated(button) if key.name in ("enter", "space") else None


@after_key.register
def _(toggle: Toggle, _position: Position, key: Key) -> Step | None:
    return activated(toggle) if key.name in ("enter", "space") else None


@after_key.register
def _(field: TextField, position: Position, key: Key) -> Step | None:
    if key.name == "enter":
        is_ready = field.submitted is not None and not field.is_busy
        return Step((field.submitted,)) if is_ready and field.submitted else NOTHING
    line = position.line.after_key(key.name, by_word=key.has_control)
    if line is not None:
        return _edited(field, position.line, line)
    is_function_key = key.name[:1] == "f" and key.name[1:].isdigit()
    return None if is_function_key or key.name in FIELD_LEAVING_KEYS else NOTHING


@after_key.register
def _(slider: Slider, _position: Position, key: Key) -> Step | None:
    if key.name in ("home", "end"):
        return _adjusted(slider, slider.lowest if key.name == "home" else slider.highest)
    if key.name in SLIDER_STEPS:
        return _adjusted(slider, slider.value + SLIDER_STEPS[key.name] * slider.step)
    return None


@after_key.register
def _(rows: ListBox, position: Position, key: Key) -> Step | None:
    if key.name in ("enter", "space"):
        return chosen(rows, position.place)
    at, last = position.place, len(rows.children) - 1
    targets = {
        "up": at - 1,
        "down": at + 1,
        "home": 0,
        "end": last,
        "page-up": max(0, at - PAGE_STEPS),
        "page-down": min(last, at + PAGE_STEPS),
    }
    place = targets.get(key.name, -1)
    return Step(place=place) if 0 <= place <= last else None


@after_key.register
def _(log: Log, position: Position, key: Key) -> Step | None:
    oldest = max(0, len(log.entries) - 1)
    target = position.place + LOG_STEPS.get(key.name, 0)
    target = {"home": oldest, "end": 0}.get(key.name, target)
    place = min(max(target, 0), oldest)
    return None if place == position.place else Step(place=place)


def after_typing(widget: Widget, position: Position, text: str) -> Step | None:
    """Returns what letters do: they go into a field, or find the next row that starts so."""
    if isinstance(widget, TextField):
        return _edited(widget, position.line, position.line.inserted(text, widget.longest))
    if not isinstance(widget, ListBox) or not text.strip():
        return None
    count, wanted = len(widget.children), text.casefold()
    places = ((position.place + step) % count for step in range(1, count + 1))
    found = (at for at in places if widget.children[at].name.casefold().startswith(wanted))
    return Step(place=next(found, None))


def after_pull(slider: Slider, along: float) -> Step:
    """Returns what pulling the slider's thumb does; 0 is its left end and 1 its right."""
    return _adjusted(slider, slider.lowest + along * (slider.highest - slider.lowest))


def activated(widget: Widget) -> Step:
    """Returns what pressing a button or a switch does: nothing while it is busy or disabled."""
    if widget.is_busy or widget.is_disabled:
        return NOTHING
    if isinstance(widget, Button):
        return Step((widget.intent,))
    return Step((widget.changed(not widget.is_checked),)) if isinstance(widget, Toggle) else NOTHING


def chosen(rows: ListBox, place: int) -> Step:
    """Returns what choosing a row does: nothing where it cannot be chosen now."""
    if rows.is_busy or not 0 <= place < len(rows.children):
        return NOTHING
    item = rows.children[place]
    return NOTHING if item.is_disabled else Step((rows.chosen(item.key),))


def _edited(field: TextField, before: Line, after: Line) -> Step:
    if after.text == before.text:
        return Step(line=after)
    return NOTHING if field.is_busy else Step((field.changed(after.text),), line=after)


def _adjusted(slider: Slider, value: float) -> Step:
    """Returns the slider's intent for a value, kept on its steps and inside its limits."""
    steps = round((value - slider.lowest) / slider.step)
    kept = min(max(slider.lowest + steps * slider.step, slider.lowest), slider.highest)
    return NOTHING if kept == slider.value or slider.is_busy else Step((slider.changed(kept),))
