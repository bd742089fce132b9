"""All patches of a room as arrays of vertices and triangles, for tracing and for writing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.bake.rooms.charts import light_coordinates
from tools.bake.rooms.materials import MATERIALS
from tools.bake.rooms.patches import BoolArray, Patch
from world.geometry import FloatArray

Triangles = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Vertex arrays of n vertices and m triangles.

    Attributes:
      position: (n, 3) metres.
      normal: (n, 3).
      texture: (n, 2) tiles, or shares of the sign sheet.
      light: (n, 2) place in the lightmap.
      tint: (n, 3) display values.
      surface: (n, 4) layer, roughness, specular, emission.
      albedo: (n, 3) mean linear color.
      is_texel_lit: (n,) lit by the lightmap.
      is_thin: (n,) lit through from behind.
      patch: (n,) number of the patch.
      triangles: (m, 3) vertex numbers.
      group: (m,) number of the triangle's group in `groups`.
      groups: names.
    """

    position: FloatArray
    normal: FloatArray
    texture: FloatArray
    light: FloatArray
    tint: FloatArray
    surface: FloatArray
    albedo: FloatArray
    is_texel_lit: BoolArray
    is_thin: BoolArray
    patch: NDArray[np.int64]
    triangles: Triangles
    group: NDArray[np.int64]
    groups: list[str]

    def vertices_of(self, groups: Sequence[str]) -> BoolArray:
        """Returns which vertices (n,) belong to triangles of the named groups."""
        used = np.zeros(len(self.position), bool)
        used[self.triangles[self.triangles_of(groups)].ravel()] = True
        return used

    def triangles_of(self, groups: Sequence[str]) -> BoolArray:
        """Returns which triangles (m,) belong to the named groups."""
        return np.isin(self.group, [self.groups.index(g) for g in groups if g in self.groups])


def assemble(
    patches: Sequence[Patch], albedos: dict[int, FloatArray], lightmap_height: int
) -> Mesh:
    """Returns the patches as one mesh; triangles wind so that they face along their normals."""
    columns: dict[str, list[FloatArray]] = {}
    triangles, groups = [], sorted({patch.group for patch in patches})
    group_of, first = [], 0
    for number, patch in enumerate(patches):
        count = patch.position.shape[0] * patch.position.shape[1]
        for name, values in _columns(patch, number, albedos, lightmap_height).items():
            columns.setdefault(name, []).append(values)
        faces = _faces(patch)
        triangles.append(faces + first)
        group_of.append(np.full(len(faces), groups.index(patch.group)))
        first += count
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return Mesh(
        position=joined["position"],
        normal=joined["normal"],
        texture=joined["texture"],
        light=joined["light"],
        tint=joined["tint"],
        surface=joined["surface"],
        albedo=joined["albedo"],
        is_texel_lit=joined["is_texel_lit"].astype(bool),
        is_thin=joined["is_thin"].astype(bool),
        patch=joined["patch"].astype(np.int64),
        triangles=np.concatenate(triangles),
        group=np.concatenate(group_of),
        groups=groups,
    )


def _columns(
    patch: Patch, number: int, albedos: dict[int, FloatArray], lightmap_height: int
) -> dict[str, FloatArray]:
    material, finish = MATERIALS[patch.finish.material], patch.finish
    count = patch.position.shape[0] * patch.position.shape[1]
    texture = patch.texture
    if material.tile_m:
        texture = texture / material.tile_m
        texture = texture - np.floor(texture.reshape(-1, 2).min(0))
    surface = (
        material.layer,
        material.roughness,
        material.specular,
        finish.emission or material.emission,
    )
    albedo = albedos[material.layer] * np.power(finish.tint, 2.2)

    def each(value: object) -> FloatArray:
        row = np.asarray(value, float)
        return np.broadcast_to(row, (count, *row.shape))

    return {
        "position": patch.position.reshape(-1, 3),
        "normal": patch.normal.reshape(-1, 3),
        "texture": texture.reshape(-1, 2),
        "light": light_coordinates(patch, lightmap_height).reshape(-1, 2),
        "tint": each(finish.tint),
        "surface": each(surface),
        "albedo": each(albedo),
        "is_texel_lit": each(float(finish.lit == "texels")),
        "is_thin": each(float(finish.is_thin)),
        "patch": each(float(number)),
    }


def _faces(patch: Patch) -> Triangles:
    rows, columns = patch.position.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], 2)
    if patch.mask is not None:
        faces = faces[patch.mask]
    faces = faces.reshape(-1, 3)
    position, normal = patch.position.reshape(-1, 3), patch.normal.reshape(-1, 3)
    corners = position[faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    is_real = np.linalg.norm(facing, axis=1) > 1e-12
    faces, facing = faces[is_real], facing[is_real]
    if float((facing * normal[faces].sum(1)).sum()) < 0:
        faces = faces[:, [0, 2, 1]]
    wound: Triangles = faces
    return wound
