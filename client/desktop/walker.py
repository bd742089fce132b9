"""How a person at a desktop moves: keys that are held, the mouse that looks, ways that are walked.

What comes out is the pose that the person wants; what the body may do is `client.prediction`'s.
A key that is pressed ends a way that is being walked: whoever steers, steers.
"""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from world.clinic import SITTING_EYES_M, STANDING_EYES_M
from world.geometry import FloatArray, multiply, quaternion_from_yaw
from world.protocol.motion import Poses, resting
from world.route import Spot

WALK_M_PER_S: Final = 1.39
"""Comfortable walking speed of men in their twenties.

Source: R. W. Bohannon, "Comfortable and maximum walking speed of adults aged 20-79 years",
Age and Ageing 26 (1997), table 1.
"""
TURN_RAD_PER_S: Final = 1.8
ALONG_WAY_RAD_PER_S: Final = 3.5
MOST_PITCH_RAD: Final = 1.4
MOUSE_RAD_PER_PX: Final = 0.0032
ARRIVED_M: Final = 0.08
STUCK_S: Final = 1.2
FORWARD, BACK, LEFT, RIGHT, TURN_LEFT, TURN_RIGHT = (
    "forward",
    "back",
    "left",
    "right",
    "turn-left",
    "turn-right",
)


@dataclass(slots=True)
class Walker:
    """One person's wish to move.

    Attributes:
      yaw_rad: where the person looks, seen from above.
      pitch_rad: how far up.
      held: the movements whose keys are down.
      corners: what is left of a way that is walked.
      facing_rad: where to look once there, None for wherever one came from.
    """

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    held: set[str] = field(default_factory=set)
    corners: list[Spot] = field(default_factory=list)
    facing_rad: float | None = None
    _stood_s: float = 0.0
    _nearest_m: float = math.inf

    @property
    def is_on_way(self) -> bool:
        """Whether a way is being walked, or one is turning at its end."""
        return bool(self.corners) or self.facing_rad is not None

    def follow(self, corners: list[Spot], facing_rad: float | None = None) -> None:
        """Begins to walk a way."""
        self.corners, self.facing_rad = list(corners), facing_rad
        self._stood_s, self._nearest_m = 0.0, math.inf

    def stop(self) -> None:
        """Stands still."""
        self.follow([])

    def hold(self, movement: str, *, is_held: bool) -> None:
        """Takes a key of a movement that went down or up."""
        if is_held:
            self.held.add(movement)
            self.stop()
        else:
            self.held.discard(movement)

    def look(self, across_px: float, down_px: float) -> None:
        """Turns the head by a movement of the mouse."""
        self.yaw_rad = wrapped(self.yaw_rad - across_px * MOUSE_RAD_PER_PX)
        pitch_rad = self.pitch_rad - down_px * MOUSE_RAD_PER_PX
        self.pitch_rad = min(max(pitch_rad, -MOST_PITCH_RAD), MOST_PITCH_RAD)

    def wanted(self, head_m: FloatArray, dt_s: float, *, is_seated: bool) -> Poses:
        """Returns the pose that the person wants after the next moment.

        Args:
          head_m: (3,) where the head is now.
          dt_s: how long the moment is.
          is_seated: whether the person sits, and so only looks about.
        """
        self._turn(dt_s)
        if is_seated:
            move_m, self.corners = np.zeros(2), []
        else:
            move_m = self._along_way(head_m, dt_s) if self.corners else self._steered(dt_s)
        if not self.corners and self.facing_rad is not None:
            self._turn_to(self.facing_rad, dt_s)
        poses = resting(1)
        height_m = SITTING_EYES_M if is_seated else STANDING_EYES_M
        poses.head_m[0] = (head_m[0] + move_m[0], head_m[1] + move_m[1], height_m)
        poses.head_rotation[0] = rotation(self.yaw_rad, self.pitch_rad)
        return poses

    def _turn(self, dt_s: float) -> None:
        turn = (TURN_LEFT in self.held) - (TURN_RIGHT in self.held)
        self.yaw_rad = wrapped(self.yaw_rad + turn * TURN_RAD_PER_S * dt_s)

    def _steered(self, dt_s: float) -> FloatArray:
        ahead = (FORWARD in self.held) - (BACK in self.held)
        aside = (RIGHT in self.held) - (LEFT in self.held)
        if not ahead and not aside:
            return np.zeros(2)
        sine, cosine = math.sin(self.yaw_rad), math.cos(self.yaw_rad)
        direction = np.array([aside * cosine - ahead * sine, aside * sine + ahead * cosine])
        step: FloatArray = direction / np.hypot(*direction) * WALK_M_PER_S * dt_s
        return step

    def _along_way(self, head_m: FloatArray, dt_s: float) -> FloatArray:
        way_m = np.array(self.corners[0]) - head_m[:2]
        distance_m = float(np.hypot(*way_m))
        if distance_m < ARRIVED_M or self._is_stuck(distance_m, dt_s):
            self.corners.pop(0)
            self._nearest_m = math.inf
            return np.zeros(2)
        direction_rad = math.atan2(-way_m[0], way_m[1])
        off_rad = self._turn_to(direction_rad, dt_s)
        # People slow down to turn a corner.
        speed = WALK_M_PER_S * max(0.15, math.cos(min(abs(off_rad), math.pi / 2)))
        step: FloatArray = way_m / distance_m * min(distance_m, speed * dt_s)
        return step

    def _is_stuck(self, distance_m: float, dt_s: float) -> bool:
        """Whether one has not come nearer for a while: somebody or something is in the way."""
        if distance_m < self._nearest_m - 0.01:
            self._nearest_m, self._stood_s = distance_m, 0.0
            return False
        self._stood_s += dt_s
        return self._stood_s > STUCK_S

    def _turn_to(self, goal_rad: float, dt_s: float) -> float:
        """Turns towards a direction; returns what is left to turn."""
        off_rad = wrapped(goal_rad - self.yaw_rad)
        most_rad = ALONG_WAY_RAD_PER_S * dt_s
        self.yaw_rad = wrapped(self.yaw_rad + min(max(off_rad, -most_rad), most_rad))
        self.pitch_rad *= max(0.0, 1.0 - 3.0 * dt_s)
        if not self.corners and abs(off_rad) <= most_rad:
            self.facing_rad = None
        return off_rad


def rotation(yaw_rad: float, pitch_rad: float) -> FloatArray:
    """Returns the head's rotation, (4,), pitch up."""
    tilt = np.array([math.cos(pitch_rad / 2), math.sin(pitch_rad / 2), 0.0, 0.0])
    return multiply(quaternion_from_yaw(np.array(yaw_rad)), tilt)


def wrapped(angle_rad: float) -> float:
    """Returns the same angle between -pi and pi."""
    return (angle_rad + math.pi) % (2 * math.pi) - math.pi
