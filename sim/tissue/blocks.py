"""Meshes made of boxes: a plain block, and the practice pad with a slit like a wound."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.tissue.material import PAD_FAT, PAD_SKIN, Material
from sim.tissue.mesh import TetMesh, oriented

EVEN_CELL = np.array(((0, 4, 2, 1), (6, 4, 7, 2), (5, 4, 1, 7), (3, 1, 2, 7), (4, 2, 1, 7)))
ODD_CELL = np.array(((4, 5, 6, 0), (1, 0, 3, 5), (2, 0, 6, 3), (7, 6, 5, 3), (0, 5, 6, 3)))
"""Five tetrahedra a cell; the two splits are mirror images, so that neighbors share diagonals."""

PAD_CELLS = (14, 9, 4)
PAD_CELL_M = (0.004, 0.004, 0.003)
SLIT_HALF_LENGTH_M = 0.011
SLIT_GAP_M = 0.003


def block(
    cells: tuple[int, int, int],
    cell_m: tuple[float, float, float],
    material: Material,
) -> TetMesh:
    """Returns a box with one corner at the origin, five tetrahedra a cell."""
    vertices_m, tets = _grid(cells, cell_m)
    return TetMesh(vertices_m, tets, (material,), np.zeros(len(tets), np.int64))


@dataclass(frozen=True, slots=True)
class SlitPad:
    """The practice pad: skin over fat, with a slit along y that stands open.

    Attributes:
      mesh: 56 x 36 x 12 mm; the skin is the top row of cells, 3 mm.
      walls: (w, 2) vertices that faced each other before the slit opened: left (-x), right (+x).
    """

    mesh: TetMesh
    walls: IntArray


def whole_pad(skin: Material = PAD_SKIN, fat: Material = PAD_FAT) -> TetMesh:
    """Returns the practice pad without a slit, 56 x 36 x 12 mm, its skin the top row of cells."""
    vertices_m, tets = _grid(PAD_CELLS, PAD_CELL_M)
    return TetMesh(vertices_m, tets, (skin, fat), _is_fat(vertices_m, tets))


def slit_pad(
    skin: Material = PAD_SKIN, fat: Material = PAD_FAT, gap_m: float = SLIT_GAP_M
) -> SlitPad:
    """Returns the pad with a slit 20 mm long, 9 mm deep, `gap_m` wide at the middle of its rim."""
    vertices_m, tets = _grid(PAD_CELLS, PAD_CELL_M)
    size_m = np.array(PAD_CELLS) * PAD_CELL_M
    floor_m = PAD_CELL_M[2]
    centroid_m = vertices_m[tets].mean(1)
    along_m = vertices_m[:, 1] - size_m[1] / 2
    on_slit = np.abs(vertices_m[:, 0] - size_m[0] / 2) < 1e-9
    on_slit &= (vertices_m[:, 2] > 1.01 * floor_m) & (np.abs(along_m) < SLIT_HALF_LENGTH_M)
    left = np.flatnonzero(on_slit).astype(np.int64)
    right = len(vertices_m) + np.arange(len(left))
    copy_of = np.arange(len(vertices_m))
    copy_of[left] = right
    is_right = centroid_m[:, 0] > size_m[0] / 2
    tets = np.where(is_right[:, None], copy_of[tets], tets)
    depth = (vertices_m[left, 2] - floor_m) / (size_m[2] - floor_m)
    bow = np.cos(np.pi / 2 * along_m[left] / (SLIT_HALF_LENGTH_M + 0.001))
    vertices_m = np.vstack([vertices_m, vertices_m[left]])
    vertices_m[left, 0] -= gap_m / 2 * depth * bow
    vertices_m[right, 0] += gap_m / 2 * depth * bow
    mesh = TetMesh(vertices_m, oriented(vertices_m, tets), (skin, fat), _is_fat(vertices_m, tets))
    return SlitPad(mesh, np.stack([left, right], axis=1))


def _is_fat(vertices_m: FloatArray, tets: IntArray) -> IntArray:
    skin_from_m = vertices_m[:, 2].max() - PAD_CELL_M[2]
    is_fat: IntArray = (vertices_m[tets].mean(1)[:, 2] < skin_from_m).astype(np.int64)
    return is_fat


def _grid(
    cells: tuple[int, int, int], cell_m: tuple[float, float, float]
) -> tuple[FloatArray, IntArray]:
    ticks = [np.arange(count + 1) for count in cells]
    corner = np.stack(np.meshgrid(*ticks, indexing="ij"), -1)
    vertices_m = corner.reshape(-1, 3) * np.array(cell_m, float)
    number = np.arange(len(vertices_m)).reshape(corner.shape[:3])
    origins = np.stack(np.meshgrid(*(np.arange(count) for count in cells), indexing="ij"), -1)
    origins = origins.reshape(-1, 1, 3)
    corners = origins + np.array(list(product((0, 1), repeat=3)))
    ids = number[corners[..., 0], corners[..., 1], corners[..., 2]]
    is_even = (origins[:, 0].sum(1) % 2 == 0)[:, None, None]
    split = np.where(is_even, EVEN_CELL, ODD_CELL).reshape(len(ids), 20)
    tets = np.take_along_axis(ids, split, 1).reshape(-1, 4).astype(np.int64)
    return vertices_m, oriented(vertices_m, tets)
