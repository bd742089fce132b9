"""A plain figure, for a person whose own body cannot be read: nobody in a room may be invisible.

It is made of tapered limbs on the bones of the baked people, so that it is posed, shaded and
tagged like everybody. It has no face, and says so at first sight.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from client.avatars.glb import Look, Person
from client.avatars.materials import BONES, MORPH_NAMES, Material
from world.geometry import FloatArray

NAME: Final = "mannequin"
CLOTH: Final = (150, 164, 168, 255)
EYE_M: Final = (0.0, 0.115, 1.58)
SIDES: Final = 10
"""Corners of a limb's cross section."""
RINGS: Final = (-1.0, -0.7, 0.0, 0.25, 0.5, 0.75, 1.0, 1.7, 2.0)
"""Where its cross sections are: 0 to 1 along the bone, before and behind it the round ends."""

# Bone, its parent, and its place at rest, of the left side where there are two: right, ahead, up.
# Places are those of a baked person of middle size, to the centimetre.
TREE: Final = (
    ("Root", "", (0.0, -0.03, 0.01)),
    ("pelvis", "Root", (0.0, 0.02, 0.89)),
    ("spine_01", "pelvis", (0.0, -0.02, 0.965)),
    ("thigh_", "pelvis", (-0.10, 0.02, 0.88)),
    ("calf_", "thigh_", (-0.14, 0.05, 0.47)),
    ("spine_02", "spine_01", (0.0, 0.0, 1.03)),
    ("foot_", "calf_", (-0.17, 0.025, 0.08)),
    ("spine_03", "spine_02", (0.0, 0.01, 1.13)),
    ("ball_", "foot_", (-0.18, 0.14, 0.02)),
    ("clavicle_", "spine_03", (-0.02, 0.02, 1.37)),
    ("neck_01", "spine_03", (0.0, 0.0, 1.44)),
    ("head", "neck_01", (0.0, 0.04, 1.55)),
    ("upperarm_", "clavicle_", (-0.16, 0.02, 1.35)),
    ("lowerarm_", "upperarm_", (-0.33, 0.03, 1.16)),
    ("hand_", "lowerarm_", (-0.44, 0.17, 1.04)),
    ("index_01_", "hand_", (-0.471, 0.261, 0.998)),
    ("middle_01_", "hand_", (-0.486, 0.243, 0.988)),
    ("pinky_01_", "hand_", (-0.495, 0.208, 0.973)),
    ("ring_01_", "hand_", (-0.493, 0.227, 0.981)),
    ("thumb_01_", "hand_", (-0.445, 0.214, 1.031)),
    ("index_02_", "index_01_", (-0.474, 0.280, 0.983)),
    ("middle_02_", "middle_01_", (-0.493, 0.262, 0.962)),
    ("pinky_02_", "pinky_01_", (-0.501, 0.215, 0.955)),
    ("ring_02_", "ring_01_", (-0.503, 0.240, 0.957)),
    ("thumb_02_", "thumb_01_", (-0.425, 0.233, 1.022)),
    ("index_03_", "index_02_", (-0.474, 0.295, 0.966)),
    ("middle_03_", "middle_02_", (-0.496, 0.278, 0.941)),
    ("pinky_03_", "pinky_02_", (-0.503, 0.220, 0.941)),
    ("ring_03_", "ring_02_", (-0.507, 0.251, 0.937)),
    ("thumb_03_", "thumb_02_", (-0.413, 0.262, 1.007)),
)

# Limb: the bone that moves it, from that bone's joint to which (or a place), and its radii.
Limb = tuple[str, str | tuple[float, float, float], float, float]
LIMBS: Final[tuple[Limb, ...]] = (
    ("pelvis", (0.0, 0.0, 1.0), 0.14, 0.12),
    ("spine_02", (0.0, 0.0, 1.2), 0.12, 0.14),
    ("spine_03", (0.0, 0.0, 1.33), 0.14, 0.11),
    ("neck_01", "head", 0.055, 0.05),
    ("head", (0.0, 0.05, 1.63), 0.08, 0.095),
    ("clavicle_", "upperarm_", 0.07, 0.065),
    ("upperarm_", "lowerarm_", 0.052, 0.042),
    ("lowerarm_", "hand_", 0.042, 0.03),
    ("hand_", "middle_01_", 0.03, 0.032),
    ("thigh_", "calf_", 0.085, 0.058),
    ("calf_", "foot_", 0.055, 0.04),
    ("foot_", "ball_", 0.042, 0.032),
    *(
        (f"{digit}_{joint:02}_", f"{digit}_{joint + 1:02}_", 0.0095, 0.009)
        for digit in ("thumb", "index", "middle", "ring", "pinky")
        for joint in (1, 2)
    ),
)


@cache
def mannequin() -> Person:
    """Returns the figure."""
    names = tuple(name for row in TREE for name in _both(row[0]))
    index = {name: at for at, name in enumerate(names)}
    parents = [index.get(_on_side(row[1], name), -1) for row in TREE for name in _both(row[0])]
    joints_m = np.array([_place(row[2], name) for row in TREE for name in _both(row[0])])
    if len(names) != BONES:
        raise ValueError(f"{len(names)} bones, {BONES} expected")
    parts = [_limb(one, side, index, joints_m) for one in LIMBS for side in _both(one[0])]
    places, normals, bones = (np.concatenate(column) for column in zip(*parts, strict=True))
    corners = len(parts[0][0])
    triangles = np.concatenate([_triangles() + at * corners for at in range(len(parts))])
    count = len(places)
    level = triangles.astype(np.uint16).ravel()
    return Person(
        name=NAME,
        positions_m=places.astype(np.float32),
        normals=normals.astype(np.float32),
        pattern=np.full((count, 2), -1.0, np.float32),
        stuff=np.tile(np.array([Material.CLOTH, 255, 0, 0], np.uint8), (count, 1)),
        tint=np.tile(np.array(CLOTH, np.uint8), (count, 1)),
        joints=np.stack([bones, *[np.zeros(count)] * 3], 1).astype(np.uint8),
        weights=np.tile(np.array([255, 0, 0, 0], np.uint8), (count, 1)),
        levels=(level, level, level),
        morphs_m=np.zeros((len(MORPH_NAMES), 1, 3), np.float32),
        bones=names,
        parents=np.array(parents, np.int64),
        joints_m=joints_m,
        eye_m=np.array(EYE_M),
        look=Look((0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), 0.0, 0.0, 0.0, 0.0, 1.0),
    )


def _both(name: str) -> tuple[str, ...]:
    return (f"{name}l", f"{name}r") if name.endswith("_") else (name,)


def _on_side(name: str, like: str) -> str:
    """Returns the bone of that name on the same side as another."""
    return f"{name}{like[-1]}" if name.endswith("_") else name


def _place(left_m: tuple[float, float, float], name: str) -> FloatArray:
    return np.array(left_m) * ([-1.0, 1.0, 1.0] if name.endswith("_r") else [1.0, 1.0, 1.0])


def _limb(
    limb: Limb, bone: str, index: dict[str, int], joints_m: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """Returns places and normals (n, 3) of a tapered limb with round ends, and its bone (n,)."""
    _, end, first_m, last_m = limb
    start_m = joints_m[index[bone]]
    end_m = joints_m[index[_on_side(end, bone)]] if isinstance(end, str) else np.array(end)
    along = (end_m - start_m) / np.linalg.norm(end_m - start_m)
    across = np.cross(along, [0.36, 0.48, 0.80])
    across /= np.linalg.norm(across)
    turns = np.arange(SIDES) * 2 * np.pi / SIDES
    round_m = np.cos(turns)[:, None] * across + np.sin(turns)[:, None] * np.cross(along, across)
    places, normals = [], []
    for ring in RINGS:
        share = min(max(ring, 0.0), 1.0)
        radius_m = first_m + (last_m - first_m) * share
        rise = np.clip(ring - share, -1.0, 1.0)
        width = np.sqrt(1.0 - rise * rise)
        middle = start_m + (end_m - start_m) * share + along * rise * radius_m
        places.append(middle + round_m * width * radius_m)
        normals.append(round_m * width + along * rise)
    count = len(RINGS) * SIDES
    return np.concatenate(places), np.concatenate(normals), np.full(count, index[bone])


def _triangles() -> NDArray[np.int64]:
    """Returns (n, 3) corners of the faces between the rings of one limb."""
    ring, side = (grid.ravel() for grid in np.mgrid[0 : len(RINGS) - 1, 0:SIDES])
    here, beside = ring * SIDES + side, ring * SIDES + (side + 1) % SIDES
    both = [(here, beside, here + SIDES), (beside, beside + SIDES, here + SIDES)]
    return np.concatenate([np.stack(corners, 1) for corners in both])
