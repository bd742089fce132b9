"""The peg board in motion: graspers that follow the hands, rings that are gripped and dropped.

Rules:
- A step takes 1/60 s in SUBSTEPS parts; hands move evenly from where they were to where they are.
- `snapshot` is everything the next step depends on: stepping on from it gives the same bits.
- If the engine gives anything but numbers, the board is put back to the start of the step with
  everything at rest, and the step is counted in `stopped_steps`. Nothing else is ever put back.
"""

from typing import NamedTuple

import mujoco
import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.rigid.model import (
    BOARD_M,
    GRASPER,
    HANDS,
    PEG_HEIGHT_M,
    PEGS_M,
    RING_RADIUS_M,
    RINGS,
    SUBSTEPS,
    peg_board_xml,
)

_STATE = mujoco.mjtState.mjSTATE_INTEGRATION
_APOTHEM = 0.8660254037844386
HAND_VALUES = 8


class Observation(NamedTuple):
    """What the task's rules look at.

    Attributes:
      ring_m: (6, 3) middle of each ring.
      ring_rotation: (6, 4).
      peg_of: (6,) the peg that stands in each ring, or -1.
      is_held: (2, 6) whether both jaws of a hand touch a ring.
      is_on_board: (6,) whether a ring touches the board.
      is_in_field: (6,) whether a ring is above the board.
      is_touching: (2,) whether a hand's instrument touches board or table.
      grip_n: (2, 6) mean normal force of a hand's two jaws on each ring.
      tool_m: (2, 3) where the instruments' tips really are.
    """

    ring_m: FloatArray
    ring_rotation: FloatArray
    peg_of: IntArray
    is_held: BoolArray
    is_on_board: BoolArray
    is_in_field: BoolArray
    is_touching: BoolArray
    grip_n: FloatArray
    tool_m: FloatArray


class PegBoard:
    """Twelve pegs, six rings and two graspers.

    Args:
      first_peg: ring 0 stands on it, and the other rings on those that follow: 0 is the left
        side, 6 the right.

    Attributes:
      stopped_steps: how often the engine failed and the board was put to rest.
    """

    def __init__(self, first_peg: int = 0) -> None:
        # Otherwise MuJoCo writes its warnings to a file in whatever folder it was started in.
        mujoco.set_mju_user_warning(_unwritten)
        self._model = mujoco.MjModel.from_xml_string(peg_board_xml(first_peg))
        self._data = mujoco.MjData(self._model)
        self._start = np.empty(mujoco.mj_stateSize(self._model, _STATE))
        self._rings = [self._model.body(f"ring {number}").id for number in range(RINGS)]
        self._tools = [self._model.body(f"tool {hand}").id for hand in range(HANDS)]
        self._ring_of, self._jaw_of, self._tool_of = self._owners()
        self._floor = {self._model.geom(name).id for name in ("board", "table")}
        self._board = self._model.geom("board").id
        self.stopped_steps = 0
        self._data.ctrl[:] = GRASPER.opening_rad / 2
        mujoco.mj_forward(self._model, self._data)

    def step(self, hands: FloatArray) -> None:
        """Moves everything on by 1/60 s.

        Args:
          hands: (2, 8) of each hand: tip position in metres, unit quaternion world_from_tip, and
            how far its jaws are wanted open, 0 to 1.

        Raises:
          ValueError: if a value is not a number, or a rotation has no length.
        """
        wanted_m, wanted_rotation, opening = _checked(hands)
        data = self._data
        mujoco.mj_getState(self._model, data, self._start, _STATE)
        from_m, from_rotation = data.mocap_pos.copy(), data.mocap_quat.copy()
        nearer = np.where((from_rotation * wanted_rotation).sum(axis=1, keepdims=True) < 0, -1, 1)
        data.ctrl[:] = np.repeat(opening * (GRASPER.opening_rad / 2), 2)
        for part in range(1, SUBSTEPS + 1):
            share = part / SUBSTEPS
            data.mocap_pos[:] = (1 - share) * from_m + share * wanted_m
            between = (1 - share) * from_rotation + share * nearer * wanted_rotation
            data.mocap_quat[:] = between / np.sqrt((between**2).sum(axis=1, keepdims=True))
            mujoco.mj_step(self._model, data)
            if not (np.isfinite(data.qpos).all() and np.isfinite(data.qvel).all()):
                self._come_to_rest()
                return

    def snapshot(self) -> FloatArray:
        """Returns the whole state."""
        state = np.empty(self._start.size)
        mujoco.mj_getState(self._model, self._data, state, _STATE)
        return state

    def restore(self, state: FloatArray) -> None:
        """Puts everything to where a snapshot was taken.

        Raises:
          ValueError: if the state is not one of this board.
        """
        if state.shape != self._start.shape:
            raise ValueError(f"A snapshot of this board has {self._start.size} numbers.")
        mujoco.mj_setState(self._model, self._data, state, _STATE)

    def observe(self) -> Observation:
        """Returns what can be seen of the board now."""
        data = self._data
        mujoco.mj_forward(self._model, data)
        ring_m = data.xpos[self._rings].copy()
        grip_n, jaws = np.zeros((HANDS, RINGS)), np.zeros((HANDS, RINGS, 2), bool)
        is_on_board, is_touching = np.zeros(RINGS, bool), np.zeros(HANDS, bool)
        for number, (a, b) in enumerate(data.contact.geom.tolist()):
            for one, other in ((a, b), (b, a)):
                ring, jaw, tool = self._ring_of[one], self._jaw_of[other], self._tool_of[one]
                if ring >= 0 and jaw >= 0:
                    jaws[jaw // 2, ring, jaw % 2] = True
                    grip_n[jaw // 2, ring] += self._normal_force_n(number) / 2
                if ring >= 0 and other == self._board:
                    is_on_board[ring] = True
                if tool >= 0 and other in self._floor:
                    is_touching[tool] = True
        is_in_field: BoolArray = (np.abs(ring_m[:, :2]) <= np.array(BOARD_M) / 2).all(axis=1)
        return Observation(
            ring_m,
            data.xquat[self._rings].copy(),
            _pegs_inside(ring_m),
            jaws[..., 0] & jaws[..., 1],
            is_on_board,
            is_in_field,
            is_touching,
            grip_n,
            data.xpos[self._tools].copy(),
        )

    def _owners(self) -> tuple[list[int], list[int], list[int]]:
        """Returns of each geom its ring, its jaw (2 hand + side) and its hand, or -1."""
        ring_of, jaw_of, tool_of = ([-1] * self._model.ngeom for _ in range(3))
        for geom in range(self._model.ngeom):
            kind, *rest = self._model.geom(geom).name.split(" ")
            if kind == "ring":
                ring_of[geom] = int(rest[0])
            if kind in {"jaw", "shaft"}:
                tool_of[geom] = int(rest[0])
            if kind == "jaw":
                jaw_of[geom] = 2 * int(rest[0]) + int(rest[1] == "upper")
        return ring_of, jaw_of, tool_of

    def _normal_force_n(self, contact: int) -> float:
        force = np.zeros(6)
        mujoco.mj_contactForce(self._model, self._data, contact, force)
        return float(force[0])

    def _come_to_rest(self) -> None:
        self.stopped_steps += 1
        data = self._data
        mujoco.mj_setState(self._model, data, self._start, _STATE)
        for values in (data.qvel, data.act, data.qacc_warmstart):
            values[:] = 0.0
        if not np.isfinite(data.qpos).all():
            mujoco.mj_resetData(self._model, data)
        mujoco.mj_forward(self._model, data)


def _unwritten(_message: str) -> None:
    """Takes a warning of the engine; what it warns of is seen in the state itself."""


def _checked(hands: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    hands = np.asarray(hands, float)
    if hands.shape != (HANDS, HAND_VALUES) or not np.isfinite(hands).all():
        raise ValueError("Two hands of eight finite numbers are wanted: see PegBoard.step.")
    length = np.sqrt((hands[:, 3:7] ** 2).sum(axis=1, keepdims=True))
    if (length < 1e-6).any():
        raise ValueError("A hand's rotation has no length: give a unit quaternion.")
    return hands[:, :3], hands[:, 3:7] / length, np.clip(hands[:, 7], 0.0, 1.0)


def _pegs_inside(ring_m: FloatArray) -> IntArray:
    """Returns which peg reaches through the middle of each ring, or -1."""
    way_m = ring_m[:, None, :2] - np.array(PEGS_M)
    distance_m = np.sqrt((way_m**2).sum(axis=2))
    nearest = distance_m.argmin(axis=1)
    is_round_it = distance_m.min(axis=1) < RING_RADIUS_M * _APOTHEM
    is_low = (ring_m[:, 2] > -0.001) & (ring_m[:, 2] < PEG_HEIGHT_M)
    pegs: IntArray = np.where(is_round_it & is_low, nearest, -1)
    return pegs
