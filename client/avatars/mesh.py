"""A person's vertex data on the graphics card, and one avatar that shows it: one draw item each."""

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BoundingSphere,
    GeomEnums,
    GeomNode,
    GeomVertexData,
    LVecBase3f,
    LVecBase4f,
    NodePath,
    Point3,
    PTA_float,
    PTA_LVecBase4f,
    SamplerState,
    Texture,
)

from client.avatars.glb import Person
from client.avatars.materials import BONES, MORPH_NAMES
from client.avatars.shader import MORPH_SLOTS
from client.scene.geometry import triangle_geom, vertex_data
from world.geometry import FloatArray, Vector

# One vertex; the columns' order is the order in the vertex buffer.
ROW = np.dtype(
    [
        ("positions_m", "<f4", 3),
        ("normals", "<f4", 3),
        ("pattern", "<f4", 2),
        ("stuff", "u1", 4),
        ("tint", "u1", 4),
        ("joints", "u1", 4),
        ("weights", "u1", 4),
    ]
)
COLUMNS = (
    ("vertex", 3, GeomEnums.NT_float32, GeomEnums.C_point),
    ("normal", 3, GeomEnums.NT_float32, GeomEnums.C_normal),
    ("pattern", 2, GeomEnums.NT_float32, GeomEnums.C_other),
    ("stuff", 4, GeomEnums.NT_uint8, GeomEnums.C_other),
    ("tint", 4, GeomEnums.NT_uint8, GeomEnums.C_other),
    ("joints", 4, GeomEnums.NT_uint8, GeomEnums.C_other),
    ("weights", 4, GeomEnums.NT_uint8, GeomEnums.C_other),
)
MOUTH = [MORPH_NAMES.index(shape) for shape in ("aa", "e", "i", "o", "u")]
TEETH_LIGHT = 2.0  # how quickly an opening mouth lets light in
BOUND_CENTER_M = Point3(0, 0, 0.9)
BOUND_RADIUS_M = 1.7  # an arm's length round the middle of a standing or seated person


class PersonMesh:
    """Vertex data, index lists and face shapes of one person, shared by its avatars."""

    def __init__(self, person: Person) -> None:
        self.person = person
        vertices = _vertex_data(person)
        self.geoms = [triangle_geom(vertices, level) for level in person.levels]
        self.morph_texture = _morph_texture(person.morphs_m)
        self.morph_count = person.morphs_m.shape[1]


class AvatarNode:
    """One avatar in the scene.

    Attributes:
      node: what to attach to the scene; its origin is on the floor under the head.
    """

    def __init__(self, mesh: PersonMesh) -> None:
        self.mesh = mesh
        geom_node = GeomNode("avatar")
        geom_node.add_geom(mesh.geoms[0])
        geom_node.set_bounds(BoundingSphere(BOUND_CENTER_M, BOUND_RADIUS_M))
        geom_node.set_final(True)
        self.node = NodePath(geom_node)
        self._geom_node = geom_node
        self._level = 0
        self._bones = PTA_LVecBase4f.empty_array(BONES * 3)
        self._weights = PTA_float.empty_array(MORPH_SLOTS)
        self._gaze = PTA_LVecBase4f.empty_array(1)
        self._key = PTA_LVecBase4f.empty_array(2)
        self._around = PTA_LVecBase4f.empty_array(6)
        look = mesh.person.look
        inputs = {
            "bones": self._bones,
            "morph_weights": self._weights,
            "gaze": self._gaze,
            "key": self._key,
            "around": self._around,
            "morph_texture": mesh.morph_texture,
            "morph_count": float(mesh.morph_count),
            "lip_color": LVecBase3f(*look.lips),
            "hair_color": LVecBase3f(*look.hair),
            "face": LVecBase4f(look.beard, look.age, look.brow, 0),
            "brow_shape": (look.brow_lift, look.brow_scale),
        }
        for name, value in inputs.items():
            self.node.set_shader_input(name, value)
        self.set_pose(np.tile(np.eye(3, 4, dtype=np.float32), (BONES, 1, 1)))
        self.set_face(np.zeros(MORPH_SLOTS, np.float32), (0.0, 0.0))

    @property
    def person(self) -> Person:
        """Whose body it is."""
        return self.mesh.person

    @property
    def level(self) -> int:
        """The level of detail that is drawn, 0 the finest."""
        return self._level

    def set_level(self, level: int) -> None:
        """Draws this level of detail from the next frame on."""
        if level != self._level:
            self._level = level
            self._geom_node.set_geom(0, self.mesh.geoms[level])

    def set_pose(self, palette: NDArray[np.float32]) -> None:
        """Sets (53, 3, 4) the matrices from rest to posed, both relative to the node."""
        self._bones.set_subdata(0, BONES * 3, np.ascontiguousarray(palette, np.float32).tobytes())

    def set_face(self, weights: NDArray[np.float32], gaze_offset: tuple[float, float]) -> None:
        """Sets the face shapes (16,), and how far the irises are off their middle, in radii."""
        self._weights.set_subdata(0, MORPH_SLOTS, weights.astype(np.float32).tobytes())
        opened = min(1.0, TEETH_LIGHT * float(weights[MOUTH].sum()))
        self._gaze.set_element(0, LVecBase4f(gaze_offset[0], gaze_offset[1], opened, 0))

    def set_light(self, faces: FloatArray) -> None:
        """Sets the light at the head from +X -X +Y -Y +Z -Z: (6, 3) irradiance / pi, linear."""
        for side, color in enumerate(faces):
            self._around.set_element(side, LVecBase4f(*(float(v) for v in color), 0))

    def set_key_light(self, direction: Vector | FloatArray, color: Vector | FloatArray) -> None:
        """Sets where the strongest light comes from and its linear color beyond the ambient."""
        self._key.set_element(0, LVecBase4f(*(float(v) for v in direction), 0))
        self._key.set_element(1, LVecBase4f(*(float(v) for v in color), 0))


def _vertex_data(person: Person) -> GeomVertexData:
    rows = np.zeros(len(person.positions_m), ROW)
    for name in ROW.names or ():
        rows[name] = getattr(person, name)
    return vertex_data("person", rows, COLUMNS)


def _morph_texture(morphs_m: NDArray[np.float32]) -> Texture:
    """Returns a texture whose row is a face shape and whose column is a vertex."""
    shapes, vertices, _ = morphs_m.shape
    texture = Texture("morphs")
    texture.setup_2d_texture(vertices, shapes, Texture.T_float, Texture.F_rgb32)
    texture.set_minfilter(SamplerState.FT_nearest)
    texture.set_magfilter(SamplerState.FT_nearest)
    texture.set_ram_image(np.ascontiguousarray(morphs_m[..., ::-1], np.float32).tobytes())
    return texture
