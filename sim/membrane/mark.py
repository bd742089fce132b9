"""The line that is drawn on the gauze: ink goes with the cloth on its own side of a cut."""

from itertools import pairwise
from math import cos, pi, sin

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.membrane.gauze import CIRCLE_RADIUS_M, Gauze
from sim.membrane.sheet import Point

POINTS = 96
"""Chords as short as that lie within 0.02 mm of the circle."""


class Mark:
    """The circle on one piece of gauze.

    Args:
      gauze: what it is drawn on.
    """

    def __init__(self, gauze: Gauze) -> None:
        angles = [2 * pi * k / POINTS for k in range(POINTS)]
        self._uv_m: list[Point] = [
            (CIRCLE_RADIUS_M * cos(angle), CIRCLE_RADIUS_M * sin(angle)) for angle in angles
        ]
        self._corners: IntArray = np.zeros((POINTS, 3), np.int64)
        self._shares: FloatArray = np.zeros((POINTS, 3))
        self._runs: list[range] = []
        self.follow_cut(gauze)

    def follow_cut(self, gauze: Gauze) -> None:
        """Finds the line again on cloth that was cut."""
        sheet = gauze.sheet
        for k, at_m in enumerate(self._uv_m):
            triangle = sheet.locate(at_m)
            if triangle is None:
                raise ValueError(f"The marked circle must lie on the cloth, and {at_m} does not.")
            self._corners[k] = sheet.triangles[triangle]
            self._shares[k] = sheet.shares(triangle, at_m)
        parts = [k for k in range(2, POINTS - 1) if not self._hang_together(k - 1, k)]
        # No part of a single point: that is no line.
        ends = [0, *(b for a, b in pairwise([0, *parts]) if b > a + 1), POINTS]
        self._runs = [range(a, b) for a, b in pairwise(ends)]

    def lines_m(self, gauze: Gauze) -> list[FloatArray]:
        """Returns the line where the cloth is now, (n, 3) for each part that hangs together.

        All parts together have every point once, in order around the circle.
        """
        points_m = (self._shares[:, :, None] * gauze.position_m[self._corners]).sum(axis=1)
        return [points_m[run.start : run.stop] for run in self._runs]

    def _hang_together(self, one: int, other: int) -> bool:
        return bool(np.isin(self._corners[one], self._corners[other]).any())
