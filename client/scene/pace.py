"""What to draw next, from how long the work of frames took: pure, no clock.

Rules: a rung is a tier and a share of the window's size. A slow second steps down at once; only a
long fast stretch steps up, and a rung that proved too slow is closed for a while, twice as long
each time, so that the picture never swings between two rungs.
"""

import statistics
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from client.scene.tiers import TIERS, TierName

SLOW_S: Final = 1 / 22
"""Work of a median frame above which one steps down: below 20 a second, turning is no motion."""
FAST_S: Final = 1 / 50
"""Work of a median frame below which one may step up; the next rung costs less than twice that."""
LOOKED_AT: Final = 24
"""Frames whose median is judged: about a second of a slow machine."""
FAST_FOR_S: Final = 8.0
CLOSED_FOR_S: Final = 60.0
SETTLING: Final = 6
"""Frames after a step that are not judged: textures and shaders are made in them."""
LONGEST_S: Final = 0.5
"""A longer gap is a stall (a window moved, a room loaded), not the work of a frame."""
SCALES: Final = (1.0, 0.8, 0.65, 0.5)
NAMES: Final[tuple[TierName, ...]] = ("potato", "low", "high")


@dataclass(frozen=True, slots=True)
class Rung:
    """What is drawn: a tier, at a share of the window's width and height."""

    tier: TierName
    scale: float


def ladder(highest: TierName, *, is_fixed: bool) -> tuple[Rung, ...]:
    """Returns the rungs from the least to the most work.

    Args:
      highest: tier above which nothing is drawn.
      is_fixed: whether the person chose this tier: then only the scale moves.
    """
    names = (highest,) if is_fixed else NAMES[: NAMES.index(highest) + 1]
    return tuple(
        Rung(name, scale)
        for name in names
        for scale in sorted(SCALES)
        # Of a higher tier only what is worth its cost over the sharp picture of the lower one.
        if name == names[0] or scale > 0.6
    )


@dataclass
class Pace:
    """Follows the frames of one window.

    Attributes:
      rungs: from the least to the most work.
      index: of the rung in use.
    """

    rungs: tuple[Rung, ...]
    index: int
    _frames_s: deque[float] = field(default_factory=lambda: deque(maxlen=LOOKED_AT))
    _fast_s: float = 0.0
    _settling: int = SETTLING
    _closed_s: dict[int, float] = field(default_factory=dict)
    _times_closed: dict[int, int] = field(default_factory=dict)

    @property
    def rung(self) -> Rung:
        """What is drawn now."""
        return self.rungs[self.index]

    def take(self, frame_s: float) -> bool:
        """Takes how long the work of a frame took, without the wait for the next one.

        Returns:
          Whether another rung is to be drawn from now on.
        """
        for rung in self._closed_s:
            self._closed_s[rung] -= frame_s
        if self._settling:
            self._settling -= 1
            return False
        if frame_s > LONGEST_S:
            return False
        self._frames_s.append(frame_s)
        if len(self._frames_s) < LOOKED_AT:
            return False
        median_s = statistics.median(self._frames_s)
        self._fast_s = self._fast_s + frame_s if median_s < FAST_S else 0.0
        if median_s > SLOW_S and self.index > 0:
            self._close()
            return self._step(-1)
        is_open = self._closed_s.get(self.index + 1, 0.0) <= 0.0
        if self._fast_s > FAST_FOR_S and self.index + 1 < len(self.rungs) and is_open:
            return self._step(1)
        return False

    def _close(self) -> None:
        times = self._times_closed.get(self.index, 0)
        self._times_closed[self.index] = times + 1
        self._closed_s[self.index] = CLOSED_FOR_S * 2**times

    def _step(self, by: int) -> bool:
        self.index += by
        self._frames_s.clear()
        self._fast_s, self._settling = 0.0, SETTLING
        return True


def start(highest: TierName, first: Rung, *, is_fixed: bool) -> Pace:
    """Returns the pace of a window that begins with the rung nearest to `first`."""
    rungs = ladder(highest, is_fixed=is_fixed)
    known = [rung.tier for rung in rungs]
    tier = first.tier if first.tier in known else TIERS[highest].name
    own = [index for index, rung in enumerate(rungs) if rung.tier == tier]
    return Pace(rungs, min(own, key=lambda index: abs(rungs[index].scale - first.scale)))
