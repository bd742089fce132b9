"""Shapes as Panda3D nodes, and vertex buffers whose corners move every frame."""

from typing import Final

import numpy as np
from panda3d.core import Geom, GeomNode, GeomVertexData, NodePath, OmniBoundingVolume

from client.scene.geometry import triangle_geom, vertex_data
from client.training.shapes import IndexArray, Shape
from world.geometry import FloatArray

ROW: Final = np.dtype(
    [
        ("points", "<f4", 3),
        ("normals", "<f4", 3),
        ("rest", "<f4", 3),
        ("tint", "u1", 4),
        ("stuff", "u1", 4),
    ]
)
COLUMNS: Final = (
    ("vertex", 3, Geom.NT_float32, Geom.C_point),
    ("normal", 3, Geom.NT_float32, Geom.C_normal),
    ("rest", 3, Geom.NT_float32, Geom.C_other),
    ("color", 4, Geom.NT_uint8, Geom.C_color),
    ("stuff", 4, Geom.NT_uint8, Geom.C_other),
)


def solid(name: str, one: Shape) -> NodePath:
    """Returns a node that shows a shape."""
    rows = rows_of(one)
    return NodePath(_node(name, vertex_data(name, rows, COLUMNS), one.triangles))


def rows_of(one: Shape) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    """Returns a shape's vertices as the card wants them, patterns fixed to where they are."""
    rows = np.zeros(len(one.points_m), ROW)
    rows["points"] = rows["rest"] = one.points_m
    rows["normals"] = one.normals
    rows["tint"], rows["stuff"] = one.looks[:, :4], one.looks[:, 4:]
    return rows


class Moving:
    """A shape whose corners move; its triangles stay.

    Args:
      name: of the node.
      rows: vertices to begin with, as `rows_of` makes them.
      triangles: (k, 3).

    Attributes:
      node: what is seen.
    """

    def __init__(
        self, name: str, rows: "np.ndarray[tuple[int], np.dtype[np.void]]", triangles: IndexArray
    ) -> None:
        self._rows = rows
        self._vertices: GeomVertexData = vertex_data(name, rows, COLUMNS)
        node = _node(name, self._vertices, triangles)
        # Its corners may go anywhere in the field; a bound would have to be made anew each frame.
        node.set_bounds(OmniBoundingVolume())
        node.set_final(True)
        self.node = NodePath(node)

    def move(self, points_m: FloatArray, normals: FloatArray) -> None:
        """Puts the corners to where they are now: (n, 3) metres and (n, 3) unit vectors."""
        self._rows["points"], self._rows["normals"] = points_m, normals
        memoryview(self._vertices.modify_array(0)).cast("B")[:] = self._rows.tobytes()


def _node(name: str, vertices: GeomVertexData, triangles: IndexArray) -> GeomNode:
    node = GeomNode(name)
    node.add_geom(triangle_geom(vertices, triangles.astype(np.uint32)))
    return node
