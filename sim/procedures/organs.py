"""The bodies of free play: the part of a liver around its fossa, a gallbladder, a suture pad.

Sizes: a gallbladder is 7 to 10 cm long and 3 to 4 cm wide; this one is of the slim end, 58 by 25
mm, as much of it as lies free below a liver's edge in a field of a hand's breadth. It hangs on the
liver along its upper side, as in its fossa: who cuts along the bed takes it off. Neither wall,
lumen, duct nor vessels are modelled. The liver's wedge and the pad are this project's own measures.
Source of the gallbladder's size: common anatomical teaching; unverified.
"""

from dataclasses import replace

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.tissue.carving import carved
from sim.tissue.material import GALLBLADDER, LIVER, PAD_SKIN
from sim.tissue.mesh import TetMesh

CELL_M = 0.006
NAMES = ("liver", "gallbladder", "pad")
"""By number of material."""
_LIVER_M, _LIVER_HALF_M = np.array([0.0, 0.030, 0.018]), np.array([0.052, 0.030, 0.019])
_FUNDUS_M, _NECK_M = np.array([-0.026, -0.014, 0.022]), np.array([0.002, 0.014, 0.028])
_FUNDUS_RADIUS_M, _NECK_RADIUS_M = 0.0125, 0.007
_PAD_M, _PAD_HALF_M = np.array([0.050, -0.028, 0.006]), np.array([0.021, 0.015, 0.006])


def organs() -> TetMesh:
    """Returns liver and gallbladder, grown together at the bed, and the pad beside them."""
    whole = carved(
        lambda at_m: np.minimum(_liver_m(at_m), _gallbladder_m(at_m)),
        np.array([-0.054, -0.030, 0.0]),
        np.array([0.054, 0.060, 0.042]),
        CELL_M,
        LIVER,
    )
    pad = carved(_pad_m, _PAD_M - _PAD_HALF_M, _PAD_M + _PAD_HALF_M, CELL_M, PAD_SKIN)
    middle_m = whole.vertices_m[whole.tets].mean(axis=1)
    is_gallbladder = _gallbladder_m(middle_m) < _liver_m(middle_m)
    return replace(
        whole,
        vertices_m=np.concatenate([whole.vertices_m, pad.vertices_m]),
        tets=np.concatenate([whole.tets, pad.tets + len(whole.vertices_m)]),
        materials=(LIVER, GALLBLADDER, PAD_SKIN),
        material_of=np.concatenate(
            [is_gallbladder.astype(np.int64), np.full(len(pad.tets), 2, np.int64)]
        ),
    )


def fixed(mesh: TetMesh) -> BoolArray:
    """Returns (v,) what is held: the back of the liver, and the pad's underside."""
    number = _organ_of(mesh)
    x_m = mesh.vertices_m
    is_back = (number == 0) & ((x_m[:, 1] > _LIVER_M[1] - 0.012) | (x_m[:, 2] < CELL_M / 2))
    held: BoolArray = is_back | ((number == 2) & (x_m[:, 2] < CELL_M / 2))
    return held


def _organ_of(mesh: TetMesh) -> IntArray:
    """Returns (v,) the lowest number of material around each vertex."""
    number = np.full(len(mesh.vertices_m), len(NAMES), np.int64)
    np.minimum.at(number, mesh.tets, mesh.material_of[:, None])
    return number


def _liver_m(at_m: FloatArray) -> FloatArray:
    """An ellipsoid that stands on the floor and gets thin towards the trainee."""
    scaled = (at_m - _LIVER_M) / _LIVER_HALF_M
    length = np.sqrt((scaled**2).sum(axis=1))
    slope = np.sqrt(((scaled / _LIVER_HALF_M) ** 2).sum(axis=1))
    round_m = length * (length - 1) / np.maximum(slope, 1e-6)
    under_m = 0.55 * (_LIVER_M[1] - at_m[:, 1]) - at_m[:, 2]
    distance_m: FloatArray = np.maximum(round_m, np.maximum(-at_m[:, 2], under_m / 1.14))
    return distance_m


def _gallbladder_m(at_m: FloatArray) -> FloatArray:
    """A pear: a thick line from fundus to neck that gets thinner."""
    way_m = _NECK_M - _FUNDUS_M
    along = ((at_m - _FUNDUS_M) * way_m).sum(axis=1) / (way_m**2).sum()
    along = np.minimum(np.maximum(along, 0.0), 1.0)
    off_m = at_m - _FUNDUS_M - along[:, None] * way_m
    radius_m = _FUNDUS_RADIUS_M + along * (_NECK_RADIUS_M - _FUNDUS_RADIUS_M)
    distance_m: FloatArray = np.sqrt((off_m**2).sum(axis=1)) - radius_m
    return distance_m


def _pad_m(at_m: FloatArray) -> FloatArray:
    distance_m: FloatArray = (np.abs(at_m - _PAD_M) - _PAD_HALF_M).max(axis=1)
    return distance_m
