"""Numpy arrays to Panda3D geometry."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
)

from client.scene.glb import Part

Column: TypeAlias = tuple[str, int, int, int]

LIT_VERTEX = np.dtype(
    [
        ("position", "<f4", 3),
        ("normal", "<f4", 3),
        ("texture", "<f4", 2),
        ("light_place", "<f4", 2),
        ("tint", "u1", 4),
        ("surface", "u1", 4),
        ("light", "u1", 4),
    ]
)
FLAT_VERTEX = np.dtype(
    [("position", "<f4", 3), ("color", "u1", 4), ("texture", "<f4", 2), ("tile", "<f4", 3)]
)
_LIT_COLUMNS = (
    ("vertex", 3, Geom.NT_float32, Geom.C_point),
    ("normal", 3, Geom.NT_float32, Geom.C_normal),
    ("texcoord", 2, Geom.NT_float32, Geom.C_texcoord),
    ("light_place", 2, Geom.NT_float32, Geom.C_texcoord),
    ("tint", 4, Geom.NT_uint8, Geom.C_color),
    ("surface", 4, Geom.NT_uint8, Geom.C_color),
    ("light", 4, Geom.NT_uint8, Geom.C_color),
)
_FLAT_COLUMNS = (
    ("vertex", 3, Geom.NT_float32, Geom.C_point),
    ("color", 4, Geom.NT_uint8, Geom.C_color),
    ("texcoord", 2, Geom.NT_float32, Geom.C_texcoord),
    ("tile", 3, Geom.NT_float32, Geom.C_other),
)


def lit_node(part: Part) -> GeomNode:
    """Returns a part with all columns that the room's shaders read."""
    rows = np.zeros(len(part.position), LIT_VERTEX)
    for column in ("position", "normal", "texture", "light_place", "tint", "surface", "light"):
        rows[column] = getattr(part, column)
    return _node(part.name, rows, _LIT_COLUMNS, part.triangles)


@dataclass(frozen=True, slots=True)
class FlatVertices:
    """What is drawn with no light but its colors.

    Attributes:
      position: (n, 3) metres.
      color: (n, 4) bytes, red to alpha.
      texture: (n, 2) shares.
      tile: (n, 3) place in a material's tile, and the tile's number; read by one shader only.
    """

    position: NDArray[np.float32]
    color: NDArray[np.uint8]
    texture: NDArray[np.float32]
    tile: NDArray[np.float32] | None = None


def flat_node(name: str, vertices: FlatVertices, triangles: NDArray[np.uint32]) -> GeomNode:
    """Returns colored and textured triangles: (m, 3) rows of the vertices."""
    rows = np.zeros(len(vertices.position), FLAT_VERTEX)
    rows["position"], rows["color"] = vertices.position, vertices.color
    rows["texture"] = vertices.texture
    if vertices.tile is not None:
        rows["tile"] = vertices.tile
    return _node(name, rows, _FLAT_COLUMNS, triangles)


def quad_node(name: str, width_m: float, height_m: float) -> GeomNode:
    """Returns a white textured rectangle about the origin in the plane Y = 0, seen from -Y."""
    x, z = width_m / 2, height_m / 2
    position = np.array([(-x, 0, -z), (x, 0, -z), (x, 0, z), (-x, 0, z)], np.float32)
    texture = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    triangles = np.array([(0, 1, 2), (0, 2, 3)], np.uint32)
    white = np.full((4, 4), 255, np.uint8)
    return flat_node(name, FlatVertices(position, white, texture), triangles)


def dome_node(radius_m: float) -> GeomNode:
    """Returns a ball seen from inside, its texture coordinates those of an all-round picture."""
    turn, rise = np.meshgrid(np.linspace(-np.pi, np.pi, 49), np.linspace(-np.pi / 2, np.pi / 2, 25))
    position = radius_m * np.stack(
        [np.cos(rise) * np.sin(turn), np.cos(rise) * np.cos(turn), np.sin(rise)], -1
    )
    texture = np.stack([turn / (2 * np.pi) + 0.5, rise / np.pi + 0.5], -1)
    index = np.arange(turn.size).reshape(turn.shape)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    triangles = np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], 2).reshape(-1, 3)
    vertices = FlatVertices(
        position.reshape(-1, 3).astype(np.float32),
        np.full((turn.size, 4), 255, np.uint8),
        texture.reshape(-1, 2).astype(np.float32),
    )
    return flat_node("sky", vertices, triangles.astype(np.uint32))


def vertex_data(name: str, rows: NDArray[np.void], columns: tuple[Column, ...]) -> GeomVertexData:
    """Returns structured rows as a vertex buffer.

    Args:
      name: of the buffer.
      rows: (n,) one record a vertex, its fields in the order of the columns.
      columns: name, width, number type and contents of each.
    """
    array = GeomVertexArrayFormat()
    for column, width, kind, contents in columns:
        array.add_column(InternalName.make(column), width, kind, contents)
    layout = GeomVertexFormat.register_format(GeomVertexFormat(array))
    if layout.get_array(0).stride != rows.dtype.itemsize:
        raise ValueError(f"{name}: rows of {rows.dtype.itemsize} bytes do not fit their columns")
    data = GeomVertexData(name, layout, Geom.UH_static)
    data.unclean_set_num_rows(len(rows))
    data.modify_array_handle(0).copy_data_from(rows.tobytes())
    return data


def triangle_geom(vertices: GeomVertexData, triangles: NDArray[np.unsignedinteger[Any]]) -> Geom:
    """Returns triangles over vertices: any number of 16 or 32 bit indices, three each."""
    is_short = triangles.dtype.itemsize == 2
    primitive = GeomTriangles(Geom.UH_static)
    primitive.set_index_type(Geom.NT_uint16 if is_short else Geom.NT_uint32)
    indices = primitive.modify_vertices()
    indices.unclean_set_num_rows(triangles.size)
    indices.modify_handle().copy_data_from(np.ascontiguousarray(triangles).tobytes())
    geom = Geom(vertices)
    geom.add_primitive(primitive)
    return geom


def _node(
    name: str,
    rows: NDArray[np.void],
    columns: tuple[Column, ...],
    triangles: NDArray[np.uint32],
) -> GeomNode:
    node = GeomNode(name)
    node.add_geom(triangle_geom(vertex_data(name, rows, columns), triangles))
    return node
