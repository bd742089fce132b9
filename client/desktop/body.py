"""The bodies of the room on this side: the own one that walks, and where the others are shown."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from client.clinic_model import ClinicModel
from client.desktop.walker import Walker
from client.interpolation import Interpolation, Shown
from client.prediction import Prediction
from world import avatar
from world.geometry import FloatArray
from world.protocol import messages as m
from world.protocol.motion import decode_records
from world.rooms.layout import Layout
from world.route import Free, Spot, free_floor, route

DOOR_OPENS_PER_S: Final = 1.4
"""The share of its way that a door's leaf moves in a second."""
MOVED_M: Final = 0.5


class Bodies:
    """Everybody in the room.

    Args:
      layouts: room type to its layout.
      send: takes the frames of the motion lane.
    """

    def __init__(self, layouts: Mapping[str, Layout], send: Callable[[bytes], object]) -> None:
        self._layouts, self._send = layouts, send
        self.walker = Walker()
        self.interpolation = Interpolation()
        self.prediction: Prediction | None = None
        self.layout: Layout | None = None
        self.door_shares: dict[str, float] = {}
        self._closed: frozenset[str] = frozenset()
        self._free: Free | None = None
        self._shown = Interpolation().at(0.0)
        self._room_id = ""
        self._own_slot = -1

    @property
    def head_m(self) -> FloatArray:
        """Where the own head is, (3,)."""
        return self.prediction.head_m if self.prediction else np.zeros(3)

    @property
    def shown(self) -> Shown:
        """Where the others are shown."""
        return self._shown

    def heads_m(self) -> dict[int, FloatArray]:
        """Returns where the others' heads are shown, by slot."""
        rows = enumerate(self._shown.slots.tolist())
        return {slot: self._shown.poses.head_m[row] for row, slot in rows}

    def take(self, message: m.ServerMessage, model: ClinicModel) -> None:
        """Takes what concerns bodies; the model has taken it already."""
        match message:
            case m.Welcome(tick_hz=tick_hz):
                self.interpolation = Interpolation(1.0 / tick_hz)
            case m.RoomView():
                self._enter(message, model)
            case m.PersonGone(slot):
                self.interpolation.forget(slot)
            case m.DoorView():
                self._follow_doors(model)
            case m.Corrected(sequence, position_m, yaw_rad) if self.prediction is not None:
                self.prediction.correct(sequence, position_m, yaw_rad)
                if yaw_rad is not None and not self.walker.is_on_way:
                    self.walker.yaw_rad, self.walker.pitch_rad = yaw_rad, 0.0
            case _:
                pass

    def take_motion(self, frame: bytes, now_s: float) -> None:
        """Takes a frame of the motion lane that arrived now."""
        self.interpolation.add(*decode_records(frame), now_s)

    def advance(self, model: ClinicModel, now_s: float, dt_s: float) -> None:
        """Moves everybody on by a moment."""
        for name, door in model.doors.items():
            share = self.door_shares.get(name, float(door.is_open))
            step = dt_s * DOOR_OPENS_PER_S * (1 if door.is_open else -1)
            self.door_shares[name] = min(max(share + step, 0.0), 1.0)
        self._shown = self.interpolation.at(now_s)
        if self.prediction is None or self.layout is None:
            return
        seat = next((one for one in self.layout.seats if one.name == model.seat), None)
        self.prediction.seat_m = seat.position_m if seat else None
        wanted = self.walker.wanted(self.prediction.head_m, dt_s, is_seated=seat is not None)
        self.prediction.advance(wanted, dt_s)
        frame = self.prediction.input_due(now_s)
        if frame is not None:
            self._send(frame)

    def walk_to(self, spot: Spot, facing_rad: float | None) -> bool:
        """Begins to walk to a place, or near it; False if there is no way."""
        if self.prediction is None or self._free is None:
            return False
        x, y, _ = self.prediction.head_m.tolist()
        corners = route(self._free, (x, y), spot)
        self.walker.follow(corners[1:] or corners, facing_rad)
        return bool(corners)

    def _enter(self, view: m.RoomView, model: ClinicModel) -> None:
        layout = self._layouts[view.room_type]
        is_same_room = self._room_id == view.room_id
        is_same = is_same_room and self._own_slot == view.own_slot
        self._room_id, self._own_slot, self.layout = view.room_id, view.own_slot, layout
        if not is_same:
            self.interpolation.clear()
            self._shown = self.interpolation.at(0.0)
            self.door_shares = {name: float(door.is_open) for name, door in model.doors.items()}
        if not is_same_room:
            self.walker.yaw_rad, self.walker.pitch_rad = view.yaw_rad, 0.0
            self.walker.stop()
        self._closed = frozenset({"?"})
        self._follow_doors(model)
        if self.prediction is None:
            ground = avatar.ground(layout, self._closed)
            self.prediction = Prediction(ground, view.position_m, view.yaw_rad)
        elif not is_same:
            self.prediction.enter(
                avatar.ground(layout, self._closed), view.position_m, view.yaw_rad
            )
        elif np.abs(self.prediction.head_m - view.position_m).max() > MOVED_M:
            self.prediction.place(view.position_m, None)
        if self.walker.corners:
            # The clinic came back, and with it one may stand elsewhere: the goal stays.
            self.walk_to(self.walker.corners[-1], self.walker.facing_rad)

    def _follow_doors(self, model: ClinicModel) -> None:
        if self.layout is None or model.closed_doors == self._closed:
            return
        self._closed = model.closed_doors
        ground = avatar.ground(self.layout, self._closed)
        self._free = free_floor(ground)
        if self.prediction is not None:
            self.prediction.ground = ground
