"""Reads a baked person: standard binary glTF to arrays, checked, in the clinic's axes.

It reads what the bake writes and no more: one vertex buffer, three index lists, one skin, sparse
position targets. glTF is Y up and a person in it looks along +Z; what is returned is Z up and
looks along +Y.
"""

import json
import struct
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from client.avatars.materials import BONES, EDGE_SCALE, MORPH_NAMES, PATTERN_SCALE, Material
from world.errors import ConfigurationError
from world.geometry import FloatArray, Vector

MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942
COMPONENTS: dict[int, type[np.generic]] = {
    5120: np.int8,
    5121: np.uint8,
    5122: np.int16,
    5123: np.uint16,
    5126: np.float32,
}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
CLINIC_FROM_GLTF: FloatArray = np.array([[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
LEVELS = 3
LARGEST_M = 3.0


class Look(msgspec.Struct, frozen=True):
    """What the shader is told of one face; see the bake's cast."""

    eye_m: Vector
    lips: Vector
    hair: Vector
    beard: float
    age: float
    brow: float
    brow_lift: float
    brow_scale: float


@dataclass(frozen=True, eq=False)
class Person:
    """One person's body, shared by all avatars that show it.

    Attributes:
      name: of the file, without its ending.
      positions_m, normals: (n, 3) at rest.
      pattern: (n, 2); stuff: (n, 4) material, edge, crease, layer as bytes.
      tint: (n, 4) sRGB and reaching light as bytes.
      joints, weights: (n, 4) bytes.
      levels: three index lists, finest first.
      morphs_m: (targets, k, 3) how far the first k vertices move, in the order of MORPH_NAMES.
      bones: names; parents: (53,); joints_m: (53, 3) at rest.
      eye_m: (3,) between the eyes at rest.
    """

    name: str
    positions_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    pattern: NDArray[np.float32]
    stuff: NDArray[np.uint8]
    tint: NDArray[np.uint8]
    joints: NDArray[np.uint8]
    weights: NDArray[np.uint8]
    levels: tuple[NDArray[np.uint16], ...]
    morphs_m: NDArray[np.float32]
    bones: tuple[str, ...]
    parents: NDArray[np.int64]
    joints_m: FloatArray
    eye_m: FloatArray
    look: Look


def read_person(name: str, data: bytes) -> Person:
    """Returns the person that the file's bytes hold.

    Raises:
      ConfigurationError: if they are cut, changed or no person; says where it goes wrong.
    """
    try:
        return _person(name, *_chunks(data))
    except ConfigurationError as error:
        raise ConfigurationError(f"person {name}: {error}") from error
    except (KeyError, IndexError, TypeError, ValueError, msgspec.MsgspecError) as error:
        raise ConfigurationError(f"person {name}: not as the bake writes it: {error!r}") from error


def _require(is_true: object, what: str) -> None:
    if not is_true:
        raise ConfigurationError(what)


def _chunks(data: bytes) -> tuple[dict[str, Any], bytes]:
    _require(len(data) >= 20, f"{len(data)} bytes are no glTF file")
    magic, version, length, size, kind = struct.unpack_from("<5I", data)
    _require(magic == MAGIC and version == 2, "does not begin as binary glTF 2")
    _require(length == len(data), f"{len(data)} bytes, its header says {length}")
    _require(kind == JSON_CHUNK and 28 + size <= length, "its first chunk is no whole JSON chunk")
    binary_size, binary_kind = struct.unpack_from("<2I", data, 20 + size)
    _require(
        binary_kind == BINARY_CHUNK and 28 + size + binary_size == length,
        "its second chunk is no whole binary chunk",
    )
    document = json.loads(data[20 : 20 + size])
    _require(isinstance(document, dict), "its JSON is no object")
    return document, data[28 + size :]


class _Accessors:
    def __init__(self, document: dict[str, Any], binary: bytes) -> None:
        self._accessors = document["accessors"]
        self._views = document["bufferViews"]
        self._binary = binary

    def read(self, index: int) -> NDArray[Any]:
        """Returns (count, width) raw values."""
        entry = self._accessors[index]
        return self._view(
            entry["bufferView"], entry["componentType"], entry["count"], WIDTHS[entry["type"]]
        )

    def read_unit(self, index: int) -> NDArray[np.float32]:
        """Returns (count, width) normalized values, -1 to 1 or 0 to 1."""
        raw = self.read(index)
        return np.asarray(raw / np.float32(np.iinfo(raw.dtype).max), np.float32)

    def read_sparse(self, index: int) -> tuple[NDArray[Any], NDArray[np.float32]]:
        """Returns (k,) rows and (k, 3) normalized values."""
        entry = self._accessors[index]
        sparse = entry["sparse"]
        count, places, values = sparse["count"], sparse["indices"], sparse["values"]
        rows = self._view(places["bufferView"], places["componentType"], count, 1)[:, 0]
        raw = self._view(values["bufferView"], entry["componentType"], count, 3)
        return rows, np.asarray(raw / np.float32(np.iinfo(raw.dtype).max), np.float32)

    def _view(self, view: int, component: int, count: int, width: int) -> NDArray[Any]:
        entry = self._views[view]
        kind = np.dtype(COMPONENTS[component])
        start = entry.get("byteOffset", 0)
        stride = entry.get("byteStride", width * kind.itemsize)
        end = start + (count - 1) * stride + width * kind.itemsize
        _require(count > 0 and start >= 0, "a column is empty")
        _require(stride >= width * kind.itemsize, "a column's rows overlap")
        _require(end <= len(self._binary), "a column ends behind the file's end")
        return np.ndarray((count, width), kind, self._binary, start, (stride, kind.itemsize)).copy()


def _person(name: str, document: dict[str, Any], binary: bytes) -> Person:
    accessors = _Accessors(document, binary)
    meshes = document["meshes"]
    _require(len(meshes) == LEVELS, f"{len(meshes)} levels of detail, {LEVELS} expected")
    names = tuple(meshes[0]["extras"]["targetNames"])
    _require(names == MORPH_NAMES, f"its face shapes are {names}")
    first = meshes[0]["primitives"][0]
    columns = first["attributes"]
    levels = tuple(
        accessors.read(mesh["primitives"][0]["indices"])[:, 0].astype(np.uint16) for mesh in meshes
    )
    bones, parents, joints_m = _skeleton(document)
    look = msgspec.convert(document["extras"], Look)
    person = Person(
        name=name,
        positions_m=_turned(accessors.read(columns["POSITION"])),
        normals=_turned(accessors.read_unit(columns["NORMAL"])),
        pattern=accessors.read_unit(columns["_PATTERN"]) * np.float32(PATTERN_SCALE),
        stuff=accessors.read(columns["_STUFF"]).astype(np.uint8),
        tint=accessors.read(columns["COLOR_0"]).astype(np.uint8),
        joints=accessors.read(columns["JOINTS_0"]).astype(np.uint8),
        weights=accessors.read(columns["WEIGHTS_0"]).astype(np.uint8),
        levels=levels,
        morphs_m=_morphs(accessors, [t["POSITION"] for t in first["targets"]]),
        bones=bones,
        parents=parents,
        joints_m=joints_m,
        eye_m=CLINIC_FROM_GLTF @ np.array(look.eye_m),
        look=look,
    )
    _check(person, document["extras"])
    return person


def _turned(vectors: NDArray[Any]) -> NDArray[np.float32]:
    return np.ascontiguousarray(vectors @ CLINIC_FROM_GLTF.T.astype(np.float32), np.float32)


def _morphs(accessors: _Accessors, targets: list[int]) -> NDArray[np.float32]:
    _require(len(targets) == len(MORPH_NAMES), f"{len(targets)} face shapes")
    moved = [accessors.read_sparse(target) for target in targets]
    count = 1 + max(int(rows.max()) for rows, _ in moved)
    result = np.zeros((len(targets), count, 3), np.float32)
    for index, (rows, values) in enumerate(moved):
        result[index, rows] = values
    return _turned(result)


def _skeleton(document: dict[str, Any]) -> tuple[tuple[str, ...], NDArray[np.int64], FloatArray]:
    joints = document["skins"][0]["joints"]
    _require(joints == list(range(BONES)), f"{len(joints)} bones, {BONES} expected")
    nodes = document["nodes"][:BONES]
    parents = np.full(BONES, -1, np.int64)
    for index, node in enumerate(nodes):
        parents[[int(child) for child in node.get("children", [])]] = index
    _require((parents < np.arange(BONES)).all(), "a bone comes before its parent")
    places = np.array([node["translation"] for node in nodes], float)
    _require(places.shape == (BONES, 3), "a bone has no place")
    for index in range(1, BONES):
        places[index] += places[parents[index]]
    return tuple(str(node["name"]) for node in nodes), parents, places @ CLINIC_FROM_GLTF.T


def _check(person: Person, extras: dict[str, Any]) -> None:
    n = len(person.positions_m)
    columns = (person.normals, person.pattern, person.stuff, person.tint, person.joints)
    _require(all(len(c) == n for c in (*columns, person.weights)), "columns of unequal length")
    _require(np.isfinite(person.positions_m).all(), "a vertex is not finite")
    _require(np.abs(person.positions_m).max() < LARGEST_M, "a vertex is out of a person's reach")
    _require(np.isfinite(person.joints_m).all(), "a bone is not finite")
    _require((person.joints < BONES).all(), "a vertex hangs on a bone that is not there")
    _require((person.weights.sum(1, dtype=int) == 255).all(), "skin weights do not sum to 1")
    _require((person.stuff[:, 0] <= max(Material)).all(), "a vertex of unknown material")
    _require(person.morphs_m.shape[1] <= n, "a face shape moves a vertex that is not there")
    for level in person.levels:
        _require(len(level) % 3 == 0 and level.max() < n, "a triangle's corner is not there")
    scales = (extras["pattern_scale"], extras["edge_scale"])
    _require(scales == (PATTERN_SCALE, EDGE_SCALE), f"its columns are scaled by {scales}")
