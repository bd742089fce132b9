"""Processes of the server that are stopped for real: one that hangs is replaced, a sleep is not."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from client.network.connection import Connection
from tests.end_to_end.demo_clinic import pids_of, send
from tests.server.living_world import Watcher
from tools.bots.__main__ import find
from world.errors import ClinicError
from world.protocol import messages as m

ROOT = Path(__file__).parents[2]
SILENT_FOR_S, SLEEP_S, REPLACED_WITHIN_S = 5.0, 9.0, 60.0
IMPATIENT = (
    "from server import pulse; import runpy; "
    f"pulse.SILENT_FOR_S = {SILENT_FOR_S}; runpy.run_module('server', run_name='__main__')"
)
WORDS = {"world": ("--role", "world"), "web": ("--role", "web"), "voice": ("server.voice",)}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")


@pytest.fixture
def clinic(tmp_path):
    """A demo clinic without bots, whose supervisor waits less long; its log is beside it."""
    data = tmp_path / "clinic"
    options = ("--data", str(data), "--demo", "--plain", "--web-port", "0", "--world-port", "0")
    with (tmp_path / "log").open("w") as log:
        command = [sys.executable, "-c", IMPATIENT, *options]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process:
            try:
                json.loads(process.stdout.readline())
                yield data
            finally:
                for pids in _pids(data).values():
                    for pid in pids:
                        _signal(pid, signal.SIGCONT)
                _signal(process.pid, signal.SIGCONT)
                process.terminate()


def _signal(pid, number):
    subprocess.run(["kill", f"-{number}", str(pid)], check=False, stderr=subprocess.DEVNULL)


def _pids(data):
    return {name: pids_of(data, *words) for name, words in WORDS.items()}


def _hangs(data):
    """Returns which processes the log says were killed."""
    lines = (data.parent / "log").read_text().splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    return sorted(line["name"] for line in told if line["event"] == "process.hangs")


async def _say(data, text):
    """Signs in, comes in, and says something; returns once it is acknowledged."""
    place = find(data)
    token = (await place.web.sign_in("patient", place.passwords["patient"])).token
    watcher = Watcher()
    connection = Connection(
        place.world_url, None, lambda: place.web.ticket(token), watcher, time.time
    )
    task = asyncio.create_task(connection.run())
    try:
        async with asyncio.timeout(REPLACED_WITHIN_S):
            answer = await connection.request(lambda number: m.Say(number, text))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert isinstance(answer, m.Accepted)


async def _metric(data, name):
    running = json.loads((data / "run" / "server.json").read_text())
    reader, writer = await asyncio.open_connection("127.0.0.1", running["web_port"])
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    text = (await reader.read()).decode()
    writer.close()
    return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


async def test_a_process_that_hangs_is_replaced_and_said_and_counted(clinic):
    await _say(clinic, "before")
    before = _pids(clinic)
    for words in WORDS.values():
        assert send(clinic, signal.SIGSTOP, *words)
    end_s = time.monotonic() + REPLACED_WITHIN_S
    while not all(_pids(clinic)[name] not in ([], pids) for name, pids in before.items()):
        assert time.monotonic() < end_s
        await asyncio.sleep(0.2)
    assert _hangs(clinic) == sorted(WORDS)
    async with asyncio.timeout(REPLACED_WITHIN_S):
        while not await _is_open_again(clinic):  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.2)


async def _is_open_again(data):
    """Whether one comes in again, and all the processes that were lost have been counted."""
    try:
        await _say(data, "after")
        return await _metric(data, "metaclinic_hangs_total") == len(WORDS)
    except (ClinicError, OSError):
        return False


async def test_a_machine_that_slept_kills_nobody(clinic):
    before = _pids(clinic)
    supervisor = json.loads((clinic / "run" / "server.json").read_text())["pid"]
    everybody = [pid for pids in before.values() for pid in pids]
    for pid in (*everybody, supervisor):
        _signal(pid, signal.SIGSTOP)
    await asyncio.sleep(SLEEP_S)
    for pid in (supervisor, *everybody):
        _signal(pid, signal.SIGCONT)
    await asyncio.sleep(SILENT_FOR_S + 2.0)
    assert _pids(clinic) == before
    assert _hangs(clinic) == []
    await _say(clinic, "awake")
