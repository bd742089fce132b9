"""Simple solids that are fixed to the body: ellipsoids, tubes, cards and lofted sections."""

import numpy as np
from scipy import sparse as sp

from client.avatars.materials import Material
from tools.bake.people.anatomy import FloatArray, IntArray
from tools.bake.people.reference import Color, Reference, marks
from tools.bake.people.surface import Surface


def fixed(
    body: Reference,
    places_m: FloatArray,
    triangles: IntArray,
    among: IntArray,
    count: int = 1,
) -> Surface:
    """Returns a surface whose vertices follow their nearest vertices among those given."""
    part = Surface.of(triangles, body.near(places_m, among, count))
    part.shift_m = places_m - part.blend @ body.figure_m
    return part


def rigid(body: Reference, places_m: FloatArray, triangles: IntArray, held: IntArray) -> Surface:
    """Returns a surface that keeps its shape and follows the mean of the held vertices."""
    rows = np.repeat(np.arange(len(places_m)), len(held))
    columns = np.tile(held, len(places_m))
    shape = (len(places_m), len(body.figure_m))
    share = np.full(len(rows), 1 / len(held))
    part = Surface.of(triangles, sp.csr_matrix((share, (rows, columns)), shape=shape))
    part.shift_m = places_m - body.figure_m[held].mean(0)
    return part


def ring_triangles(rings: int, corners: int, *, closed: bool = True) -> IntArray:
    """Returns the triangles of a grid of rings, each ring closed if so asked."""
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(corners if closed else corners - 1))
    ring, corner = i.T.ravel(), j.T.ravel()
    a, b = ring * corners + corner, ring * corners + (corner + 1) % corners
    c, d = a + corners, b + corners
    return np.concatenate([np.stack([a, c, b], 1), np.stack([b, c, d], 1)])


def ellipsoid(center_m: FloatArray, radius_m: FloatArray, corners: int, rings: int) -> FloatArray:
    """Returns (rings * corners, 3) the points of an ellipsoid, pole to pole along Y."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)[None]
    down = np.linspace(0, np.pi, rings)[:, None]
    unit = np.stack(
        [np.cos(turn) * np.sin(down), np.cos(down) + 0 * turn, np.sin(turn) * np.sin(down)], -1
    )
    return np.asarray(unit.reshape(-1, 3) * radius_m + center_m)


def tube(path_m: FloatArray, radius_m: FloatArray | float, corners: int = 6) -> FloatArray:
    """Returns (len(path) * corners, 3) the rings of a tube along a path."""
    along = np.gradient(path_m, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross(along, [0.13, 0.31, 0.94])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    third = np.cross(along, across)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)[None, :, None]
    radius = np.broadcast_to(np.asarray(radius_m, float), len(path_m))[:, None, None]
    ring = np.cos(turn) * across[:, None] + np.sin(turn) * third[:, None]
    return np.asarray((path_m[:, None] + radius * ring).reshape(-1, 3))


def card(
    body: Reference, held: int, center_m: FloatArray, half_m: tuple[float, float], color: Color
) -> Surface:
    """Returns an upright card that looks forward and follows one vertex."""
    w, h = half_m
    corners = np.array([(-w, -h, 0), (w, -h, 0), (w, h, 0), (-w, h, 0)]) + center_m
    part = rigid(body, corners, np.array([(0, 1, 2), (0, 2, 3)]), np.array([held]))
    part.marks = marks(4, color, Material.LEATHER, edge=np.ones(4))
    return part
