"""Soft shadows where bodies touch the floor: one draw item for everybody in the room."""

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomNode,
    GeomTriangles,
    GeomVertexData,
    GeomVertexFormat,
    NodePath,
    OmniBoundingVolume,
    Shader,
    TransparencyAttrib,
)

from world.geometry import FloatArray

MOST_PEOPLE = 64
PER_PERSON = 3  # one wide one under the body, one under each foot
OVER_FLOOR_M = 0.006
ROW = np.dtype([("place", "<f4", 3), ("at", "<f4", 2)])
CORNERS: FloatArray = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])

VERTEX_GLSL = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
in vec2 p3d_MultiTexCoord0;
out vec2 at;
out float faint;
void main() {
  gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
  at = vec2(fract(p3d_MultiTexCoord0.x * .25) * 4. - 2., p3d_MultiTexCoord0.y);
  faint = floor(p3d_MultiTexCoord0.x * .25) / 100.;
}
"""
FRAGMENT_GLSL = """#version 330
in vec2 at;
in float faint;
out vec4 fragment;
void main() {
  float r = clamp(1. - length(at), 0., 1.);
  fragment = vec4(0., 0., 0., faint * r * r * (3. - 2. * r));
}
"""


class FloorShadows:
    """The shadows of all avatars; `update` moves them, `node` is attached to the scene."""

    def __init__(self) -> None:
        quads = MOST_PEOPLE * PER_PERSON
        self._vertices = GeomVertexData("shadows", GeomVertexFormat.get_v3t2(), Geom.UH_dynamic)
        self._vertices.unclean_set_num_rows(quads * 4)
        self._rows = np.zeros((quads, 4), ROW)
        self._write()
        triangles = GeomTriangles(Geom.UH_static)
        first = np.arange(quads)[:, None] * 4
        corners = (first + np.array([[0, 1, 2, 0, 2, 3]])).astype(np.uint16).ravel()
        triangles.set_index_type(Geom.NT_uint16)
        indices = triangles.modify_vertices()
        indices.unclean_set_num_rows(len(corners))
        memoryview(indices).cast("B")[:] = corners.tobytes()
        geom = Geom(self._vertices)
        geom.add_primitive(triangles)
        geom_node = GeomNode("floor-shadows")
        geom_node.add_geom(geom)
        geom_node.set_bounds(OmniBoundingVolume())
        geom_node.set_final(True)
        self.node = NodePath(geom_node)
        self.node.set_shader(Shader.make(Shader.SL_GLSL, VERTEX_GLSL, FRAGMENT_GLSL))
        self.node.set_transparency(TransparencyAttrib.M_alpha)
        self.node.set_depth_write(False)
        self.node.set_bin("transparent", 0)
        self.node.set_two_sided(True)

    def update(self, hips_m: FloatArray, feet_m: FloatArray, feet_yaw_rad: FloatArray) -> None:
        """Moves the shadows.

        Args:
          hips_m: (n, 3) in the room's frame; n is at most 64, more cast none.
          feet_m: (n, 2, 3) ankles.
          feet_yaw_rad: (n, 2).
        """
        n = min(len(hips_m), MOST_PEOPLE)
        rows = np.zeros((n, PER_PERSON, 4), ROW)
        body = np.concatenate([hips_m[:n, None, :2], feet_m[:n, :, :2]], axis=1)
        yaw = np.concatenate([feet_yaw_rad[:n].mean(1, keepdims=True), feet_yaw_rad[:n]], axis=1)
        ahead = np.stack([-np.sin(yaw), np.cos(yaw)], -1)
        right = np.stack([np.cos(yaw), np.sin(yaw)], -1)
        middle = body + ahead * np.array([0.06, 0.06, 0.06])[:, None]
        middle[:, 0] = body.mean(1) + ahead[:, 0] * 0.06
        wide, deep = np.array([0.42, 0.115, 0.115]), np.array([0.40, 0.215, 0.215])
        place = middle[:, :, None] + right[:, :, None] * (CORNERS[:, :1] * wide[:, None, None])
        place = place + ahead[:, :, None] * (CORNERS[:, 1:] * deep[:, None, None])
        rows["place"][..., :2] = place
        rows["place"][..., 2] = OVER_FLOOR_M
        near = 1 - np.clip((feet_m[:n, :, 2] - 0.08) / 0.20, 0, 1) * 0.8
        strength = np.concatenate([np.full((n, 1), 34.0), near * 52.0], axis=1)
        rows["at"][..., 0] = CORNERS[:, 0] + 2 + 4 * np.floor(strength)[..., None]
        rows["at"][..., 1] = CORNERS[:, 1]
        self._rows[:] = 0
        self._rows[: n * PER_PERSON] = rows.reshape(-1, 4)
        self._write()

    def _write(self) -> None:
        data: NDArray[np.void] = self._rows
        memoryview(self._vertices.modify_array(0)).cast("B")[:] = data.tobytes()
