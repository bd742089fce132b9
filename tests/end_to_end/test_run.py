"""The README's first command, as a newcomer types it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
PORTS = ("--web-port", "0", "--world-port", "0")


def _run(data, *options, **settings):
    command = [sys.executable, "tools/run.py", "--data", str(data), *PORTS, *options]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings
    )


def _our_processes(data):
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if any(str(data) in word for word in words) and int(folder.name) != os.getpid():
            found.append(words)
    return found


def _line(program, words):
    for line in program.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words!r} was never said; errors: {program.stderr.read()[-2000:]}")


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_whole_visit_happens_and_pictures_of_it_are_there(tmp_path):
    pictures = tmp_path / "pictures"
    visit = _run(
        tmp_path / "clinic", "--offscreen", "--seconds", "150", "--screenshots", str(pictures)
    )
    story, errors = visit.communicate(timeout=380)
    assert visit.returncode == 0, story + errors
    for words in (
        "waiting room",
        "You check in",
        "The doctor calls you",
        "You walk through the open door",
        "The monitor shows a heart rate of 61",
        "packets of voice have come",
        "everything happened that belongs to it",
    ):
        assert words in story, story
    for name in ("waiting-room", "consult-room", "vitals-panel"):
        with Image.open(pictures / f"{name}.png") as picture:
            assert picture.width >= 1280
            assert picture.height >= 720
            assert len(picture.convert("RGB").resize((64, 36)).getcolors(4096) or ()) > 300
    assert not _our_processes(tmp_path)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_clinic_that_was_closed_in_mid_visit_goes_on_with_it(tmp_path):
    options = ("--offscreen", "--seconds", "150", "--screenshots", str(tmp_path / "pictures"))
    first = _run(tmp_path / "clinic", *options)
    _line(first, "The door closes behind you")
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    second = _run(tmp_path / "clinic", *options)
    story, errors = second.communicate(timeout=300)
    assert second.returncode == 0, story + errors
    assert "You come back to your visit, which goes on" in story
    assert "everything happened that belongs to it" in story


@pytest.mark.long
@pytest.mark.timeout(500)
@pytest.mark.parametrize(
    ("role", "happens", "pictures"),
    [
        (
            "doctor",
            (
                "Your list shows who has checked in",
                "You call ",
                "You walk into consult room",
                "has come, and the door is closed",
                "The monitor shows a heart rate of 6",
                "You write: How do you feel today?",
                " answers: ",
                "You end the visit, and the door opens",
                " has gone.",
            ),
            ("list-of-patients", "consult-room", "vitals-panel", "talking"),
        ),
        (
            "trainee",
            (
                "You walk into training room 1",
                "What can be practised: Peg transfer",
                "You begin: Peg transfer",
                "The score after ",
                "Errors: ",
            ),
            ("training-room", "peg_transfer-start", "peg_transfer-midway", "peg_transfer-score"),
        ),
    ],
)
def test_a_doctor_and_a_trainee_have_their_own_side_of_it(tmp_path, role, happens, pictures):
    folder = tmp_path / "pictures"
    options = ("--as", role, "--offscreen", "--seconds", "360", "--screenshots", str(folder))
    visit = _run(tmp_path / "clinic", *options)
    story, errors = visit.communicate(timeout=480)
    assert visit.returncode == 0, story + errors
    for words in (*happens, "everything happened that belongs to it", f"pictures are in {folder}"):
        assert words in story, story
    for name in pictures:
        with Image.open(folder / f"{name}.png") as picture:
            assert picture.width >= 1280


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_visit_for_which_there_is_no_time_says_so_with_its_exit_code(tmp_path):
    folder = tmp_path / "pictures"
    options = ("--as", "doctor", "--offscreen", "--seconds", "5", "--screenshots", str(folder))
    visit = _run(tmp_path / "clinic", *options)
    story, _ = visit.communicate(timeout=180)
    assert visit.returncode == 1
    assert "It went wrong: time ran out" in story


@pytest.mark.long
def test_a_second_run_joins_a_taken_port_is_explained_and_ctrl_c_ends_everything(tmp_path):
    clinic = tmp_path / "clinic"
    with _run(clinic, "--server-only", start_new_session=True) as first:
        _line(first, "The clinic is open")
        with _run(clinic, "--server-only", start_new_session=True) as second:
            _line(second, "you join it")
            _line(second, "Leave with Ctrl-C")
            os.killpg(second.pid, signal.SIGINT)
            said, _ = second.communicate(timeout=20)
            assert second.returncode == 0
            assert "The clinic stays open." in said
            assert "closed" not in said
        with _run(clinic, "--server-only", "--web-port", "9999") as other:
            _, errors = other.communicate(timeout=60)
            assert other.returncode == 2
            assert "--web-port 9999: the clinic of" in errors
        running = json.loads((clinic / "run" / "server.json").read_text())
        port = ("--web-port", str(running["web_port"]))
        with _run(tmp_path / "other", "--server-only", *port) as third:
            _, errors = third.communicate(timeout=120)
            assert third.returncode == 2
            assert f"port {running['web_port']}" in errors
            assert "choose another port with --web-port" in errors
        os.killpg(first.pid, signal.SIGINT)
        said, _ = first.communicate(timeout=30)
        assert first.returncode == 0
        assert said.endswith("The clinic is closed.\n")
    deadline_s = time.monotonic() + 10
    while _our_processes(clinic) and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert not _our_processes(clinic)
