"""Where the others are shown: a little in the past, between two poses that have arrived.

Strategy: ticks carry the server's time. The fastest arrival of late sets the offset between tick
time and ours; how much later than that most others arrive is the jitter. A person is shown the gap
between their poses plus the jitter in the past, so that there is nearly always a later pose to move
towards. The delay changes slowly, by a small share of time, so that nobody is seen to jump.

Rules:
* Without a later pose a body goes on for EXTRAPOLATED_S as it moved, and then holds.
* A tick that is older than the newest of a person is put in its place, a repeated one is dropped.
* Tick numbers are 16 bits and wrap.
"""

from bisect import bisect_right, insort
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from world.geometry import FloatArray, slerp
from world.protocol.motion import IntArray, Poses

LEAST_DELAY_S, MOST_DELAY_S = 0.06, 0.25
EXTRAPOLATED_S: Final = 0.1
WINDOW_S: Final = 3.0
JITTER_SHARE: Final = 0.95
"""The share of arrivals that are to be in time."""
SLEW: Final = 0.1
"""How much faster or slower than real the shown time may run while the delay changes."""
KEPT: Final = 24
TELEPORT_M: Final = 1.5
"""Nobody walks that far between two poses: then the body is put there, not drawn through the room.

World: MAX_SPEED_M_PER_S times the longest gap between two poses is about half of it.
"""


@dataclass(slots=True)
class _Track:
    """What has arrived of one person, by tick time."""

    times_s: list[float] = field(default_factory=list)
    rows: dict[float, tuple[FloatArray, ...]] = field(default_factory=dict)
    flags: int = 0
    gap_s: float = 0.05
    delay_s: float = LEAST_DELAY_S


@dataclass(frozen=True, slots=True)
class Shown:
    """Who is shown where: n people.

    Attributes:
      slots: (n,).
      poses: of the same n.
      velocity_m_per_s: (n, 3).
    """

    slots: IntArray
    poses: Poses
    velocity_m_per_s: FloatArray


class Interpolation:
    """All others of one room.

    Args:
      tick_s: time between two ticks.
    """

    def __init__(self, tick_s: float = 0.05) -> None:
        self._tick_s = tick_s
        self._last_tick: int | None = None
        self._tracks: dict[int, _Track] = {}
        self._transits_s: deque[tuple[float, float]] = deque()
        self._offset_s = self._jitter_s = 0.0
        self._then_s: float | None = None

    @property
    def jitter_s(self) -> float:
        """How much later than the fastest nearly all frames arrive."""
        return self._jitter_s

    def delay_s(self, slot: int) -> float:
        """Returns how far in the past this person is shown.

        Raises:
          KeyError: if nothing has arrived of that slot.
        """
        return self._tracks[slot].delay_s

    def clear(self) -> None:
        """Forgets everybody: another room."""
        self._tracks.clear()

    def forget(self, slot: int) -> None:
        """Forgets one person."""
        self._tracks.pop(slot, None)

    def add(self, tick: int, slots: IntArray, poses: Poses, now_s: float) -> None:
        """Takes a frame that arrived now."""
        time_s = self._unwrapped(tick) * self._tick_s
        self._measure(now_s - time_s, now_s)
        for row, slot in enumerate(slots.tolist()):
            self._put(self._tracks.setdefault(slot, _Track()), time_s, poses, row)

    def at(self, now_s: float) -> Shown:
        """Returns where everybody is to be shown now."""
        dt_s = 0.0 if self._then_s is None else max(0.0, now_s - self._then_s)
        self._then_s = now_s
        slots = sorted(self._tracks)
        before, after, share, speed = [], [], [], []
        for slot in slots:
            track = self._tracks[slot]
            self._settle(track, dt_s)
            one, other, fraction, velocity = _bracket(track, now_s - self._offset_s - track.delay_s)
            before.append(one)
            after.append(other)
            share.append(fraction)
            speed.append(velocity)
        flags = np.array([self._tracks[slot].flags for slot in slots], np.int64)
        return Shown(
            np.array(slots, np.int64),
            _between(before, after, np.array(share), flags),
            np.array(speed).reshape(-1, 3),
        )

    # --- inside

    def _unwrapped(self, tick: int) -> int:
        if self._last_tick is None:
            self._last_tick = tick
            return tick
        ahead = (tick - self._last_tick + 0x8000) % 0x10000 - 0x8000
        whole = self._last_tick + ahead
        self._last_tick = max(self._last_tick, whole)
        return whole

    def _measure(self, transit_s: float, now_s: float) -> None:
        is_restart = abs(transit_s - self._offset_s) > WINDOW_S and bool(self._transits_s)
        if is_restart:
            # Another server process counts its ticks from the start again.
            self._transits_s.clear()
            self._tracks.clear()
        self._transits_s.append((now_s, transit_s))
        while self._transits_s[0][0] < now_s - WINDOW_S:
            self._transits_s.popleft()
        late_s = sorted(transit for _, transit in self._transits_s)
        self._offset_s = late_s[0]
        self._jitter_s = late_s[round(JITTER_SHARE * (len(late_s) - 1))] - late_s[0]

    def _put(self, track: _Track, time_s: float, poses: Poses, row: int) -> None:
        if time_s in track.rows:
            return
        if track.times_s and time_s > track.times_s[-1]:
            gap_s = time_s - track.times_s[-1]
            track.gap_s = max(self._tick_s, min(gap_s, MOST_DELAY_S), 0.9 * track.gap_s)
            track.flags = int(poses.flags[row])
            if len(track.times_s) == 1:
                track.delay_s = self._wanted_s(track)
        elif not track.times_s:
            track.flags = int(poses.flags[row])
            track.delay_s = self._wanted_s(track)
        insort(track.times_s, time_s)
        track.rows[time_s] = (
            poses.head_m[row],
            poses.head_rotation[row],
            poses.hand_m[row],
            poses.hand_rotation[row],
        )
        while len(track.times_s) > KEPT:
            del track.rows[track.times_s.pop(0)]

    def _wanted_s(self, track: _Track) -> float:
        return min(max(track.gap_s + self._jitter_s, LEAST_DELAY_S), MOST_DELAY_S)

    def _settle(self, track: _Track, dt_s: float) -> None:
        wanted_s, most_s = self._wanted_s(track), SLEW * dt_s
        track.delay_s += min(max(wanted_s - track.delay_s, -most_s), most_s)


def _bracket(
    track: _Track, time_s: float
) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...], float, FloatArray]:
    """Returns the poses before and after a time, where between them it lies, and the velocity."""
    times_s = track.times_s
    at = bisect_right(times_s, time_s)
    if at == 0 or len(times_s) == 1:
        only = track.rows[times_s[min(at, len(times_s) - 1)]]
        return only, only, 0.0, np.zeros(3)
    is_beyond = at == len(times_s)
    first = at - 2 if is_beyond else at - 1
    span_s = times_s[first + 1] - times_s[first]
    one, other = track.rows[times_s[first]], track.rows[times_s[first + 1]]
    way_m = other[0] - one[0]
    if float(np.abs(way_m).max()) > TELEPORT_M:
        return other, other, 0.0, np.zeros(3)
    into_s = min(time_s, times_s[-1] + EXTRAPOLATED_S) - times_s[first]
    is_held = time_s > times_s[-1] + EXTRAPOLATED_S
    velocity = np.zeros(3) if is_held else way_m / span_s
    return one, other, into_s / span_s, velocity


def _between(
    before: list[tuple[FloatArray, ...]],
    after: list[tuple[FloatArray, ...]],
    share: FloatArray,
    flags: IntArray,
) -> Poses:
    count = len(before)
    head_m, head, hand_m, hand = (
        np.stack([np.array([row[part] for row in rows]) for rows in (before, after)])
        if count
        else np.zeros((2, 0, *shape))
        for part, shape in enumerate(((3,), (4,), (2, 3), (2, 4)))
    )
    # A rotation is not carried on beyond the last that came: heads stop, they do not spin.
    turn = np.clip(share, 0.0, 1.0)
    return Poses(
        head_m[0] + (head_m[1] - head_m[0]) * share[:, None],
        slerp(head[0], head[1], turn),
        hand_m[0] + (hand_m[1] - hand_m[0]) * turn[:, None, None],
        slerp(hand[0].reshape(-1, 4), hand[1].reshape(-1, 4), turn.repeat(2)).reshape(-1, 2, 4),
        flags,
    )
