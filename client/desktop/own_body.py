"""The own body, as one sees it when one looks down at oneself.

It is posed as the others see it, by the same arithmetic, but for the head: that is where the eyes
are, and is left out. Nothing is loaded, posed or drawn while one looks ahead.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from panda3d.core import NodePath

from client.avatars.casting import person_for
from client.avatars.people import People
from client.avatars.pose import PoseBatch
from client.avatars.tag import TagText
from client.program import Program
from world.geometry import FloatArray, quaternion_from_yaw
from world.protocol import messages as m

LOOKS_DOWN_RAD: Final = -0.12
"""From here on knees and hands of who sits come into the picture."""
OWN: Final = 0
LONGEST_STEP_S: Final = 0.25
NOD_M: Final = 0.09
"""How far a head that looks straight down is before its neck: what a neck and a bent back give."""
HANDS_DOWN_M: Final = np.array([[[-0.2, 0.1, -0.7], [0.2, 0.1, -0.7]]])


class OwnBody:
    """One person's own body in one room.

    Args:
      new_people: makes the avatars of the room that it stands in.
    """

    def __init__(self, new_people: Callable[[], People]) -> None:
        self._new_people = new_people
        self._people: People | None = None
        self._drawn: m.Person | None = None
        self._then_s, self._then_m = 0.0, np.zeros(3)

    @property
    def is_seen(self) -> bool:
        """Whether it is drawn."""
        return self._people is not None and not self._people.root.is_hidden()

    def close(self) -> None:
        """Takes it out of the room."""
        if self._people is not None:
            self._people.root.remove_node()
            self._people = None

    def update(self, program: Program, now_s: float, camera: NodePath) -> None:
        """Brings it up to date for the person's own eyes, or hides it."""
        own = program.model.people.get(program.model.own_slot)
        prediction = program.bodies.prediction
        if own is None or prediction is None or program.bodies.walker.pitch_rad > LOOKS_DOWN_RAD:
            if self._people is not None:
                self._people.root.hide()
            return
        people = self._dressed(own)
        people.root.show()
        pose = self._pose(program, prediction.shown_head_m, now_s)
        people.update(now_s, pose, np.full((1, 3), np.nan), np.zeros(1))
        people.present_to(camera)

    def _dressed(self, own: m.Person) -> People:
        """Returns the avatars, with the body that this person has now."""
        if self._people is None:
            self._people, self._drawn = self._new_people(), None
        looks = (own.role, own.appearance)
        if self._drawn is None or looks != (self._drawn.role, self._drawn.appearance):
            if self._drawn is not None:
                self._people.remove(OWN)
            role = own.role or "patient"
            body = person_for(role, "", own.appearance)
            self._people.add(OWN, body, TagText("", role), is_self=True, is_headless=True)
            self._drawn = own
        return self._people

    def _pose(self, program: Program, eye_m: FloatArray, now_s: float) -> PoseBatch:
        layout, seat_name = program.bodies.layout, program.model.seat
        seats = {seat.name: seat for seat in layout.seats} if layout else {}
        seat = seats.get(seat_name or "")
        walker = program.bodies.walker
        yaw_rad = walker.yaw_rad
        # Who nods moves the eyes forward over the chest. The eyes of the picture stay where they
        # are, so the body goes back instead, upright: it must not bow with every look down.
        back_m = 0.0 if seat else NOD_M * math.sin(min(0.0, walker.pitch_rad))
        head_m = eye_m + np.array([-math.sin(yaw_rad), math.cos(yaw_rad), 0.0]) * back_m
        level = quaternion_from_yaw(np.array([yaw_rad]))
        return PoseBatch(
            head_m=head_m[None],
            head=level,
            hand_m=HANDS_DOWN_M,
            hand=np.repeat(level[:, None], 2, axis=1),
            is_tracked=np.zeros((1, 2), bool),
            is_seated=np.array([seat is not None]),
            seat_m=np.array([seat.position_m if seat else head_m * [1.0, 1.0, 0.0]], float),
            seat_yaw_rad=np.array([seat.yaw_rad if seat else yaw_rad]),
            velocity_m_per_s=self._velocity(eye_m, now_s)[None],
        )

    def _velocity(self, eye_m: FloatArray, now_s: float) -> FloatArray:
        passed_s, moved_m = now_s - self._then_s, eye_m - self._then_m
        self._then_s, self._then_m = now_s, eye_m.copy()
        return moved_m / passed_s if 0.0 < passed_s < LONGEST_STEP_S else np.zeros(3)
