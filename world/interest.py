"""Whose motion each viewer is sent this tick: the near ones always, the far ones in turn.

Rules:
* The NEAR nearest people, and all who are marked (who speaks, the doctor), come every tick.
* Everybody else in the room comes every CAROUSEL-th tick, so nobody vanishes with distance.
* Nobody is sent their own body: the client moves that itself, and is told of corrections.
* A viewer whose byte budget is smaller than that gets fewer near ones, never fewer far ones.
"""

from dataclasses import dataclass

import numpy as np

from world.geometry import FloatArray
from world.protocol.motion import IntArray

NEAR = 24
CAROUSEL = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of people for each of n viewers, one after the other.

    Attributes:
      rows: (m,) rows of people, those of viewer 0 first.
      ends: (n,) where each viewer's rows end.
    """

    rows: IntArray
    ends: IntArray


def choose(
    head_m: FloatArray, tick: int, is_marked: FloatArray | None = None, near: int = NEAR
) -> Choice:
    """Returns whom each of the n people in one room is sent.

    Args:
      head_m: (n, 3) where they are, metres.
      tick: the number of this tick; turns the carousel.
      is_marked: (n,) bool, who is sent to everybody each tick.
      near: how many nearest people each viewer is sent each tick.
    """
    count = len(head_m)
    if count <= near + 1:
        wanted = np.ones((count, count), bool)
    else:
        wanted = _near_and_in_turn(head_m, tick, near)
        if is_marked is not None:
            wanted[:, is_marked.astype(bool)] = True
    np.fill_diagonal(wanted, val=False)
    viewer, rows = np.nonzero(wanted)
    return Choice(rows, np.cumsum(np.bincount(viewer, minlength=count)))


def _near_and_in_turn(head_m: FloatArray, tick: int, near: int) -> np.ndarray[tuple[int, int]]:
    count = len(head_m)
    floor_m = head_m[:, :2].astype(np.float32)
    squared = np.einsum("ij,ij->i", floor_m, floor_m)
    # The viewer's own term is the same for all it looks at, and does not change the order.
    distance = squared[None] - 2 * (floor_m @ floor_m.T)
    nearest = np.argpartition(distance, near, axis=1)[:, : near + 1]
    wanted = np.zeros((count, count), bool)
    np.put_along_axis(wanted, nearest, values=True, axis=1)
    wanted[:, tick % CAROUSEL :: CAROUSEL] = True
    return wanted
