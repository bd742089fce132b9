"""A pre-tied loop with a sliding knot, on the tip of a pusher that draws it tight.

Rules:
- Both ends of the loop are at the knot. Drawing takes thread out of the loop through the knot; it
  never comes back.
- The loop is wiry: soft springs hold its quarters on the circle that it was made in, ahead of the
  knot in the plane of its two axes. Own choice, as are all its measures.
"""

from math import pi

import numpy as np

from sim.arrays import FloatArray
from sim.thread.thread import Material, Thread

NODES = 57
LENGTH_M, SHORTEST_M = 0.11, 0.02
KNOT_M = 0.0004
"""Half of the distance of the two ends at the knot: thread does not lie in itself."""
WIRE_M_N = 0.05
CATGUT = Material(diameter_m=3.5e-4)
"""2-0. Source: USP <861> "Sutures: diameter", collagen size 2-0: 0.350 to 0.399 mm."""
_QUARTERS = (NODES // 4, NODES // 2, 3 * NODES // 4)
_FRICTION = 0.2


class Noose:
    """One loop around, or not yet around, a post.

    Args:
      knot_m: (3,) where the knot is.
      axes: (2, 3) unit vectors: from the knot to the loop's middle, and across.
      post_m: (2, 3) axis of what it is put around.
      post_radius_m: of it.
    """

    def __init__(
        self, knot_m: FloatArray, axes: FloatArray, post_m: FloatArray, post_radius_m: float
    ) -> None:
        angles = np.linspace(0.0, 2 * pi, NODES)
        points_m = _circle_m(knot_m, axes, LENGTH_M, angles)
        points_m[0] += KNOT_M * axes[1]
        points_m[-1] -= KNOT_M * axes[1]
        self.thread = Thread(points_m, CATGUT, anchors=5, capsules=1)
        self.thread.place(0, post_m, post_radius_m, _FRICTION)
        for anchor, node in enumerate((0, NODES - 1)):
            self.thread.hold(anchor, node)
        for anchor, node in enumerate(_QUARTERS, 2):
            self.thread.hold(anchor, node, WIRE_M_N)

    @property
    def length_m(self) -> float:
        """Length of thread in the loop."""
        return float(self.thread.chain.rest.sum())

    def draw(self, by_m: float) -> None:
        """Takes so much thread out of the loop, as far as there is any."""
        now_m = self.length_m
        self.thread.chain.rest[:] *= max(SHORTEST_M, now_m - by_m) / now_m

    def step(
        self, knot_m: FloatArray, axes: FloatArray, post_m: FloatArray, post_radius_m: float
    ) -> None:
        """Moves knot and post to where they are at the end of the step; see the class."""
        thread = self.thread
        thread.drive(0, knot_m + KNOT_M * axes[1])
        thread.drive(1, knot_m - KNOT_M * axes[1])
        angles = np.array([2 * pi * node / (NODES - 1) for node in _QUARTERS])
        for anchor, at_m in enumerate(_circle_m(knot_m, axes, self.length_m, angles), 2):
            thread.drive(anchor, at_m)
        thread.capsules.radius[0] = post_radius_m
        thread.move(0, post_m)
        thread.step()

    def turns(self, post_m: FloatArray) -> int:
        """Returns how often the loop goes around the line through the post, signed."""
        along = post_m[1] - post_m[0]
        along = along / np.sqrt((along**2).sum())
        from_m = self.thread.points_m - post_m[0]
        across = from_m - (from_m * along).sum(axis=1)[:, None] * along
        after = np.roll(across, -1, axis=0)
        sine = (np.cross(across, after) * along).sum(axis=1)
        return round(float(np.arctan2(sine, (across * after).sum(axis=1)).sum() / (2 * pi)))


def _circle_m(
    knot_m: FloatArray, axes: FloatArray, length_m: float, angles: FloatArray
) -> FloatArray:
    radius_m = length_m / (2 * pi)
    ahead, aside = radius_m * (1 - np.cos(angles)), radius_m * np.sin(angles)
    circle_m: FloatArray = knot_m + ahead[:, None] * axes[0] + aside[:, None] * axes[1]
    return circle_m
