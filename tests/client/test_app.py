"""A window on a real X server, without a graphics card."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("window_process.py")


@pytest.fixture
def display(tmp_path):
    """Starts an X server; returns its number and what reads its screen."""
    program = shutil.which("Xvfb")
    assert program, "Xvfb is missing. Type: sudo apt-get install -y --no-install-recommends xvfb"
    server = subprocess.Popen(
        [
            *(program, "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"),
            *("+extension", "GLX", "-fbdir", str(tmp_path)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    number = server.stdout.readline().strip()
    yield f":{number}", (tmp_path / "Xvfb_screen0").read_bytes
    server.terminate()
    server.wait(10)
    server.stdout.close()


def test_a_window_shows_what_a_key_did_and_ends_quietly_at_ctrl_c(display, tmp_path, until):
    name, screen = display
    client = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(tmp_path / "client")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "DISPLAY": name, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    said = client.stdout.readline()
    assert said == "drawn\n", client.communicate()
    before = screen()
    client.stdin.write("tab\n")
    client.stdin.flush()
    until(lambda: screen() != before)
    os.killpg(client.pid, signal.SIGINT)
    _, told = client.communicate(timeout=10)
    assert client.returncode == 0
    assert all("Xlib" in line for line in told.splitlines()), told
