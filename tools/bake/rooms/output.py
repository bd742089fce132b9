"""Writes what was baked: a room's folder, and the textures that all rooms share."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tools.bake.rooms import glb, signs, tiles
from tools.bake.rooms.light import BakedLight
from tools.bake.rooms.mesh import Mesh
from tools.bake.rooms.room import Room
from world.geometry import FloatArray

TILE_SEED, CARD_SEED, SKY_SEED = 5, 3, 11
CELL_M = 5.1
DRAWN = ("room", "cloth", "leaves", "glass")


def write_textures(folder: Path, fonts: Path) -> dict[str, FloatArray]:
    """Writes the shared textures; returns the tiles as they read back, for their mean color."""
    folder.mkdir(parents=True, exist_ok=True)
    read_back = {}
    for name, tile in tiles.tiles(TILE_SEED).items():
        path = folder / f"{name}.jpg"
        Image.fromarray(tile.astype(np.uint8)).save(path, quality=89, subsampling=0)
        read_back[name] = np.asarray(Image.open(path), float)
    signs.sheet(fonts).save(folder / "signs.jpg", quality=90, subsampling=0)
    tiles.sky(SKY_SEED).save(folder / "sky.jpg", quality=87)
    tiles.leaf_card(CARD_SEED).save(folder / "leaves.png", optimize=True)
    return read_back


def write_room(folder: Path, room: Room, mesh: Mesh, light: BakedLight) -> None:
    """Writes geometry, light and, for a room that has walls, the layout."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "room.glb").write_bytes(glb.written(mesh, light.vertices, _parts(room, mesh)))
    meta: dict[str, Any] = {
        "type": room.type,
        "scale": light.scale,
        "exposure": light.exposure,
        "white": light.white,
        "box_m": [[0.0, 0.0, 0.0], room.size_m],
        "cube_center_m": room.cube_center_m,
        "garden_x_m": room.garden_x_m,
    }
    if room.type != "garden":
        meta["probes"] = {
            "shape": light.probes.shape[:4],
            "low_m": light.probe_low_m,
            "high_m": light.probe_high_m,
        }
        _save(folder / "lightmap.jpg", light.lightmap[::-1], quality=95)
        _save(folder / "probes.png", _probe_sheet(light.probes))
        layout = room.model.plan.written(room.type, room.size_m)
        (folder / "layout.json").write_bytes(layout)
    (folder / "room.json").write_text(json.dumps(_rounded(meta), indent=1) + "\n")


def _parts(room: Room, mesh: Mesh) -> list[glb.Part]:
    """One part for each kind of drawing and each cell of the floor, and one a moving thing."""
    parts = []
    for group in mesh.groups:
        if group == "occluder":
            continue
        triangles = mesh.triangles[mesh.triangles_of([group])]
        leaf = next((leaf for leaf in room.leaves if leaf.group == group), None)
        if leaf:
            parts.append(glb.Part(group, "door", triangles, leaf.hinge_m, leaf.swing_rad))
        elif group.startswith("panel-"):
            parts.append(glb.Part(group, "panel", triangles))
        else:
            cells = (
                _cells(mesh, triangles)
                if group == "room" and room.type != "garden"
                else ([triangles])
            )
            parts += [glb.Part(f"{group}-{i}", group, cell) for i, cell in enumerate(cells)]
    return parts


def _cells(mesh: Mesh, triangles: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Splits triangles by where their patch lies, so that what is out of sight is not drawn."""
    patch = mesh.patch[triangles[:, 0]]
    count = int(mesh.patch.max()) + 1
    totals = np.bincount(mesh.patch, minlength=count)[:, None]
    middle = np.stack([np.bincount(mesh.patch, mesh.position[:, i], count) for i in (0, 1)], 1)
    cell = np.floor(middle / np.maximum(totals, 1) / CELL_M).clip(0, 3).astype(int)
    key = (cell[:, 0] * 4 + cell[:, 1])[patch]
    return [triangles[key == k] for k in np.unique(key)]


def _probe_sheet(probes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    faces, depth, height, width, _ = probes.shape
    return probes.reshape(faces * depth * height, width, 3)


def _save(path: Path, image: NDArray[np.uint8], quality: int = 0) -> None:
    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(image))
    if quality:
        picture.save(buffer, "JPEG", quality=quality, subsampling=0)
    else:
        picture.save(buffer, "PNG", optimize=True)
    path.write_bytes(buffer.getvalue())


def _rounded(value: Any) -> Any:  # noqa: ANN401 (JSON is what it is)
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
