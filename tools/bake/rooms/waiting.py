"""The waiting room, 10 x 8 x 3.1 m: windows south, reception north, entrance west, doors east."""

import math

from tools.bake.rooms import (
    cupboards,
    desks,
    doors,
    fixtures,
    plants,
    seats,
    signs,
    tabletop,
    walls,
)
from tools.bake.rooms.lighting import Lighting
from tools.bake.rooms.materials import CLAY, LACQUER, MOSS, SAND, TEAL
from tools.bake.rooms.patches import Color, Finish, Model
from tools.bake.rooms.room import DOOR_SWING_RAD, Leaf, Room
from tools.bake.rooms.shapes import box, plane, revolve

WIDTH_M, DEPTH_M, HEIGHT_M = 10.0, 8.0, 3.1
WINDOWS = ((0.45, 3.25, 0.40, 2.72), (3.6, 6.4, 0.40, 2.72), (6.75, 9.55, 0.40, 2.72))
DOORS = (("door-1", "door-1", 1.35), ("door-2", "door-2", 4.75), ("door-3", "door-training", 6.72))
"""Name, sign, and where on the east wall: two to consult rooms, one to the training room."""
FIRST_SIGHT_M = (6.8, 2.6)
"""Whoever comes in looks over the seats to both doors and what hangs between them."""
BANQUETTE_TINT: Color = (0.32, 0.49, 0.50)
ISLANDS = (
    (3.15, 2.75, ((-1.02, 0.15, 98, TEAL), (0.15, 1.02, 0, CLAY), (1.0, -0.2, -80, TEAL))),
    (7.05, 2.75, ((-1.02, 0.1, 84, SAND), (-0.1, 1.04, 8, MOSS), (1.02, 0.25, -104, SAND))),
)


def make() -> Room:
    """Returns the modeled waiting room."""
    model, lighting = Model(7), Lighting()
    room = Room("waiting", (WIDTH_M, DEPTH_M, HEIGHT_M), model, lighting, (5.0, 3.9, 1.5), 5.0)
    _shell(room)
    _doors(room)
    _reception(room)
    _ceiling(room)
    _west_wall(model)
    _east_wall(model)
    for number, (x, y, chairs) in enumerate(ISLANDS):
        _island(model, (x, y), chairs, number)
    for i, x in enumerate((4.65, 5.55)):
        with model.at((x, 0.58, 0), turn=180):
            seats.armchair(model, f"window-{i + 1}", CLAY if i else SAND)
    with model.at((7.0, 4.52, 0)):
        plants.planter(model, 1.3, 30)
    _spawns(model)
    return room


def _shell(room: Room) -> None:
    model = room.model
    openings = [("s", span) for span in WINDOWS]
    openings += [("e", doors.doorway_span(y)) for _, _, y in DOORS]
    accents: dict[str, Color] = {
        "w": (0.80, 0.87, 0.80),
        "n": (0.98, 0.955, 0.92),
        "e": (1.0, 0.985, 0.95),
    }
    walls.shell(model, walls.Shell(room.size_m, Finish("terrazzo"), openings, accents))
    for span in WINDOWS:
        walls.window(model, span)
        room.lighting.add_opening(*span)
    w, d = WIDTH_M, DEPTH_M
    walls.skirting(
        model,
        [
            ((w, 0), (0, 0)),
            ((0, 0), (0, 5.75)),
            ((0, 7.6), (0, d)),
            ((0, d), (1.9, d)),
            ((8.1, d), (w, d)),
            ((w, d), (w, 7.29)),
            ((w, 6.15), (w, 5.32)),
            ((w, 4.18), (w, 1.92)),
            ((w, 0.78), (w, 0)),
        ],
    )


def _doors(room: Room) -> None:
    model = room.model
    for name, sign, y in DOORS:
        with model.at((WIDTH_M, y, 0), turn=-90):
            doors.door(model, name, sign)
            room.leaves.append(Leaf(name, doors.leaf_hinge(model), DOOR_SWING_RAD))
    with model.at((WIDTH_M, 0, 0), turn=-90):
        doors.corridor(model, room.lighting, (-7.82, -0.25), [-y for _, _, y in DOORS])


def _reception(room: Room) -> None:
    model, lighting, d = room.model, room.lighting, DEPTH_M
    with model.at((0, d, 0)):
        walls.slats(model, (1.9, 8.1), 0.08, 2.62)
        fixtures.plaque(model, "welcome", (5, -0.05, 1.98), (2.3, 0.575), Finish("glow"))
    box(model, (5, d - 0.05, 2.66), (6.3, 0.12, 0.08), Finish("oak"), radius_m=0.012, skip="k")
    lighting.add_lamp(model, (2.2, d - 0.34, 2.97), ((5.6, 0, 0), (0, 0.10, 0)), (7.5, 6.4, 5.0))
    box(model, (5, d - 0.27, 3.04), (6.2, 0.16, 0.12), LACQUER, radius_m=0.01, step_m=0.4, skip="t")
    desks.reception_desk(model)
    for i, (x, y, drawing, top) in enumerate(
        ((4.55, 6.93, "record", 0.75), (6.65, 6.62, "calendar", 0.763))
    ):
        with model.at((x, y, 0), turn=180 + 8 * i):
            tabletop.staff_screen(model, drawing, top)
        with model.at((x - 0.02, 7.46, 0), turn=8 - 16 * i):
            seats.swivel_chair(model, f"desk-{i + 1}", TEAL)
    with model.at((5.25, 6.92, 0), turn=174):
        tabletop.sheet_of_paper(model, 0.752)
    with model.at((6.05, 6.55, 0), turn=170):
        tabletop.sheet_of_paper(model, 0.765)
    with model.at((7.25, 6.62, 0.763)):
        tabletop.mug(model, CLAY)
    with model.at((5.45, 6.50, 1.07)):
        plants.pot(model, 0.062, 0.11, (0.93, 0.90, 0.84))
    with model.at((5.45, 6.50, 1.15)):
        plants.fern(model, 26, 0.16, 5)
    with model.at((3.98, 6.52, 1.07)):
        tabletop.bottle(model, (0.85, 0.93, 0.95))
    with model.at((8.35, d, 0)):
        _back_office(model)
    for x in (4.0, 4.85, 5.7):
        fixtures.pendant(model, lighting, (x, 6.42, 2.05), HEIGHT_M)


def _back_office(model: Model) -> None:
    """Staff cupboard beside the slats: binders, printer."""
    with model.at((0.75, 0, 0)):
        cupboards.sideboard(model, 1.3)
    for x, y, z in ((0.14, -0.17, 0.875), (0.14, -0.15, 1.52)):
        with model.at((x + 0.06, y, z)):
            tabletop.folders(model, 8 if z < 1 else 15)
    fixtures.shelf_of_books(model, (0.75, 0, 1.50), 1.3, 0.02)
    box(
        model,
        (1.12, -0.18, 0.98),
        (0.44, 0.30, 0.20),
        Finish("solid", (0.90, 0.90, 0.89)),
        radius_m=0.02,
    )
    box(
        model,
        (1.12, -0.18, 1.085),
        (0.30, 0.22, 0.012),
        Finish("solid", (0.3, 0.32, 0.34)),
        radius_m=0.004,
    )


def _ceiling(room: Room) -> None:
    model = room.model
    tints: tuple[Color, ...] = ((1.06, 1.04, 1.01), (1.03, 1.03, 1.0), (1.07, 1.06, 1.04))
    for i in range(4):
        for j in range(3):
            center = (1.45 + i * 2.37, 1.25 + j * 1.72, 2.82)
            fixtures.felt_raft(model, center, (2.05, 1.15), tints[(i + j) % 3], HEIGHT_M)
    for y in (2.11, 3.83, 5.55):
        fixtures.light_channel(model, room.lighting, ((1.0, y), (9.0, y)), 2.86)


def _west_wall(model: Model) -> None:
    with model.at((0.34, 3.15, 0), turn=90):
        seats.banquette(model, [f"bench-{i + 1}" for i in range(5)], BANQUETTE_TINT)
    with model.at((0, 3.15, 0), turn=90):
        fixtures.picture(model, "art-dunes", (-0.75, 0, 1.78), (0.66, 0.88))
        fixtures.picture(model, "art-lake", (0.75, 0, 1.78), (0.66, 0.88))
    with model.at((0, 6.68, 0), turn=90):
        doors.entrance(model)
        fixtures.plaque(model, "exit", (0, 0, 2.48), (0.44, 0.22), Finish("glow"))
    with model.at((0, DEPTH_M, 0)):
        fixtures.clock(model, (0.95, 0, 2.25), 0.20)
        fixtures.leaflet_rack(model, (0.95, 0, 1.42))
    plane(
        model,
        (1.10, 4.95, 0.004),
        ((0, 0.7, 0), (-0.7, 0, 0)),
        Finish("sign", (0.92, 0.94, 0.96), "texels"),
        cell=signs.cell("wheelchair"),
    )
    for x, y, height, tint in ((0.42, 0.62, 1.75, CLAY), (2.55, 7.62, 1.45, (0.90, 0.86, 0.78))):
        with model.at((x, y, 0)):
            plants.pot(model, 0.23, 0.42, tint)
        with model.at((x, y, 0.38)):
            plants.ficus(model, height, 84, 4 + int(y))


def _east_wall(model: Model) -> None:
    with model.at((WIDTH_M, 3.17, 0), turn=-90):
        fixtures.live_panel(model, "queue", (0, 0, 1.78), (1.6, 0.9))
        fixtures.plaque(model, "way", (0, 0, 2.56), (1.6, 0.30))
    with model.at((9.62, 0.42, 0)):
        plants.pot(model, 0.20, 0.36, (0.93, 0.90, 0.85))
    with model.at((9.62, 0.42, 0.34)):
        plants.upright(model, 22, 0.95, 0.13, 8)


def _island(
    model: Model,
    middle: tuple[float, float],
    chairs: tuple[tuple[float, float, float, Color], ...],
    number: int,
) -> None:
    """Three chairs round a low table on a rug."""
    x, y = middle
    rug = Finish("rug", (0.80, 0.74, 0.65) if number == 0 else (0.62, 0.68, 0.66), "texels")
    revolve(
        model,
        [
            (1.55, 0),
            (1.55, 0.008),
            (1.54, 0.012),
            (1.54, 0.012),
            (1.2, 0.012),
            (0.8, 0.012),
            (0.4, 0.012),
            (0.002, 0.012),
        ],
        64,
        rug,
        (x, y, 0),
    )
    with model.at((x, y, 0.012)):
        desks.round_table(model, 0.42, 0.42)
        tabletop.magazines(model, 0.421)
    for i, (dx, dy, turn, tint) in enumerate(chairs):
        with model.at((x + dx, y + dy, 0.012), turn=turn):
            seats.armchair(model, f"chair-{3 * number + i + 1}", tint)
    with model.at((x + 0.16, y + 0.08, 0.432)):
        plants.pot(model, 0.075, 0.12, (0.92, 0.89, 0.83) if number == 0 else TEAL)
    with model.at((x + 0.16, y + 0.08, 0.53)):
        if number == 0:
            plants.fern(model, 30, 0.19, 3)
        else:
            plants.upright(model, 9, 0.26, 0.04, 2)


def _spawns(model: Model) -> None:
    for x, y in ((1.3, 6.4), (1.3, 5.2), (2.5, 6.4), (2.5, 5.2), (1.4, 3.9), (1.9, 7.45)):
        yaw_rad = math.atan2(x - FIRST_SIGHT_M[0], FIRST_SIGHT_M[1] - y)
        model.plan.add_spawn((x, y, 0.0), yaw_rad)
