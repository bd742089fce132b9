"""The shape of a room: what is solid, where one sits, walks out, reads and arrives.

The bake writes a layout beside the picture of the same room, so what one sees and what one
bumps into cannot differ. All coordinates are in the room's own frame (see world/geometry.py).
"""

from typing import Annotated, TypeAlias

import msgspec
import numpy as np
from msgspec import Meta, Struct

from world.errors import ConfigurationError
from world.geometry import FloatArray

Metres: TypeAlias = Annotated[float, Meta(ge=-100.0, le=100.0)]
Radians: TypeAlias = Annotated[float, Meta(ge=-6.3, le=6.3)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z0-9-]+$")]
Point: TypeAlias = tuple[Metres, Metres, Metres]


class Solid(Struct, frozen=True):
    """An axis-aligned box that nobody walks through."""

    name: Name
    min_m: Point
    max_m: Point


class Seat(Struct, frozen=True):
    """A place to sit: the floor point under the sitter's hips, and where the sitter looks."""

    name: Name
    position_m: Point
    yaw_rad: Radians


class Door(Struct, frozen=True):
    """A doorway in a wall; yaw_rad is where one looks when walking out of this room through it."""

    name: Name
    position_m: Point
    yaw_rad: Radians
    width_m: Metres
    height_m: Metres


class Panel(Struct, frozen=True):
    """A surface that shows live content: its center, where it faces, and its size."""

    name: Name
    position_m: Point
    yaw_rad: Radians
    width_m: Metres
    height_m: Metres


class Spawn(Struct, frozen=True):
    """A free standing place for somebody who arrives."""

    position_m: Point
    yaw_rad: Radians


class Layout(Struct, frozen=True):
    """One type of room, as data."""

    type: Name
    size_m: Point
    solids: tuple[Solid, ...]
    seats: tuple[Seat, ...]
    doors: tuple[Door, ...]
    panels: tuple[Panel, ...]
    spawns: tuple[Spawn, ...]

    def solid_bounds_m(self) -> tuple[FloatArray, FloatArray]:
        """Returns the minimum and maximum corners of all solids: two (n, 3) arrays, metres."""
        low = np.array([solid.min_m for solid in self.solids], float).reshape(-1, 3)
        high = np.array([solid.max_m for solid in self.solids], float).reshape(-1, 3)
        return low, high


def parse_layout(data: bytes) -> Layout:
    """Returns the layout that the JSON text holds.

    Raises:
      ConfigurationError: if the text is no layout; says where it goes wrong.
    """
    try:
        return msgspec.json.decode(data, type=Layout)
    except msgspec.MsgspecError as error:
        raise ConfigurationError(f"room layout: {error}") from error
