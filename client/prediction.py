"""The own body: moved at once by the rule that the server moves it by, and put right by its word.

Rules:
* Each frame the body takes a step of `world.avatar.step` towards where the person wants to be, on
  the same ground with the same closed doors as at the server. What is sent is where it came to.
* Inputs are numbered. A correction names the last input that the server took: where the body was
  then is compared, and the difference is applied to where it is now.
* A small correction is faded out over what is shown, so that the picture never jumps; a large one,
  a seat and a door are shown at once.
"""

from collections import deque
from typing import Final

import numpy as np

from world import avatar
from world.geometry import FloatArray, Vector, quaternion_from_yaw, yaw_from_quaternion
from world.protocol.motion import Poses, encode_inputs, resting

INPUT_S: Final = 0.05
"""The server takes one input a tick, at 20 Hz."""
REMEMBERED_INPUTS: Final = 64
SNAP_M: Final = 0.6
FADE_S: Final = 0.12
LONGEST_STEP_S: Final = 0.25


class Prediction:
    """One person's own body in one room.

    Args:
      ground: what is in the way.
      position_m: of the head.
      yaw_rad: where it looks.
    """

    def __init__(self, ground: avatar.Ground, position_m: Vector, yaw_rad: float) -> None:
        self.ground = ground
        self.seat_m: Vector | None = None
        self._poses = resting(1)
        self._credit_s = np.full(1, avatar.CREDIT_S)
        self._offset_m = np.zeros(3)
        self._sequence = 0
        self._sent: deque[tuple[int, FloatArray]] = deque(maxlen=REMEMBERED_INPUTS)
        self._next_input_s = 0.0
        self.place(position_m, yaw_rad)

    @property
    def head_m(self) -> FloatArray:
        """Where the head is by the rules, (3,)."""
        head_m: FloatArray = self._poses.head_m[0]
        return head_m

    @property
    def shown_head_m(self) -> FloatArray:
        """Where the head is shown, (3,)."""
        return self.head_m + self._offset_m

    @property
    def yaw_rad(self) -> float:
        """Where the head looks, seen from above."""
        return float(yaw_from_quaternion(self._poses.head_rotation)[0])

    @property
    def poses(self) -> Poses:
        """The pose by the rules."""
        return self._poses

    def enter(self, ground: avatar.Ground, position_m: Vector, yaw_rad: float) -> None:
        """Comes into another room."""
        self.ground, self.seat_m = ground, None
        self.place(position_m, yaw_rad)

    def place(self, position_m: Vector, yaw_rad: float | None) -> None:
        """Puts the body somewhere at once; None keeps where it looks."""
        self._poses.head_m[0] = position_m
        if yaw_rad is not None:
            self._poses.head_rotation[0] = quaternion_from_yaw(np.array(yaw_rad))
        self._offset_m = np.zeros(3)
        self._credit_s[:] = avatar.CREDIT_S
        self._sent.clear()

    def advance(self, wanted: Poses, dt_s: float) -> None:
        """Takes one step towards the pose that the person wants.

        Args:
          wanted: one pose.
          dt_s: since the last step, in seconds; of a long pause only the last moment counts.
        """
        self._offset_m *= max(0.0, 1.0 - dt_s / FADE_S)
        if dt_s <= 0:
            return
        seat_m = np.full((1, 3), np.nan) if self.seat_m is None else np.array([self.seat_m])
        self._poses, self._credit_s = avatar.step(
            self._poses, wanted, self._credit_s, min(dt_s, LONGEST_STEP_S), self.ground, seat_m
        )

    def input_due(self, now_s: float) -> bytes | None:
        """Returns the frame to send now, None between two inputs."""
        if now_s < self._next_input_s:
            return None
        self._next_input_s = max(self._next_input_s + INPUT_S, now_s + INPUT_S / 2)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._sent.append((self._sequence, self._poses.head_m[0].copy()))
        return encode_inputs(self._sequence, self._poses).tobytes()

    def correct(self, sequence: int, position_m: Vector, yaw_rad: float | None) -> None:
        """Takes the server's word of where the body was after an input."""
        if yaw_rad is not None:
            self.place(position_m, yaw_rad)
            return
        then_m = next((head_m for number, head_m in self._sent if number == sequence), None)
        if then_m is None:
            return
        error_m = np.array(position_m) - then_m
        before_m = self.shown_head_m
        goal = Poses(
            self._poses.head_m + error_m,
            self._poses.head_rotation,
            self._poses.hand_m,
            self._poses.hand_rotation,
            self._poses.flags,
        )
        self._poses = goal
        self._sent = deque(
            ((number, head_m + error_m) for number, head_m in self._sent), REMEMBERED_INPUTS
        )
        jump_m = before_m - goal.head_m[0]
        is_small = float(np.linalg.norm(jump_m)) < SNAP_M
        self._offset_m = jump_m if is_small else np.zeros(3)
