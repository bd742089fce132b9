"""The administrator's commands, run as a person runs them."""

import json
import re
import sqlite3
import stat
import time

import pytest

from server.auth.certificate import own_certificate
from server.auth.keys import write_private
from server.auth.passwords import HashCost
from server.config import ServerConfig
from tools import admin
from world.fingerprint import fingerprint_words

CHEAP = HashCost(passes=1, memory_kib=64, lanes=1)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr("server.auth.passwords.HashCost", lambda: CHEAP)


@pytest.fixture
def run(tmp_path, capsys):
    """Runs a command on the test's data folder; gives its exit code and what it said."""

    def run_one(*given):
        code = admin.main([*given, "--data", str(tmp_path / "clinic")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_one


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text("correct horse\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def clinic(run, password_file, tmp_path):
    """A real clinic's data folder."""
    code, _, err = run("init", "--name", "Clinic", "--password-file", str(password_file))
    assert (code, err) == (0, "")
    return tmp_path / "clinic"


def user_ids(run, role):
    _, out, _ = run("users")
    return [line.split()[0] for line in out.splitlines() if line.split()[1] == role]


def test_a_new_clinic_has_an_administrator_and_is_private(clinic, run):
    assert len(user_ids(run, "admin")) == 1
    assert stat.S_IMODE(clinic.stat().st_mode) == 0o700
    files = [path for path in clinic.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_second_clinic_in_the_same_folder_is_refused(clinic, run, password_file):
    code, _, err = run("init", "--name", "Other", "--password-file", str(password_file))
    assert code == 1
    assert "holds a clinic already" in err


def test_a_weak_password_leaves_no_clinic(run, password_file):
    password_file.write_text("password")
    code, _, err = run("init", "--name", "Clinic", "--password-file", str(password_file))
    assert code == 1
    assert "choose another" in err
    password_file.write_text("correct horse")
    assert run("init", "--name", "Clinic", "--password-file", str(password_file))[0] == 0


def test_a_password_file_that_others_can_read_is_refused(run, password_file):
    password_file.chmod(0o644)
    code, _, err = run("init", "--name", "Clinic", "--password-file", str(password_file))
    assert code == 1
    assert f"chmod 0600 {password_file}" in err


def test_without_a_terminal_a_password_file_is_asked_for(run, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(SystemExit, match=r"(?s)that only you can read.*--password-file FILE"):
        run("init", "--name", "Clinic")


def test_two_passwords_that_differ_are_refused(run, monkeypatch):
    answers = iter(["correct horse", "correct house"])
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    with pytest.raises(SystemExit, match="differ"):
        run("init", "--name", "Clinic")


def opened(clinic, host="192.0.2.7"):
    """Leaves in the folder what a server leaves that was open; returns the certificate's words."""
    running = {"host": host, "web_port": 9_443, "world_port": 9_444, "clinic": "Clinic"}
    config = ServerConfig(clinic)
    write_private(config.last_opening, json.dumps(running).encode())
    made = own_certificate(config.tls, [host], time.time())
    return " ".join(fingerprint_words(made.fingerprint))


def test_what_must_be_typed_next_is_said_word_for_word(run, password_file, tmp_path):
    _, out, _ = run("init", "--name", "Hill Clinic", "--password-file", str(password_file))
    lines = [line.strip() for line in out.splitlines()]
    folder = tmp_path / "clinic"
    assert "Hill Clinic is made. Its administrator signs in as admin." in lines
    opens = lines.index(f".venv/bin/python -m server --data {folder} --host ADDRESS")
    assert opens < lines.index(f"python3 tools/admin.py invite --data {folder} --role doctor")
    assert not re.search(r"\b[0-9a-f]{32}\b", out)


def test_an_invitation_is_a_line_to_type_whose_code_is_stored_nowhere(clinic, run):
    words = opened(clinic)
    code, out, _ = run("invite", "--role", "doctor")
    assert code == 0
    line = out.splitlines()[1].strip()
    typed, secret = line.rsplit(" ", 1)
    assert typed == "python3 tools/run.py --connect 192.0.2.7:9443 --invitation"
    assert len(secret) == 32
    assert not [p for p in clinic.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    assert out.splitlines()[-1].strip() == words


@pytest.mark.parametrize(
    ("host", "typed", "said"),
    [
        ("0.0.0.0", "--connect ADDRESS:9443 ", "ADDRESS is where others reach this machine."),
        ("127.0.0.1", "--connect 127.0.0.1:9443 ", "Only this machine reaches it."),
    ],
)
def test_an_address_that_others_cannot_type_is_explained(clinic, run, host, typed, said):
    opened(clinic, host)
    _, out, _ = run("invite", "--role", "doctor")
    assert typed in out
    assert said in out


def test_who_was_never_open_is_told_to_open_first_and_gets_no_code(clinic, run):
    code, out, err = run("invite", "--role", "doctor")
    assert (code, out) == (1, "")
    assert "was never opened" in err
    assert f".venv/bin/python -m server --data {clinic} --host ADDRESS" in err


def test_an_unknown_role_is_refused(clinic, run):
    with pytest.raises(SystemExit):
        run("invite", "--role", "superuser")


def test_a_barred_account_is_listed_as_barred(clinic, run):
    (user_id,) = user_ids(run, "admin")
    assert run("disable", user_id)[0] == 0
    assert "barred" in run("users")[1]


def test_barring_nobody_is_said(clinic, run):
    code, _, err = run("disable", "0" * 32)
    assert (code, err) == (1, f"metaclinic: there is no user {'0' * 32}\n")


def test_the_trail_of_all_this_is_whole_until_somebody_changes_it(clinic, run):
    opened(clinic)
    run("invite", "--role", "doctor")
    assert run("audit", "verify")[0] == 0
    with sqlite3.connect(clinic / "clinic.db") as connection:
        connection.execute("DELETE FROM audit WHERE seq = 1")
    connection.close()
    code, out, _ = run("audit", "verify")
    assert code == 1
    assert "NOT AS WRITTEN: the chain is broken at row 1" in out


@pytest.mark.parametrize(
    "command", [["invite", "--role", "nurse"], ["users"], ["audit", "verify"], ["disable", "x"]]
)
def test_without_a_clinic_the_next_step_is_said_and_nothing_is_made(run, tmp_path, command):
    code, _, err = run(*command)
    assert code == 1
    assert f"admin.py init --data {tmp_path}/clinic" in err
    assert not (tmp_path / "clinic").exists()
