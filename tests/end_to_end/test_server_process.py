"""The server as it is started: its processes come up together and end together."""

import json
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from server.config import DATABASE

ROOT = Path(__file__).parents[2]
END_WITHIN_S = 5.0


class Server:
    """A running demo clinic without TLS, on ports that the system chose."""

    def __init__(self, data, environment=None):
        self.log = (data / "log").open("w+")
        command = [
            *(sys.executable, "-m", "server", "--data", str(data / "clinic"), "--demo", "--plain"),
            *("--web-port", "0", "--world-port", "0"),
        ]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        self.running = json.loads(self.process.stdout.readline())

    def children(self):
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def ask(self, path):
        connection = HTTPConnection("127.0.0.1", self.running["web_port"], timeout=10)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    def said(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    for pid in [server.process.pid, *(server.children() if server.process.poll() is None else [])]:
        if server.process.poll() is None:
            os.kill(pid, signal.SIGKILL)
    server.process.wait()
    server.process.stdout.close()
    server.log.close()


def _is_alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait_for(is_so, within_s=20.0):
    end_s = time.monotonic() + within_s
    while not (found := is_so()) and time.monotonic() < end_s:
        time.sleep(0.02)
    return found


def test_a_server_starts_revives_a_killed_world_and_ends_in_order(server):
    children = server.children()
    count = len(children)
    assert count >= 3
    assert server.ask("/healthz")[0] == 200
    ready = '"event": "voice.up"'
    assert _wait_for(lambda: ready in server.said())

    world = next(
        pid for pid in children
        if b"\0world\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )  # fmt: skip
    os.kill(world, signal.SIGKILL)
    assert _wait_for(lambda: len(server.children()) == count and world not in server.children())
    assert _wait_for(lambda: server.said().count(ready) >= 2)

    children = server.children()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=END_WITHIN_S) == 0
    assert not any(map(_is_alive, children))
    said = server.said()
    assert "Traceback" not in said
    assert "never" not in said  # a task or a coroutine that nobody waited for
    assert {json.loads(line)["level"] for line in said.splitlines() if line.startswith("{")} <= {
        "info",
        "warning",
    }


def test_a_second_server_on_an_open_clinic_is_refused_and_harms_nothing(server, tmp_path):
    clinic = tmp_path / "clinic"
    held = {path: path.read_bytes() for path in (clinic / "run").glob("*.secret")}
    assert held
    command = [
        *(sys.executable, "-m", "server", "--data", str(clinic), "--demo", "--plain"),
        *("--web-port", "0", "--world-port", "0"),
    ]
    second = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 2
    assert "another server has this clinic open" in second.stderr
    assert held == {path: path.read_bytes() for path in held}
    assert server.ask("/api/clinic")[0] == 200


def test_where_the_database_is_stands_on_no_command_line_of_a_process(tmp_path):
    folder = tmp_path / "open-sesame"
    folder.mkdir()
    server = Server(tmp_path, {DATABASE: f"sqlite:///{folder / 'clinic.db'}"})
    try:
        assert (folder / "clinic.db").exists()
        assert server.ask("/api/clinic")[0] == 200
        commands = {
            pid: Path(f"/proc/{pid}/cmdline").read_bytes()
            for pid in (server.process.pid, *server.children())
        }
        assert not any(b"open-sesame" in command for command in commands.values())
        told = {
            command.split(b"\0")[2]
            for pid, command in commands.items()
            if b"open-sesame" in Path(f"/proc/{pid}/environ").read_bytes()
        }
        assert told == {b"server"}
    finally:
        server.process.terminate()
        server.process.wait()
        server.process.stdout.close()
        server.log.close()
