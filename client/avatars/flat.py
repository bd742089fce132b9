"""Avatars for machines without shaders: bones, face and light are worked out here, per vertex.

Only the two coarser levels of detail are drawn. Brows, lips and beard come from the face mask once;
what needs a shader (cloth, strands, eyes that look) is left out.
"""

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BoundingSphere,
    Geom,
    GeomNode,
    GeomVertexData,
    GeomVertexFormat,
    NodePath,
)

from client.avatars.glb import Person
from client.avatars.materials import BONES, MORPH_NAMES, Material
from client.avatars.mesh import BOUND_CENTER_M, BOUND_RADIUS_M
from client.scene.geometry import triangle_geom
from client.scene.light import RoomLight
from world.geometry import FloatArray

ROW = np.dtype([("place", "<f4", 3), ("color", "u1", 4)])
IRIS_RADII = 0.46
HAIR_RISE_M = np.float32(0.005)  # keeps a coarse scalp under its hair
GAMMA = 2.2
COARSEST = 2


class FlatMesh:
    """What all flat avatars of one person share at one level: its vertices and their colors.

    Args:
      person: as read.
      mask: (h, w, 4) bytes of the face mask, rows from the top down.
      level: of detail.
    """

    def __init__(self, person: Person, mask: NDArray[np.uint8], level: int) -> None:
        self.person = person
        triangles = person.levels[level].reshape(-1, 3)
        stuff = person.stuff[triangles[:, 0]]
        is_drawn = (stuff[:, 0] != Material.LASH) & (stuff[:, 3] == 0)
        used, inverse = np.unique(triangles[is_drawn], return_inverse=True)
        self.triangles = inverse.reshape(-1, 3).astype(np.uint16)
        self.normals = person.normals[used]
        is_hair = (person.stuff[used, 0] == Material.HAIR)[:, None]
        self.positions_m = person.positions_m[used] + is_hair * self.normals * HAIR_RISE_M
        self.joints = person.joints[used]
        self.shares = person.weights[used].astype(np.float32) / 255
        self.albedo = _albedo(person, used, mask)
        moving = used < person.morphs_m.shape[1]
        self.moving = np.flatnonzero(moving)
        self.morphs_m = person.morphs_m[:, used[moving]]


class FlatAvatar:
    """One avatar whose vertices are written anew for each pose; see mesh.AvatarNode.

    Args:
      meshes: of the middle and of the coarsest level.
      light: of the room.
    """

    def __init__(self, meshes: tuple[FlatMesh, FlatMesh], light: RoomLight) -> None:
        self._light = light
        self._shapes = [_Shape(mesh) for mesh in meshes]
        self._level = COARSEST
        self._weights = np.zeros(len(MORPH_NAMES), np.float32)
        self._faces = np.full((6, 3), 0.3)
        self._geom_node = GeomNode("avatar")
        self._geom_node.add_geom(self._shapes[-1].geom)
        self._geom_node.set_bounds(BoundingSphere(BOUND_CENTER_M, BOUND_RADIUS_M))
        self._geom_node.set_final(True)
        self.node = NodePath(self._geom_node)
        self._palette = np.tile(np.eye(3, 4, dtype=np.float32), (BONES, 1, 1))
        self.set_pose(self._palette)

    @property
    def person(self) -> Person:
        """Whose body it is."""
        return self._shapes[0].mesh.person

    @property
    def level(self) -> int:
        """The level of detail that is drawn; the finest is never."""
        return self._level

    def set_level(self, level: int) -> None:
        """Draws this level of detail from now on, the middle one where the finest is asked for."""
        level = max(level, 1)
        if level != self._level:
            self._level = level
            self.set_pose(self._palette)
            self._geom_node.set_geom(0, self._shapes[level - 1].geom)

    def set_face(self, weights: NDArray[np.float32], _gaze_offset: tuple[float, float]) -> None:
        """Sets the face shapes for the next pose."""
        self._weights = weights[: len(MORPH_NAMES)]

    def light_at(self, eye_m: tuple[float, float, float]) -> None:
        """Takes the room's light at this place for the next pose."""
        self._faces = self._light.ambient_at(eye_m)

    def set_pose(self, palette: NDArray[np.float32]) -> None:
        """Moves, lights and writes all vertices: (53, 3, 4) from rest to posed."""
        self._palette = palette
        shape = self._shapes[self._level - 1]
        mesh = shape.mesh
        places = mesh.positions_m.copy()
        for index in np.flatnonzero(self._weights):
            places[mesh.moving] += self._weights[index] * mesh.morphs_m[index]
        matrices = np.einsum("vj,vjrc->vrc", mesh.shares, palette[mesh.joints])
        turned = matrices[..., :3]
        moved = np.einsum("vrc,vc->vr", turned, places) + matrices[..., 3]
        outward = np.einsum("vrc,vc->vr", turned, mesh.normals)
        shape.write(moved, self._lit(outward, mesh.albedo))

    def _lit(self, outward: NDArray[np.float32], albedo: FloatArray) -> FloatArray:
        """Returns (n, 3) display colors by the ambient cube."""
        is_behind = (outward < 0).astype(np.int64)
        sides = self._faces[np.arange(3) * 2 + is_behind]
        light = np.einsum("va,vac->vc", outward * outward, sides)
        return self._light.displayed(albedo * light)


class _Shape:
    """The vertex buffer and the index list of one level of one avatar."""

    def __init__(self, mesh: FlatMesh) -> None:
        self.mesh = mesh
        self._rows = np.zeros(len(mesh.positions_m), ROW)
        self._rows["color"] = 255
        self._vertices = GeomVertexData("avatar", GeomVertexFormat.get_v3c4(), Geom.UH_dynamic)
        self._vertices.unclean_set_num_rows(len(self._rows))
        self.geom = triangle_geom(self._vertices, mesh.triangles)

    def write(self, places_m: NDArray[np.float32], colors: FloatArray) -> None:
        """Writes (n, 3) places and (n, 3) display colors."""
        self._rows["place"] = places_m
        self._rows["color"][:, :3] = colors * 255
        memoryview(self._vertices.modify_array(0)).cast("B")[:] = self._rows.tobytes()


def _albedo(person: Person, used: NDArray[np.int64], mask: NDArray[np.uint8]) -> FloatArray:
    """Returns (n, 3) linear colors with the painted face, darker where little light reaches."""
    color = (person.tint[used, :3] / 255.0) ** GAMMA
    material, pattern = person.stuff[used, 0], person.pattern[used]
    height, width = mask.shape[:2]
    row = ((1 - pattern[:, 1]) * (height - 1)).round().astype(int)
    column = (pattern[:, 0] * (width - 1)).round().astype(int)
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    painted = mask[row.clip(0, height - 1), column.clip(0, width - 1)] / 255.0
    painted *= (inside & (material == Material.SKIN))[:, None] * (person.stuff[used, 1:2] / 255.0)
    look = person.look
    hair, lips = (np.array(c) ** GAMMA for c in (look.hair, look.lips))
    for channel, paint, share in (
        (1, lips, 0.68),
        (2, hair, 0.5 * look.beard),
        (0, hair, look.brow),
    ):
        amount = painted[:, channel : channel + 1] * share
        color = color * (1 - amount) + paint * amount
    is_white = (material == Material.EYE) & (np.linalg.norm(pattern, axis=1) > IRIS_RADII)
    color[is_white] = 0.55
    return np.asarray(color * (person.tint[used, 3:] / 255.0))
