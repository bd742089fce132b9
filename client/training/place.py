"""Where a station stands in its room: its screen on the wall, the trolley below, who practises."""

from math import cos, pi, sin
from typing import Final

from world.rooms.layout import Layout, Panel
from world.route import Spot
from world.training.station import STATION_PANEL

FOOTPRINT_M: Final = ((-0.34, -0.26), (0.34, 0.46))
"""Least and most of the floor that the trolley stands on, from its origin."""
BEFORE_SCREEN_M: Final = 0.58
"""How far the trolley's origin lies before the face of the room's screen, which hangs above it."""
STANDING_M: Final = 0.52
"""How far before the field's middle who practises stands: elbows at the ports."""


def screen_of(layout: Layout) -> Panel | None:
    """Returns the screen of a room's station; None for a room without one."""
    return next((panel for panel in layout.panels if panel.name == STATION_PANEL), None)


def trolley_of(screen: Panel) -> tuple[Spot, float]:
    """Returns where on the floor the trolley under a screen stands, and its heading, yaw_rad."""
    return _before(screen, BEFORE_SCREEN_M), screen.yaw_rad - pi


def stand_of(screen: Panel) -> tuple[Spot, float]:
    """Returns where one stands to practise under a screen, and where to look from there."""
    return _before(screen, BEFORE_SCREEN_M + STANDING_M), screen.yaw_rad - pi


def _before(screen: Panel, away_m: float) -> Spot:
    x, y, _ = screen.position_m
    return x - away_m * sin(screen.yaw_rad), y + away_m * cos(screen.yaw_rad)
