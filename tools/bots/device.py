"""The demo patient's chest strap: plays a recorded ECG through the door that wearables use."""

import asyncio

from client.network.connection import Connection
from server.vitals.recording import lead_ii
from server.vitals.replay_device import ReplayDevice
from world.protocol import messages as m
from world.vitals.observation import Observation


async def feed(connection: Connection, device_id: str) -> None:
    """Sends what the device measures until cancelled."""
    async for item in ReplayDevice(device_id, lead_ii()):
        message = m.SendObservation(item) if isinstance(item, Observation) else m.SendWaveform(item)
        connection.send(message)
        await asyncio.sleep(0)
