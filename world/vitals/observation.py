"""One measured number of a vital sign, and how it may be shown now.

Rules:
* What was not measured has no value. It is never 0.
* A value's state is not stored but follows from its age and its plausibility when it is looked at;
  so nothing has to happen for a value to become stale.
* Age counts from when the sensor measured, not from when the value came.
"""

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from world.vitals.catalog import SIGNS, Sign

Code: TypeAlias = Annotated[str, Meta(min_length=1, max_length=16, pattern="^[0-9-]+$")]
Unit: TypeAlias = Annotated[str, Meta(min_length=1, max_length=16)]
DeviceId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[a-z0-9-]+$")]
Sequence: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]
Seconds: TypeAlias = Annotated[float, Meta(ge=-1e11, le=1e11)]
Value: TypeAlias = Annotated[float, Meta(ge=-1e9, le=1e9)]
QualityBits: TypeAlias = Annotated[int, Meta(ge=0, lt=2**16)]


class Quality(IntFlag):
    """What is to be said about a signal, or about the value read from it."""

    GOOD = 0
    GAP = 1  # samples are missing
    FLAT = 2  # no signal: a lead is off, or the source is frozen
    CLIPPED = 4  # the input is at its limit
    NOISY = 8  # muscle, motion or mains drown the beats
    NO_BEATS = 16  # a signal, but no beat in it for seconds
    LEARNING = 32  # too few beats seen yet
    REPLAYED = 64  # a recording is played; this is not the person in the room


class Observation(Struct, frozen=True, array_like=True):
    """One value of one sign from one device.

    Attributes:
      value: in `unit`; None where the device looked and found nothing to measure.
      sequence: counts the device's observations of this sign; 0 begins anew, a hole is a loss.
      device_time_s: when it was measured, by the device's own clock.
      quality: `Quality` bits.
      measured_s: when it was measured, by the server's clock; the ingest fills it in.
      received_s: when it arrived, by the server's clock; the ingest fills it in.
    """

    code: Code
    value: Value | None
    unit: Unit
    device_id: DeviceId
    sequence: Sequence
    device_time_s: Seconds
    quality: QualityBits = 0
    measured_s: Seconds | None = None
    received_s: Seconds | None = None


class State(StrEnum):
    """How a sign stands now."""

    LIVE = "live"
    STALE = "stale"
    ABSENT = "absent"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Reading:
    """A sign as it may be shown at one moment.

    Attributes:
      value: in the sign's unit; None when absent or invalid, so that nobody shows it by mistake.
      age_s: since the sensor measured; None if nothing was ever measured.
    """

    sign: Sign
    state: State
    value: float | None
    age_s: float | None
    quality: Quality


def age_s(observation: Observation, now_s: float) -> float | None:
    """Returns the time since the sensor measured, None before the ingest has set its clock."""
    if observation.measured_s is None:
        return None
    return max(0.0, now_s - observation.measured_s)


def reading(code: str, observation: Observation | None, now_s: float) -> Reading:
    """Returns how the sign `code` may be shown now.

    Args:
      code: a numeric sign of the catalog.
      observation: the newest of that sign, or None.
      now_s: the server's clock.
    """
    sign = SIGNS[code]
    if observation is None:
        return Reading(sign, State.ABSENT, None, None, Quality.GOOD)
    age = age_s(observation, now_s)
    state = _state(sign, observation.value, age)
    shown = observation.value if state in {State.LIVE, State.STALE} else None
    return Reading(sign, state, shown, age, Quality(observation.quality))


def _state(sign: Sign, value: float | None, age: float | None) -> State:
    if value is None or age is None or age >= sign.absent_after_s:
        return State.ABSENT
    if not sign.is_plausible(value):
        return State.INVALID
    return State.STALE if age >= sign.stale_after_s else State.LIVE
