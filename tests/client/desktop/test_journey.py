"""A person enters a real clinic without a window, looks round, checks in and goes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SCRIPT = Path(__file__).with_name("visit_process.py")


@pytest.fixture(scope="module")
def visit(clinic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("visit")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(clinic.data), str(folder)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    if "NoPicture" in done.stderr:
        pytest.skip("this machine draws nothing without a window")
    return done, folder


def test_the_visit_comes_to_its_end_and_says_so(visit):
    done, _ = visit
    *story, end = done.stdout.splitlines()
    assert json.loads(end) == {"is_done": True, "step": "ended"}, done.stdout + done.stderr
    told = "\n".join(story)
    for part in ("You sign in", "You are in the waiting room", "You check in", "You leave"):
        assert part in told


@pytest.mark.parametrize("name", ["device-check", "waiting-room", "reception"])
def test_every_picture_is_large_and_shows_something(visit, name):
    _, folder = visit
    with Image.open(folder / f"{name}.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape[0] >= 720
    assert pixels.shape[1] >= 1280
    assert len(np.unique(pixels.reshape(-1, 3)[::97], axis=0)) > 500
