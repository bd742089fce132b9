"""The centre lines of tied threads: throws, stacked above a loop round a post.

The post's axis is y through the origin, the knot lies above it (z up), the tails leave along x.
Used for a thread that starts a scene tied, for the way that grippers lead it, and for test shapes
whose label is known because they were built that way.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray
from sim.thread.knots import Throws


@dataclass(frozen=True, slots=True)
class Layout:
    """How a tied thread is laid out, all lengths in metres.

    Attributes:
      post_m: radius of the post.
      twist_m: radius of the helix of a twist.
      gap_m: between the throws.
      half_turn_m: length of one half twist.
      lift_m: from the post to the first throw.
      tail_m: length of each tail.
      rise: how steeply the tails leave upwards, as a slope.
    """

    post_m: float = 3.0e-3
    twist_m: float = 1.1e-3
    gap_m: float = 2.5e-3
    half_turn_m: float = 2.0e-3
    lift_m: float = 1.5e-3
    tail_m: float = 2.6e-2
    rise: float = 0.6


def tied(throws: Throws, layout: Layout) -> FloatArray:
    """Returns the dense centre line (n, 3) of a thread tied with these throws, in metres."""
    height = layout.post_m + layout.lift_m + layout.twist_m
    left: list[FloatArray] = []
    right: list[FloatArray] = []
    is_left_first = True
    for wraps in throws or (0,):
        rising, falling = _twist(wraps, height, layout)
        if is_left_first:
            left.append(rising)
            right.append(falling[::-1])
        else:
            left.append(falling[::-1])
            right.append(rising)
        is_left_first = not is_left_first
        height += 2 * layout.twist_m + layout.gap_m
    core = np.vstack([_joined(right)[::-1], _loop(layout), _joined(left)])
    start = _tail(core[0], layout)[::-1]
    return np.vstack([start, core, _tail(core[-1], layout)])


def resampled(line_m: FloatArray, nodes: int) -> FloatArray:
    """Returns so many points (nodes, 3) at equal distances along a polyline."""
    step = np.sqrt(((line_m[1:] - line_m[:-1]) ** 2).sum(axis=1))
    along = np.concatenate([[0.0], np.cumsum(step)])
    wanted = np.linspace(0.0, along[-1], nodes)
    return np.stack([np.interp(wanted, along, line_m[:, d]) for d in range(3)], axis=1)


def _twist(wraps: int, height_m: float, layout: Layout) -> tuple[FloatArray, FloatArray]:
    """The two strands of a twist along x: the one that starts low on the left, the one high."""
    halves = 2 * abs(wraps) + 1
    hand = 1 if wraps >= 0 else -1
    t = np.linspace(0.0, 1.0, halves * 10 + 1)
    strands = []
    for phase in (np.pi, 0.0):
        angle = phase + hand * np.pi * halves * t
        x = (t - 0.5) * layout.half_turn_m * halves
        y = -layout.twist_m * np.sin(angle)
        z = height_m + layout.twist_m * np.cos(angle)
        strands.append(np.stack([x, y, z], axis=1))
    return strands[0], strands[1]


def _joined(parts: list[FloatArray]) -> FloatArray:
    """One strand through its throws: it turns back outside of them."""
    line = [parts[0]]
    for part in parts[1:]:
        before = line[-1][-1]
        outside = max(abs(before[0]), abs(part[0, 0])) + 8e-4
        middle = [np.sign(before[0]) * outside, 0.0, (before[2] + part[0, 2]) / 2]
        line.extend((np.array([middle]), part))
    return np.vstack(line)


def _loop(layout: Layout) -> FloatArray:
    """Round the post, from the right over its far side to the left."""
    angle = np.linspace(np.pi / 2, -1.5 * np.pi, 26)[3:-3]
    radius = layout.post_m + 0.4 * layout.lift_m + 2.5e-4
    return np.stack([radius * np.cos(angle), 0 * angle, radius * np.sin(angle)], axis=1)


def _tail(end_m: FloatArray, layout: Layout) -> FloatArray:
    """Straight outwards from where the last throw ends."""
    direction = np.array([np.sign(end_m[0]), 0.0, layout.rise])
    direction /= np.sqrt((direction**2).sum())
    return end_m + direction * np.linspace(0.0, layout.tail_m, 14)[1:, None]
