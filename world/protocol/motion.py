"""The motion lane: one person's pose in 27 bytes, latest wins, droppable.

A frame of this lane begins with the byte LANE (0x00); any other first byte is an event. Integers
are little-endian, rounding is floor(x + 0.5) everywhere, so that every client computes the same
bytes. The published byte table of a pose (offsets in bytes):

  0  head x, y, z               3 x u16   millimeters from the room's minimum corner, 0 to 65.535 m
  6  head rotation              u32       smallest three (see below)
 10  left hand x, y, z,         6 x u12   packed in pairs into 3 bytes, first in the low bits;
     right hand x, y, z                   (c + 1.5) / 3 * 4095: relative to the *quantized* head,
                                          along the room's axes, -1.5 to 1.5 m, step 0.73 mm
 19  left, right hand rotation  2 x u32   smallest three

Smallest three: of the unit quaternion (w, x, y, z) the component that is largest in magnitude is
left out, made positive; bits 31-30 its index, then the other three in order, 10 bits each:
(c * sqrt(2) + 1) * 511.5.

Downward record, 29 bytes: u16 = slot (low 12 bits) | flags << 12, then the pose.
Downward frame: LANE, u16 tick, records.
Upward frame, 31 bytes: LANE, u8 flags, u16 sequence, pose.
Flags: 1 left hand tracked, 2 right hand tracked, 4 seated, 8 speaking.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from world.errors import RemoteProtocolError
from world.geometry import FloatArray

ByteArray = NDArray[np.uint8]
IntArray = NDArray[np.int64]

LANE = 0x00
POSE_BYTES = 27
RECORD_BYTES = 2 + POSE_BYTES
INPUT_BYTES = 4 + POSE_BYTES
FRAME_HEADER_BYTES = 3
MAX_SLOT = 4095
POSITION_STEP_M = 0.001
HAND_REACH_M = 1.5
LEFT_TRACKED, RIGHT_TRACKED, SEATED, SPEAKING = 1, 2, 4, 8

_OTHERS = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
_SQRT2 = np.sqrt(2.0)
_POSE = np.dtype(
    [("head", "<u2", 3), ("head_rotation", "<u4"), ("hands", "u1", 9), ("rotations", "<u4", 2)]
)
RECORD = np.dtype([("slot_flags", "<u2"), ("pose", _POSE)])
INPUT = np.dtype([("lane", "u1"), ("flags", "u1"), ("sequence", "<u2"), ("pose", _POSE)])


@dataclass(slots=True)
class Poses:
    """Poses of n people, one row each.

    Attributes:
      head_m: (n, 3) head positions in the room's frame, metres.
      head_rotation: (n, 4) unit quaternions.
      hand_m: (n, 2, 3) left and right hand, relative to the head along the room's axes, metres.
      hand_rotation: (n, 2, 4) unit quaternions of the grip poses.
      flags: (n,) see the module's table.
    """

    head_m: FloatArray
    head_rotation: FloatArray
    hand_m: FloatArray
    hand_rotation: FloatArray
    flags: IntArray

    def __len__(self) -> int:
        return len(self.head_m)

    def take(self, rows: IntArray) -> "Poses":
        """Returns copies of the given rows."""
        return Poses(
            self.head_m[rows],
            self.head_rotation[rows],
            self.hand_m[rows],
            self.hand_rotation[rows],
            self.flags[rows],
        )

    def put(self, rows: IntArray, poses: "Poses") -> None:
        """Writes poses into the given rows."""
        self.head_m[rows] = poses.head_m
        self.head_rotation[rows] = poses.head_rotation
        self.hand_m[rows] = poses.hand_m
        self.hand_rotation[rows] = poses.hand_rotation
        self.flags[rows] = poses.flags


def resting(count: int) -> Poses:
    """Returns poses of people who stand at the origin, look along +Y and hold no controllers."""
    rotation = np.zeros((count, 4))
    rotation[:, 0] = 1.0
    hands = np.zeros((count, 2, 4))
    hands[:, :, 0] = 1.0
    return Poses(
        np.zeros((count, 3)), rotation, np.zeros((count, 2, 3)), hands, np.zeros(count, np.int64)
    )


def encode_records(slots: IntArray, poses: Poses) -> ByteArray:
    """Returns the downward records: (n, 29) bytes.

    Args:
      slots: (n,) from 0 to MAX_SLOT.
      poses: of the same n people.
    """
    records = np.zeros(len(poses), RECORD)
    records["slot_flags"] = slots | (poses.flags & 15) << 12
    _pack(records["pose"], poses)
    return records.view(np.uint8).reshape(len(poses), RECORD_BYTES)


def decode_records(frame: bytes) -> tuple[int, IntArray, Poses]:
    """Returns tick, (n,) slots and poses of a downward frame.

    Raises:
      RemoteProtocolError: if the frame is no whole number of records.
    """
    size, rest = divmod(len(frame) - FRAME_HEADER_BYTES, RECORD_BYTES)
    if size < 0 or rest or frame[0] != LANE:
        raise RemoteProtocolError(f"motion frame of {len(frame)} bytes")
    records = np.frombuffer(frame, RECORD, size, FRAME_HEADER_BYTES)
    packed = records["slot_flags"].astype(np.int64)
    poses = _unpack(records["pose"], packed >> 12)
    return int.from_bytes(frame[1:3], "little"), packed & MAX_SLOT, poses


def frame_header(tick: int) -> bytes:
    """Returns what stands before the records of a downward frame."""
    return bytes((LANE,)) + (tick & 0xFFFF).to_bytes(2, "little")


def encode_inputs(sequence: int, poses: Poses) -> ByteArray:
    """Returns the upward frames of n people at one sequence number: (n, 31) bytes."""
    inputs = np.zeros(len(poses), INPUT)
    inputs["sequence"] = sequence & 0xFFFF
    inputs["flags"] = poses.flags & 15
    _pack(inputs["pose"], poses)
    return inputs.view(np.uint8).reshape(len(poses), INPUT_BYTES)


def decode_inputs(frames: bytes) -> tuple[IntArray, Poses]:
    """Returns (n,) sequence numbers and poses of n upward frames that lie one after the other.

    Any 31 bytes that begin with LANE are a pose: nothing here can fail, and no component can be
    NaN. Whether the pose is possible is world.avatar's to say.
    """
    inputs = np.frombuffer(frames, INPUT)
    return inputs["sequence"].astype(np.int64), _unpack(
        inputs["pose"], inputs["flags"].astype(np.int64) & 15
    )


def quantize(poses: Poses) -> Poses:
    """Returns the poses as the other end will read them."""
    return decode_inputs(encode_inputs(0, poses).tobytes())[1]


def _pack(out: np.ndarray, poses: Poses) -> None:
    head = np.floor(np.clip(poses.head_m, 0.0, 65.535) * 1000 + 0.5)
    hand = poses.hand_m + (poses.head_m - head * POSITION_STEP_M)[:, None]
    scaled = (np.clip(hand, -HAND_REACH_M, HAND_REACH_M) / (2 * HAND_REACH_M) + 0.5) * 4095
    code = np.floor(scaled + 0.5).astype(np.uint32).reshape(-1, 3, 2)
    pair = code[..., 0] | code[..., 1] << 12
    rotations = _smallest_three(
        np.concatenate([poses.head_rotation[:, None], poses.hand_rotation], axis=1)
    )
    out["head"] = head
    out["head_rotation"] = rotations[:, 0]
    shifted = pair[..., None] >> np.array([0, 8, 16], np.uint32)
    out["hands"] = (shifted & 255).astype(np.uint8).reshape(-1, 9)
    out["rotations"] = rotations[:, 1:]


def _unpack(packed: np.ndarray, flags: IntArray) -> Poses:
    three = packed["hands"].reshape(-1, 3, 3).astype(np.int64)
    pair = three[..., 0] | three[..., 1] << 8 | three[..., 2] << 16
    code = np.stack([pair & 4095, pair >> 12], axis=-1).reshape(-1, 2, 3)
    words = np.concatenate([packed["head_rotation"][:, None], packed["rotations"]], axis=1)
    rotations = _from_smallest_three(words)
    return Poses(
        packed["head"] * POSITION_STEP_M,
        rotations[:, 0],
        (code / 4095 - 0.5) * (2 * HAND_REACH_M),
        rotations[:, 1:],
        flags,
    )


def _smallest_three(rotation: FloatArray) -> NDArray[np.uint32]:
    flat = rotation.reshape(-1, 4)
    row = np.arange(len(flat))
    largest = np.abs(flat).argmax(axis=1)
    sign = np.where(flat[row, largest] < 0, -_SQRT2, _SQRT2)
    others = flat[row[:, None], _OTHERS[largest]] * sign[:, None]
    code = np.floor((np.clip(others, -1.0, 1.0) + 1.0) * 511.5 + 0.5).astype(np.uint32)
    word = largest.astype(np.uint32) << 30 | code[:, 0] << 20 | code[:, 1] << 10 | code[:, 2]
    words: NDArray[np.uint32] = word.reshape(rotation.shape[:-1])
    return words


def _from_smallest_three(word: NDArray[np.uint32]) -> FloatArray:
    flat = word.reshape(-1).astype(np.int64)
    largest = flat >> 30
    code = np.stack([flat >> 20 & 1023, flat >> 10 & 1023, flat & 1023], axis=1)
    others = (code / 511.5 - 1.0) / _SQRT2
    squared = np.einsum("ij,ij->i", others, others)
    # A hostile word may hold three components longer than 1: they are scaled down to unit length.
    others /= np.sqrt(np.maximum(squared, 1.0))[:, None]
    rotation = np.empty((len(flat), 4))
    row = np.arange(len(flat))
    rotation[row[:, None], _OTHERS[largest]] = others
    rotation[row, largest] = np.sqrt(1.0 - np.minimum(squared, 1.0))
    return rotation.reshape(*word.shape, 4)
