"""Numbers as people say them: waits, ages, places."""

SECONDS_PER_MIN = 60
ORDINALS = ("", "next", "second", "third", "fourth", "fifth")


def wait(low_min: float | None, high_min: float | None) -> str:
    """Returns the expected wait as a sentence that promises no more than is known.

    Args:
      low_min: the shorter end of the expectation; None where nobody knows.
      high_min: the longer end.
    """
    if low_min is None or high_min is None:
        return "The wait is not known yet."
    low, high = _rounded(low_min), _rounded(high_min)
    if high <= 1:
        return "You are called very soon."
    if high - low <= 5:
        return f"The wait is about {_rounded((low_min + high_min) / 2)} minutes."
    return f"The wait is about {low} to {high} minutes."


def place(place_in_queue: int, waiting: int) -> str:
    """Returns a place in the queue as a sentence; 1 is called next."""
    if place_in_queue < len(ORDINALS):
        named = ORDINALS[place_in_queue]
        return f"You are {named} in the queue."
    return f"You are number {place_in_queue} of {waiting} in the queue."


def age(seconds: float) -> str:
    """Returns a time that has passed, in one unit."""
    if seconds < 2 * SECONDS_PER_MIN:
        return f"{int(seconds)} s"
    minutes = int(seconds // SECONDS_PER_MIN)
    return f"{minutes} min" if minutes < 2 * SECONDS_PER_MIN else f"{minutes // 60} h"


def listed(names: tuple[str, ...]) -> str:
    """Returns names as an enumeration."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _rounded(minutes: float) -> int:
    """Returns minutes as exactly as a guess deserves: on fives above ten."""
    return round(minutes) if minutes <= 10 else 5 * round(minutes / 5)
