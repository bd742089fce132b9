"""A baked room as read from its folder: numbers and images, not yet on any graphics card."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from client.scene.ambient import FACES, AmbientGrid
from client.scene.glb import AssetError, Part, parse
from world.errors import ConfigurationError
from world.geometry import Vector
from world.rooms.layout import Layout, parse_layout

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RoomFiles:
    """Everything of one room.

    Attributes:
      layout: what is solid, seats, doors, panels.
      parts: geometry.
      lightmap: (h, w, 3) bytes, rows from the bottom up.
      grid: ambient cubes, exposure, white balance, and the scale of all stored light.
      cube: (6, n, n, 3) bytes of the room as mirrors see it; black if it was not baked yet.
      cube_center_m: where the cube was seen from.
      box_m: the room's corners.
      garden_x_m: where the garden stands along X.
    """

    layout: Layout
    parts: list[Part]
    lightmap: Pixels
    grid: AmbientGrid
    cube: Pixels
    cube_center_m: Vector
    box_m: tuple[Vector, Vector]
    garden_x_m: float


@dataclass(frozen=True, slots=True)
class GardenFiles:
    """The garden that rooms look out on: parts, and the scale of their stored light."""

    parts: list[Part]
    scale: float


def read_room(folder: Path, *, needs_cube: bool = True) -> RoomFiles:
    """Returns the room in a folder.

    Raises:
      AssetError: if a file is missing or damaged; names the file.
    """
    meta = _meta(folder)
    try:
        probes = meta["probes"]
        shape = tuple(int(n) for n in probes["shape"])
        sheet = read_image(folder / "probes.png")
        if len(shape) != 4 or shape[0] != FACES or sheet.size != 3 * int(np.prod(shape)):
            raise AssetError(f"{folder.name}/probes.png: expected {shape}, got {sheet.shape}")
        grid = AmbientGrid(
            sheet.reshape(*shape, 3),
            float(meta["scale"]),
            _vector(probes["low_m"]),
            _vector(probes["high_m"]),
            float(meta["exposure"]),
            _vector(meta["white"]),
        )
        return RoomFiles(
            layout=parse_layout(_bytes(folder / "layout.json")),
            parts=parse(_bytes(folder / "room.glb"), f"{folder.name}/room.glb"),
            lightmap=read_image(folder / "lightmap.jpg")[::-1],
            grid=grid,
            cube=_cube(folder / "cube.jpg", needs_cube=needs_cube),
            cube_center_m=_vector(meta["cube_center_m"]),
            box_m=(_vector(meta["box_m"][0]), _vector(meta["box_m"][1])),
            garden_x_m=float(meta["garden_x_m"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, ConfigurationError) as error:
        raise AssetError(f"{folder.name}: {error!r}") from error


def read_garden(folder: Path) -> GardenFiles:
    """Returns the garden in a folder.

    Raises:
      AssetError: if a file is missing or damaged; names the file.
    """
    meta = _meta(folder)
    parts = parse(_bytes(folder / "room.glb"), f"{folder.name}/room.glb")
    try:
        return GardenFiles(parts, float(meta["scale"]))
    except (KeyError, TypeError, ValueError) as error:
        raise AssetError(f"{folder.name}/room.json: {error!r}") from error


def read_image(path: Path, mode: str = "RGB") -> Pixels:
    """Returns an image's pixels, rows from the top down: (h, w, channels).

    Raises:
      AssetError: if it is missing or damaged.
    """
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert(mode))
    except (OSError, SyntaxError, ValueError) as error:
        raise AssetError(f"{path.parent.name}/{path.name}: {error}") from error


def _meta(folder: Path) -> dict[str, Any]:
    try:
        meta = json.loads(_bytes(folder / "room.json"))
    except ValueError as error:
        raise AssetError(f"{folder.name}/room.json: {error}") from error
    if not isinstance(meta, dict):
        raise AssetError(f"{folder.name}/room.json: expected an object, got {type(meta).__name__}")
    return meta


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AssetError(f"{path.parent.name}/{path.name}: {error.strerror}") from error


def _cube(path: Path, *, needs_cube: bool) -> Pixels:
    if not needs_cube and not path.exists():
        return np.zeros((FACES, 1, 1, 3), np.uint8)
    strip = read_image(path)
    size = strip.shape[0]
    if strip.shape[1] != FACES * size:
        raise AssetError(f"{path.name}: expected six squares in a row, got {strip.shape[:2]}")
    faces = strip.reshape(size, FACES, size, 3).swapaxes(0, 1)
    return np.ascontiguousarray(faces[:, ::-1])


def _vector(values: Any) -> Vector:  # noqa: ANN401 (read from JSON; checked here)
    x, y, z = (float(value) for value in values)
    return (x, y, z)
