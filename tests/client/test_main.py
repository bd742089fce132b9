"""The client's command line: what cannot work is said in a sentence, before any window opens."""

import os
import subprocess
import sys

import pytest


def start(*arguments):
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "client", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=path, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--data", "{folder}"), "no clinic runs with it"),
        (("--server", "clinic.example", "--plain"), "only this machine"),
        (("--server", "clinic.example#12", "--offscreen"), "fingerprint"),
        (("--server", "clinic.example", "--size", "large"), "1280x720"),
    ],
)
def test_settings_that_do_not_fit_are_explained(arguments, part, tmp_path):
    done = start(*(one.format(folder=tmp_path) for one in arguments))
    assert done.returncode == 2
    assert part in done.stderr
    assert "Traceback" not in done.stderr
