"""The demo's bots and devices, while the processes that they need are killed again and again."""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from client.network.connection import Connection
from server.config import ASSETS
from tools.bots.__main__ import find
from tools.bots.account import Account, keep
from tools.bots.body import BotBody
from tools.bots.patient import BotPatient
from world.protocol import messages as m
from world.rooms.layout import parse_layout

ROOT = Path(__file__).parents[2]
AWAY_S = 4.0
"""Longer than it takes everybody to ask for a ticket."""
CALLED_WITHIN_S = 300.0
"""The demo's doctor sees others first, and holds the door for whom she calls."""


@pytest.fixture
def demo(tmp_path):
    """A demo clinic with its bots; what they wrote is in the log."""
    data = tmp_path / "clinic"
    ports = ("--web-port", "0", "--world-port", "0")
    with (tmp_path / "log").open("w") as log, contextlib.ExitStack() as stack:
        for module, options in (("server", ("--demo", "--plain", *ports)), ("tools.bots", ())):
            program = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", module, "--data", str(data), *options],
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    stderr=log,
                )
            )
            stack.callback(program.terminate)
            assert program.stdout.readline()
        yield data


def pids_of(data, *words):
    """Returns the server's processes that were started with these words."""
    pid = json.loads((data / "run" / "server.json").read_text())["pid"]
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(OSError):
            given = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            if all(word in given for word in words):
                found.append(int(child))
    return found


def kill(data, *words):
    for pid in pids_of(data, *words):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Patient(BotPatient):
    """The demo's own patient, who checks in at once."""

    def __init__(self, body):
        super().__init__(body, lambda: True, lambda: False)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")
async def test_the_ecg_comes_back_after_web_voice_and_world_were_killed(demo):
    place = find(demo)
    layouts = {
        kind: parse_layout((ASSETS / "rooms" / kind / "layout.json").read_bytes())
        for kind in ("waiting", "consult")
    }
    blocks = asyncio.Event()
    body = BotBody(layouts, random.Random(7))
    body.on_message = lambda message: blocks.set() if isinstance(message, m.Waveform) else None
    account = Account(place.web, "patient", place.passwords["patient"])
    body.connection = Connection(place.world_url, place.tls, account.ticket, body, time.time)
    tasks = [
        asyncio.ensure_future(work)
        for work in (keep(body.connection, account), body.keep_moving(), Patient(body).live())
    ]
    try:
        async with asyncio.timeout(CALLED_WITHIN_S):
            await blocks.wait()
        kill(demo, "world")
        end_s = time.monotonic() + AWAY_S
        while time.monotonic() < end_s:
            kill(demo, "web")
            kill(demo, "server.voice")
            await asyncio.sleep(0.2)
        blocks.clear()
        async with asyncio.timeout(CALLED_WITHIN_S):
            await blocks.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
