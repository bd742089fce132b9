"""What a person at a terminal and a program at a pipe are told when a clinic opens."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.auth.keys import load_keys, make_private_folder
from server.config import ServerConfig
from server.greeting import certificate_words, connect_line, greeting
from server.store.clinics import Clinic
from server.store.store import Store

ROOT = Path(__file__).parents[2]
REAL = {"clinic": "Hill Clinic", "host": "192.0.2.7", "web_port": 9_443, "world_port": 9_444}


def test_a_real_clinic_says_how_to_invite_and_to_come_in(tmp_path):
    said = greeting(ServerConfig(tmp_path), REAL, is_demo=False)
    assert said.startswith("Hill Clinic is open. Stop it with Ctrl-C.")
    assert f"python3 tools/admin.py invite --data {tmp_path} --role doctor" in said
    assert "python3 tools/run.py --connect 192.0.2.7:9443\n" in said
    assert "TCP 9443 and 9444, UDP 42000 to 42999" in said


def test_a_demo_clinic_says_how_to_join_it(tmp_path):
    said = greeting(ServerConfig(tmp_path), REAL, is_demo=True)
    assert f"python3 tools/run.py --data {tmp_path}\n" in said
    assert "invite" not in said


@pytest.fixture
def terminal():
    """Both ends of a terminal: ours to read, and theirs."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        yield screen, theirs


@pytest.fixture
async def clinic(tmp_path):
    """The data folder of a real clinic."""
    config = ServerConfig(tmp_path / "clinic")
    make_private_folder(config.data)
    keys = load_keys(config.keys)
    store = await Store.open(config.url, keys.store, config.anchors)
    async with store.write() as work:
        await work.clinics.open(Clinic("Hill Clinic", is_demo=False, opened_at_s=1.0))
    await store.close()
    return config


def _read_until(screen, words):
    shown = b""
    while words.encode() not in shown:
        shown += screen.read(4096)
    return shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_at_a_terminal_a_person_reads_sentences_and_no_json(clinic, terminal):
    screen, theirs = terminal
    command = [sys.executable, "-m", "server", "--data", str(clinic.data)]
    with subprocess.Popen(
        [*command, "--web-port", "0", "--world-port", "0"],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as server:
        os.close(theirs)
        shown = _read_until(screen, "It listens on 127.0.0.1")
        server.send_signal(signal.SIGINT)
        shown += _read_until(screen, "The clinic is closed.")
    assert server.returncode == 0
    lines = shown.splitlines()
    assert lines[:2] == ["Opening the clinic ...", "Hill Clinic is open. Stop it with Ctrl-C."]
    assert not [line for line in lines if line.startswith("{")]
    left = json.loads(clinic.last_opening.read_text())
    assert f"  {connect_line(left)}" in lines
    assert f"  {certificate_words(clinic)}" in lines
