"""What the rules need of a room while its picture is being modeled: solids, seats, doors, panels.

Written as `layout.json` beside the picture. Coordinates are in the room's frame.
"""

import json
import math
from dataclasses import dataclass, field
from typing import Any

from world.geometry import FloatArray, Vector


@dataclass(slots=True)
class Plan:
    """The growing layout of one room; names are made unique by a number behind them."""

    solids: list[dict[str, Any]] = field(default_factory=list)
    seats: list[dict[str, Any]] = field(default_factory=list)
    doors: list[dict[str, Any]] = field(default_factory=list)
    panels: list[dict[str, Any]] = field(default_factory=list)
    spawns: list[dict[str, Any]] = field(default_factory=list)

    def add_solid(self, name: str, low_m: FloatArray, high_m: FloatArray) -> None:
        """Adds an axis-aligned box that nobody walks through."""
        unique = self._numbered(name, self.solids)
        self.solids.append({"name": unique, "min_m": _point(low_m), "max_m": _point(high_m)})

    def add_seat(self, name: str, position_m: Vector, yaw_rad: float) -> None:
        """Adds a place to sit."""
        self.seats.append(
            {"name": name, "position_m": _point(position_m), "yaw_rad": _angle(yaw_rad)}
        )

    def add_door(self, name: str, position_m: Vector, yaw_rad: float, size_m: Vector) -> None:
        """Adds a doorway; yaw_rad looks out of the room, size_m is width, depth, height."""
        self.doors.append({"name": name, **_faced(position_m, yaw_rad, size_m)})

    def add_panel(self, name: str, position_m: Vector, yaw_rad: float, size_m: Vector) -> None:
        """Adds a live surface that faces along yaw_rad; size_m is width, depth, height."""
        self.panels.append({"name": name, **_faced(position_m, yaw_rad, size_m)})

    def add_spawn(self, position_m: Vector, yaw_rad: float) -> None:
        """Adds a free standing place for somebody who arrives."""
        self.spawns.append({"position_m": _point(position_m), "yaw_rad": _angle(yaw_rad)})

    def written(self, room_type: str, size_m: Vector) -> bytes:
        """Returns the layout as JSON text."""
        layout = {
            "type": room_type,
            "size_m": _point(size_m),
            "solids": self.solids,
            "seats": self.seats,
            "doors": self.doors,
            "panels": self.panels,
            "spawns": self.spawns,
        }
        return (json.dumps(layout, indent=1) + "\n").encode()

    @staticmethod
    def _numbered(name: str, entries: list[dict[str, Any]]) -> str:
        taken = {entry["name"] for entry in entries}
        if name not in taken:
            return name
        return next(f"{name}-{i}" for i in range(2, 1000) if f"{name}-{i}" not in taken)


def _faced(position_m: Vector, yaw_rad: float, size_m: Vector) -> dict[str, Any]:
    return {
        "position_m": _point(position_m),
        "yaw_rad": _angle(yaw_rad),
        "width_m": round(float(size_m[0]), 4),
        "height_m": round(float(size_m[2]), 4),
    }


def _point(position_m: FloatArray | Vector) -> list[float]:
    return [round(float(value), 4) + 0.0 for value in position_m]


def _angle(yaw_rad: float) -> float:
    return round(math.remainder(yaw_rad, math.tau), 5) + 0.0
