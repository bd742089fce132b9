"""The own instruments at display rate: moved at once by the rule that the server moves them by.

Rules:
- What is asked for is quantized first: both ends start from the same numbers.
- Each frame the instruments and the scope take a step of `sim.instruments.trocar` towards it.
- Where contact holds an instrument back, only the server knows. It says which input a scene comes
  after; how far the tip is then from where it was predicted to be, beyond what a step of motion
  explains, is laid over what is shown.
"""

from collections import deque
from math import exp
from typing import Final, NamedTuple

import numpy as np

from sim.instruments.inputs import Inputs, pack, unpack
from sim.instruments.scope import Camera, camera
from sim.instruments.station import Station
from sim.instruments.trocar import Pose, Posture, pose, step
from world.geometry import FloatArray

INPUTS_PER_S: Final = 60.0
"""A step of the simulation takes one."""
LONGEST_STEP_S: Final = 0.1
EARLY_S: Final = 0.002
"""A frame this little before the next input is due sends it: the frame after would be late."""
REMEMBERED: Final = 128
UNEXPLAINED_M: Final = 0.0008
"""Rounding and the part of a step that both ends may differ in; less is no contact."""
SETTLE_S: Final = 0.05


class Outgoing(NamedTuple):
    """An input to be sent.

    Attributes:
      number: counts from 1.
      data: 29 bytes, see `sim.instruments.inputs`.
    """

    number: int
    data: bytes


class Prediction:
    """Both instruments and the scope of one trainee.

    Args:
      station: where they are.
      now: how they stand at the beginning.

    Attributes:
      hands: postures of the left and the right instrument now.
      scope: posture of the scope now.
    """

    def __init__(self, station: Station, now: Inputs) -> None:
        self._station = station
        self._trocars = (station.left, station.right)
        self.hands: tuple[Posture, Posture] = (now.left, now.right)
        self.scope = now.scope
        self._wanted = unpack(pack(now))
        self._number = 0
        self._due_s = 0.0
        self._sent: deque[tuple[int, FloatArray, FloatArray]] = deque(maxlen=REMEMBERED)
        self._speed_m_s = np.zeros(2)
        self._held_back_m = np.zeros((2, 3))
        self._shown_back_m = np.zeros((2, 3))

    @property
    def view(self) -> Camera:
        """Where the scope's camera is."""
        station = self._station
        return camera(station.scope, station.camera, self.scope, self._wanted.head_roll_rad)

    @property
    def poses(self) -> tuple[Pose, Pose]:
        """Where both tips are shown, left and right."""
        left, right = (
            Pose(own.tip_m + back_m, own.rotation)
            for own, back_m in zip(self._free_poses(), self._shown_back_m, strict=True)
        )
        return left, right

    def advance(self, wanted: Inputs, dt_s: float) -> None:
        """Takes one step towards what is asked for.

        Args:
          wanted: is quantized here.
          dt_s: since the last step; of a long pause only the last moment counts.
        """
        self._wanted = unpack(pack(wanted))
        if dt_s <= 0:
            return
        dt_s = min(dt_s, LONGEST_STEP_S)
        before_m = np.array([own.tip_m for own in self._free_poses()])
        self.hands = (
            step(self.hands[0], self._wanted.left, dt_s),
            step(self.hands[1], self._wanted.right, dt_s),
        )
        self.scope = step(self.scope, self._wanted.scope, dt_s)
        moved_m = np.array([own.tip_m for own in self._free_poses()]) - before_m
        self._speed_m_s = np.sqrt((moved_m**2).sum(axis=1)) / dt_s
        share = 1.0 - exp(-dt_s / SETTLE_S)
        self._shown_back_m += share * (self._held_back_m - self._shown_back_m)

    def input_due(self, now_s: float) -> Outgoing | None:
        """Returns the input to send now, None between two."""
        if now_s < self._due_s - EARLY_S:
            return None
        gap_s = 1 / INPUTS_PER_S
        # A clock that is a little late keeps the rate; after a pause nothing is made up for.
        self._due_s = max(self._due_s + gap_s, now_s + gap_s / 2)
        self._number += 1
        tips_m = np.array([own.tip_m for own in self._free_poses()])
        self._sent.append((self._number, tips_m, self._speed_m_s.copy()))
        return Outgoing(self._number, pack(self._wanted))

    def take_tips(self, number: int, tips_m: FloatArray) -> None:
        """Takes where both tips, (2, 3), really were after an input of this number."""
        for sent, predicted_m, speed_m_s in self._sent:
            if sent == number:
                away_m = tips_m - predicted_m
                length_m = np.sqrt((away_m**2).sum(axis=1))
                explained_m = UNEXPLAINED_M + speed_m_s * 2 / INPUTS_PER_S
                share = np.maximum(0.0, 1.0 - explained_m / np.maximum(length_m, 1e-9))
                self._held_back_m = away_m * share[:, None]
                return

    def _free_poses(self) -> tuple[Pose, Pose]:
        left, right = (pose(at, own) for at, own in zip(self._trocars, self.hands, strict=True))
        return left, right
