"""Which of a surface was there from the beginning, and which a blade has laid open."""

import numpy as np

from sim.arrays import BoolArray, FloatArray
from sim.tissue.cutting import Cut
from sim.tissue.mesh import Surface

FLAT_M = 1e-7
"""Parts of a triangle lie in its plane as exactly as their corners were computed."""


def followed_skin(before: Surface, is_skin: BoolArray, after: Surface, cut: Cut) -> BoolArray:
    """Returns (f,) which triangles after a cut are parts of skin.

    Args:
      before: the surface before the cut.
      is_skin: (g,) which of its triangles were skin.
      after: the surface after it.
      cut: in between.
    """
    rest_m = cut.mesh.vertices_m
    known = {
        tuple(corners): bool(was_skin)
        for corners, was_skin in zip(before.triangles.tolist(), is_skin, strict=True)
    }
    of_parent: dict[int, list[int]] = {}
    for number in np.flatnonzero(is_skin).tolist():
        of_parent.setdefault(int(before.owners[number]), []).append(number)
    parents = cut.tet_parent[after.owners].tolist()
    found = np.zeros(len(parents), np.bool_)
    for number, (corners, parent) in enumerate(zip(after.triangles.tolist(), parents, strict=True)):
        was_skin = known.get(tuple(corners))
        found[number] = (
            any(
                _lies_in(rest_m[corners], rest_m[before.triangles[old]])
                for old in of_parent.get(parent, ())
            )
            if was_skin is None
            else was_skin
        )
    return found


def _lies_in(corners_m: FloatArray, triangle_m: FloatArray) -> bool:
    normal = np.cross(triangle_m[1] - triangle_m[0], triangle_m[2] - triangle_m[0])
    off = np.abs(((corners_m - triangle_m[0]) * normal).sum(axis=1))
    return bool(off.max() <= FLAT_M * np.sqrt((normal**2).sum()))
