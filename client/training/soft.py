"""Surfaces and strands of a scene: corners that arrive anew each frame, and what is made of them.

A surface's pattern is fixed to where its corners were when they were first shown. When a cut gives
it other corners, each new one takes the pattern's place of the nearest old one.
"""

from typing import Final

import numpy as np
from panda3d.core import NodePath

from client.training.materials import Kind, of_strand, of_surface
from client.training.shapes import IndexArray, frames, look, strip
from client.training.solids import ROW, Moving
from world.geometry import FloatArray
from world.protocol.scene_lane import Strand, Surface

STRAND_SIDES: Final = 8
LEAST_SHOWN_M: Final = 0.0003
"""A thinner thread is drawn this thick: it would be lost between the picture's pixels."""
_SAME_M: Final = 0.004
"""A corner that kept its number is within this of where it was in the frame before."""
_NEAREST_AT_ONCE: Final = 256


class SurfaceNode:
    """One surface.

    Args:
      surface: as first seen.
      before: the node that showed it with other corners, if there was one.

    Attributes:
      node: what is seen.
    """

    def __init__(self, surface: Surface, before: "SurfaceNode | None" = None) -> None:
        self.triangles = surface.triangles
        self._corners_m = surface.corners_m
        count = len(surface.corners_m)
        self._rest_m: FloatArray = (
            surface.corners_m - surface.corners_m.mean(axis=0)
            if before is None
            else _inherited(before._rest_m, before._corners_m, surface.corners_m)  # noqa: SLF001 -- of its own class
        )
        self._sum = _Around(self.triangles, count)
        material = of_surface(surface.name)
        rows = np.zeros(count, ROW)
        bytes_ = look(material)
        rows["rest"] = self._rest_m
        rows["tint"], rows["stuff"] = bytes_[:4], bytes_[4:]
        self._moving = Moving(surface.name, rows, self.triangles)
        self.node: NodePath = self._moving.node
        if material.kind is Kind.CLOTH:
            self.node.set_two_sided(True)
        self.move(surface)

    def distance_m(self, place_m: FloatArray) -> float:
        """Returns how far the nearest corner is from a place, (3,)."""
        return float(np.sqrt(np.square(self._corners_m - place_m).sum(axis=1).min()))

    def normal_at(self, place_m: FloatArray) -> FloatArray:
        """Returns the unit normal, (3,), of the surface nearest to a place."""
        away_m2 = np.square(self._corners_m - place_m).sum(axis=1)
        normal: FloatArray = self._sum.normals(self._corners_m)[away_m2.argmin()]
        return normal

    def fits(self, surface: Surface) -> bool:
        """Returns whether this surface has the same corners and triangles."""
        return len(surface.corners_m) == len(self._corners_m) and (
            surface.triangles is self.triangles or np.array_equal(surface.triangles, self.triangles)
        )

    def move(self, surface: Surface) -> None:
        """Puts the corners to where they are now."""
        self._corners_m = surface.corners_m
        self._moving.move(surface.corners_m, self._sum.normals(surface.corners_m))


class StrandNode:
    """One thread or needle, as a tube."""

    def __init__(self, strand: Strand) -> None:
        self._count = len(strand.nodes_m)
        self._radius_m = max(strand.radius_m, LEAST_SHOWN_M)
        rings = self._count * STRAND_SIDES
        rows = np.zeros(rings, ROW)
        bytes_ = look(of_strand(strand.name))
        rows["tint"], rows["stuff"] = bytes_[:4], bytes_[4:]
        along_m = np.concatenate([[0.0], np.cumsum(_steps_m(strand.nodes_m))])
        rows["rest"][:, 2] = np.repeat(along_m, STRAND_SIDES)
        rows["rest"][:, 0] = np.tile(np.arange(STRAND_SIDES) * 0.0002, self._count)
        self._moving = Moving(strand.name, rows, strip(self._count, STRAND_SIDES))
        self.node: NodePath = self._moving.node
        angle = np.arange(STRAND_SIDES) * (2 * np.pi / STRAND_SIDES)
        self._cos, self._sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
        self.move(strand)

    def fits(self, strand: Strand) -> bool:
        """Returns whether this strand has the same nodes."""
        return len(strand.nodes_m) == self._count

    def move(self, strand: Strand) -> None:
        """Puts the nodes to where they are now."""
        across, up = frames(strand.nodes_m)
        ring = self._cos * across[:, None] + self._sin * up[:, None]
        points_m = strand.nodes_m[:, None] + self._radius_m * ring
        self._moving.move(points_m.reshape(-1, 3), ring.reshape(-1, 3))


class _Around:
    """Sums what the triangles around each corner have."""

    def __init__(self, triangles: IndexArray, count: int) -> None:
        self._triangles = triangles
        corners = triangles.reshape(-1)
        order = np.argsort(corners, kind="stable")
        self._faces = (order // 3).astype(np.int64)
        self._used, self._starts = np.unique(corners[order], return_index=True)
        self._count = count

    def normals(self, corners_m: FloatArray) -> FloatArray:
        """Returns (n, 3) the unit normals of corners; upright where nothing is around one."""
        a, b, c = (corners_m[self._triangles[:, k]] for k in range(3))
        faces = np.cross(b - a, c - a)
        normals = np.tile([0.0, 0.0, 1.0], (self._count, 1))
        total = np.add.reduceat(faces[self._faces], self._starts, axis=0)
        length = np.sqrt((total * total).sum(axis=1, keepdims=True))
        normals[self._used] = np.where(length > 1e-18, total / np.maximum(length, 1e-18), [0, 0, 1])
        return normals


def _inherited(rest_m: FloatArray, old_m: FloatArray, new_m: FloatArray) -> FloatArray:
    """Returns the pattern's places of new corners, (n, 3), from those of the frame before."""
    found = np.empty_like(new_m)
    shared = min(len(old_m), len(new_m))
    is_same = np.zeros(len(new_m), bool)
    moved_m = np.sqrt(((new_m[:shared] - old_m[:shared]) ** 2).sum(axis=1))
    is_same[:shared] = moved_m < _SAME_M
    found[is_same] = rest_m[:shared][is_same[:shared]]
    others = np.flatnonzero(~is_same)
    for at in range(0, len(others), _NEAREST_AT_ONCE):
        part = others[at : at + _NEAREST_AT_ONCE]
        way_m = new_m[part, None] - old_m
        nearest = (way_m**2).sum(axis=2).argmin(axis=1)
        found[part] = rest_m[nearest] + (new_m[part] - old_m[nearest])
    return found


def _steps_m(line_m: FloatArray) -> FloatArray:
    steps_m: FloatArray = np.sqrt((np.diff(line_m, axis=0) ** 2).sum(axis=1))
    return steps_m
