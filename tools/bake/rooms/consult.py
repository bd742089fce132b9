"""The consult room, 5.4 x 4.6 x 2.8 m: window south, couch west, wash-up and door north."""

import math

from tools.bake.rooms import cupboards, desks, doors, fixtures, plants, seats, tabletop, walls
from tools.bake.rooms.lighting import DAY, WARM, Lighting, scaled
from tools.bake.rooms.materials import CLAY, DARK, INK, LACQUER, METAL, SAND, TEAL
from tools.bake.rooms.patches import Color, Finish, Model
from tools.bake.rooms.room import DOOR_SWING_RAD, Leaf, Room
from tools.bake.rooms.shapes import box, tube

WIDTH_M, DEPTH_M, HEIGHT_M = 5.4, 4.6, 2.8
WINDOW = (1.0, 4.5, 0.78, 2.48)
DOOR_X_M = 4.62
DESK = (3.95, 1.55)


def make() -> Room:
    """Returns the modeled consult room."""
    model, lighting = Model(17), Lighting()
    room = Room("consult", (WIDTH_M, DEPTH_M, HEIGHT_M), model, lighting, (2.6, 2.2, 1.4), 2.7)
    _shell(room)
    _couch_wall(model)
    _desk(model)
    _seats(model)
    _washing(room)
    _east_wall(model)
    _greens(model)
    for x, tint in ((1.55, (1.05, 1.06, 1.02)), (3.85, (1.07, 1.05, 1.01))):
        fixtures.felt_raft(model, (x, 2.45, 2.60), (1.5, 3.0), tint, HEIGHT_M)
    fixtures.light_channel(model, lighting, ((2.70, 0.9), (2.70, 4.0)), 2.62, (0.07, DAY, 4.0))
    fixtures.light_channel(model, lighting, ((0.45, 1.2), (0.45, 3.9)), 2.66, (0.05, WARM, 3.0))
    for x, y, yaw in (
        (4.6, 3.5, math.pi),
        (3.4, 3.3, math.pi),
        (2.15, 3.3, math.pi / 2),
        (1.75, 2.1, math.pi),
    ):
        model.plan.add_spawn((x, y, 0.0), yaw)
    return room


def _shell(room: Room) -> None:
    model, w, d = room.model, WIDTH_M, DEPTH_M
    accents: dict[str, Color] = {"w": (0.80, 0.87, 0.80), "e": (1.0, 0.985, 0.95)}
    openings = [("s", WINDOW), ("n", doors.doorway_span(DOOR_X_M))]
    walls.shell(model, walls.Shell(room.size_m, Finish("planks"), openings, accents))
    walls.window(model, WINDOW, (0.33, 0.67))
    room.lighting.add_opening(*WINDOW)
    walls.blind(model, 1.06, 4.44, 2.46)
    walls.skirting(
        model,
        [
            ((w, 0), (0, 0)),
            ((0, 0), (0, d)),
            ((w, d), (w, 0)),
            ((0, d), (1.75, d)),
            ((3.77, d), (4.05, d)),
        ],
    )
    with model.at((DOOR_X_M, d, 0)):
        doors.door(model, "door-1")
        room.leaves.append(Leaf("door-1", doors.leaf_hinge(model), DOOR_SWING_RAD))
        doors.corridor(model, room.lighting, (-1.5, 1.6), [0.0])
        fixtures.plaque(model, "exit", (0, 0, 2.42), (0.34, 0.17), Finish("glow"))


def _couch_wall(model: Model) -> None:
    with model.at((0.62, 2.55, 0)):
        seats.examination_couch(model)
    box(model, (1.22, 1.62, 0.10), (0.42, 0.36, 0.20), Finish("oak"), radius_m=0.014, skip="d")
    box(model, (1.22, 1.62, 0.205), (0.40, 0.34, 0.014), Finish("vinyl", INK), radius_m=0.005)
    model.solid("step", (1.01, 1.44, 0), (1.43, 1.80, 0.21))
    with model.at((0, 2.75, 0), turn=90):
        fixtures.live_panel(model, "vitals", (0, 0, 1.74), (1.50, 0.844))
        fixtures.wall_rail(model, (0, 0, 1.14), 1.9)
        fixtures.picture(model, "eye-chart", (-1.62, 0, 1.62), (0.42, 0.66), Finish("sign"))
    walls.curtain(model, 0.10, 1.05, 4.22)
    tube(
        model,
        [
            (0.05, 4.22, 2.46),
            (1.1, 4.22, 2.46),
            (1.40, 4.14, 2.46),
            (1.52, 3.9, 2.46),
            (1.52, 1.4, 2.46),
        ],
        0.012,
        METAL,
    )
    for x, y in ((1.45, 4.1), (1.52, 2.6), (1.52, 1.42)):
        tube(model, [(x, y, 2.46), (x, y, HEIGHT_M)], 0.006, METAL, 6)
    model.solid("curtain", (0.05, 4.14, 0.2), (1.07, 4.30, 2.42))


def _desk(model: Model) -> None:
    x, y = DESK
    with model.at((x, y, 0)):
        desks.consult_desk(model)
    with model.at((x + 0.06, y - 0.60, 0), turn=126):
        tabletop.staff_screen(model, "record", 0.751)
    with model.at((x - 0.10, y + 0.12, 0), turn=-80):
        tabletop.sheet_of_paper(model, 0.753)
        tube(model, [(0.13, -0.06, 0.757), (0.14, 0.09, 0.757)], 0.0045, Finish("solid", TEAL), 6)
    with model.at((x - 0.18, y + 0.64, 0.751)):
        plants.pot(model, 0.07, 0.11, CLAY)
    with model.at((x - 0.18, y + 0.64, 0.84)):
        plants.fern(model, 30, 0.20, 6)
    with model.at((x + 0.24, y + 0.42, 0.752)):
        tabletop.mug(model, TEAL)


def _seats(model: Model) -> None:
    with model.at((4.78, 1.80, 0), turn=-80):
        seats.swivel_chair(model, "doctor", TEAL)
    with model.at((2.92, 1.15, 0), turn=100):
        seats.armchair(model, "patient", CLAY)
    with model.at((2.95, 2.15, 0), turn=76):
        seats.armchair(model, "companion-1", SAND)
    with model.at((1.72, 0.32, 0), turn=180):
        seats.low_bench(model, "companion-2", 1.2, (0.42, 0.50, 0.36))


def _washing(room: Room) -> None:
    model, x0, d = room.model, 1.75, DEPTH_M
    with model.at((x0, d, 0)):
        cupboards.worktop(model, 2.0, (0.0, 2.0))
        fixtures.plaque(model, "hygiene", (0.56, -0.016, 1.205), (0.115, 0.172))
        for i, tint in enumerate(((0.85, 0.93, 0.95), (0.90, 0.80, 0.66))):
            with model.at((0.92 + i * 0.09, -0.12, 0.905), scale=0.92):
                tabletop.bottle(model, tint)
        for i in range(3):
            tint = ((0.36, 0.56, 0.60), (0.80, 0.86, 0.86), (0.86, 0.62, 0.50))[i]
            box(
                model,
                (1.36, -0.16, 0.935 + i * 0.062),
                (0.24, 0.13, 0.058),
                Finish("white", tint),
                radius_m=0.006,
            )
        box(
            model,
            (1.0, -0.16, 1.452),
            (1.9, 0.05, 0.012),
            Finish("led", (1, 0.95, 0.86)),
            radius_m=0.003,
            segments=1,
        )
        room.lighting.add_lamp(
            model, (0.05, -0.19, 1.445), ((1.9, 0, 0), (0, 0.05, 0)), scaled(DAY, 4)
        )


def _east_wall(model: Model) -> None:
    with model.at((WIDTH_M, 1.55, 0), turn=-90):
        fixtures.shelf_of_books(model, (-0.05, 0, 1.50), 1.7, 0.40)
        fixtures.shelf_of_books(model, (-0.05, 0, 1.95), 1.7, 0.55)
        with model.at((0.42, -0.12, 1.515)):
            plants.pot(model, 0.06, 0.09, (0.93, 0.90, 0.84))
        with model.at((0.42, -0.12, 1.58)):
            plants.fern(model, 24, 0.15, 12)
        with model.at((0.34, -0.15, 1.965)):
            tabletop.folders(model, 5)
    with model.at((WIDTH_M, 3.35, 0), turn=-90):
        fixtures.picture(model, "heart", (0.28, 0, 1.62), (0.56, 0.77), Finish("sign"))
        fixtures.picture(model, "muscles", (-0.42, 0, 1.62), (0.36, 0.77), Finish("sign"))
        fixtures.clock(model, (-0.95, 0, 2.15), 0.15)
    with model.at((WIDTH_M, 2.68, 0), turn=-90):
        box(model, (0, -0.17, 0.30), (0.5, 0.34, 0.60), LACQUER, radius_m=0.01, skip="kd")
        box(model, (0, -0.17, 0.615), (0.52, 0.35, 0.03), Finish("oak"), radius_m=0.008)
        model.solid("cabinet", (-0.26, -0.35, 0), (0.26, 0, 0.63))
        with model.at((-0.20, -0.18, 0.63)):
            tabletop.folders(model, 4)
        box(model, (0.12, -0.18, 0.66), (0.22, 0.2, 0.06), DARK, radius_m=0.01)


def _greens(model: Model) -> None:
    with model.at((4.98, 0.42, 0)):
        plants.pot(model, 0.21, 0.40, (0.92, 0.88, 0.80))
    with model.at((4.98, 0.42, 0.36)):
        plants.ficus(model, 1.35, 60, 14, 0.22)
    with model.at((0.40, 0.50, 0)):
        plants.pot(model, 0.17, 0.32, CLAY)
    with model.at((0.40, 0.50, 0.30)):
        plants.upright(model, 20, 0.8, 0.11, 15)
