"""The training room, 7.6 x 6.0 x 2.9 m: station north, windows south, bench west, door northeast.

Who comes in sees the station with the big screen above it, and sits behind whoever practises.
"""

import math

from tools.bake.rooms import (
    cupboards,
    desks,
    doors,
    fixtures,
    plants,
    seats,
    tabletop,
    teaching,
    walls,
)
from tools.bake.rooms.lighting import DAY, Lighting, scaled
from tools.bake.rooms.materials import CLAY, LACQUER, MOSS, SAND, TEAL
from tools.bake.rooms.patches import Color, Finish, Model
from tools.bake.rooms.room import DOOR_SWING_RAD, Leaf, Room
from tools.bake.rooms.shapes import box

WIDTH_M, DEPTH_M, HEIGHT_M = 7.6, 6.0, 2.9
WINDOWS = ((0.7, 3.5, 0.80, 2.52), (4.1, 6.9, 0.80, 2.52))
DOOR_X_M = 6.72
STATION_X_M = 1.95
DESK_M = (6.30, 1.62)
FIRST_SIGHT_M = (2.2, 4.9)
CHAIRS: tuple[tuple[float, float, Color], ...] = (
    (0.95, 3.10, TEAL),
    (1.95, 2.70, TEAL),
    (2.95, 3.10, TEAL),
    (3.75, 3.75, CLAY),
)


def make() -> Room:
    """Returns the modeled training room."""
    model, lighting = Model(23), Lighting()
    room = Room("training", (WIDTH_M, DEPTH_M, HEIGHT_M), model, lighting, (3.8, 3.1, 1.45), 3.8)
    _shell(room)
    _station_wall(room)
    _bench_wall(model)
    _desk(model)
    _east_wall(model)
    _chairs(model)
    _ceiling(room)
    _greens(model)
    for x, y in ((6.6, 4.85), (5.4, 4.7), (6.6, 3.6), (5.4, 3.5), (4.5, 5.5), (5.4, 2.3)):
        yaw_rad = math.atan2(x - FIRST_SIGHT_M[0], FIRST_SIGHT_M[1] - y)
        model.plan.add_spawn((x, y, 0.0), yaw_rad)
    return room


def _shell(room: Room) -> None:
    model, w, d = room.model, WIDTH_M, DEPTH_M
    accents: dict[str, Color] = {
        "n": (0.98, 0.955, 0.92),
        "w": (0.80, 0.87, 0.80),
        "e": (1.0, 0.985, 0.95),
    }
    openings = [("s", span) for span in WINDOWS]
    openings += [("n", doors.doorway_span(DOOR_X_M))]
    walls.shell(model, walls.Shell(room.size_m, Finish("terrazzo"), openings, accents))
    for span in WINDOWS:
        walls.window(model, span, (0.5,))
        walls.blind(model, span[0] + 0.06, span[1] - 0.06, span[3] - 0.04)
        room.lighting.add_opening(*span)
    walls.skirting(
        model,
        [
            ((w, 0), (0, 0)),
            ((0, 0), (0, d)),
            ((0, d), (0.75, d)),
            ((3.15, d), (DOOR_X_M - 0.57, d)),
            ((DOOR_X_M + 0.57, d), (w, d)),
            ((w, d), (w, 0)),
        ],
    )
    with model.at((DOOR_X_M, d, 0)):
        doors.door(model, "door-1")
        room.leaves.append(Leaf("door-1", doors.leaf_hinge(model), DOOR_SWING_RAD))
        doors.corridor(model, room.lighting, (-1.5, 1.6), [0.0])
        fixtures.plaque(model, "exit", (0, 0, 2.42), (0.34, 0.17), Finish("glow"))


def _station_wall(room: Room) -> None:
    """Slats with the big screen behind the station, the whiteboard beside it."""
    model, lighting, d = room.model, room.lighting, DEPTH_M
    x = STATION_X_M
    with model.at((0, d, 0)):
        walls.slats(model, (x - 1.2, x + 1.2), 0.08, 2.70)
        with model.at((x, 0, 0)):
            teaching.station(model)
        teaching.whiteboard(model, (4.55, 0, 1.58), (2.4, 0.9))
    box(model, (x, d - 0.05, 2.74), (2.5, 0.12, 0.08), Finish("oak"), radius_m=0.012, skip="k")
    shade = (x - 1.1, d - 0.34, 2.79)
    lighting.add_lamp(model, shade, ((2.2, 0, 0), (0, 0.10, 0)), (5.0, 4.4, 3.6))
    box(model, (x, d - 0.27, 2.86), (2.5, 0.16, 0.12), LACQUER, radius_m=0.01, step_m=0.4, skip="t")


def _bench_wall(model: Model) -> None:
    """The bench with spare box trainers, instruments and what belongs to them."""
    with model.at((0, 2.35, 0), turn=90):
        teaching.bench(model, 2.6)
        for x in (-0.95, -0.38):
            with model.at((x, -0.30, 0.902), turn=-4 if x < -0.5 else 3):
                teaching.box_trainer(model)
        with model.at((0.28, -0.33, 0.902), turn=2):
            teaching.laid_out(model)
        with model.at((0.86, -0.28, 0.902)):
            teaching.laid_out(model)
        for x in (-0.9, 0.95):
            with model.at((x, -0.29, 0.13)):
                teaching.drawers(model)
        fixtures.shelf_of_books(model, (0, 0, 1.62), 2.2, 0.42)
        with model.at((0.35, -0.12, 1.635)):
            tabletop.folders(model, 9)
        with model.at((1.0, -0.12, 1.635)):
            plants.pot(model, 0.065, 0.10, (0.93, 0.90, 0.84))
        with model.at((1.0, -0.12, 1.71)):
            plants.fern(model, 26, 0.17, 31)
        with model.at((1.20, -0.20, 0.902)):
            tabletop.bottle(model, (0.85, 0.93, 0.95))
    with model.at((0, 4.55, 0), turn=90):
        fixtures.picture(model, "instruments", (0, 0, 1.62), (0.44, 0.88), Finish("sign"))


def _desk(model: Model) -> None:
    """The instructor's desk, from which the station, the chairs and the door are seen."""
    x, y = DESK_M
    with model.at((x, y, 0)):
        desks.consult_desk(model)
        with model.at((0.0, -0.58, 0), turn=106):
            tabletop.staff_screen(model, "calendar", 0.751)
        with model.at((-0.04, 0.16, 0), turn=-84):
            tabletop.sheet_of_paper(model, 0.753)
        with model.at((-0.14, 0.66, 0.751)):
            plants.pot(model, 0.07, 0.11, CLAY)
        with model.at((-0.14, 0.66, 0.84)):
            plants.fern(model, 28, 0.19, 37)
        with model.at((0.20, 0.50, 0.752)):
            tabletop.mug(model, MOSS)
    with model.at((x + 0.80, y + 0.22, 0), turn=-76):
        seats.swivel_chair(model, "instructor", MOSS)


def _east_wall(model: Model) -> None:
    with model.at((WIDTH_M, 3.75, 0), turn=-90):
        cupboards.sideboard(model, 1.5)
        fixtures.picture(model, "art-lake", (-0.30, 0, 1.66), (0.54, 0.72))
        fixtures.clock(model, (0.42, 0, 1.92), 0.17)
        with model.at((-0.45, -0.18, 0.875)):
            tabletop.folders(model, 4)
        with model.at((0.10, -0.18, 0.875)):
            plants.pot(model, 0.10, 0.16, (0.25, 0.42, 0.42))
        with model.at((0.10, -0.18, 1.0)):
            plants.upright(model, 12, 0.40, 0.06, 33)
        with model.at((0.50, -0.18, 0.875)):
            tabletop.bottle(model, (0.90, 0.80, 0.66))
    with model.at((WIDTH_M, 1.62, 0), turn=-90):
        fixtures.shelf_of_books(model, (0, 0, 1.56), 1.5, 0.55)


def _chairs(model: Model) -> None:
    for number, (x, y, tint) in enumerate(CHAIRS, 1):
        turn = math.degrees(math.atan2(STATION_X_M - x, y - DEPTH_M))
        with model.at((x, y, 0), turn=turn):
            seats.swivel_chair(model, f"observer-{number}", tint)
    for number, x in enumerate((2.1, 5.4), 1):
        with model.at((x, 0.34, 0), turn=180):
            seats.low_bench(model, f"window-{number}", 1.3, (0.42, 0.50, 0.36) if x > 3 else SAND)


def _ceiling(room: Room) -> None:
    model = room.model
    tints: tuple[Color, ...] = ((1.06, 1.04, 1.01), (1.03, 1.03, 1.0), (1.07, 1.06, 1.04))
    for i, x in enumerate((1.55, 3.80, 6.05)):
        for j, y in enumerate((1.45, 3.55)):
            size = (1.85, 1.45)
            fixtures.felt_raft(model, (x, y, 2.66), size, tints[(i + j) % 3], HEIGHT_M)
    for y in (2.50, 4.62):
        fixtures.light_channel(model, room.lighting, ((0.7, y), (6.9, y)), 2.70, (0.07, DAY, 3.2))
    lamp = ((4.55 - 0.9, DEPTH_M - 0.62, 2.84), ((1.8, 0, 0), (0, 0.08, 0)))
    room.lighting.add_lamp(model, lamp[0], lamp[1], scaled(DAY, 3.2))
    box(
        model,
        (4.55, DEPTH_M - 0.58, 2.87),
        (1.84, 0.12, 0.05),
        LACQUER,
        radius_m=0.008,
        step_m=0.4,
        skip="t",
    )


def _greens(model: Model) -> None:
    for x, y, height, seed, tint in (
        (0.42, 0.55, 1.70, 41, CLAY),
        (7.14, 0.46, 1.45, 43, (0.92, 0.88, 0.80)),
    ):
        with model.at((x, y, 0)):
            plants.pot(model, 0.21, 0.40, tint)
        with model.at((x, y, 0.36)):
            plants.ficus(model, height, 72, seed)
    with model.at((3.45, 5.66, 0)):
        plants.pot(model, 0.17, 0.34, (0.25, 0.42, 0.42))
    with model.at((3.45, 5.66, 0.32)):
        plants.upright(model, 20, 0.85, 0.12, 45)
