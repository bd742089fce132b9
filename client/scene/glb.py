"""Reads the quantized `.glb` files of rooms: only what the bake writes, checked on the way in."""

import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world.errors import ClinicError
from world.geometry import Vector

FloatArray32 = NDArray[np.float32]
_COMPONENTS = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_NAMES = ("POSITION", "NORMAL", "TEXCOORD_0", "TEXCOORD_1", "_TINT", "_SURFACE", "_LIGHT")


class AssetError(ClinicError):
    """A file of assets/ is missing, damaged, or not of the kind that was expected."""


@dataclass(frozen=True, slots=True)
class Part:
    """One node of a room: n vertices and m triangles.

    Attributes:
      name: unique in its file.
      group: how it is drawn: room, cloth, leaves, glass, door, panel.
      pivot_m: where a moving part turns; positions are relative to it.
      swing_rad: how far a door's leaf turns about Z when it is open.
      position: (n, 3) metres.
      normal: (n, 3).
      texture: (n, 2) tiles, or shares of a sheet.
      light_place: (n, 2) place in the lightmap.
      tint: (n, 4) bytes.
      surface: (n, 4) bytes.
      light: (n, 4) bytes.
      triangles: (m, 3).
    """

    name: str
    group: str
    pivot_m: Vector
    swing_rad: float
    position: FloatArray32
    normal: FloatArray32
    texture: FloatArray32
    light_place: FloatArray32
    tint: NDArray[np.uint8]
    surface: NDArray[np.uint8]
    light: NDArray[np.uint8]
    triangles: NDArray[np.uint32]


def parse(data: bytes, name: str = "room.glb") -> list[Part]:
    """Returns the parts of a `.glb`.

    Args:
      data: the whole file.
      name: what the error calls the file.

    Raises:
      AssetError: if the data is no `.glb` of a room, or is damaged.
    """
    try:
        document, blob = _chunks(data)
        return [_part(document, blob, index) for index in document["scenes"][0]["nodes"]]
    except (AssetError, KeyError, IndexError, TypeError, ValueError, struct.error) as error:
        raise AssetError(f"{name} is no room geometry or is damaged: {error!r}") from error


def _chunks(data: bytes) -> tuple[dict[str, Any], bytes]:
    magic, version, length = struct.unpack_from("<4sII", data)
    if magic != b"glTF" or version != 2:
        raise AssetError(f"expected a glTF 2 binary, got {magic!r} version {version}")
    if length != len(data):
        raise AssetError(f"expected {length} bytes, got {len(data)}")
    size, kind = struct.unpack_from("<I4s", data, 12)
    if kind != b"JSON":
        raise AssetError(f"expected a JSON chunk first, got {kind!r}")
    document = json.loads(data[20 : 20 + size])
    blob_size, kind = struct.unpack_from("<I4s", data, 20 + size)
    if kind != b"BIN\0":
        raise AssetError(f"expected a BIN chunk second, got {kind!r}")
    start = 28 + size
    return document, data[start : start + blob_size]


def _part(document: dict[str, Any], blob: bytes, index: int) -> Part:
    node = document["nodes"][index]
    shape = document["nodes"][node["children"][0]]
    primitive = document["meshes"][shape["mesh"]]["primitives"][0]
    columns = [_column(document, blob, primitive["attributes"][name]) for name in _NAMES]
    position, normal, texture, light_place, tint, surface, light = columns
    triangles = _column(document, blob, primitive["indices"]).astype(np.uint32).reshape(-1, 3)
    if len(triangles) and int(triangles.max()) >= len(position):
        raise AssetError(f"node {node['name']}: a triangle names a vertex that is not there")
    extras, pivot = node["extras"], node["translation"]
    low, span = np.array(shape["translation"]), np.array(shape["scale"])
    steps = np.where(
        surface[:, :1] >= 254, document["extras"]["sheet_steps"], document["extras"]["tile_steps"]
    )
    return Part(
        name=str(node["name"]),
        group=str(extras["group"]),
        pivot_m=(float(pivot[0]), float(pivot[1]), float(pivot[2])),
        swing_rad=float(extras.get("swing_rad", 0.0)),
        position=(position / 65535.0 * span + low).astype(np.float32),
        normal=np.maximum(normal / 127.0, -1.0).astype(np.float32),
        texture=(texture / steps).astype(np.float32),
        light_place=(light_place / 65535.0).astype(np.float32),
        tint=tint.astype(np.uint8),
        surface=surface.astype(np.uint8),
        light=light.astype(np.uint8),
        triangles=triangles,
    )


def _column(document: dict[str, Any], blob: bytes, index: int) -> NDArray[Any]:
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    kind, width = np.dtype(_COMPONENTS[accessor["componentType"]]), _WIDTHS[accessor["type"]]
    count, item = int(accessor["count"]), kind.itemsize * width
    stride = int(view.get("byteStride", item))
    start = int(view["byteOffset"]) + int(accessor.get("byteOffset", 0))
    if count < 1 or start + stride * (count - 1) + item > len(blob):
        raise AssetError(f"accessor {index} reaches beyond the data ({len(blob)} bytes)")
    column: NDArray[Any] = np.ndarray((count, width), kind, blob, start, (stride, kind.itemsize))
    return column
