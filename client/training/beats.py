"""A clock of its own for hands: it goes on while a picture is drawn."""

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

BEAT_S: Final = 1 / 60
"""A step of the simulation takes one input."""


class Beats:
    """Calls something 60 times a second, in a thread of its own, until it is closed.

    Drawing lets go of the interpreter; who is called must take care of what others use.

    Args:
      beat: called with the time; what it raises ends the beats, and is raised by `check`.
      now_s: seconds that run evenly.
    """

    def __init__(
        self, beat: Callable[[float], None], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._beat, self._now_s = beat, now_s
        self._is_closed = Event()
        self._failure: Exception | None = None
        self._thread = Thread(target=self._run, name="hands", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises what has ended the beats, if anything has."""
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Ends the beats; returns once none goes on any more."""
        self._is_closed.set()
        self._thread.join()

    def _run(self) -> None:
        due_s = self._now_s()
        while not self._is_closed.wait(max(0.0, due_s - self._now_s())):
            now_s = self._now_s()
            # A beat that is late keeps the rate; after a pause nothing is made up for.
            due_s = max(due_s + BEAT_S, now_s)
            try:
                self._beat(now_s)
            except Exception as failure:  # noqa: BLE001 -- handed to the thread that answers for it
                self._failure = failure
                return
