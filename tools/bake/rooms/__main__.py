"""Bakes the clinic's rooms into assets/: `python -m tools.bake_assets rooms`.

Quality 0.1 is for trying things out (about a minute for all), 0.5 for what is committed.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from client.scene.window import WindowOptions, open_window
from tools.bake.rooms import (
    charts,
    consult,
    cube,
    garden,
    light,
    output,
    plants,
    training,
    waiting,
)
from tools.bake.rooms.materials import albedos
from tools.bake.rooms.mesh import Mesh, assemble
from tools.bake.rooms.patches import Finish
from tools.bake.rooms.room import Room, RoomMaker
from tools.bake.rooms.shapes import plane
from world.geometry import FloatArray

MAKERS: dict[str, RoomMaker] = {
    "garden": garden.make,
    "waiting": waiting.make,
    "consult": consult.make,
    "training": training.make,
}
TEXELS_PER_M = 64.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Bakes what the arguments name."""
    parser = argparse.ArgumentParser(prog="bake_assets rooms", description=__doc__)
    parser.add_argument("--quality", type=float, default=0.5)
    parser.add_argument("--only", choices=[*MAKERS, "textures"], help="one room, or the textures")
    parser.add_argument("--assets", type=Path, default=Path("assets"))
    options = parser.parse_args(arguments)
    tiles = output.write_textures(options.assets / "textures", options.assets / "fonts")
    for name, make in MAKERS.items():
        if options.only in (None, name):
            _bake(make(), tiles, options.assets / "rooms" / name, options.quality)
    _capture_cubes(options.assets / "rooms", options.only)


def _capture_cubes(folder: Path, only: str | None) -> None:
    stage = open_window(WindowOptions((cube.SIZE, cube.SIZE), is_offscreen=True, tier="low"))
    for name, make in MAKERS.items():
        if name != "garden" and only in (None, "garden", "textures", name):
            cube.capture(stage, folder / name, make().cube_center_m)
    stage.close()


def modeled(room: Room, tiles: dict[str, FloatArray]) -> tuple[Mesh, int]:
    """Returns a room's mesh, with its charts packed, and its lightmap's height."""
    if room.type != "garden":
        _add_surroundings(room)
    height = charts.pack(room.model.patches, TEXELS_PER_M)
    return assemble(room.model.patches, albedos(tiles), height), height


def _bake(room: Room, tiles: dict[str, FloatArray], folder: Path, quality: float) -> None:
    started_s = time.monotonic()
    mesh, height = modeled(room, tiles)
    baked = light.bake(mesh, room, height, quality)
    output.write_room(folder, room, mesh, baked)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(
        f"{room.type}: {len(mesh.triangles)} triangles, lightmap {charts.WIDTH}x{height}, "
        f"median light {np.median(baked.lightmap)}, {size / 1e6:.2f} MB, "
        f"{time.monotonic() - started_s:.0f} s"
    )


def _add_surroundings(room: Room) -> None:
    """Adds what shades a room from out of doors: trees, ground."""
    with room.model.at((room.garden_x_m, 0, 0)):
        plants.tree_shadows(room.model)
        with room.model.within("occluder"):
            plane(
                room.model,
                (-30, -45, -0.2),
                ((60, 0, 0), (0, 44.7, 0)),
                Finish("soft", (0.6, 0.62, 0.55)),
            )


if __name__ == "__main__":
    main()
