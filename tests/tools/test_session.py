import argparse
import http.server
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools import session

RUNNING = {"web_port": 8443, "world_port": 8444}


def _given(**settings):
    given = {"data": Path("clinic"), "web_port": None, "world_port": None, "server_only": True}
    return argparse.Namespace(**{**given, **settings})


@pytest.mark.parametrize("ports", [{}, {"web_port": 0, "world_port": 0}, RUNNING])
def test_a_clinic_that_is_open_is_joined_with_its_own_ports(ports):
    session._require_fitting(_given(**ports), RUNNING)


@pytest.mark.parametrize(("key", "option"), [("web_port", "--web-port"), ("world_port", "--world")])
def test_other_ports_than_those_of_an_open_clinic_are_refused_and_not_ignored(key, option):
    with pytest.raises(session.SessionError, match=f"{option}.* 9000.*open already, on port 844"):
        session._require_fitting(_given(**{key: 9000}), RUNNING)


def test_a_guest_who_stops_is_not_told_that_the_clinic_is_closed(capsys):
    def stay():
        raise KeyboardInterrupt

    assert session._as_guest(stay, "You have left. The clinic stays open.") == 0
    assert capsys.readouterr().out == "You have left. The clinic stays open.\n"
    assert session._as_guest(lambda: 1, "never said") == 1
    assert capsys.readouterr().out == ""


def test_a_server_that_ends_by_itself_ends_the_stay_with_the_next_step():
    with (
        subprocess.Popen([sys.executable, "-c", ""], text=True) as server,
        pytest.raises(session.SessionError, match=r"ended by itself.* in server\.log"),
    ):
        session._stay(_given(), server, Path("server.log"))


def test_bots_that_end_by_themselves_are_started_again_ever_later(tmp_path, monkeypatch):
    starts = []

    def start(module, arguments, log):
        starts.append(module)
        return subprocess.Popen([sys.executable, "-c", ""], text=True)

    monkeypatch.setattr(session, "_started", start)
    log = tmp_path / "bots.log"
    first = start("tools.bots", [], log)
    kept = session.KeptProgram(session.Program("tools.bots", "", first, log), [])
    now_s = 0.0
    for wait_s in session.AGAIN_S:
        kept.process.wait()
        for at_s in (now_s, now_s + wait_s - 0.1):
            before = len(starts)
            kept.look(at_s)
            assert len(starts) == before
        now_s += wait_s
        kept.look(now_s)
        assert len(starts) == before + 1
    kept.process.wait()


def test_bots_that_go_on_are_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "_started", None)
    with subprocess.Popen(["sleep", "60"], text=True) as going:
        session.KeptProgram(session.Program("tools.bots", "", going, tmp_path), []).look(1e9)
        going.kill()


@pytest.fixture
def answering(tmp_path):
    """A data folder whose clinic answers; its server.json can be written with any pid."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        (tmp_path / "run").mkdir()

        def write(pid):
            where = {"host": "127.0.0.1", "web_port": server.server_port, "is_plain": True}
            (tmp_path / "run" / "server.json").write_text(json.dumps({**where, "pid": pid}))
            return tmp_path

        yield write
        server.shutdown()
        thread.join()


def test_a_clinic_that_answers_is_found(answering):
    assert session.running_clinic(answering(os.getpid()))["pid"] == os.getpid()


def test_what_a_killed_server_has_left_is_no_running_clinic(answering):
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert session.running_clinic(answering(ended.pid)) is None


def test_a_folder_without_a_clinic_is_no_running_clinic(tmp_path):
    assert session.running_clinic(tmp_path) is None


def test_a_nearly_full_disk_is_told_with_what_is_needed_where_and_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(session.shutil, "disk_usage", lambda _: argparse.Namespace(free=17 << 20))
    with pytest.raises(session.SessionError) as told:
        session._require_disk(tmp_path)
    sentence = str(told.value)
    assert sentence.startswith(f"17 MiB are free on the disk of {tmp_path}; a clinic needs 256 MiB")
    assert "--data DIR" in sentence


def test_a_disk_with_room_is_no_reason_to_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(session.shutil, "disk_usage", lambda _: argparse.Namespace(free=1 << 30))
    session._require_disk(tmp_path)


CODE = "XNRtNg7cyGfyqy0LYIOFMvQ3m9wdzzt3"


class _Window:
    """A client that is opened, and left at once."""

    def __init__(self):
        self.arguments = None

    @contextmanager
    def open(self, _, arguments):
        self.arguments = arguments
        yield self

    def wait(self):
        return 0


@pytest.mark.parametrize(("code", "invited"), [(None, []), (CODE, ["--invitation", CODE])])
def test_an_invitation_is_taken_up_in_the_window_where_there_is_one(monkeypatch, code, invited):
    window = _Window()
    monkeypatch.setattr(session, "has_display", lambda: True)
    monkeypatch.setattr(session, "_client", window.open)
    given = _given(connect="clinic.example", invitation=code, offscreen=False)
    assert session._elsewhere(given) == 0
    assert window.arguments == ["--server", "clinic.example", *invited]


def test_without_a_window_it_is_taken_up_at_the_terminal(monkeypatch):
    accepted = []

    async def accept(*given):
        accepted.append(given)

    monkeypatch.setattr(session, "has_display", lambda: False)
    monkeypatch.setattr(session, "accept", accept)
    with pytest.raises(session.SessionError, match="needs a window"):
        session._elsewhere(_given(connect="clinic.example", invitation=CODE, offscreen=False))
    assert accepted == [("clinic.example", CODE)]
