"""A demo clinic with its bots, in processes of its own that can be killed, and its own patient."""

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

from client.network.connection import Connection
from server.config import ASSETS
from tools.bots.__main__ import find
from tools.bots.account import Account, keep
from tools.bots.body import BotBody
from tools.bots.patient import BotPatient
from world.protocol import messages as m
from world.rooms.layout import parse_layout

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def open_demo(folder):
    """Yields the data folder of a demo clinic that is open as long as this lasts."""
    data = folder / "clinic"
    ports = ("--web-port", "0", "--world-port", "0")
    with (folder / "log").open("w") as log, contextlib.ExitStack() as stack:
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


def send(data, number, *words):
    """Sends a signal to the processes that were started with these words; returns their ids."""
    pids = pids_of(data, *words)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    return pids


def kill(data, *words):
    """Kills the processes that were started with these words."""
    send(data, signal.SIGKILL, *words)


class _AtOnce(BotPatient):
    """Checks in at once, comes when called, and lets the doctor talk."""

    def __init__(self, body):
        super().__init__(body, lambda: True, lambda: False)

    def _is_spoken_to(self):
        return False


@contextlib.asynccontextmanager
async def demo_patient(data):
    """Yields the body of the demo's own patient, who goes to the doctor."""
    place = find(data)
    layouts = {
        kind: parse_layout((ASSETS / "rooms" / kind / "layout.json").read_bytes())
        for kind in ("waiting", "consult")
    }
    body = BotBody(layouts, random.Random(7))
    account = Account(place.web, "patient", place.passwords["patient"])
    body.connection = Connection(place.world_url, place.tls, account.ticket, body, time.time)
    tasks = [
        asyncio.ensure_future(work)
        for work in (keep(body.connection, account), body.keep_moving(), _AtOnce(body).live())
    ]
    try:
        yield body
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def visit_of(body):
    """Returns the state and the id of the patient's visit."""
    place = body.queue
    return (place.state, place.visit_id) if isinstance(place, m.QueuePlace) else (None, None)
