"""What a trainee asks of one step: both instruments, the scope, and whether the task is done.

The one form in which inputs travel, are predicted with, simulated from and recorded. The client
quantizes before it predicts, so that both ends and every replay start from the same numbers.

Byte table of one input, 29 bytes, little-endian; rounding is floor(x + 0.5):

  0  flags                     u8        1 left active, 2 right active, 4 done
  1  left hand                 9 bytes   yaw, pitch, insertion, roll, jaw: angles i16 in
 10  right hand                9 bytes   1/65536 of a turn, insertion u16 in 0.01 mm, jaw u8 in
                                         1/255
 19  scope                     10 bytes  yaw, pitch, insertion, roll, turn of the camera head
"""

from dataclasses import dataclass
from math import floor, isfinite, pi
from struct import Struct

from sim.instruments.trocar import Posture, within_limits
from world.errors import RemoteProtocolError

_TABLE = Struct("<BhhHhBhhHhBhhHhh")
INPUT_BYTES = _TABLE.size
TURN_STEPS = 65_536
ANGLE_STEP_RAD = 2 * pi / TURN_STEPS
LENGTH_STEP_M = 1e-5
JAW_STEPS = 255
LEFT_ACTIVE, RIGHT_ACTIVE, DONE = 1, 2, 4
_FLAGS = LEFT_ACTIVE | RIGHT_ACTIVE | DONE
AT_REST = Posture()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is asked of one step.

    Attributes:
      left: posture that the left hand's instrument shall take.
      right: the same of the right hand.
      scope: posture that the scope shall take; its jaw means nothing.
      head_roll_rad: turn of the camera head about the direction of view.
      is_done: the trainee says that the task is finished.
    """

    left: Posture = AT_REST
    right: Posture = AT_REST
    scope: Posture = AT_REST
    head_roll_rad: float = 0.0
    is_done: bool = False


def pack(inputs: Inputs) -> bytes:
    """Returns the bytes of an input; values beyond a trocar's limits are drawn in first.

    Raises:
      ValueError: if a value is not a finite number.
    """
    flags = LEFT_ACTIVE * inputs.left.is_active | RIGHT_ACTIVE * inputs.right.is_active
    flags |= DONE * inputs.is_done
    scope = _quantized(inputs.scope)[:4]
    head = _turn(inputs.head_roll_rad)
    return _TABLE.pack(flags, *_quantized(inputs.left), *_quantized(inputs.right), *scope, head)


def unpack(data: bytes) -> Inputs:
    """Returns the input that the bytes hold.

    Raises:
      RemoteProtocolError: if they are not one input, or say what the table does not know.
    """
    if len(data) != INPUT_BYTES:
        raise RemoteProtocolError(f"an input has {INPUT_BYTES} bytes, got {len(data)}")
    flags, *values = _TABLE.unpack(data)
    if flags & ~_FLAGS:
        raise RemoteProtocolError(f"an input's flags are within {_FLAGS:#x}, got {flags:#x}")
    return Inputs(
        _posture(values[0:5], is_active=bool(flags & LEFT_ACTIVE)),
        _posture(values[5:10], is_active=bool(flags & RIGHT_ACTIVE)),
        _posture([*values[10:14], 0], is_active=False),
        values[14] * ANGLE_STEP_RAD,
        bool(flags & DONE),
    )


def quantized(inputs: Inputs) -> Inputs:
    """Returns the input as the other end will read it; again quantized it stays the same."""
    return unpack(pack(inputs))


def _quantized(posture: Posture) -> tuple[int, int, int, int, int]:
    for value in (posture.yaw_rad, posture.pitch_rad, posture.insertion_m, posture.roll_rad):
        _finite(value)  # within_limits would hide it
    allowed = within_limits(posture)
    return (
        _turn(allowed.yaw_rad),
        _turn(allowed.pitch_rad),
        _steps(allowed.insertion_m, LENGTH_STEP_M),
        _turn(allowed.roll_rad),
        _steps(_finite(allowed.jaw), 1 / JAW_STEPS),
    )


def _posture(values: list[int], *, is_active: bool) -> Posture:
    yaw, pitch, insertion, roll, jaw = values
    return Posture(
        yaw * ANGLE_STEP_RAD,
        pitch * ANGLE_STEP_RAD,
        insertion * LENGTH_STEP_M,
        roll * ANGLE_STEP_RAD,
        jaw / JAW_STEPS,
        is_active,
    )


def _turn(angle_rad: float) -> int:
    """Returns the angle in steps, within half a turn to either side."""
    half = TURN_STEPS // 2
    return (_steps(_finite(angle_rad), ANGLE_STEP_RAD) + half) % TURN_STEPS - half


def _steps(value: float, step: float) -> int:
    return floor(value / step + 0.5)


def _finite(value: float) -> float:
    if not isfinite(value):
        raise ValueError(f"an input holds finite numbers, got {value}")
    return value
