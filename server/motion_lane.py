"""All bodies of this process, moved and sent once a tick: the batch lane.

Strategy: struct of arrays over all rooms. A tick unmasks every frame that arrived in one numpy
operation, moves the bodies room by room (rooms with the same solids together), quantizes all of
them once, and writes one frame per viewer. Nothing is awaited, so a slow receiver cannot make a
tick late: its frame is skipped and its next one holds everybody. Where the cost of a system call
per client and tick is to be saved as well, reading of sockets moves into `tick`; this module is
the place for that, and nobody else would notice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from world import avatar, interest
from world.geometry import FloatArray, Vector, quaternion_from_yaw
from world.protocol.motion import (
    FRAME_HEADER_BYTES,
    INPUT_BYTES,
    RECORD_BYTES,
    SEATED,
    SPEAKING,
    ByteArray,
    IntArray,
    decode_inputs,
    encode_records,
    frame_header,
    resting,
)

FIRST_ROWS = 64
CORRECT_ABOVE_M = 0.03
MASKED_HEAD_BYTES = 6


class Viewer(Protocol):
    """The connection of a body: gets frames, or is skipped."""

    is_stale: bool

    def send_motion(self, framed: bytes) -> bool:
        """Writes a framed motion frame; False if it was skipped."""


@dataclass(slots=True)
class RoomBodies:
    """The bodies of one room: rows in the order in which they came, and what is in their way."""

    ground: avatar.Ground
    rows: list[int] = field(default_factory=list)


class MotionLane:
    """Owner of all poses; everybody else asks it.

    Args:
      frame_head: returns the websocket head of a frame of so many bytes.

    Attributes:
      inbox: row to the newest frame that arrived, still masked.
      corrections: rows that the last tick moved elsewhere than asked: row, sequence, head.
    """

    def __init__(self, frame_head: Callable[[int], bytes]) -> None:
        self.inbox: dict[int, bytes] = {}
        self._frame_head = frame_head
        self.corrections: list[tuple[int, int, Vector]] = []
        self._rooms: dict[str, RoomBodies] = {}
        self._viewers: list[Viewer | None] = [None] * FIRST_ROWS
        self._free = list(range(FIRST_ROWS - 1, -1, -1))
        self._poses = resting(FIRST_ROWS)
        self._credit_s = np.zeros(FIRST_ROWS)
        self._seat_m = np.full((FIRST_ROWS, 3), np.nan)
        self._slot = np.zeros(FIRST_ROWS, np.int64)
        self._is_speaking = np.zeros(FIRST_ROWS, bool)
        self._tick = 0

    # --- membership

    def set_ground(self, room_id: str, ground: avatar.Ground) -> None:
        """Says what is in the way in a room: at its opening, and whenever a door moves."""
        if room_id in self._rooms:
            self._rooms[room_id].ground = ground
        else:
            self._rooms[room_id] = RoomBodies(ground)

    def enter(self, room_id: str, slot: int, head_m: Vector, *, yaw_rad: float) -> int:
        """Puts a body into a room and returns its row; nobody looks through its eyes yet."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        only = resting(1)
        only.head_m[0] = head_m
        only.head_rotation[0] = quaternion_from_yaw(np.array(yaw_rad))
        self._poses.put(np.array([row]), only)
        self._credit_s[row] = 0.0
        self._seat_m[row] = np.nan
        self._slot[row] = slot
        self._is_speaking[row] = False
        self._rooms[room_id].rows.append(row)
        return row

    def attach(self, row: int, viewer: Viewer | None) -> None:
        """Lets a connection look through the eyes of a body; its first frame holds everybody."""
        self._viewers[row] = viewer
        if viewer is not None:
            viewer.is_stale = True

    def leave(self, room_id: str, row: int) -> None:
        """Takes a body out of its room."""
        self._rooms[room_id].rows.remove(row)
        self._viewers[row] = None
        self.inbox.pop(row, None)
        self._free.append(row)

    def seat(self, row: int, seat_m: Vector | None) -> None:
        """Binds a body to a seat, or frees it."""
        self._seat_m[row] = np.nan if seat_m is None else seat_m
        self._credit_s[row] = avatar.CREDIT_S

    def place(self, row: int, head_m: Vector) -> None:
        """Puts a body elsewhere: through a door, onto a seat."""
        self._poses.head_m[row] = head_m

    def speak(self, row: int, *, is_speaking: bool) -> None:
        """Marks a body as speaking: everybody in the room then sees it every tick."""
        self._is_speaking[row] = is_speaking

    def head_m(self, row: int) -> Vector:
        """Returns where a head is."""
        x, y, z = self._poses.head_m[row]
        return float(x), float(y), float(z)

    def yaw_rotation(self, row: int) -> FloatArray:
        """Returns (4,) the rotation of a head."""
        rotation: FloatArray = self._poses.head_rotation[row]
        return rotation

    def heads_m(self, rows: Iterable[int]) -> FloatArray:
        """Returns (n, 3) where heads are."""
        return self._poses.head_m[np.fromiter(rows, np.int64)]

    # --- the tick

    def tick(self, dt_s: float) -> int:
        """Moves all bodies by what arrived, sends all frames; returns the records delivered."""
        self._tick += 1
        self.corrections.clear()
        self._move(dt_s)
        rooms = [bodies for bodies in self._rooms.values() if bodies.rows]
        if not rooms:
            return 0
        rows = np.array([row for bodies in rooms for row in bodies.rows])
        poses = self._poses.take(rows)
        poses.flags = (
            poses.flags & ~(SEATED | SPEAKING)
            | np.where(np.isnan(self._seat_m[rows, 0]), 0, SEATED)
            | np.where(self._is_speaking[rows], SPEAKING, 0)
        )
        records = encode_records(self._slot[rows], poses)
        header, start, delivered = frame_header(self._tick), 0, 0
        for bodies in rooms:
            end = start + len(bodies.rows)
            delivered += self._send_room(
                header, bodies.rows, records[start:end], poses.head_m[start:end]
            )
            start = end
        return delivered

    def _move(self, dt_s: float) -> None:
        arrived = dict(self.inbox)
        self.inbox.clear()
        self._credit_s = np.minimum(self._credit_s + dt_s, avatar.CREDIT_S)
        if not arrived:
            return
        sequences, wanted = decode_inputs(unmask(b"".join(arrived.values())).tobytes())
        rows = np.fromiter(arrived, np.int64, len(arrived))
        for ground, at in self._by_ground(rows):
            here = rows[at]
            poses, left_s = avatar.step(
                self._poses.take(here),
                wanted.take(at),
                self._credit_s[here] - dt_s,
                dt_s,
                ground,
                self._seat_m[here],
            )
            for index in avatar.differs(poses, wanted.take(at), CORRECT_ABOVE_M):
                x, y, z = poses.head_m[index]
                head_m = (float(x), float(y), float(z))
                self.corrections.append((int(here[index]), int(sequences[at[index]]), head_m))
            self._poses.put(here, poses)
            self._credit_s[here] = left_s

    def _by_ground(self, rows: IntArray) -> Iterable[tuple[avatar.Ground, IntArray]]:
        """Yields each ground with the indices into rows of the bodies on it."""
        group_of = np.full(len(self._slot), -1)
        grounds: dict[int, tuple[int, avatar.Ground]] = {}
        for bodies in self._rooms.values():
            if bodies.rows:
                key, _ = grounds.setdefault(id(bodies.ground), (len(grounds), bodies.ground))
                group_of[bodies.rows] = key
        group = group_of[rows]
        for key, ground in grounds.values():
            at = np.flatnonzero(group == key)
            if len(at):
                yield ground, at

    def _send_room(
        self, header: bytes, rows: list[int], records: ByteArray, head_m: FloatArray
    ) -> int:
        choice = interest.choose(head_m, self._tick, self._is_speaking[rows])
        chosen = records[choice.rows].tobytes()
        start = delivered = 0
        for index, row in enumerate(rows):
            end = int(choice.ends[index])
            viewer = self._viewers[row]
            if viewer is not None:
                delivered += self._send_viewer(
                    viewer,
                    header,
                    chosen[start * RECORD_BYTES : end * RECORD_BYTES],
                    (records, index),
                )
            start = end
        return delivered

    def _send_viewer(
        self, viewer: Viewer, header: bytes, body: bytes, everybody: tuple[ByteArray, int]
    ) -> int:
        if viewer.is_stale:
            records, own = everybody
            body = np.delete(records, own, axis=0).tobytes()
        if not body and not viewer.is_stale:
            return 0
        head = self._frame_head(FRAME_HEADER_BYTES + len(body))
        if not viewer.send_motion(head + header + body):
            return 0
        viewer.is_stale = False
        return len(body) // RECORD_BYTES

    def _grow(self) -> None:
        old = len(self._slot)
        more = resting(2 * old)
        more.put(np.arange(old), self._poses)
        self._poses = more
        self._credit_s = np.concatenate([self._credit_s, np.zeros(old)])
        self._seat_m = np.concatenate([self._seat_m, np.full((old, 3), np.nan)])
        self._slot = np.concatenate([self._slot, np.zeros(old, np.int64)])
        self._is_speaking = np.concatenate([self._is_speaking, np.zeros(old, bool)])
        self._viewers += [None] * old
        self._free = list(range(2 * old - 1, old - 1, -1))


def unmask(frames: bytes) -> ByteArray:
    """Returns the payloads (n, 31) of n masked frames that lie one after the other.

    Source: RFC 6455 section 5.3, octet i of the payload is masked by octet i mod 4 of the key.
    """
    framed = np.frombuffer(frames, np.uint8).reshape(-1, MASKED_HEAD_BYTES + INPUT_BYTES)
    key = framed[:, 2:6][:, np.arange(INPUT_BYTES) % 4]
    return framed[:, MASKED_HEAD_BYTES:] ^ key
