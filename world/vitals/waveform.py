"""A stretch of a signal, as devices send it and panels receive it.

Samples travel as 16-bit counts, little-endian, with the size of one count beside them: half the
bytes of floats, and exact for what converters deliver. One count value is reserved for "missing".
"""

from collections.abc import Sequence as Values
from typing import Annotated, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

from world.geometry import FloatArray
from world.vitals.observation import Code, DeviceId, QualityBits, Seconds, Sequence, Unit

CountArray: TypeAlias = npt.NDArray[np.int16]

MISSING: Final = -(2**15)
MAX_RATE_HZ: Final = 1000

RateHz: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_RATE_HZ)]
Samples: TypeAlias = Annotated[bytes, Meta(min_length=2, max_length=2 * MAX_RATE_HZ)]


class WaveformBlock(Struct, frozen=True, array_like=True):
    """Samples of one signal without a break, at most 1000 of them.

    Attributes:
      sequence: counts the device's blocks of this signal; 0 begins anew, a hole is a loss.
      start_s: when the first sample was measured, by the device's own clock. Delays of the
        device's filters are already taken off. The clock never goes back, except where the
        device begins anew.
      rate_hz: samples per second, by the device's own clock.
      step: how many `unit` one count is.
      samples: int16, little-endian; MISSING stands for no sample.
      quality: `Quality` bits.
      measured_s: when the first sample was measured, by the server's clock; the ingest's.
      received_s: when the block arrived, by the server's clock; the ingest's.
    """

    code: Code
    unit: Unit
    device_id: DeviceId
    sequence: Sequence
    start_s: Seconds
    rate_hz: RateHz
    step: Annotated[float, Meta(ge=1e-6, le=1e6)]
    samples: Samples
    quality: QualityBits = 0
    measured_s: Seconds | None = None
    received_s: Seconds | None = None

    @property
    def count(self) -> int:
        """Returns the number of samples."""
        return len(self.samples) // 2

    @property
    def end_s(self) -> float:
        """Returns when the sample after the last one is due, by the device's clock."""
        return self.start_s + self.count / self.rate_hz


def packed(counts: CountArray | Values[int]) -> bytes:
    """Returns the wire form of (n,) counts, which must fit 16 bits."""
    return np.asarray(counts, dtype="<i2").tobytes()


def values(block: WaveformBlock) -> FloatArray:
    """Returns (n,) samples in the block's unit, NaN where there is none.

    Raises:
      ValueError: if the bytes are not whole samples.
    """
    counts = np.frombuffer(block.samples, dtype="<i2")
    return np.where(counts == MISSING, np.nan, counts * block.step)
