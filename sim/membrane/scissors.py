"""Scissors on their way through gauze, snip by snip.

Rules:
- The cloth is parted where the blades cross: from the hinge to the tip as they close
  (`sim.instruments.shape.crossing_m`), wherever the hand leads that point meanwhile.
- The end of the last cut slides into the crotch of the blades: a snip that passes it within JOIN_M
  goes on from there.
- Any other snip begins at the border or slit next to it, or pierces the cloth where none is as near
  as JOIN_M.
- What was passed is parted in pieces of PIECE_M, and the rest when the blades are shut or open
  again. Blades that stand still on the way are still within their snip.
"""

from itertools import pairwise
from math import ceil, dist

import numpy as np

from sim.arrays import FloatArray
from sim.membrane.gauze import Event, Gauze
from sim.membrane.sheet import SNAP_M, Point

JOIN_M = 0.004
PIECE_M = 0.004
LONGEST_M = 0.001
"""Own choices: cloth gives way by that much before it is cut; a piece costs viewers a whole picture
of the cloth; and so far apart are the points of a path."""


class Scissors:
    """One pair of scissors and the cut that they are making."""

    def __init__(self) -> None:
        self._path_m: list[Point] = []
        self._is_joined = False
        self._end_m: Point | None = None

    def close(self, gauze: Gauze, start_m: FloatArray, end_m: FloatArray) -> list[Event]:
        """Takes the way of the crossing in one step, from (3,) to (3,), while the blades close."""
        parts = max(1, ceil(float(np.sqrt(((end_m - start_m) ** 2).sum())) / LONGEST_M))
        events: list[Event] = []
        for k in range(0 if not self._path_m else 1, parts + 1):
            at_m = gauze.under(start_m + (end_m - start_m) * (k / parts))
            events += self.rest(gauze) if at_m is None else self._go(gauze, at_m)
        return events

    def rest(self, gauze: Gauze) -> list[Event]:
        """Parts what was passed: the blades are shut or open again, or have left the cloth."""
        if not self._path_m:
            return []
        if not self._is_joined:
            self._join(gauze)
        events = self._part(gauze)
        self._path_m, self._is_joined = [], False
        return events

    def state(self) -> bytes:
        """Returns everything that the next snip depends on."""
        return repr((self._path_m, self._is_joined, self._end_m)).encode()

    def _go(self, gauze: Gauze, at_m: Point) -> list[Event]:
        if self._path_m and dist(self._path_m[-1], at_m) < SNAP_M / 2:
            return []
        self._path_m.append(at_m)
        if not self._is_joined and not self._is_nearing():
            self._join(gauze)
        if self._is_joined and _length_m(self._path_m) >= PIECE_M:
            return self._part(gauze)
        return []

    def _is_nearing(self) -> bool:
        """Whether the end of the last cut may still slide into the blades."""
        return self._end_m is not None and self._nearest() == len(self._path_m) - 1

    def _nearest(self) -> int:
        away_m = [dist(at_m, self._end_m) for at_m in self._path_m if self._end_m is not None]
        return away_m.index(min(away_m))

    def _join(self, gauze: Gauze) -> None:
        """Begins the path where the cloth has an edge."""
        self._is_joined = True
        if self._end_m is not None:
            nearest = self._nearest()
            if dist(self._path_m[nearest], self._end_m) <= JOIN_M:
                beyond_m = self._path_m[nearest + 1 :] or self._path_m[nearest:]
                self._path_m = [self._end_m, *beyond_m]
                return
        edge_m = gauze.edge_near(self._path_m[0], JOIN_M)
        if edge_m is not None:
            self._path_m.insert(0, edge_m)

    def _part(self, gauze: Gauze) -> list[Event]:
        if len(self._path_m) < 2:
            return []
        events = gauze.cut(self._path_m)
        self._end_m = self._path_m[-1]
        self._path_m = self._path_m[-1:]
        return events


def _length_m(path_m: list[Point]) -> float:
    return sum(dist(a, b) for a, b in pairwise(path_m))
