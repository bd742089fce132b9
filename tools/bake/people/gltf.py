"""Writes a person as standard binary glTF 2.0 with quantized vertex data.

One vertex buffer; the meshes lod0, lod1 and lod2 are index lists over it. Own columns: `_PATTERN`
(signed, times PATTERN_SCALE) and `_STUFF` (material, edge, crease, layer).

Source: Khronos, glTF 2.0 specification; extension KHR_mesh_quantization.
"""

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from client.avatars.materials import EDGE_SCALE, MORPH_NAMES, PATTERN_SCALE, Material
from tools.bake.people.anatomy import Anatomy, FloatArray
from tools.bake.people.person import Figure

COMPONENT = {"f": 5126, "B": 5121, "b": 5120, "H": 5123, "h": 5122}
VERTICES, INDICES = 34962, 34963
CREDIT = (
    "CC0 1.0. Body shapes: MakeHuman and MPFB2; face units: Mika Suominen. "
    "Clothes, hair and shading: the Metaclinic project."
)


class _Buffer:
    """The binary chunk as it grows, with its views and accessors."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def view(self, array: NDArray[Any], target: int | None = None) -> int:
        """Appends an array whose rows are padded to 4 bytes where it is vertex data."""
        array = np.ascontiguousarray(array)
        entry: dict[str, Any] = {"buffer": 0, "byteOffset": len(self.data)}
        if target == VERTICES and array.ndim == 2 and array.strides[0] % 4:
            width = -(-array.strides[0] // 4) * 4 // array.itemsize
            padded = np.zeros((len(array), width), array.dtype)
            padded[:, : array.shape[1]] = array
            array = padded
        entry["byteLength"] = array.nbytes
        if target is not None:
            entry["target"] = target
        if target == VERTICES:
            entry["byteStride"] = array.strides[0]
        self.data += array.tobytes()
        self.data += b"\0" * (-len(self.data) % 4)
        self.views.append(entry)
        return len(self.views) - 1

    def accessor(
        self, array: NDArray[Any], kind: str, target: int | None = None, **more: object
    ) -> int:
        """Appends an array and returns the index of its accessor."""
        entry = {
            "bufferView": self.view(array, target),
            "componentType": COMPONENT[array.dtype.char],
            "count": len(array),
            "type": kind,
        }
        self.accessors.append(entry | more)
        return len(self.accessors) - 1

    def sparse(self, count: int, indices: NDArray[Any], values: NDArray[Any]) -> int:
        """Appends an accessor that is zero but for a few rows."""
        self.accessors.append(
            {
                "componentType": COMPONENT[values.dtype.char],
                "count": count,
                "type": "VEC3",
                "normalized": True,
                "min": [int(v) for v in np.minimum(values.min(0), 0)],
                "max": [int(v) for v in np.maximum(values.max(0), 0)],
                "sparse": {
                    "count": len(indices),
                    "indices": {"bufferView": self.view(indices), "componentType": 5123},
                    "values": {"bufferView": self.view(values)},
                },
            }
        )
        return len(self.accessors) - 1


def write_glb(figure: Figure, anatomy: Anatomy) -> bytes:
    """Returns the file's bytes; the same figure always gives the same bytes."""
    buffer = _Buffer()
    attributes = _attributes(buffer, figure)
    targets = [{"POSITION": _target(buffer, figure, morph)} for morph in figure.morphs_m]
    meshes = [
        {
            "name": f"lod{level}",
            "primitives": [
                {
                    "attributes": attributes,
                    "indices": buffer.accessor(
                        triangles.astype(np.uint16).ravel(), "SCALAR", INDICES
                    ),
                    "material": 0,
                    "targets": targets,
                }
            ],
            "weights": [0.0] * len(targets),
            "extras": {"targetNames": list(MORPH_NAMES)},
        }
        for level, triangles in enumerate(figure.levels)
    ]
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(figure.joints_m), 1, 1))
    inverse[:, 3, :3] = -figure.joints_m
    inverse_accessor = buffer.accessor(inverse.reshape(-1, 16), "MAT4")
    bones = len(figure.joints_m)
    document = {
        "asset": {"version": "2.0", "copyright": CREDIT},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
        "scene": 0,
        "scenes": [{"nodes": [bones + LEVEL_NODES]}],
        "nodes": _nodes(figure, anatomy),
        "meshes": meshes,
        "skins": [
            {"joints": list(range(bones)), "inverseBindMatrices": inverse_accessor, "skeleton": 0}
        ],
        "materials": [
            {
                "name": "person",
                "doubleSided": True,
                "pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 0.8},
            }
        ],
        "accessors": buffer.accessors,
        "bufferViews": buffer.views,
        "buffers": [{"byteLength": len(buffer.data)}],
        "extras": _extras(figure),
    }
    return _container(document, bytes(buffer.data))


LEVEL_NODES = 3


def _attributes(buffer: _Buffer, figure: Figure) -> dict[str, int]:
    positions = figure.positions_m.astype(np.float32)
    bounds = {"min": positions.min(0).tolist(), "max": positions.max(0).tolist()}
    is_cloth = figure.material == Material.CLOTH
    edge = np.where(is_cloth, figure.edge / EDGE_SCALE, figure.edge).clip(0, 1)
    stuff = np.stack(
        [figure.material, edge * 255, figure.crease * 255, figure.layer * 255], 1
    ).round()
    pattern = (figure.pattern / PATTERN_SCALE).clip(-1, 1) * 32767
    return {
        "POSITION": buffer.accessor(positions, "VEC3", VERTICES, **bounds),
        "NORMAL": buffer.accessor(_signed(figure.normals, np.int8), "VEC3", VERTICES, **NORMALIZED),
        "COLOR_0": buffer.accessor(
            (figure.color.clip(0, 1) * 255).round().astype(np.uint8), "VEC4", VERTICES, **NORMALIZED
        ),
        "JOINTS_0": buffer.accessor(figure.joints.astype(np.uint8), "VEC4", VERTICES),
        "WEIGHTS_0": buffer.accessor(
            figure.weights.astype(np.uint8), "VEC4", VERTICES, **NORMALIZED
        ),
        "_PATTERN": buffer.accessor(
            pattern.round().astype(np.int16), "VEC2", VERTICES, **NORMALIZED
        ),
        "_STUFF": buffer.accessor(stuff.astype(np.uint8), "VEC4", VERTICES),
    }


NORMALIZED: dict[str, object] = {"normalized": True}


def _signed(values: FloatArray, kind: type[np.int8 | np.int16]) -> NDArray[Any]:
    return np.asarray((values.clip(-1, 1) * np.iinfo(kind).max).round().astype(kind))


def _target(buffer: _Buffer, figure: Figure, morph_m: FloatArray) -> int:
    values = _signed(morph_m, np.int16)
    moved = np.flatnonzero(np.abs(values).max(1) > 0)
    return buffer.sparse(len(figure.positions_m), moved.astype(np.uint16), values[moved])


def _nodes(figure: Figure, anatomy: Anatomy) -> list[dict[str, Any]]:
    bones = len(anatomy.bones)
    nodes: list[dict[str, Any]] = []
    for index, (name, parent) in enumerate(zip(anatomy.bones, anatomy.parents, strict=True)):
        origin = figure.joints_m[parent] if parent >= 0 else np.zeros(3)
        node = {"name": name, "translation": (figure.joints_m[index] - origin).round(6).tolist()}
        children = [int(child) for child in np.flatnonzero(anatomy.parents == index)]
        nodes.append(node | ({"children": children} if children else {}))
    nodes += [{"name": f"lod{level}", "mesh": level, "skin": 0} for level in range(LEVEL_NODES)]
    roots = [int(root) for root in np.flatnonzero(anatomy.parents < 0)]
    levels = [bones + level for level in range(LEVEL_NODES)]
    return [*nodes, {"name": figure.person.name, "children": [*roots, *levels]}]


def _extras(figure: Figure) -> dict[str, object]:
    person, face = figure.person, figure.person.face
    return {
        "eye_m": figure.eye_m.round(6).tolist(),
        "lips": face.lips,
        "hair": person.hair,
        "beard": face.beard,
        "age": face.age,
        "brow": face.brow,
        "brow_lift": face.brow_lift,
        "brow_scale": face.brow_scale,
        "pattern_scale": PATTERN_SCALE,
        "edge_scale": EDGE_SCALE,
    }


def _container(document: dict[str, Any], data: bytes) -> bytes:
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    length = 12 + 8 + len(text) + 8 + len(data)
    return b"".join(
        (
            struct.pack("<III", 0x46546C67, 2, length),
            struct.pack("<II", len(text), 0x4E4F534A),
            text,
            struct.pack("<II", len(data), 0x004E4942),
            data,
        )
    )
