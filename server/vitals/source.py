"""What every deliverer of vital signs is: a wearable, a bedside monitor, a played recording.

A source knows neither patient nor transport. Whoever runs it takes its items and sends them through
the websocket's door, where the device's patient is known:

    async for item in source:
        await send(item)
"""

from collections.abc import AsyncIterator
from typing import Protocol, TypeAlias

from world.vitals.observation import Observation
from world.vitals.waveform import WaveformBlock

VitalsItem: TypeAlias = Observation | WaveformBlock


class VitalsSource(Protocol):
    """One device, for as long as it is iterated."""

    @property
    def device_id(self) -> str:
        """The device's id, the same in every item."""
        ...

    def __aiter__(self) -> AsyncIterator[VitalsItem]:
        """Yields items as they are measured, never faster; ends after `close`."""
        ...

    def close(self) -> None:
        """Ends the iteration after the item that is under way."""
        ...
