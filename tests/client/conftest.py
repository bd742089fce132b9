"""A whole clinic in processes of its own, and what a test needs to wait for things."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

WITHIN_S = 20.0


class Clinic:
    """A running demo server.

    Attributes:
      data: its data folder.
      running: what it has said when it was ready.
    """

    def __init__(self, data):
        self.data = data
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-m", "server", "--data", str(data), "--demo"),
                *("--web-port", "0", "--world-port", "0"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        line = self._process.stdout.readline()
        assert line, "the server did not start"
        self.running = json.loads(line)
        self.passwords = json.loads((data / "demo_accounts.json").read_text())

    def pid_of(self, role):
        """Returns the id of one of the server's processes."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        [found] = [
            int(child)
            for child in children
            if f"--role\0{role}\0" in Path(f"/proc/{child}/cmdline").read_text()
        ]
        return found

    def close(self):
        self._process.terminate()
        self._process.wait(30)
        self._process.stdout.close()


@pytest.fixture(scope="session")
def clinic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clinic")
    clinic = Clinic(folder / "data")
    yield clinic
    clinic.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def until():
    """Calls a step again and again until it returns something true."""

    def wait(step, within_s=WITHIN_S):
        end_s = time.monotonic() + within_s
        while not (found := step()):
            assert time.monotonic() < end_s, "it did not happen in time"
            time.sleep(0.005)
        return found

    return wait
