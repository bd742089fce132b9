"""The rooms of a clinic with so many training rooms, as layouts alone: for measuring and testing.

The waiting and consult rooms are the clinic's own; the waiting room gets a door more for each
training room, and those get a plain layout. Nothing of it has a picture.
"""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from server.clinic_loader import CONSULT_ROOMS, TRAINING
from server.config import ASSETS
from world.rooms.layout import Door, Layout, Panel, Spawn, parse_layout
from world.training.station import STATION_PANEL

STATION_M = (2.5, 0.6, 1.4)
SPAWN_M = (2.5, 1.6, 0.0)


def training_layout() -> Layout:
    """Returns a training room: four walls, a door and the station's monitor."""
    return Layout(
        type=TRAINING,
        size_m=(5.0, 4.0, 2.8),
        solids=(),
        seats=(),
        doors=(Door("door-1", (2.5, 4.0, 0.0), 0.0, 1.0, 2.1),),
        panels=(Panel(STATION_PANEL, STATION_M, 3.14159, 0.6, 0.4),),
        spawns=(Spawn(SPAWN_M, 3.14159), Spawn((3.5, 2.0, 0.0), 3.14159)),
    )


def write_rooms(assets: Path, training_rooms: int) -> Path:
    """Writes the layouts into a folder of assets and returns it."""
    waiting = parse_layout((ASSETS / "rooms" / "waiting" / "layout.json").read_bytes())
    doors = tuple(
        Door(f"door-{number}", (0.5 + 0.5 * number, 8.0, 0.0), 0.0, 1.0, 2.1)
        for number in range(len(CONSULT_ROOMS) + 1, len(CONSULT_ROOMS) + 1 + training_rooms)
    )
    own_doors = waiting.doors[: len(CONSULT_ROOMS)]
    consult = parse_layout((ASSETS / "rooms" / "consult" / "layout.json").read_bytes())
    layouts = {
        "waiting": replace(waiting, doors=(*own_doors, *doors)),
        "consult": consult,
        TRAINING: training_layout(),
    }
    for kind, layout in layouts.items():
        folder = assets / "rooms" / kind
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "layout.json").write_bytes(msgspec.json.encode(layout))
    return assets
