"""The client's command line: what cannot work is said in a sentence, before any window opens."""

import sys

import pytest

from client.__main__ import main


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--data", "{folder}"), "no clinic runs with it"),
        (("--server", "clinic.example", "--plain"), "only this machine"),
        (("--server", "clinic.example#12", "--offscreen"), "fingerprint"),
        (("--server", "clinic.example", "--size", "large"), "1280x720"),
    ],
)
def test_settings_that_do_not_fit_are_explained(arguments, part, tmp_path, monkeypatch, capsys):
    given = [one.format(folder=tmp_path) for one in arguments]
    monkeypatch.setattr(sys, "argv", ["client", *given])
    assert main() == 2
    assert part in capsys.readouterr().err
