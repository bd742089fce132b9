"""Writes a lit mesh as a quantized `.glb` (glTF 2.0 with KHR_mesh_quantization).

Per vertex 32 bytes, interleaved: POSITION u16 of the node's box, NORMAL i8, TEXCOORD_0 i16 (1024
steps a tile, or 16384 the sign sheet), TEXCOORD_1 u16 (place in the lightmap), and our own _TINT
(1.2 * byte / 255), _SURFACE (layer, roughness, specular, emission * 255 / 8), _LIGHT (cube root).
"""

import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from client.scene.layers import SHEET_LAYER
from tools.bake.rooms.mesh import Mesh, Triangles
from world.geometry import FloatArray

VERTEX = np.dtype(
    [
        ("position", "<u2", 3),
        ("pad_a", "<u2"),
        ("normal", "i1", 3),
        ("pad_b", "u1"),
        ("texture", "<i2", 2),
        ("light_place", "<u2", 2),
        ("tint", "u1", 4),
        ("surface", "u1", 4),
        ("light", "u1", 4),
    ]
)
ATTRIBUTES: tuple[tuple[str, str, int, str, bool], ...] = (
    ("POSITION", "position", 5123, "VEC3", True),
    ("NORMAL", "normal", 5120, "VEC3", True),
    ("TEXCOORD_0", "texture", 5122, "VEC2", False),
    ("TEXCOORD_1", "light_place", 5123, "VEC2", True),
    ("_TINT", "tint", 5121, "VEC4", True),
    ("_SURFACE", "surface", 5121, "VEC4", True),
    ("_LIGHT", "light", 5121, "VEC4", True),
)
TILE_STEPS, SHEET_STEPS = 1024, 16384
TINT_RANGE, EMISSION_RANGE = 1.2, 8.0


@dataclass(frozen=True, slots=True)
class Part:
    """Triangles that become one node.

    Attributes:
      name: of the node.
      group: how it is drawn, see `Model`.
      triangles: (m, 3) vertex numbers of the mesh.
      pivot_m: the point that a moving part turns about.
      swing_rad: how far it turns, 0 for what does not move.
    """

    name: str
    group: str
    triangles: Triangles
    pivot_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    swing_rad: float = 0.0


def written(mesh: Mesh, light: NDArray[np.uint8], parts: list[Part]) -> bytes:
    """Returns the bytes of a `.glb` that holds the parts, in the order given."""
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "metaclinic tools.bake_assets"},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
        "extras": {
            "tile_steps": TILE_STEPS,
            "sheet_steps": SHEET_STEPS,
            "tint_range": TINT_RANGE,
            "emission_range": EMISSION_RANGE,
        },
        "scene": 0,
        "scenes": [{"nodes": []}],
        "nodes": [],
        "meshes": [],
        "accessors": [],
        "bufferViews": [],
        "buffers": [],
    }
    blob = bytearray()
    for part in parts:
        _add(document, blob, part, _quantized(mesh, light, part))
    document["buffers"] = [{"byteLength": len(blob)}]
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    length = 12 + 8 + len(text) + 8 + len(blob)
    header = struct.pack("<4sII", b"glTF", 2, length)
    return b"".join(
        [
            header,
            struct.pack("<I4s", len(text), b"JSON"),
            text,
            struct.pack("<I4s", len(blob), b"BIN\0"),
            bytes(blob),
        ]
    )


def _quantized(
    mesh: Mesh, light: NDArray[np.uint8], part: Part
) -> tuple[NDArray[np.void], NDArray[np.uint16] | NDArray[np.uint32], FloatArray]:
    used, index = np.unique(part.triangles, return_inverse=True)
    position = mesh.position[used] - part.pivot_m
    low, span = position.min(0), np.maximum(np.ptp(position, axis=0), 1e-6)
    rows = np.zeros(len(used), VERTEX)
    rows["position"] = np.rint((position - low) / span * 65535)
    rows["normal"] = np.rint(mesh.normal[used] * 127)
    is_sheet = mesh.surface[used, 0] >= SHEET_LAYER - 1
    steps = np.where(is_sheet, SHEET_STEPS, TILE_STEPS)[:, None]
    rows["texture"] = np.clip(np.rint(mesh.texture[used] * steps), -32768, 32767)
    rows["light_place"] = np.rint(np.clip(mesh.light[used], 0, 1) * 65535)
    tint = np.clip(mesh.tint[used] / TINT_RANGE, 0, 1)
    rows["tint"] = np.rint(np.concatenate([tint, np.ones((len(used), 1))], 1) * 255)
    layer, rough, specular, emission = mesh.surface[used].T
    rows["surface"] = np.rint(
        np.stack(
            [layer, rough * 255, specular * 255, np.minimum(emission / EMISSION_RANGE, 1) * 255], 1
        )
    )
    rows["light"][:, :3], rows["light"][:, 3] = light[used], 255
    box = np.stack([low, span])
    if len(used) <= 65535:
        return rows, index.ravel().astype(np.uint16), box
    return rows, index.ravel().astype(np.uint32), box


def _add(
    document: dict[str, Any],
    blob: bytearray,
    part: Part,
    data: tuple[NDArray[np.void], NDArray[np.uint16] | NDArray[np.uint32], FloatArray],
) -> None:
    rows, indices, (low, span) = data
    vertex_view = _view(document, blob, rows.tobytes(), stride=VERTEX.itemsize)
    attributes = {}
    for name, column, kind, shape, is_normalized in ATTRIBUTES:
        field = VERTEX.fields
        offset = field[column][1] if field else 0
        accessor: dict[str, Any] = {
            "bufferView": vertex_view,
            "byteOffset": offset,
            "componentType": kind,
            "count": len(rows),
            "type": shape,
        }
        if is_normalized:
            accessor["normalized"] = True
        if name == "POSITION":
            accessor["min"] = rows[column].min(0).tolist()
            accessor["max"] = rows[column].max(0).tolist()
        attributes[name] = len(document["accessors"])
        document["accessors"].append(accessor)
    index_view = _view(document, blob, indices.tobytes(), stride=0)
    kind = 5123 if indices.dtype == np.uint16 else 5125
    document["accessors"].append(
        {"bufferView": index_view, "componentType": kind, "count": len(indices), "type": "SCALAR"}
    )
    primitive = {"attributes": attributes, "indices": len(document["accessors"]) - 1}
    document["meshes"].append({"name": part.name, "primitives": [primitive]})
    _add_nodes(document, part, low, span)


def _add_nodes(document: dict[str, Any], part: Part, low: FloatArray, span: FloatArray) -> None:
    nodes = document["nodes"]
    shape = {
        "name": f"{part.name}-shape",
        "mesh": len(document["meshes"]) - 1,
        "translation": [float(v) for v in low],
        "scale": [float(v) for v in span],
    }
    nodes.append(shape)
    extras: dict[str, Any] = {"group": part.group}
    if part.swing_rad:
        extras["swing_rad"] = part.swing_rad
    nodes.append(
        {
            "name": part.name,
            "translation": [float(v) for v in part.pivot_m],
            "extras": extras,
            "children": [len(nodes) - 1],
        }
    )
    document["scenes"][0]["nodes"].append(len(nodes) - 1)


def _view(document: dict[str, Any], blob: bytearray, data: bytes, stride: int) -> int:
    blob.extend(b"\0" * (-len(blob) % 4))
    view: dict[str, Any] = {
        "buffer": 0,
        "byteOffset": len(blob),
        "byteLength": len(data),
        "target": 34962 if stride else 34963,
    }
    if stride:
        view["byteStride"] = stride
    blob.extend(data)
    blob.extend(b"\0" * (-len(blob) % 4))
    document["bufferViews"].append(view)
    return len(document["bufferViews"]) - 1
