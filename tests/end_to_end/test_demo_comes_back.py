"""The demo's bots and devices, while the processes that they need are killed again and again."""

import asyncio
import sys
import time

import pytest

from tests.end_to_end.demo_clinic import demo_patient, kill, open_demo
from world.protocol import messages as m

AWAY_S = 4.0
"""Longer than it takes everybody to ask for a ticket."""
CALLED_WITHIN_S = 90.0
"""The demo's doctor calls people before bots: this is for a machine that has much else to do."""


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")
async def test_the_ecg_comes_back_after_web_voice_and_world_were_killed(tmp_path):
    blocks = asyncio.Event()
    with open_demo(tmp_path) as data:
        async with demo_patient(data) as body:
            body.on_message = lambda one: blocks.set() if isinstance(one, m.Waveform) else None
            async with asyncio.timeout(CALLED_WITHIN_S):
                await blocks.wait()
            kill(data, "world")
            end_s = time.monotonic() + AWAY_S
            while time.monotonic() < end_s:
                kill(data, "web")
                kill(data, "server.voice")
                await asyncio.sleep(0.2)
            blocks.clear()
            async with asyncio.timeout(CALLED_WITHIN_S):
                await blocks.wait()
