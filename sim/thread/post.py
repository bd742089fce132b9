"""How the thread passes what it is tied round, seen from the knot's side."""

from collections import Counter

import numpy as np

from sim.arrays import FloatArray
from sim.kernel import kernel
from sim.thread.diagram import project, viewer


def outward(points_m: FloatArray, post_m: FloatArray) -> FloatArray:
    """Returns the unit direction (3,) from the post to the knot.

    The radial directions of a loop cancel; those of the knot and its tails remain.
    """
    offset = points_m[:, None, :] - post_m[None]
    nearest = (offset**2).sum(axis=2).argmin(axis=1)
    radial = offset[np.arange(len(points_m)), nearest]
    axis = post_m[-1] - post_m[0]
    axis = axis / np.sqrt((axis**2).sum())
    length = np.sqrt((radial**2).sum(axis=1))
    mean = (radial / (length[:, None] + 1e-12)).mean(axis=0)
    mean = mean - (mean * axis).sum() * axis
    direction: FloatArray = mean / (np.sqrt((mean**2).sum()) + 1e-12)
    return direction


def cone(direction: FloatArray, count: int, half_rad: float = 0.9) -> FloatArray:
    """Returns (count, 3) unit directions within `half_rad` of a unit direction (3,)."""
    k = np.arange(count) + 0.5
    cosine = 1 - (1 - np.cos(half_rad)) * k / count
    sine = np.sqrt(1 - cosine * cosine)
    turn = np.pi * (1 + 5**0.5) * k + 0.2
    axes = viewer(direction)
    u, v = axes[0], axes[1]
    around = np.cos(turn)[:, None] * u + np.sin(turn)[:, None] * v
    directions: FloatArray = cosine[:, None] * direction + sine[:, None] * around
    return directions


def passages(
    points_m: FloatArray, post_m: FloatArray, directions: FloatArray
) -> tuple[int, int | None]:
    """Returns how often the thread passes behind the post, signed, and the node where it does.

    Most directions decide; the node is the median of those that agree, None where it never does.
    """
    seen = _behind(points_m, post_m, directions)
    votes = Counter(int(turns) for turns in seen[:, 0])
    turns = min(votes.items(), key=lambda item: (-item[1], abs(item[0]), item[0]))[0]
    if turns == 0:
        return 0, None
    return turns, round(float(np.median(seen[seen[:, 0] == turns, 1])))


@kernel
def _behind(points: FloatArray, post: FloatArray, directions: FloatArray) -> FloatArray:
    """Returns (d, 2): signed passages behind the post, and their mean place along the thread."""
    result = np.zeros((directions.shape[0], 2))
    for k in range(directions.shape[0]):
        y = project(points, 0, points.shape[0] - 1, directions[k])
        z = project(post, 0, post.shape[0] - 1, directions[k])
        turns = 0
        count = 0
        place = 0.0
        for i in range(y.shape[0] - 1):
            rx, ry = y[i + 1, 0] - y[i, 0], y[i + 1, 1] - y[i, 1]
            for j in range(z.shape[0] - 1):
                sx, sy = z[j + 1, 0] - z[j, 0], z[j + 1, 1] - z[j, 1]
                turn = rx * sy - ry * sx
                if turn == 0.0:
                    continue
                wx, wy = z[j, 0] - y[i, 0], z[j, 1] - y[i, 1]
                t = (wx * sy - wy * sx) / turn
                u = (wx * ry - wy * rx) / turn
                if t <= 0.0 or t > 1.0 or u <= 0.0 or u > 1.0:
                    continue
                height = y[i, 2] + t * (y[i + 1, 2] - y[i, 2])
                if height < z[j, 2] + u * (z[j + 1, 2] - z[j, 2]):
                    turns += 1 if turn > 0.0 else -1
                    place += i + t
                    count += 1
        result[k, 0] = turns
        result[k, 1] = place / count if count else -1.0
    return result
