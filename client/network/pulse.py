"""How long another process has given no sign of life. Pure: the owner looks, and brings the time.

Time in which the owner itself did not look does not count: both may have been stopped together,
by a terminal or a machine that slept, and the other has had no chance to be heard since.
"""

from dataclasses import dataclass
from typing import Final

LONGEST_LOOK_S: Final = 0.5
"""As much of the time between two looks counts, at most."""


@dataclass(slots=True)
class Pulse:
    """The signs of life of one process.

    Attributes:
      silent_s: how long it has been silent, in seconds, as far as anybody looked.
      is_known: whether it has ever been heard.
    """

    silent_s: float = 0.0
    is_known: bool = False
    _looked_s: float | None = None

    def look(self, now_s: float, *, is_heard: bool) -> None:
        """Takes whether something came since the last look; now_s runs evenly."""
        passed_s = 0.0 if self._looked_s is None else now_s - self._looked_s
        self._looked_s = now_s
        self.is_known |= is_heard
        self.silent_s = 0.0 if is_heard else self.silent_s + min(passed_s, LONGEST_LOOK_S)
