"""What a ray points at in a room: floor, seat, door or panel. Pure numbers on the layout.

A ray ends at the first thing it meets. Furniture that can be sat on counts as its seat.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from world.geometry import FloatArray, Vector
from world.rooms.layout import Door, Layout, Panel, Seat

Kind: TypeAlias = Literal["floor", "seat", "door", "panel", "solid"]

SEAT_HALF_M = 0.34
SEAT_HEIGHT_M = 0.95


@dataclass(frozen=True, slots=True)
class Hit:
    """The first thing that a ray meets.

    Attributes:
      kind: of thing.
      name: of the seat, door, panel or solid; empty for the floor.
      position_m: where it was met.
      distance_m: along the ray.
      share: on a panel, where across (0 left, 1 right) and up (0 bottom, 1 top) it was met.
    """

    kind: Kind
    name: str
    position_m: Vector
    distance_m: float
    share: tuple[float, float] = (0.0, 0.0)


def pick(layout: Layout, origin_m: Vector, direction: Vector) -> Hit | None:
    """Returns what a ray meets first, or None if it leaves the room without meeting anything.

    Args:
      layout: of the room.
      origin_m: where the ray starts.
      direction: of any length above 0.

    Raises:
      ValueError: if the direction has no length.
    """
    origin, ray = np.array(origin_m, float), np.array(direction, float)
    length = float(np.linalg.norm(ray))
    if length < 1e-9:
        raise ValueError("a ray needs a direction")
    ray = ray / length
    hits = [
        *(_door(door, origin, ray) for door in layout.doors),
        *(_panel(panel, origin, ray) for panel in layout.panels),
        *(_seat(seat, origin, ray) for seat in layout.seats),
        *_solids(layout, origin, ray),
        _floor(layout, origin, ray),
    ]
    first = min((hit for hit in hits if hit), key=lambda hit: hit.distance_m, default=None)
    if first and first.kind == "solid":
        return _as_seat(layout, first)
    return first


def ray_through(
    pixel_share: tuple[float, float],
    eye_m: Vector,
    facing_rad: tuple[float, float],
    field_of_view_rad: tuple[float, float],
) -> tuple[Vector, Vector]:
    """Returns origin and direction of the ray through a point of the picture.

    Args:
      pixel_share: across (0 left, 1 right) and down (0 top, 1 bottom).
      eye_m: of the camera.
      facing_rad: its yaw (0 looks along +Y, counter-clockwise) and pitch (up is positive).
      field_of_view_rad: horizontal and vertical.
    """
    across = (2 * pixel_share[0] - 1) * math.tan(field_of_view_rad[0] / 2)
    up = (1 - 2 * pixel_share[1]) * math.tan(field_of_view_rad[1] / 2)
    yaw, pitch = facing_rad
    ahead = math.cos(pitch) - up * math.sin(pitch)
    rise = math.sin(pitch) + up * math.cos(pitch)
    x = across * math.cos(yaw) - ahead * math.sin(yaw)
    y = across * math.sin(yaw) + ahead * math.cos(yaw)
    size = math.sqrt(x * x + y * y + rise * rise)
    return eye_m, (x / size, y / size, rise / size)


def _floor(layout: Layout, origin: FloatArray, ray: FloatArray) -> Hit | None:
    if ray[2] > -1e-6 or origin[2] <= 0:
        return None
    distance = -float(origin[2] / ray[2])
    at = origin + distance * ray
    is_inside = 0 <= at[0] <= layout.size_m[0] and 0 <= at[1] <= layout.size_m[1]
    return Hit("floor", "", _vector(at), distance) if is_inside else None


def _door(door: Door, origin: FloatArray, ray: FloatArray) -> Hit | None:
    met = _rectangle(origin, ray, (door.position_m, door.yaw_rad), is_one_sided=False)
    if met is None:
        return None
    distance, across, up = met
    if abs(across) > door.width_m / 2 or not 0 <= up <= door.height_m:
        return None
    return Hit("door", door.name, _vector(origin + distance * ray), distance)


def _panel(panel: Panel, origin: FloatArray, ray: FloatArray) -> Hit | None:
    met = _rectangle(origin, ray, (panel.position_m, panel.yaw_rad), is_one_sided=True)
    if met is None:
        return None
    distance, across, up = met
    u, v = 0.5 - across / panel.width_m, 0.5 + up / panel.height_m
    if not (0 <= u <= 1 and 0 <= v <= 1):
        return None
    return Hit("panel", panel.name, _vector(origin + distance * ray), distance, (u, v))


def _rectangle(
    origin: FloatArray, ray: FloatArray, place: tuple[Vector, float], *, is_one_sided: bool
) -> tuple[float, float, float] | None:
    """Returns distance, and offset to the facing direction's right and up, on an upright plane."""
    (x, y, z), yaw = place
    facing = np.array((-math.sin(yaw), math.cos(yaw), 0.0))
    slope = float(ray @ facing)
    if abs(slope) < 1e-9 or (is_one_sided and slope > 0):
        return None
    distance = float((np.array((x, y, z)) - origin) @ facing) / slope
    if distance <= 0:
        return None
    offset = origin + distance * ray - (x, y, z)
    right = np.array((math.cos(yaw), math.sin(yaw), 0.0))
    return distance, float(offset @ right), float(offset[2])


def _seat(seat: Seat, origin: FloatArray, ray: FloatArray) -> Hit | None:
    x, y, z = seat.position_m
    low = np.array((x - SEAT_HALF_M, y - SEAT_HALF_M, z))
    high = np.array((x + SEAT_HALF_M, y + SEAT_HALF_M, z + SEAT_HEIGHT_M))
    distance = float(_box_distances(origin, ray, low[None], high[None])[0])
    if not math.isfinite(distance):
        return None
    return Hit("seat", seat.name, _vector(origin + distance * ray), distance)


def _solids(layout: Layout, origin: FloatArray, ray: FloatArray) -> list[Hit]:
    low, high = layout.solid_bounds_m()
    distances = _box_distances(origin, ray, low, high)
    if not len(distances) or not np.isfinite(distances.min()):
        return []
    nearest = int(np.argmin(distances))
    distance = float(distances[nearest])
    return [Hit("solid", layout.solids[nearest].name, _vector(origin + distance * ray), distance)]


def _as_seat(layout: Layout, hit: Hit) -> Hit:
    """Returns a hit on furniture as a hit on the seat of it that is nearest, if it has any."""
    solid = next(solid for solid in layout.solids if solid.name == hit.name)
    seats = [
        seat
        for seat in layout.seats
        if all(solid.min_m[i] <= seat.position_m[i] <= solid.max_m[i] for i in (0, 1))
    ]
    if not seats:
        return hit
    nearest = min(seats, key=lambda seat: math.dist(seat.position_m[:2], hit.position_m[:2]))
    return replace(hit, kind="seat", name=nearest.name)


def _box_distances(
    origin: FloatArray, ray: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Returns how far along the ray each box (n, 3) begins; infinite if missed or started in.

    Source: the slab test, T. Kay and J. Kajiya, "Ray tracing complex scenes", SIGGRAPH 1986.
    """
    safe = np.where(np.abs(ray) < 1e-12, 1e-12, ray)
    first, second = (low - origin) / safe, (high - origin) / safe
    enter = np.minimum(first, second).max(1)
    leave = np.maximum(first, second).min(1)
    is_met = (enter <= leave) & (enter > 0)
    distances: FloatArray = np.where(is_met, enter, np.inf)
    return distances


def _vector(point: FloatArray) -> Vector:
    return (float(point[0]), float(point[1]), float(point[2]))
