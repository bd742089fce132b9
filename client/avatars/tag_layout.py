"""Where name tags go so that each can be read: pure arithmetic in the viewer's picture.

A tag keeps a smallest apparent size however far its person is, and where two would lie over each
other the farther one moves up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from world.geometry import FloatArray

NEAREST_M = 0.3  # nothing this close to the eyes is drawn
FULL_SIZE_M = 2.2  # up to here a tag has its own size, beyond it grows with the distance
LARGEST_SCALE = 5.0
GAP = 0.004  # between tags, in tangents of the viewing angle


@dataclass(frozen=True, eq=False)
class TagLayout:
    """How to draw each tag.

    Attributes:
      is_shown: (n,) whether it is before the viewer.
      scale: (n,) how many times its own size.
      raised_m: (n,) how far it moves up from its place, along the viewer's up.
    """

    is_shown: NDArray[np.bool_]
    scale: FloatArray
    raised_m: FloatArray


def lay_out(anchor_m: FloatArray, half_size_m: FloatArray) -> TagLayout:
    """Returns size and place of n tags.

    Args:
      anchor_m: (n, 3) the middle of each tag's lower edge as the viewer sees it: right, ahead, up.
      half_size_m: (n, 2) half width and half height at scale 1.
    """
    ahead = anchor_m[:, 1]
    is_shown = ahead > NEAREST_M
    depth = np.where(is_shown, ahead, 1.0)
    scale = np.clip(np.linalg.norm(anchor_m, axis=1) / FULL_SIZE_M, 1.0, LARGEST_SCALE)
    half = half_size_m * (scale / depth)[:, None]
    middle = anchor_m[:, [0, 2]] / depth[:, None]
    middle[:, 1] += half[:, 1]
    raised = np.zeros(len(anchor_m))
    placed: list[int] = []
    for index in np.lexsort((np.arange(len(depth)), depth)):
        if not is_shown[index]:
            continue
        raised[index] = _free_height(middle, half, raised, placed, int(index))
        placed.append(int(index))
    return TagLayout(is_shown, scale, raised * depth)


def _free_height(
    middle: FloatArray, half: FloatArray, raised: FloatArray, placed: list[int], index: int
) -> float:
    """Returns how far tag `index` must rise to lie over none of those placed before."""
    if not placed:
        return 0.0
    others = np.array(placed)
    beside = np.abs(middle[others, 0] - middle[index, 0]) >= half[others, 0] + half[index, 0] + GAP
    others = others[~beside]
    height = float(middle[index, 1])
    lows = middle[others, 1] + raised[others] - half[others, 1] - half[index, 1] - GAP
    highs = middle[others, 1] + raised[others] + half[others, 1] + half[index, 1] + GAP
    for low, high in sorted(zip(lows.tolist(), highs.tolist(), strict=True)):
        if low < height < high:
            height = high
    return height - float(middle[index, 1])
