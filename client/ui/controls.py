"""What each key means to a slider, a list, a log and a text field.

Keys as in the WAI-ARIA Authoring Practices, Slider and Listbox patterns, but up and down leave a
slider: with a gamepad's cross there is no other way on.
"""

from client.ui.widgets import ListBox, Log, Slider

PAGE_STEPS = 10
SLIDER_STEPS = {
    "left": -1,
    "right": 1,
    "page-down": -PAGE_STEPS,
    "page-up": PAGE_STEPS,
}
LOG_STEPS = {"up": 1, "down": -1, "page-up": PAGE_STEPS, "page-down": -PAGE_STEPS}
# All other keys belong to a text field while it has the focus, so that typing never walks.
FIELD_LEAVING_KEYS = frozenset({"up", "down", "page-up", "page-down"})


def slider_value(slider: Slider, key: str) -> float | None:
    """Returns the value after a key; None where the key means nothing here."""
    match key:
        case "home":
            return slider.lowest
        case "end":
            return slider.highest
        case _ if key in SLIDER_STEPS:
            return slider.value + SLIDER_STEPS[key] * slider.step
        case _:
            return None


def kept_on_steps(slider: Slider, value: float) -> float:
    """Returns the nearest value on the slider's steps and inside its limits."""
    steps = round((value - slider.lowest) / slider.step)
    return min(max(slider.lowest + steps * slider.step, slider.lowest), slider.highest)


def list_place(rows: ListBox, at: int, key: str) -> int | None:
    """Returns the active row after a key; None where it means nothing or there is no row."""
    last = len(rows.children) - 1
    targets = {
        "up": at - 1,
        "down": at + 1,
        "home": 0,
        "end": last,
        "page-up": max(0, at - PAGE_STEPS),
        "page-down": min(last, at + PAGE_STEPS),
    }
    place = targets.get(key, -1)
    return place if 0 <= place <= last else None


def place_starting_with(rows: ListBox, at: int, text: str) -> int | None:
    """Returns the next row after `at`, wrapping round, whose name starts so; None for none."""
    count = len(rows.children)
    places = ((at + step) % count for step in range(1, count + 1))
    wanted = text.casefold()
    matching = (one for one in places if rows.children[one].name.casefold().startswith(wanted))
    return next(matching, None)


def log_place(log: Log, at: int, key: str) -> int | None:
    """Returns how many entries back a log is scrolled after a key; None where it is as before."""
    oldest = max(0, len(log.entries) - 1)
    target = {"home": oldest, "end": 0}.get(key, at + LOG_STEPS.get(key, 0))
    place = min(max(target, 0), oldest)
    return None if place == at else place


def leaves_a_field(key: str) -> bool:
    """Returns whether a key means something outside while a text field has the focus."""
    is_function_key = key[:1] == "f" and key[1:].isdigit()
    return is_function_key or key in FIELD_LEAVING_KEYS
