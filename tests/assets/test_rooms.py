"""What people can do in the rooms as they were baked: arrive, walk, roll, sit, go out."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import label

from client.training.place import BEFORE_SCREEN_M, FOOTPRINT_M
from server.clinic_loader import CONSULT_ROOMS, load_plans, training_rooms
from world.rooms.layout import parse_layout
from world.training.rules import REACH_STATION_M
from world.training.station import STATION_PANEL

ROOMS = Path(__file__).parents[2] / "assets" / "rooms"
CELL_M = 0.05
BODY_RADIUS_M = 0.25
# ISO 21542:2021 asks for 900 mm at the narrowest place of a way, and 1500 mm to turn.
WHEELCHAIR_RADIUS_M = 0.45
TURNING_RADIUS_M = 0.75
BODY_HEIGHT_M = 1.8
SITTING_REACH_M = 0.75
HALF_VIEW_RAD = 0.6
SIZES = {"waiting": (10.0, 8.0, 3.1), "consult": (5.4, 4.6, 2.8), "training": (7.6, 6.0, 2.9)}


@pytest.fixture(params=sorted(SIZES))
def layout(request):
    return parse_layout((ROOMS / request.param / "layout.json").read_bytes())


def free_cells(layout, radius_m):
    """Which cells of the floor a round body of this radius may stand on: (nx, ny)."""
    x = np.arange(CELL_M / 2, layout.size_m[0], CELL_M)[:, None]
    y = np.arange(CELL_M / 2, layout.size_m[1], CELL_M)[None, :]
    free = np.ones((x.size, y.size), bool)
    for solid in layout.solids:
        if solid.min_m[2] >= BODY_HEIGHT_M or solid.max_m[2] <= 0.02:
            continue
        dx = np.maximum(np.maximum(solid.min_m[0] - x, x - solid.max_m[0]), 0)
        dy = np.maximum(np.maximum(solid.min_m[1] - y, y - solid.max_m[1]), 0)
        free &= dx**2 + dy**2 >= radius_m**2
    return free


def reachable_from_spawns(layout, radius_m):
    free = free_cells(layout, radius_m)
    regions, _ = label(free)
    starts = {int(regions[cell(spawn.position_m)]) for spawn in layout.spawns} - {0}
    return np.isin(regions, sorted(starts)), starts


def cell(position_m):
    return int(position_m[0] / CELL_M), int(position_m[1] / CELL_M)


def near(mask, position_m, within_m):
    """Whether a marked cell lies within a distance of a point."""
    x, y = np.nonzero(mask)
    distance = np.hypot((x + 0.5) * CELL_M - position_m[0], (y + 0.5) * CELL_M - position_m[1])
    return bool(distance.size and distance.min() <= within_m)


def before(door, distance_m):
    return (
        door.position_m[0] + distance_m * math.sin(door.yaw_rad),
        door.position_m[1] - distance_m * math.cos(door.yaw_rad),
    )


def test_the_rooms_have_the_sizes_that_the_clinic_counts_on(layout):
    assert layout.size_m == SIZES[layout.type]


def test_all_coordinates_lie_in_the_room(layout):
    points = [s.min_m for s in layout.solids] + [s.max_m for s in layout.solids]
    points += [s.position_m for s in (*layout.seats, *layout.doors, *layout.panels)]
    points += [s.position_m for s in layout.spawns]
    for point in points:
        assert all(-1e-6 <= v <= size + 1e-6 for v, size in zip(point, layout.size_m, strict=True))
    for solid in layout.solids:
        assert all(low < high for low, high in zip(solid.min_m, solid.max_m, strict=True))


def test_names_are_unique(layout):
    for group in (layout.solids, layout.seats, layout.doors, layout.panels):
        names = [item.name for item in group]
        assert len(names) == len(set(names))


def test_everybody_arrives_on_free_floor_that_hangs_together(layout):
    free = free_cells(layout, BODY_RADIUS_M)
    assert all(free[cell(spawn.position_m)] for spawn in layout.spawns)
    _, regions = reachable_from_spawns(layout, BODY_RADIUS_M)
    assert len(regions) == 1


def test_whoever_comes_into_the_waiting_room_sees_the_consult_rooms_doors_and_most_chairs():
    layout = parse_layout((ROOMS / "waiting" / "layout.json").read_bytes())
    for spawn in layout.spawns:
        assert all(is_ahead(spawn, door) for door in layout.doors[: len(CONSULT_ROOMS)])
        chairs = [seat for seat in layout.seats if seat.name.startswith(("chair", "window"))]
        assert sum(is_ahead(spawn, chair) for chair in chairs) > len(chairs) / 2


def is_ahead(spawn, thing):
    """Whether a thing is within the view of who arrives and has not turned yet."""
    x, y = (thing.position_m[axis] - spawn.position_m[axis] for axis in (0, 1))
    off_rad = math.remainder(math.atan2(-x, y) - spawn.yaw_rad, math.tau)
    return abs(off_rad) < HALF_VIEW_RAD


def test_every_seat_can_be_walked_up_to(layout):
    reached, _ = reachable_from_spawns(layout, BODY_RADIUS_M)
    far = [s.name for s in layout.seats if not near(reached, s.position_m, SITTING_REACH_M)]
    assert far == []


def test_every_door_can_be_walked_through_and_no_wall_stands_in_it(layout):
    reached, _ = reachable_from_spawns(layout, BODY_RADIUS_M)
    for door in layout.doors:
        assert reached[cell(before(door, BODY_RADIUS_M + 0.02))], door.name
        assert reached[cell(before(door, 0.03))], door.name


def test_a_wheelchair_gets_from_arrival_to_every_door(layout):
    reached, _ = reachable_from_spawns(layout, WHEELCHAIR_RADIUS_M)
    for door in layout.doors:
        assert reached[cell(before(door, 0.30))], door.name


def test_a_wheelchair_can_turn_before_every_door(layout):
    turning = free_cells(layout, TURNING_RADIUS_M)
    for door in layout.doors:
        assert near(turning, before(door, TURNING_RADIUS_M + 0.05), 0.35), door.name


def test_every_panel_can_be_looked_at_from_free_floor(layout):
    reached, _ = reachable_from_spawns(layout, BODY_RADIUS_M)
    for panel in layout.panels:
        eye = (
            panel.position_m[0] - 1.6 * math.sin(panel.yaw_rad),
            panel.position_m[1] + 1.6 * math.cos(panel.yaw_rad),
        )
        assert near(reached, eye, 0.8), panel.name


def test_only_doorways_lead_out(layout):
    free = free_cells(layout, 1e-6)
    width, depth = free.shape
    edges = {
        "west": [(0, j) for j in range(depth)],
        "east": [(width - 1, j) for j in range(depth)],
        "south": [(i, 0) for i in range(width)],
        "north": [(i, depth - 1) for i in range(width)],
    }
    for cells in edges.values():
        for i, j in cells:
            if free[i, j]:
                x, y = (i + 0.5) * CELL_M, (j + 0.5) * CELL_M
                gaps = [
                    math.hypot(d.position_m[0] - x, d.position_m[1] - y) - d.width_m / 2
                    for d in layout.doors
                ]
                assert min(gaps) <= CELL_M


def test_the_waiting_room_has_what_a_waiting_room_needs():
    layout = parse_layout((ROOMS / "waiting" / "layout.json").read_bytes())
    assert [door.name for door in layout.doors] == ["door-1", "door-2", "door-3"]
    assert {panel.name for panel in layout.panels} == {"queue"}
    assert sum(not seat.name.startswith("desk") for seat in layout.seats) >= 12
    low_desk = next(solid for solid in layout.solids if solid.name == "desk-low")
    assert low_desk.max_m[2] <= 0.80


def test_a_wheelchair_gets_to_the_low_part_of_the_desk():
    layout = parse_layout((ROOMS / "waiting" / "layout.json").read_bytes())
    reached, _ = reachable_from_spawns(layout, WHEELCHAIR_RADIUS_M)
    low_desk = next(solid for solid in layout.solids if solid.name == "desk-low")
    middle = (low_desk.min_m[0] + low_desk.max_m[0]) / 2
    assert near(reached, (middle, low_desk.min_m[1] - WHEELCHAIR_RADIUS_M), 0.1)


def test_the_consult_room_seats_doctor_patient_and_two_companions():
    layout = parse_layout((ROOMS / "consult" / "layout.json").read_bytes())
    names = {seat.name for seat in layout.seats}
    assert names == {"doctor", "patient", "companion-1", "companion-2"}
    assert [door.name for door in layout.doors] == ["door-1"]
    panel = next(panel for panel in layout.panels if panel.name == "vitals")
    assert panel.width_m >= 1.2


def test_the_last_door_of_the_waiting_room_leads_to_the_training_room():
    plans = load_plans(ROOMS.parent)
    assert training_rooms(plans) == {"training-1"}
    assert plans["waiting"].leads_to["door-3"] == ("training-1", "door-1")
    assert plans["training-1"].leads_to["door-1"] == ("waiting", "door-3")


def test_the_training_room_has_one_station_seats_to_watch_from_and_one_for_the_instructor():
    layout = parse_layout((ROOMS / "training" / "layout.json").read_bytes())
    assert [panel.name for panel in layout.panels] == [STATION_PANEL]
    names = {seat.name for seat in layout.seats}
    assert "instructor" in names
    assert sum(name.startswith("observer") for name in names) >= 4


def test_the_trolley_stands_where_nobody_walks_and_within_reach_of_who_practises():
    layout = parse_layout((ROOMS / "training" / "layout.json").read_bytes())
    screen = layout.panels[0]
    solid = next(one for one in layout.solids if one.name == "station")
    assert math.isclose(abs(screen.yaw_rad), math.pi, abs_tol=1e-4)
    x, y = screen.position_m[0], screen.position_m[1] - BEFORE_SCREEN_M
    for corner, sign in ((solid.min_m, -1), (solid.max_m, 1)):
        extent = FOOTPRINT_M[(sign + 1) // 2]
        assert np.allclose(corner[:2], (x + extent[0], y + extent[1]), atol=1e-3)
    reached, _ = reachable_from_spawns(layout, BODY_RADIUS_M)
    before_m = (x, solid.min_m[1] - BODY_RADIUS_M - 0.05)
    assert near(reached, before_m, 0.05)
    assert math.dist(before_m, screen.position_m[:2]) < REACH_STATION_M - 0.5


def test_whoever_sits_down_to_watch_looks_at_the_screen():
    layout = parse_layout((ROOMS / "training" / "layout.json").read_bytes())
    watching = [seat for seat in layout.seats if seat.name.startswith("observer")]
    assert all(is_ahead(seat, layout.panels[0]) for seat in watching)


def test_doctor_and_patient_face_each_other():
    layout = parse_layout((ROOMS / "consult" / "layout.json").read_bytes())
    seats = {seat.name: seat for seat in layout.seats}
    for one, other in (("doctor", "patient"), ("patient", "doctor")):
        seat, partner = seats[one], seats[other]
        dx = partner.position_m[0] - seat.position_m[0]
        dy = partner.position_m[1] - seat.position_m[1]
        turn = math.remainder(math.atan2(-dx, dy) - seat.yaw_rad, math.tau)
        assert abs(turn) < math.radians(40)
