"""Where name tags go so that each can be read: pure arithmetic in the viewer's picture.

Rules:
* A tag keeps a smallest apparent size however far its person is, and stands over the head.
* Where two would lie over each other the farther one moves up.
* A tag over the head that would cover a screen on the wall goes before the chest instead, and down
  from there until it covers no screen and no other tag. It comes back up only when there is room
  to spare, so that it does not jump to and fro.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from world.geometry import FloatArray

NEAREST_M = 0.3  # nothing this close to the eyes is drawn
FULL_SIZE_M = 2.2  # up to here a tag has its own size, beyond it grows with the distance
LARGEST_SCALE = 5.0
GAP = 0.004  # between tags, in tangents of the viewing angle
BACK_GAP = 0.03  # between a screen and a tag that comes back up
CHEST_M = 0.62  # how far before the chest is below over the head
CHEST_DEPTH_M = 0.6  # how far before their eyes' upright people's chests and hands may be
NO_SCREENS: FloatArray = np.zeros((0, 4))


@dataclass(frozen=True, eq=False)
class TagLayout:
    """How to draw each tag.

    Attributes:
      is_shown: (n,) whether it is before the viewer.
      scale: (n,) how many times its own size.
      raised_m: (n,) how far it moves up from its place, along the viewer's up; below 0 it is down.
      is_low: (n,) whether it is before the chest.
      nearer: (n,) how many times its place and size are, so that it looks the same from where the
        viewer is and stands before the chest, not in it.
    """

    is_shown: NDArray[np.bool_]
    scale: FloatArray
    raised_m: FloatArray
    is_low: NDArray[np.bool_]
    nearer: FloatArray


def lay_out(
    anchor_m: FloatArray,
    half_size_m: FloatArray,
    screens: FloatArray = NO_SCREENS,
    was_low: NDArray[np.bool_] | None = None,
) -> TagLayout:
    """Returns size and place of n tags.

    Args:
      anchor_m: (n, 3) the middle of each tag's lower edge as the viewer sees it: right, ahead, up.
      half_size_m: (n, 2) half width and half height at scale 1.
      screens: (k, 4) what is to stay readable: left, right, low, high, in tangents of the viewing
        angle; see `seen_rectangles`.
      was_low: (n,) which were before the chest in the picture before; None for none.
    """
    ahead = anchor_m[:, 1]
    is_shown = ahead > NEAREST_M
    depth = np.where(is_shown, ahead, 1.0)
    scale = np.clip(np.linalg.norm(anchor_m, axis=1) / FULL_SIZE_M, 1.0, LARGEST_SCALE)
    half = half_size_m * (scale / depth)[:, None]
    middle = anchor_m[:, [0, 2]] / depth[:, None]
    middle[:, 1] += half[:, 1]
    stays_low = np.zeros(len(depth), bool) if was_low is None else was_low
    raised, is_low = np.zeros(len(depth)), np.zeros(len(depth), bool)
    taken: list[FloatArray] = []
    for index in np.lexsort((np.arange(len(depth)), depth)):
        if not is_shown[index]:
            continue
        at, size = middle[index], half[index]
        up = _free(at, size, _stacked(taken), 1.0)
        gap = BACK_GAP if stays_low[index] else GAP
        is_low[index] = _covers(at + np.array([0.0, up]), size, screens, gap)
        if is_low[index]:
            down = CHEST_M / depth[index]
            up = _free(at - np.array([0.0, down]), size, _stacked([*taken, *screens]), -1.0) - down
        raised[index] = up
        taken.append(_rectangle(at + np.array([0.0, up]), size))
    nearer = np.where(is_low, np.maximum(NEAREST_M, depth - CHEST_DEPTH_M) / depth, 1.0)
    return TagLayout(is_shown, scale, raised * depth, is_low, nearer)


def seen_rectangles(corners_m: FloatArray) -> FloatArray:
    """Returns (k, 4) what flat things take of the picture: left, right, low, high in tangents.

    Args:
      corners_m: (n, 4, 3) each thing's corners as the viewer sees them: right, ahead, up. One of
        which a corner is not before the viewer is left out, for it is out at the picture's edge.
    """
    depth = corners_m[..., 1]
    before = corners_m[(depth > NEAREST_M).all(axis=1)]
    seen = before[..., [0, 2]] / before[..., 1:2]
    low, high = seen.min(axis=1), seen.max(axis=1)
    return np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=-1).reshape(-1, 4)


def _rectangle(middle: FloatArray, half: FloatArray) -> FloatArray:
    return np.array(
        [middle[0] - half[0], middle[0] + half[0], middle[1] - half[1], middle[1] + half[1]]
    )


def _stacked(rectangles: list[FloatArray]) -> FloatArray:
    return np.array(rectangles).reshape(-1, 4)


def _covers(middle: FloatArray, half: FloatArray, others: FloatArray, gap: float) -> bool:
    left, right, low, high = _rectangle(middle, half + gap)
    over = (others[:, 0] < right) & (left < others[:, 1])
    return bool((over & (others[:, 2] < high) & (low < others[:, 3])).any())


def _free(middle: FloatArray, half: FloatArray, others: FloatArray, way: float) -> float:
    """Returns how far a tag must go up, or down where way is -1, to lie over none of the others."""
    beside = (others[:, 0] >= middle[0] + half[0] + GAP) | (
        others[:, 1] <= middle[0] - half[0] - GAP
    )
    near = others[~beside]
    # Seen from below where the way goes down, so that it always goes up.
    height = way * float(middle[1])
    lows = (near[:, 2] if way > 0 else -near[:, 3]) - half[1] - GAP
    highs = (near[:, 3] if way > 0 else -near[:, 2]) + half[1] + GAP
    for low, high in sorted(zip(lows.tolist(), highs.tolist(), strict=True)):
        if low < height < high:
            height = high
    return way * height - float(middle[1])
