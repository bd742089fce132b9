"""Whoever holds the clinic's processes is killed, or loses the terminal: nothing is left behind."""

import asyncio
import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from client.network.connection import Connection
from server.auth.keys import load_keys
from server.config import ServerConfig
from server.store.store import Store
from tests.server.living_world import Watcher
from tools.bots.__main__ import find
from world.protocol import messages as m

ROOT = Path(__file__).parents[2]
PORTS = ("--web-port", "0", "--world-port", "0")
TAKES_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
TAKES_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
GONE_WITHIN_S = 8.0
"""What server/lifeline.py gives a process that hangs, and some; most are gone within a second."""


def _processes(data):
    """Returns the processes that name this folder, or hold it open."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            if any(str(data) in word for word in words) and int(folder.name) != os.getpid():
                found[int(folder.name)] = words
    return found


def _family(pid):
    """Returns a process and all that it has started."""
    found = [pid]
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += _family(int(child))
    return found


def _are_gone(pids):
    return not any(map(_is_alive, pids))


def _is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(is_so, within_s=GONE_WITHIN_S):
    end_s = time.monotonic() + within_s
    while not (found := is_so()) and time.monotonic() < end_s:
        time.sleep(0.02)
    return found


def _server(data, log, *options, **settings):
    command = [sys.executable, "-m", "server", "--data", str(data), "--demo", "--plain", *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, **settings
    )
    return process, json.loads(process.stdout.readline())


@pytest.fixture
def clinic(tmp_path):
    """A folder for a clinic; what still runs in it at the end is killed."""
    yield tmp_path / "clinic"
    for pid in _processes(tmp_path):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def _say(place, login, text):
    """Comes in as a demo person, says something, and returns once it is acknowledged."""
    token = (await place.web.sign_in(login, place.passwords[login])).token
    watcher = Watcher()
    connection = Connection(
        place.world_url, None, lambda: place.web.ticket(token), watcher, time.time
    )
    task = asyncio.create_task(connection.run())
    await watcher.until(lambda w: w.of(m.RoomView))
    assert isinstance(await connection.request(lambda number: m.Say(number, text)), m.Accepted)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _kept(data):
    """Returns all that was said in the waiting room, and what is wrong with the audit trail."""
    config = ServerConfig(data)
    store = await Store.open(config.url, load_keys(config.keys).store, config.anchors)
    try:
        async with store.read() as work:
            events = await work.events.read_after("room:waiting", 0, 1_000)
        verdict = await store.verify_audit()
    finally:
        await store.close()
    return b"".join(event.payload for event in events), verdict.faults


def test_a_killed_supervisor_leaves_nothing_behind_and_a_new_start_works_at_once(clinic, tmp_path):
    with (tmp_path / "log").open("w") as log:
        first, running = _server(clinic, log, *PORTS)
        asyncio.run(_say(find(clinic), "patient", "before the kill"))
        family = _family(first.pid)
        assert len(family) >= 4
        first.send_signal(signal.SIGKILL)
        # At once, on the same ports, while the processes of the first are still ending.
        ports = ("--web-port", str(running["web_port"]), "--world-port", str(running["world_port"]))
        second, again = _server(clinic, log, *ports)
        assert again == {**running, "pid": second.pid}
        assert _are_gone(family)
        asyncio.run(_say(find(clinic), "carer", "after the kill"))
        said, faults = asyncio.run(_kept(clinic))
        assert b"before the kill" in said
        assert b"after the kill" in said
        assert not faults
        second.terminate()
        assert second.wait(10) == 0
        first.wait()
    for process in (first, second):
        process.stdout.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_all_of_a_run_ends_with_it(clinic, number):
    command = [sys.executable, "tools/run.py", "--data", str(clinic), *PORTS, "--offscreen"]
    with subprocess.Popen(
        [*command, "--seconds", "60", "--screenshots", str(clinic)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        for line in run.stdout:
            if "You sign in" in line:  # by now the client's network process runs, too
                break
        family = _family(run.pid)
        modules = {word for words in _processes(clinic).values() for word in words}
        assert {"tools.session", "server", "tools.bots", "client", "server.voice"} <= modules
        assert len(family) > 7
        run.send_signal(number)
        run.wait(20)
        assert _wait_for(lambda: _are_gone(family)), _processes(clinic)
    assert "Traceback" not in (clinic / "logs" / "server.log").read_text()


def test_a_closed_terminal_ends_a_server_in_order(clinic, tmp_path):
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", TAKES_TERMINAL, sys.executable, "-m", "server"),
            *("--data", str(clinic), "--demo", "--plain", *PORTS),
        ],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    while b"It listens on" not in shown:
        shown += os.read(terminal, 4096)
    family = _family(process.pid)
    assert len(family) >= 4
    os.close(terminal)
    assert process.wait(10) == 0
    assert _wait_for(lambda: _are_gone(family))
    assert not ServerConfig(clinic).running.exists()
