"""What a trainee's client sends at display rate: one input for a step of the simulation.

A frame is 34 bytes: STEERING_LANE (0x02), u32 sequence, little-endian, then the 29 bytes whose
table stands in sim/instruments/inputs.py. The sequence rises with every frame of a connection; it
tells a late frame from a new one, and wraps around.
"""

from struct import Struct

from world.errors import RemoteProtocolError

STEERING_LANE = 0x02
INPUT_BYTES = 29
SEQUENCES = 2**32
WAITING = 3
"""So many frames of a trainee wait on their way, at most, and then for a step each: what comes in
uneven haste is taken evenly, for a twentieth of a second at most. Of more, the oldest are left."""
_HEAD = Struct("<BI")
FRAME_BYTES = _HEAD.size + INPUT_BYTES


def encode(sequence: int, inputs: bytes) -> bytes:
    """Returns the frame of one input.

    Raises:
      ValueError: if the input has another length.
    """
    if len(inputs) != INPUT_BYTES:
        raise ValueError(f"An input has {INPUT_BYTES} bytes, got {len(inputs)}.")
    return _HEAD.pack(STEERING_LANE, sequence % SEQUENCES) + inputs


def decode(frame: bytes) -> tuple[int, bytes]:
    """Returns the sequence and the input of a frame.

    Raises:
      RemoteProtocolError: if it is no frame of this lane.
    """
    if len(frame) != FRAME_BYTES or frame[0] != STEERING_LANE:
        raise RemoteProtocolError(f"steering frame of {len(frame)} bytes")
    _, sequence = _HEAD.unpack_from(frame)
    return sequence, frame[_HEAD.size :]


def is_newer(sequence: int, than: int) -> bool:
    """Whether a sequence comes after another one, by less than half the way around."""
    return 0 < (sequence - than) % SEQUENCES < SEQUENCES // 2
